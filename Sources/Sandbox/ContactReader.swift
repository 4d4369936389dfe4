import JSON

/// Reads what was sent for a contact, and puts it into one.
struct ContactReader {
    var body: BodyReader
    private(set) var defaultFields: JSONObject?
    private let definitions: [CustomField]

    /// - Throws: 400 where the body is no JSON object.
    init(_ input: Input, _ workspace: Workspace) throws(ErrorAnswer) {
        body = try BodyReader(input, .contacts)
        definitions = workspace.customFields
    }

    /// Reads where the contact comes from.
    mutating func readOrigin(into contact: inout Contact, sourceLength: ClosedRange<Int>) {
        switch body.string("source", length: sourceLength) {
        case .absent: break
        case .null: contact.source = nil
        case .value(let source):
            if source != contact.source { checkIsFree(source) }
            contact.source = source
        }
        switch body.string("sourceUrl", length: 1...200) {
        case .absent: break
        case .null: contact.sourceURL = nil
        case .value(let url):
            if !isURI(url) {
                body.validation.fail(
                    "/sourceUrl", "Expected string to match 'uri' format", .string(url), type: "string")
            }
            contact.sourceURL = url
        }
        Self.apply(body.string("externalId", length: 1...75), to: &contact.externalID)
    }

    /// Sources that the product itself writes cannot be claimed.
    private mutating func checkIsFree(_ source: String) {
        let reserved: Set<String> = ["openphone", "device", "csv", "zapier", "google-people", "other"]
        let lowercased = source.lowercased()
        guard reserved.contains(lowercased) || lowercased.hasPrefix("openphone") || lowercased.hasPrefix("csv") else {
            return
        }
        body.validation.fail("/source", "The source is reserved", .string(source), type: "string")
    }

    private static func apply(_ sent: Sent<String>, to member: inout String?) {
        switch sent {
        case .absent: break
        case .null: member = nil
        case .value(let text): member = text
        }
    }

    /// Reads the built-in fields; false where none were sent.
    mutating func readDefaultFields(into contact: inout Contact, random: inout RandomSource) -> Bool {
        guard let value = body.object["defaultFields"] else { return false }
        guard case .object(let fields) = value else {
            body.wrongType("/defaultFields", value, expected: "object")
            return true
        }
        defaultFields = fields
        let path = "/defaultFields"
        Self.apply(body.string("firstName", in: fields, at: path), to: &contact.firstName)
        Self.apply(body.string("lastName", in: fields, at: path), to: &contact.lastName)
        Self.apply(body.string("company", in: fields, at: path), to: &contact.company)
        Self.apply(body.string("role", in: fields, at: path), to: &contact.role)
        contact.emails = items("emails", in: fields, stored: contact.emails, random: &random)
        contact.phoneNumbers = items("phoneNumbers", in: fields, stored: contact.phoneNumbers, random: &random)
        return true
    }

    /// What is stored after a list was sent, or was left out, which empties it.
    private mutating func items(
        _ name: String, in fields: JSONObject, stored: [ContactItem], random: inout RandomSource
    ) -> [ContactItem] {
        guard let value = fields[name] else { return [] }
        let path = "/defaultFields/\(name)"
        guard let elements = value.arrayValue else {
            body.wrongType(path, value, expected: "array")
            return []
        }
        var items: [ContactItem] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else {
                body.wrongType("\(path)/\(index)", element, expected: "object")
                continue
            }
            let label = body.string("name", in: object, at: "\(path)/\(index)", allowsNull: false)
            if object["name"] == nil { body.missing("\(path)/\(index)/name", type: "string") }
            if object["value"] == nil { body.missing("\(path)/\(index)/value", type: "string") }
            let text = body.string("value", in: object, at: "\(path)/\(index)")
            // An item without a value is one to be removed.
            guard case .value(let label) = label, case .value(let text) = text else { continue }
            let known = stored.first { $0.id == object["id"]?.stringValue }
            items.append(
                ContactItem(id: known?.id ?? random.hexadecimalIdentifier(digits: 24), name: label, value: text))
        }
        return items
    }

    /// Reads the custom fields; leaving them out empties them.
    ///
    /// - Throws: 400, code 0801400, where a field is unknown or a value is of the wrong type.
    mutating func readCustomFields(into contact: inout Contact, random: inout RandomSource) throws(ErrorAnswer) {
        let stored = contact.customFields
        contact.customFields = []
        guard let value = body.object["customFields"] else { return }
        guard let elements = value.arrayValue else {
            body.wrongType("/customFields", value, expected: "array")
            return
        }
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else {
                body.wrongType("/customFields/\(index)", element, expected: "object")
                continue
            }
            let known = stored.first { $0.id == object["id"]?.stringValue }
            let key = object["key"]?.stringValue ?? known?.key
            guard let field = definitions.first(where: { $0.key == key }) else {
                throw Self.invalidItem(index, "No custom field has the key \(key ?? "that is missing")", element)
            }
            guard let value = object["value"] else {
                body.missing("/customFields/\(index)/value", type: "string")
                continue
            }
            if value.isNull { continue }
            guard field.kind.accepts(value) else {
                throw Self.invalidItem(
                    index, "The field \(field.key) takes a value of type \(field.kind.rawValue)", value)
            }
            let id = known?.id ?? stored.first { $0.key == field.key }?.id
            contact.customFields.removeAll { $0.key == field.key }
            contact.customFields.append(
                CustomFieldItem(
                    id: id ?? random.hexadecimalIdentifier(digits: 24), key: field.key, value: value))
        }
    }

    private static func invalidItem(_ index: Int, _ message: String, _ value: JSONValue) -> ErrorAnswer {
        var answer = ErrorAnswer.described(.contacts, 400, "Invalid Custom Field Item", message, subcode: "01")
        answer.details = [
            ErrorAnswer.Detail(path: "/customFields/\(index)", message: message, value: value, type: "object")
        ]
        return answer
    }
}
