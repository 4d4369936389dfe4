import JSON
import OpenAPI

/// Why a file cannot be compared at all.
package struct UnreadableContract: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a phrase for a person.
    package let description: String
}

/// The operations of a document that others publish.
///
/// More lenient than ``Document``, which is for contracts that code is made of: what cannot be read is told as a warning
/// and left out, and the rest is compared.
struct ContractFile {
    private(set) var operations: [ContractOperation] = []
    private(set) var warnings: [String] = []

    private let resolver: ReferenceResolver

    private static let methods = ["get", "put", "post", "delete", "patch"]
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
        let start = JSONPointer().appending("paths")
        for path in paths { read(path.value, path: path.name, at: start.appending(path.name)) }
    }

    private mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    /// An object with the reference that it may be followed; nil, after a warning, where that leads nowhere.
    private mutating func object(_ value: JSONValue, at pointer: JSONPointer) -> (JSONObject, JSONPointer)? {
        do throws(DocumentError) { return try resolver.object(value, at: pointer) } catch {
            warn("\(error); left out")
            return nil
        }
    }

    private mutating func form(
        _ schema: JSONValue, at pointer: JSONPointer, ignoring keywords: Set<String> = []
    ) -> SchemaForm? {
        do throws(DocumentError) {
            // A budget for each schema, so that a large document is not refused as a whole.
            var resolver = resolver
            let schema = try resolver.schema(schema, at: pointer)
            for line in SchemaValidator.unclaimed(in: schema) where !line.contains("/nullable:") {
                warn("\(pointer)\(line.dropFirst())")
            }
            warnOfExamples(in: schema, at: pointer)
            return SchemaForm(schema.schemaWithout(keywords))
        } catch {
            warn("\(error); not compared")
            return nil
        }
    }

    /// A text where a list belongs makes strict readers refuse the whole document, so it is worth knowing.
    private mutating func warnOfExamples(in schema: JSONValue, at pointer: JSONPointer) {
        guard case .object(let object) = schema else { return }
        if let examples = object["examples"], examples.arrayValue == nil {
            warn("\(pointer.appending("examples")): must be a list, and is of the type \(examples.typeName)")
        }
        _ = SchemaKeyword.mapSubschemas(of: object, at: pointer) { child, place in
            warnOfExamples(in: child, at: place)
            return child
        }
    }

    private mutating func read(_ item: JSONValue, path: String, at pointer: JSONPointer) {
        guard let (item, place) = object(item, at: pointer) else { return }
        for member in item where Self.methods.contains(member.name) {
            guard let (operation, place) = object(member.value, at: place.appending(member.name)) else { continue }
            let shared = parameters(item["parameters"], at: pointer.appending("parameters"))
            let own = parameters(operation["parameters"], at: place.appending("parameters"))
            let inherited = shared.filter { parameter in
                !own.contains { $0.name == parameter.name && $0.location == parameter.location }
            }
            var result = ContractOperation(
                method: member.name.uppercased(), path: path, parameters: inherited + own, body: .none,
                isBodyRequired: false, successStatus: nil, answer: .none, statuses: [], errorCodes: [])
            readBody(operation["requestBody"], at: place.appending("requestBody"), into: &result)
            readAnswers(operation["responses"], at: place.appending("responses"), into: &result)
            operations.append(result)
        }
    }

    private mutating func parameters(_ list: JSONValue?, at pointer: JSONPointer) -> [ContractOperation.Parameter] {
        guard let list else { return [] }
        guard let elements = list.arrayValue else {
            warn("\(pointer): must be a list; left out")
            return []
        }
        var result: [ContractOperation.Parameter] = []
        for (index, element) in elements.enumerated() {
            guard let (object, place) = object(element, at: pointer.appending(String(index))) else { continue }
            guard let name = object["name"]?.stringValue, let location = object["in"]?.stringValue else {
                warn("\(place): has no name or no place; left out")
                continue
            }
            if location == "header", Self.ignoredHeaders.contains(name.lowercased()) { continue }
            let schema = object["schema"] ?? object["content"]?["application/json"]?["schema"] ?? true
            result.append(
                ContractOperation.Parameter(
                    name: name, location: location, isRequired: location == "path" || object["required"] == true,
                    schema: form(schema, at: place.appending("schema"))))
        }
        return result
    }

    private mutating func readBody(
        _ value: JSONValue?, at pointer: JSONPointer, into operation: inout ContractOperation
    ) {
        guard let value else { return }
        guard let (object, place) = object(value, at: pointer) else {
            operation.body = .unreadable
            return
        }
        operation.isBodyRequired = object["required"] == true
        operation.body = content(object, at: place)
    }

    private mutating func readAnswers(
        _ value: JSONValue?, at pointer: JSONPointer, into operation: inout ContractOperation
    ) {
        guard case .object(let members)? = value else {
            operation.answer = .unreadable
            warn("\(pointer): must be an object; not compared")
            return
        }
        for member in members {
            guard let status = Int(member.name) else { continue }
            operation.statuses.insert(status)
            guard let (object, place) = object(member.value, at: pointer.appending(member.name)) else { continue }
            // What the API takes for granted says nothing of its answers.
            let part = content(object, at: place, ignoring: ["default"])
            if (200..<300).contains(status) {
                guard status < operation.successStatus ?? 300 else { continue }
                operation.successStatus = status
                operation.answer = part
            } else if case .schema(let form) = part {
                operation.errorCodes.formUnion(form.codes.map { ContractOperation.ErrorCode(status: status, code: $0) })
            }
        }
    }

    private mutating func content(
        _ object: JSONObject, at pointer: JSONPointer, ignoring keywords: Set<String> = []
    ) -> ContractOperation.Part {
        guard let content = object["content"]?.objectValue, !content.isEmpty else { return .none }
        let place = pointer.appending("content").appending("application/json").appending("schema")
        guard let schema = content["application/json"]?["schema"] else {
            warn("\(place): is missing; only JSON is compared")
            return .unreadable
        }
        return form(schema, at: place, ignoring: keywords).map(ContractOperation.Part.schema) ?? .unreadable
    }
}

extension SchemaForm {
    /// The codes that an error's schema lists.
    fileprivate var codes: [String] {
        alternatives.flatMap { $0.members["code"]?.alternatives ?? [] }.flatMap { $0.values ?? [] }
            .compactMap(\.stringValue)
    }
}
