public import JSON

/// Why a text is not an OpenAPI document that can be used, and where.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The JSON Pointer of the fault, as a fragment: `#/paths/~1v1~1messages/get`.
    public let pointer: String
    /// What is wrong, as a phrase for a person.
    public let reason: String
    /// The place and the reason.
    public var description: String { "\(pointer): \(reason)" }

    /// A fault at a place.
    package init(_ pointer: JSONPointer, _ reason: String) {
        self.pointer = pointer.description
        self.reason = reason
    }
}

/// The operations of an OpenAPI 3.1 document, with every local reference resolved.
///
/// An operation is what a path has under `get`, `put`, `post`, `delete` or `patch`.
/// Parameters travel as OpenAPI's defaults have it (`simple` in the path, `form` in the query); a document that asks for
/// another style is refused, as are references out of the document, cycles, and bodies that are not JSON. Where the
/// vendor's operationId is not known, `x-operation-name` stands in for it.
public struct Document: Sendable {
    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// Where a parameter travels.
        public enum Location: String, Sendable, Hashable {
            /// In the path, in place of `{name}`.
            case path
            /// In the query.
            case query
            /// In a header line.
            case header
            /// In a cookie.
            case cookie
        }

        /// The name that the API knows.
        public let name: String
        /// Where it travels.
        public let location: Location
        /// Whether a request without it is refused.
        public let isRequired: Bool
        /// Whether the document advises against it.
        public let isDeprecated: Bool
        /// Whether a list of values repeats the name; otherwise commas join them.
        public let isExploded: Bool
        /// What it means.
        public let description: String?
        /// Its schema, references resolved.
        public let schema: JSONValue
    }

    /// What a request carries.
    public struct Body: Sendable, Hashable {
        /// Whether a request without it is refused.
        public let isRequired: Bool
        /// Its schema, references resolved.
        public let schema: JSONValue
    }

    /// One documented answer.
    public struct Response: Sendable, Hashable {
        /// The HTTP status.
        public let status: Int
        /// The schema of its JSON, references resolved; nil where there is no content.
        public let schema: JSONValue?
    }

    /// One operation.
    public struct Operation: Sendable, Hashable {
        /// The operationId, unique in the document.
        public let id: String
        /// The version of the API that the document describes, as its `info` says.
        public let version: String
        /// The method in capitals.
        public let method: String
        /// The path with its `{placeholders}`.
        public let path: String
        /// What it does, in a line.
        public let summary: String?
        /// Its parameters in the document's order, those of its path first.
        public let parameters: [Parameter]
        /// What a request carries; nil where it carries nothing.
        public let body: Body?
        /// The documented answers by ascending status; ranges and `default` are left out.
        public let responses: [Response]
        /// Where it stands in the document.
        public let pointer: String
        /// Whether the document advises against it.
        public let isDeprecated: Bool
    }

    /// The operations in the document's order.
    public let operations: [Operation]

    /// Reads a document.
    ///
    /// - Throws: ``DocumentError`` with the first fault.
    public init(_ json: JSONValue) throws(DocumentError) {
        let start = JSONPointer()
        guard let version = json["openapi"]?.stringValue, version == "3.1" || version.hasPrefix("3.1.") else {
            throw DocumentError(start.appending("openapi"), "must be 3.1")
        }
        guard let paths = json["paths"]?.objectValue else {
            throw DocumentError(start.appending("paths"), "must be an object")
        }
        var reader = DocumentReader(
            version: json["info"]?["version"]?.stringValue ?? "", resolver: ReferenceResolver(root: json))
        var operations: [Operation] = []
        for path in paths {
            let place = start.appending("paths").appending(path.name)
            operations += try reader.operations(of: path.value, path: path.name, at: place)
        }
        var seen: Set<String> = []
        for operation in operations where !seen.insert(operation.id).inserted {
            throw DocumentError(start.appending("paths"), "the operationId \(operation.id) occurs twice")
        }
        self.operations = operations
    }

    /// One document of the operations of several, in their order.
    ///
    /// - Throws: ``DocumentError`` where two have an operation of the same id.
    public init(joining documents: [Document]) throws(DocumentError) {
        operations = documents.flatMap(\.operations)
        var seen: Set<String> = []
        for operation in operations where !seen.insert(operation.id).inserted {
            throw DocumentError(JSONPointer(), "the operationId \(operation.id) occurs in two documents")
        }
    }
}

/// The walk from paths down to schemas.
private struct DocumentReader {
    let version: String
    var resolver: ReferenceResolver

    static let methods = ["get", "put", "post", "delete", "patch"]

    mutating func operations(
        of item: JSONValue, path: String, at pointer: JSONPointer
    ) throws(DocumentError) -> [Document.Operation] {
        let (item, place) = try resolver.object(item, at: pointer)
        let shared = try parameters(item["parameters"], at: place.appending("parameters"))
        var result: [Document.Operation] = []
        for member in item where Self.methods.contains(member.name) {
            let place = place.appending(member.name)
            guard case .object(let object) = member.value else { throw DocumentError(place, "must be an object") }
            result.append(try operation(object, member.name, path, shared, at: place))
        }
        return result
    }

    private mutating func operation(
        _ object: JSONObject, _ method: String, _ path: String, _ shared: [Document.Parameter],
        at pointer: JSONPointer
    ) throws(DocumentError) -> Document.Operation {
        let named = object["operationId"] ?? object["x-operation-name"]
        guard let id = named?.stringValue, !id.isEmpty else {
            throw DocumentError(pointer, "has no operationId")
        }
        let own = try parameters(object["parameters"], at: pointer.appending("parameters"))
        let inherited = shared.filter { parameter in
            !own.contains { $0.name == parameter.name && $0.location == parameter.location }
        }
        let all = inherited + own
        let declared = Set(all.filter { $0.location == .path }.map(\.name))
        let placeholders = Set(
            path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() })
        if declared != Set(placeholders.map(String.init)) {
            throw DocumentError(pointer, "the placeholders of its path are not its path parameters")
        }
        return Document.Operation(
            id: id, version: version, method: method.uppercased(), path: path,
            summary: object["summary"]?.stringValue, parameters: all,
            body: try body(object["requestBody"], at: pointer.appending("requestBody")),
            responses: try responses(object["responses"], at: pointer.appending("responses")),
            pointer: pointer.description, isDeprecated: object["deprecated"] == true)
    }

    private mutating func parameters(
        _ list: JSONValue?, at pointer: JSONPointer
    ) throws(DocumentError) -> [Document.Parameter] {
        guard let list else { return [] }
        guard case .array(let elements) = list else { throw DocumentError(pointer, "must be an array") }
        var result: [Document.Parameter] = []
        for (index, element) in elements.enumerated() {
            let (object, place) = try resolver.object(element, at: pointer.appending(String(index)))
            let parameter = try parameter(object, at: place)
            if result.contains(where: { $0.name == parameter.name && $0.location == parameter.location }) {
                throw DocumentError(place, "the parameter \(parameter.name) occurs twice")
            }
            result.append(parameter)
        }
        return result
    }

    private mutating func parameter(
        _ object: JSONObject, at pointer: JSONPointer
    ) throws(DocumentError) -> Document.Parameter {
        guard let name = object["name"]?.stringValue, !name.isEmpty else { throw DocumentError(pointer, "has no name") }
        guard let location = object["in"]?.stringValue.flatMap(Document.Parameter.Location.init) else {
            throw DocumentError(pointer.appending("in"), "must be path, query, header or cookie")
        }
        let style: JSONValue = location == .path || location == .header ? "simple" : "form"
        let explodes: JSONValue = .bool(style == "form")
        let isExploded = object["explode"] ?? explodes
        guard object["style"] ?? style == style, isExploded == explodes || location == .query && isExploded == false
        else { throw DocumentError(pointer, "a style other than OpenAPI's default is not supported") }
        guard let schema = object["schema"] else { throw DocumentError(pointer, "has no schema") }
        return Document.Parameter(
            name: name, location: location, isRequired: location == .path || object["required"] == true,
            isDeprecated: object["deprecated"] == true, isExploded: isExploded == true,
            description: object["description"]?.stringValue,
            schema: try resolver.schema(schema, at: pointer.appending("schema")))
    }

    private mutating func body(_ value: JSONValue?, at pointer: JSONPointer) throws(DocumentError) -> Document.Body? {
        guard let value else { return nil }
        let (object, place) = try resolver.object(value, at: pointer)
        guard let schema = try content(object, at: place) else { throw DocumentError(place, "has no JSON content") }
        return Document.Body(isRequired: object["required"] == true, schema: schema)
    }

    private mutating func responses(
        _ value: JSONValue?, at pointer: JSONPointer
    ) throws(DocumentError) -> [Document.Response] {
        guard case .object(let members)? = value else { throw DocumentError(pointer, "must be an object") }
        var result: [Document.Response] = []
        for member in members {
            guard let status = Int(member.name) else { continue }
            let (object, place) = try resolver.object(member.value, at: pointer.appending(member.name))
            result.append(Document.Response(status: status, schema: try content(object, at: place)))
        }
        return result.sorted { $0.status < $1.status }
    }

    private mutating func content(_ object: JSONObject, at pointer: JSONPointer) throws(DocumentError) -> JSONValue? {
        guard let content = object["content"]?.objectValue, !content.isEmpty else { return nil }
        let place = pointer.appending("content").appending("application/json").appending("schema")
        guard let schema = content["application/json"]?["schema"] else {
            throw DocumentError(place, "only JSON content with a schema is supported")
        }
        return try resolver.schema(schema, at: place)
    }
}
