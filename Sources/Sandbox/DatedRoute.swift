import HTTP
import JSON
import OpenAPI
import QuoAPI

/// One operation of the dated version: the contract's, and how it is carried out.
///
/// Requests are held against the contract before a handler sees them, so that handlers check only what it cannot say.
struct DatedRoute: Sendable {
    typealias Handler = @Sendable (inout Workspace, DatedInput) throws(ErrorAnswer) -> Answer

    let operation: Operation
    let resource: Resource
    let handle: Handler
    private let template: [Substring]

    init(_ operation: Operation, _ resource: Resource, _ handle: @escaping Handler) {
        self.operation = operation
        self.resource = resource
        self.handle = handle
        template = operation.path.split(separator: "/")
    }

    /// A route that changes nothing.
    init(
        _ operation: ReadOperation, _ resource: Resource,
        reading handle: @escaping @Sendable (Workspace) -> (DatedInput) throws(ErrorAnswer) -> Answer
    ) {
        self.init(operation.operation, resource) { (workspace, input) throws(ErrorAnswer) in
            try handle(workspace)(input)
        }
    }

    /// A route that changes something.
    init(_ operation: WriteOperation, _ resource: Resource, changing handle: @escaping Handler) {
        self.init(operation.operation, resource, handle)
    }

    /// All 62 operations of the dated version.
    static let all = people + activity + addressBook + datedTasks + datedWebhooks + registration

    /// Whether a path is one of the dated version's, which have no number in front.
    static func serves(_ path: [String]) -> Bool { path.first != "v1" }

    /// The route of a request, and what its path has in the places of the placeholders.
    static func find(_ method: HTTPMethod, _ path: [String]) -> (route: DatedRoute, values: [String: String])? {
        var found: (route: DatedRoute, values: [String: String])?
        for route in all where route.operation.method == method && route.template.count == path.count {
            var values: [String: String] = [:]
            let isMatch = zip(route.template, path).allSatisfy { expected, segment in
                guard expected.first == "{" else { return segment == expected }
                values[String(expected.dropFirst().dropLast())] = segment
                return true
            }
            // A word of the path goes before a placeholder.
            if isMatch, values.count < found?.values.count ?? .max { found = (route, values) }
        }
        return found
    }

    /// Answers a request of the dated version.
    static func answer(
        _ request: HTTPRequest, _ target: RequestTarget, in workspace: inout Workspace
    ) throws(ErrorAnswer) -> Answer {
        guard let (route, values) = find(request.method, target.path) else {
            throw .notFound(.none, "Cannot \(request.method.rawValue) /\(target.path.joined(separator: "/"))")
        }
        let supported = VersionPreference.dated.rawValue
        guard request.header("quo-api-version") == supported else {
            throw .badRequest(route.resource, "The header Quo-Api-Version must name a supported version: \(supported)")
        }
        let authorization = request.header("authorization") ?? ""
        if authorization.isEmpty || authorization.lowercased().hasPrefix("bearer ") {
            throw .unauthorized(route.resource)
        }
        let input = try DatedInput(request, target.query, values, route)
        return try route.handle(&workspace, input)
    }
}

/// What a handler of the dated version is given: a request that fits the contract.
struct DatedInput {
    /// The values of the path's placeholders.
    let path: [String: String]
    /// The parameters of the query, each of the contract's type.
    let query: [String: JSONValue]
    /// The body's members.
    let body: JSONObject
    private let resource: Resource
    private let operation: Operation

    /// Holds a request against the contract.
    ///
    /// - Throws: 400 with every fault, where there is any.
    fileprivate init(
        _ request: HTTPRequest, _ sent: Query, _ values: [String: String], _ route: DatedRoute
    ) throws(ErrorAnswer) {
        var details: [ErrorAnswer.Detail] = []
        var query: [String: JSONValue] = [:]
        for parameter in route.operation.parameters {
            let schema = JSONValue.schema(parameter.schema)
            let texts = parameter.location == .path ? [values[parameter.name] ?? ""] : sent.values(parameter.name)
            guard !texts.isEmpty else { continue }
            let value: JSONValue
            if parameter.isArray {
                value = .strings(
                    texts.flatMap { parameter.isExploded ? [$0] : $0.split(separator: ",").map(String.init) })
            } else {
                let object = ArgumentCoercion.coerce(
                    [parameter.name: .string(texts[0])], schema: ["properties": [parameter.name: schema]])
                value = object[parameter.name] ?? .string(texts[0])
            }
            details += Self.details(value, schema, at: "/\(parameter.name)")
            if parameter.location == .query { query[parameter.name] = value }
        }
        // What is unknown is passed over, but an operator that a resource does not take is refused, and so is
        // everything unknown where conversations are listed.
        for name in sent.names where !route.operation.parameters.contains(where: { $0.name == name }) {
            guard name.contains("[") || route.resource == .conversations else { continue }
            details.append(
                ErrorAnswer.Detail(path: "/\(name)", message: "Unexpected property", value: nil, type: "undefined"))
        }
        var body = JSONObject()
        if let schema = route.operation.bodySchema {
            let value: JSONValue
            do throws(JSONParseError) { value = try JSONValue(parsing: request.body ?? []) } catch {
                throw .badRequest(route.resource, "The body is not JSON: \(error)")
            }
            guard case .object(let object) = value else {
                throw .badRequest(route.resource, "The body must be a JSON object")
            }
            details += Self.details(value, .schema(schema), at: "")
            body = object
        }
        if !details.isEmpty { throw .badRequest(route.resource, details) }
        (self.path, self.query, self.body) = (values, query, body)
        resource = route.resource
        operation = route.operation
    }

    private static func details(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [ErrorAnswer.Detail] {
        SchemaValidator(schema).faults(in: value).map { fault in
            let inner = fault.path.split { ".[]".contains($0) }.map { "/\($0)" }.joined()
            let type = SchemaOutline(schema).plainType ?? "string"
            return ErrorAnswer.Detail(path: path + inner, message: fault.message, value: value, type: type)
        }
    }

    /// The text of a parameter or nil.
    func text(_ name: String) -> String? { query[name]?.stringValue }

    /// The texts of a list, and of the parameter for a single one.
    func texts(_ name: String, orOne single: String? = nil) -> [String]? {
        let list = query[name]?.arrayValue?.compactMap(\.stringValue)
        return list ?? single.flatMap { text($0) }.map { [$0] }
    }

    /// The moment that a parameter names.
    func moment(_ name: String) -> Timestamp? { text(name).flatMap(Timestamp.init(parsing:)) }

    /// Whether a moment lies within the bounds that the query sets for a member.
    func bounds(_ member: String, _ moment: Timestamp) -> Bool {
        if let bound = self.moment("\(member)[gt]"), moment <= bound { return false }
        if let bound = self.moment("\(member)[gte]"), moment < bound { return false }
        if let bound = self.moment("\(member)[lt]"), moment >= bound { return false }
        if let bound = self.moment("\(member)[lte]"), moment > bound { return false }
        return true
    }

    /// This request for the handler of a like operation of the first version.
    func first(_ placeholder: String) -> Input {
        Input(identifier: path[placeholder] ?? "", query: .none, body: JSONValue.object(body).bytes())
    }

    /// The page of a sorted list that is asked for.
    ///
    /// A cursor names the last element that was handed out, so that what arrives between two pages repeats none.
    func page<Element>(
        _ elements: [Element], id: (Element) -> String, body: (Element) -> JSONValue
    ) throws(ErrorAnswer) -> Answer {
        var start = 0
        if let cursor = text("after") {
            guard let last = elements.firstIndex(where: { "after-\(id($0))" == cursor }) else {
                throw .badRequest(
                    resource,
                    [
                        ErrorAnswer.Detail(
                            path: "/after", message: "Invalid cursor", value: .string(cursor), type: "string")
                    ])
            }
            start = last + 1
        }
        let limit = query["limit"]?.integerValue ?? standardLimit
        let page = elements[start...].prefix(Int(limit))
        let isLast = page.endIndex == elements.endIndex
        let cursor: JSONValue = isLast ? .null : .nullable(page.last.map { "after-\(id($0))" })
        return .json(200, ["data": .array(page.map(body)), "nextCursor": cursor])
    }

    private var standardLimit: Int64 {
        let schema = operation.parameters.first { $0.name == "limit" }.map { JSONValue.schema($0.schema) }
        return schema?["default"]?.integerValue ?? 10
    }
}

extension JSONValue {
    /// A schema of the contract; it is known to be JSON.
    fileprivate static func schema(_ text: StaticString) -> JSONValue { (try? JSONValue(parsing: text)) ?? true }
}

extension HTTPRequest {
    /// The value of the first header of that name in lower case.
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
