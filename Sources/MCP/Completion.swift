import JSON

/// What a client wants completed.
public struct CompletionRequest: Sendable, Hashable {
    /// To what the argument belongs.
    public enum Reference: Sendable, Hashable {
        /// A prompt of the server, by its name.
        case prompt(String)
        /// A resource template of the server, as it is written in the list.
        case resourceTemplate(String)
    }

    /// To what the argument belongs; one of those that the server lists.
    public var reference: Reference
    /// The argument of the prompt or the variable of the template, which may be unknown.
    public var argument: String
    /// What the person has typed so far.
    public var value: String
    /// What is filled in already; revisions before June 2025 do not tell.
    public var context: [String: String]

    /// Makes a request.
    public init(_ reference: Reference, argument: String, value: String, context: [String: String] = [:]) {
        self.reference = reference
        self.argument = argument
        self.value = value
        self.context = context
    }
}

/// What an argument could be completed to.
public struct Completion: Sendable, Hashable {
    /// The most values that one answer holds.
    public static let maximumValues = 100

    /// The values, best first; those beyond ``maximumValues`` are not sent.
    public var values: [String]
    /// How many there are in all, where that is known.
    public var total: Int?
    /// Whether there are more than these.
    public var hasMore: Bool

    /// Makes a completion.
    public init(_ values: [String], total: Int? = nil, hasMore: Bool = false) {
        self.values = values
        self.total = total
        self.hasMore = hasMore
    }

    var json: JSONObject {
        let isCut = values.count > Self.maximumValues
        let count = total ?? (hasMore ? nil : values.count)
        var object: JSONObject = ["values": .array(values.prefix(Self.maximumValues).map { .string($0) })]
        if let count { object["total"] = .number(JSONNumber(Int64(count))) }
        object["hasMore"] = .bool(hasMore || isCut)
        return ["completion": .object(object)]
    }
}

extension Session {
    /// Serves `completion/complete`.
    func complete(_ request: Request, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Route {
        let parameters = request.parameters
        let reference = try Self.reference(parameters["ref"])
        guard let name = parameters["argument"]?["name"]?.stringValue,
            let value = parameters["argument"]?["value"]?.stringValue
        else { throw .invalidParams("completion/complete needs \"argument\" with \"name\" and \"value\", strings") }
        let context =
            peer.revision >= .june2025
            ? try Self.strings(parameters["context"]?["arguments"], "context.arguments") : [:]
        let completion = CompletionRequest(reference, argument: name, value: value, context: context)
        return .work(
            Work(isCall: true) { [handler] _ throws(ProtocolError) in
                guard await handler.lists(reference) else {
                    throw .invalidParams("Unknown reference: \(reference.name)")
                }
                return self.finished(try await handler.complete(completion).json, for: peer.revision)
            })
    }

    private static func reference(_ json: JSONValue?) throws(ProtocolError) -> CompletionRequest.Reference {
        switch json?["type"]?.stringValue {
        case "ref/prompt":
            if let name = json?["name"]?.stringValue { return .prompt(name) }
        case "ref/resource":
            if let uri = json?["uri"]?.stringValue { return .resourceTemplate(uri) }
        default: break
        }
        throw .invalidParams("\"ref\" must be a ref/prompt with \"name\" or a ref/resource with \"uri\"")
    }

    /// Reads an object whose values are strings; one that is missing is empty.
    static func strings(_ json: JSONValue?, _ name: String) throws(ProtocolError) -> [String: String] {
        guard let json, !json.isNull else { return [:] }
        guard let object = json.objectValue else { throw .invalidParams("\"\(name)\" must be an object") }
        var strings: [String: String] = [:]
        for member in object {
            guard let value = member.value.stringValue else {
                throw .invalidParams("\"\(name)\" must hold strings; \"\(member.name)\" is none")
            }
            strings[member.name] = value
        }
        return strings
    }
}

extension CompletionRequest.Reference {
    fileprivate var name: String {
        switch self {
        case .prompt(let name): name
        case .resourceTemplate(let uri): uri
        }
    }
}

extension ServerHandler {
    /// Whether the server shows what the reference names.
    fileprivate func lists(_ reference: CompletionRequest.Reference) async -> Bool {
        switch reference {
        case .prompt(let name):
            guard capabilities.contains(.prompts) else { return false }
            return await prompts().contains { $0.name == name }
        case .resourceTemplate(let uri):
            guard capabilities.contains(.resources) else { return false }
            return await resourceTemplates().contains { $0.uriTemplate == uri }
        }
    }
}
