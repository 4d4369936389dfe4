import JSON

/// A contact as the API describes it, read strictly.
///
/// A change writes the whole contact back, so whatever was overlooked here would be lost there.
struct Contact {
    /// A description that is not understood; nothing may be written on its strength.
    struct Unreadable: Error {
        /// What is not understood, for example `emails[0].value is an integer`.
        let cause: String
    }

    /// A phone number or email address.
    struct Item {
        let id: String?
        var label: String?
        /// Nil where there is none, or where it is to be removed.
        var value: String?
    }

    /// A custom field with its value.
    struct Field {
        let id: String?
        let key: String?
        let name: String?
        var value: JSONValue

        /// What a person calls the field.
        var title: String { key ?? name ?? id ?? "field" }
    }

    /// The names of the single values.
    static let scalars = ["firstName", "lastName", "company", "role"]
    /// The names of the members that say where the contact comes from.
    static let origin = ["externalId", "source", "sourceUrl"]

    /// The single values by name: text, or null for none.
    ///
    /// What the API left out is left out.
    var scalars: JSONObject = [:]
    /// The members that say where the contact comes from.
    var origin: JSONObject = [:]
    /// The phone numbers and email addresses.
    var items: [ContactItemKind: [Item]] = [:]
    /// The custom fields.
    var fields: [Field] = []
    /// The members of `defaultFields` that are not known here; they are written back as they came.
    let others: JSONObject

    /// Reads the API's answer, which sometimes comes without its envelope.
    ///
    /// A list that is null is an empty one. A list that is missing says nothing of what is stored, and so is not understood.
    ///
    /// - Parameter id: The contact that was asked for.
    /// - Throws: ``Unreadable`` where the answer is anything else than a whole contact of that id.
    init(_ answer: JSONValue, id: String) throws(Unreadable) {
        let contact =
            if let data = answer["data"] {
                try Self.object(data, at: "data")
            } else {
                try Self.object(answer, at: "the answer")
            }
        let fields = try Self.object(contact["defaultFields"], at: "defaultFields")
        guard contact["id"]?.stringValue == id else { throw Unreadable(cause: "its id is not the one asked for") }
        for name in Self.scalars where fields[name] != nil {
            scalars[name] = try Self.text(fields[name], at: name).map(JSONValue.string) ?? .null
        }
        for name in Self.origin { origin[name] = contact[name] }
        for kind in ContactItemKind.allCases {
            let elements = try Self.objects(fields[kind.member], at: kind.member)
            for (index, element) in elements.enumerated() {
                items[kind, default: []].append(try Item(element, at: "\(kind.member)[\(index)]"))
            }
        }
        for (index, element) in try Self.objects(contact["customFields"], at: "customFields").enumerated() {
            self.fields.append(try Field(element, at: "customFields[\(index)]"))
        }
        others = fields.without(Set(Self.scalars + ContactItemKind.allCases.map(\.member)))
    }

    /// What the contact is called, for a person.
    var name: String {
        let names = ["firstName", "lastName"].compactMap { scalars[$0]?.stringValue }.filter { !$0.isEmpty }
        return names.isEmpty ? scalars["company"]?.stringValue ?? "unnamed" : names.joined(separator: " ")
    }

    fileprivate static func object(_ value: JSONValue?, at path: String) throws(Unreadable) -> JSONObject {
        guard let object = value?.objectValue else { throw unreadable(value, at: path) }
        return object
    }

    private static func objects(_ value: JSONValue?, at path: String) throws(Unreadable) -> [JSONObject] {
        if value == .null { return [] }
        guard let elements = value?.arrayValue else { throw unreadable(value, at: path) }
        var objects: [JSONObject] = []
        for (index, element) in elements.enumerated() { objects.append(try object(element, at: "\(path)[\(index)]")) }
        return objects
    }

    /// The text of a member that is text, null or missing.
    fileprivate static func text(_ value: JSONValue?, at path: String) throws(Unreadable) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.stringValue else { throw unreadable(value, at: path) }
        return text
    }

    fileprivate static func unreadable(_ value: JSONValue?, at path: String) -> Unreadable {
        Unreadable(cause: value.map { "\(path) is of type \($0.typeName)" } ?? "\(path) is missing")
    }
}

extension Contact.Item {
    fileprivate init(_ item: JSONObject, at path: String) throws(Contact.Unreadable) {
        guard item["value"] != nil else { throw Contact.unreadable(nil, at: path + ".value") }
        id = try Contact.text(item["id"], at: path + ".id")
        label = try Contact.text(item["name"], at: path + ".name")
        value = try Contact.text(item["value"], at: path + ".value")
    }

    /// The item as the API takes it; nil for one without a value that nothing identifies, which could only become a new one.
    func body(_ kind: ContactItemKind) -> JSONValue? {
        if id == nil && value == nil { return nil }
        var item: JSONObject = [:]
        item["id"] = id.map(JSONValue.string)
        item["name"] = .string(label ?? kind.defaultLabel)
        item["value"] = value.map(JSONValue.string) ?? .null
        return .object(item)
    }

    /// The item for a person.
    func line(_ kind: ContactItemKind) -> String {
        let label = label?.trimmed ?? ""
        return "\(kind.noun) \(label.isEmpty ? "without a label" : label): \(value ?? "none")"
    }
}

extension Contact.Field {
    fileprivate init(_ field: JSONObject, at path: String) throws(Contact.Unreadable) {
        id = try Contact.text(field["id"], at: path + ".id")
        key = try Contact.text(field["key"], at: path + ".key")
        name = try Contact.text(field["name"], at: path + ".name")
        guard id != nil || key != nil else { throw Contact.Unreadable(cause: "\(path) has neither id nor key") }
        switch field["value"] {
        case .array(let options)? where !options.allSatisfy({ $0.stringValue != nil }):
            throw Contact.Unreadable(cause: "\(path).value is a list of something else than text")
        case .object?, nil: throw Contact.unreadable(field["value"], at: path + ".value")
        case let value?: self.value = value
        }
    }

    /// The field as the API takes it.
    var body: JSONValue {
        var field: JSONObject = [:]
        field["id"] = id.map(JSONValue.string)
        field["key"] = key.map(JSONValue.string)
        field["value"] = value
        return .object(field)
    }

    /// The field for a person.
    var line: String { "\(title): \(value.plainText)" }
}
