import JSON
import OpenAPI

/// Why a file cannot be compared at all.
package struct UnreadableContract: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a phrase for a person.
    package let description: String
}

/// What a document that others publish says of operations, security and events.
///
/// More lenient than ``Document``, which is for contracts that code is made of: what cannot be read is told as a flaw of
/// its place, and the rest is compared.
struct ContractFile {
    private(set) var operations: [ContractOperation] = []
    /// What holds for each operation that says nothing else; nil where it could not be read.
    private(set) var security: ContractSecurity?
    /// The types of the events that it describes; nil where it has no section for them.
    private(set) var eventTypes: Set<String>?
    /// What could not be read besides parts of operations: paths, operations, security, events.
    private(set) var flaws: [ContractComparison.Difference] = []
    /// What is wrong in it without keeping anything from being compared.
    private(set) var warnings: [String] = []

    private let resolver: ReferenceResolver
    /// The flaws of the operation that is being read.
    private var ownFlaws: [SchemaChange] = []
    /// Where `examples` is no list, and which type it is of at the first of these places.
    private var falseExamples: (first: String, type: String, places: Set<String>)?

    private static let methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"]
    /// Headers that say how to talk and not what to ask; the client sets them.
    private static let ignoredHeaders: Set<String> = ["accept", "authorization", "content-type", "quo-api-version"]

    /// Reads a document; amendments that it carries count.
    init(_ bytes: [UInt8]) throws(UnreadableContract) {
        let json: JSONValue
        do throws(JSONParseError) { json = Amendments.applied(to: try JSONValue(parsing: bytes)) } catch {
            throw UnreadableContract(description: "not JSON: \(error)")
        }
        guard let version = json["openapi"]?.stringValue, version.hasPrefix("3.") else {
            throw UnreadableContract(description: "not an OpenAPI 3 document: it has no member openapi that says so")
        }
        guard let paths = json["paths"]?.objectValue else {
            throw UnreadableContract(description: "not an OpenAPI document: it has no paths")
        }
        resolver = ReferenceResolver(root: json)
        let start = JSONPointer()
        for path in paths where !path.name.hasPrefix("x-") {
            read(path.value, path: path.name, at: start.appending("paths").appending(path.name))
        }
        guard !operations.isEmpty else {
            throw UnreadableContract(
                description: "there is nothing to compare: it describes no operation that is readable")
        }
        do throws(DocumentError) {
            let required = json["security"] ?? []
            security = try ContractSecurity(required, at: start.appending("security"), resolver: resolver)
        } catch {
            add(error, of: "security")
            keepFlaws(of: "every operation")
        }
        if let events = json["webhooks"] { readEvents(events, at: start.appending("webhooks")) }
        warnOfExamples()
    }

    private mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    // MARK: Flaws

    private mutating func add(_ flaw: DocumentError, of place: String) {
        ownFlaws.append(SchemaChange(place: place, words: "could not be compared: \(flaw)"))
    }

    /// An object with the reference that it may be followed; nil, and a flaw of that place, where that leads nowhere.
    private mutating func object(
        _ value: JSONValue, at pointer: JSONPointer, of place: String
    ) -> (JSONObject, JSONPointer)? {
        do throws(DocumentError) { return try resolver.object(value, at: pointer) } catch {
            add(error, of: place)
            return nil
        }
    }

    /// A schema with its references resolved; nil, and a flaw of that place, where it cannot be read.
    private mutating func schema(_ schema: JSONValue, at pointer: JSONPointer, of place: String) -> JSONValue? {
        do throws(DocumentError) {
            // A budget for each schema, so that a large document is not refused as a whole.
            var resolver = resolver
            let schema = try resolver.schema(schema, at: pointer)
            for line in SchemaValidator.unclaimed(in: schema) where !line.contains("/nullable:") {
                warn("\(pointer)\(line.dropFirst())")
            }
            noteFalseExamples(in: schema, at: pointer)
            return schema
        } catch {
            add(error, of: place)
            return nil
        }
    }

    /// A text where a list belongs makes strict readers refuse the whole document, so it is worth knowing.
    private mutating func noteFalseExamples(in schema: JSONValue, at pointer: JSONPointer) {
        guard case .object(let object) = schema else { return }
        if let examples = object["examples"], examples.arrayValue == nil {
            let place = pointer.appending("examples").description
            if falseExamples == nil { falseExamples = (place, examples.typeName, []) }
            falseExamples?.places.insert(place)
        }
        _ = SchemaKeyword.mapSubschemas(of: object, at: pointer) { child, place in
            noteFalseExamples(in: child, at: place)
            return child
        }
    }

    private mutating func warnOfExamples() {
        guard let (first, type, places) = falseExamples else { return }
        let others = places.count - 1
        let addition = others == 0 ? "" : "; so in \(others) other \(others == 1 ? "place" : "places")"
        warn("\(first): must be a list, and is of the type \(type)\(addition)")
    }

    // MARK: Operations

    private mutating func read(_ item: JSONValue, path: String, at pointer: JSONPointer) {
        guard let (item, place) = object(item, at: pointer, of: "") else { return keepFlaws(of: path) }
        for member in item where Self.methods.contains(member.name) {
            var result = ContractOperation(method: member.name.uppercased(), path: path)
            guard let (operation, place) = object(member.value, at: place.appending(member.name), of: "") else {
                keepFlaws(of: result.name)
                continue
            }
            let shared = parameters(item["parameters"], at: pointer.appending("parameters"))
            let own = parameters(operation["parameters"], at: place.appending("parameters"))
            let inherited = shared.filter { parameter in
                !own.contains { $0.name == parameter.name && $0.location == parameter.location }
            }
            result.parameters = inherited + own
            result.isDeprecated = operation["deprecated"] == true
            readSecurity(operation["security"], at: place.appending("security"), into: &result)
            readBody(operation["requestBody"], at: place.appending("requestBody"), into: &result)
            readAnswers(operation["responses"], at: place.appending("responses"), into: &result)
            result.flaws = ownFlaws
            ownFlaws = []
            operations.append(result)
        }
    }

    /// Keeps what could not be read as flaws of something that is no operation.
    private mutating func keepFlaws(of name: String) {
        flaws += ownFlaws.map { ContractComparison.Difference(operation: name, place: $0.place, change: $0.words) }
        ownFlaws = []
    }

    private mutating func parameters(_ list: JSONValue?, at pointer: JSONPointer) -> [ContractOperation.Parameter] {
        guard let list else { return [] }
        guard let elements = list.arrayValue else {
            add(DocumentError(pointer, "must be a list"), of: "parameters")
            return []
        }
        var result: [ContractOperation.Parameter] = []
        for (index, element) in elements.enumerated() {
            let place = pointer.appending(String(index))
            guard let (object, place) = object(element, at: place, of: "parameters") else { continue }
            guard let name = object["name"]?.stringValue, let location = object["in"]?.stringValue else {
                add(DocumentError(place, "has no name or no place"), of: "parameters")
                continue
            }
            if location == "header", Self.ignoredHeaders.contains(name.lowercased()) { continue }
            let given = object["schema"] ?? object["content"]?["application/json"]?["schema"] ?? true
            let schema = schema(given, at: place.appending("schema"), of: "parameter \(name)")
            result.append(
                ContractOperation.Parameter(
                    name: name, location: location, isRequired: location == "path" || object["required"] == true,
                    isDeprecated: object["deprecated"] == true, schema: schema))
        }
        return result
    }

    private mutating func readSecurity(
        _ value: JSONValue?, at pointer: JSONPointer, into operation: inout ContractOperation
    ) {
        guard let value else { return }
        do throws(DocumentError) {
            operation.security = try ContractSecurity(value, at: pointer, resolver: resolver)
        } catch {
            add(error, of: "security")
        }
    }

    private mutating func readBody(
        _ value: JSONValue?, at pointer: JSONPointer, into operation: inout ContractOperation
    ) {
        guard let value else { return }
        guard let (object, place) = object(value, at: pointer, of: "body") else {
            operation.body = .unreadable
            return
        }
        operation.isBodyRequired = object["required"] == true
        operation.body = content(object, at: place, of: "body")
    }

    private mutating func readAnswers(
        _ value: JSONValue?, at pointer: JSONPointer, into operation: inout ContractOperation
    ) {
        guard case .object(let members)? = value else {
            operation.answer = .unreadable
            add(DocumentError(pointer, "must be an object"), of: "answer")
            return
        }
        for member in members where !member.name.hasPrefix("x-") {
            let place = pointer.appending(member.name)
            guard let status = Int(member.name) else {
                add(DocumentError(place, "only statuses by number are"), of: "status \(member.name)")
                continue
            }
            operation.statuses.insert(status)
            let isSuccess = (200..<300).contains(status)
            let name = isSuccess ? "answer" : "status \(status)"
            guard let (object, place) = object(member.value, at: place, of: name) else {
                if isSuccess { operation.answer = .unreadable }
                continue
            }
            // What the API takes for granted or advises against says nothing of its answers.
            let part = content(object, at: place, of: name, ignoring: ["default", "deprecated"])
            if isSuccess {
                guard status < operation.successStatus ?? 300 else { continue }
                operation.successStatus = status
                operation.answer = part
            } else if case .schema(let form) = part {
                operation.errorCodes.formUnion(form.codes.map { ContractOperation.ErrorCode(status: status, code: $0) })
            }
        }
    }

    private mutating func content(
        _ object: JSONObject, at pointer: JSONPointer, of name: String, ignoring keywords: Set<String> = []
    ) -> ContractOperation.Part {
        guard let content = object["content"]?.objectValue, !content.isEmpty else { return .none }
        let place = pointer.appending("content").appending("application/json").appending("schema")
        guard let given = content["application/json"]?["schema"] else {
            add(DocumentError(place, "is missing; only JSON is compared"), of: name)
            return .unreadable
        }
        guard let schema = schema(given, at: place, of: name) else { return .unreadable }
        return .schema(SchemaForm(schema.schemaWithout(keywords)))
    }

    // MARK: Events

    /// Reads which types of events there are: those that a webhook's body may have, or else the webhook's name.
    private mutating func readEvents(_ value: JSONValue, at pointer: JSONPointer) {
        defer { keepFlaws(of: "webhooks") }
        guard let (webhooks, place) = object(value, at: pointer, of: "") else { return }
        var types: Set<String> = []
        for webhook in webhooks where !webhook.name.hasPrefix("x-") {
            let named = typesListed(in: webhook.value, at: place.appending(webhook.name), of: webhook.name)
            types.formUnion(named.isEmpty ? [webhook.name] : named)
        }
        eventTypes = types
    }

    private mutating func typesListed(in webhook: JSONValue, at pointer: JSONPointer, of name: String) -> [String] {
        guard let (item, place) = object(webhook, at: pointer, of: name), let given = item["post"]?["requestBody"],
            let (body, place) = object(given, at: place.appending("post").appending("requestBody"), of: name),
            case .schema(let form) = content(body, at: place, of: name)
        else { return [] }
        return form.values(ofMember: "type")
    }
}

extension SchemaForm {
    /// The texts that a member is allowed to have, where they are listed.
    fileprivate func values(ofMember name: String) -> [String] {
        alternatives.flatMap { $0.members[name]?.alternatives ?? [] }.flatMap { $0.values ?? [] }
            .compactMap(\.stringValue)
    }

    /// The codes that an error's schema lists.
    fileprivate var codes: [String] { values(ofMember: "code") }
}
