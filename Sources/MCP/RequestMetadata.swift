import JSON

/// The other side of a request: what it told of itself, in the request or in `initialize`.
struct Peer: Sendable {
    let revision: ProtocolRevision
    let client: Implementation?
    let abilities: ClientAbilities

    init(revision: ProtocolRevision, client: Implementation?, capabilities: JSONObject?) {
        self.revision = revision
        self.client = client
        abilities = ClientAbilities(capabilities ?? [:], revision: revision)
    }
}

/// The `_meta` of a request's parameters.
struct RequestMetadata: Sendable {
    /// The reserved names.
    enum Key {
        static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
        static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
        static let clientInfo = "io.modelcontextprotocol/clientInfo"
        static let logLevel = "io.modelcontextprotocol/logLevel"
        static let serverInfo = "io.modelcontextprotocol/serverInfo"
        static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    }

    private let members: JSONObject

    init(_ parameters: JSONObject) throws(ProtocolError) {
        switch parameters["_meta"] {
        case nil, .null: members = [:]
        case .object(let object): members = object
        default: throw .invalidParams("\"_meta\" must be an object")
        }
    }

    /// Whether the request carries a modern envelope, complete or not.
    var hasEnvelope: Bool {
        members.contains {
            $0.name == Key.protocolVersion || $0.name == Key.clientCapabilities || $0.name == Key.clientInfo
        }
    }

    /// The peer that the envelope describes.
    func envelope() throws(ProtocolError) -> Peer {
        guard let version = members[Key.protocolVersion]?.stringValue else {
            throw .invalidParams("_meta must have \"\(Key.protocolVersion)\", a string")
        }
        guard let revision = ProtocolRevision(rawValue: version), revision.isModern else {
            throw .unsupportedRevision(version)
        }
        guard let capabilities = members[Key.clientCapabilities]?.objectValue else {
            throw .invalidParams("_meta must have \"\(Key.clientCapabilities)\", an object")
        }
        _ = try logLevel()
        return Peer(revision: revision, client: Implementation(members[Key.clientInfo]), capabilities: capabilities)
    }

    /// The least level of which the client wants log messages while this request is served; nil for none.
    func logLevel() throws(ProtocolError) -> LogLevel? {
        guard let level = members[Key.logLevel] else { return nil }
        return try LogLevel(level, named: Key.logLevel)
    }

    /// The token under which the client wants to be told of progress.
    var progressToken: JSONValue? { RequestID(members["progressToken"])?.json }

    var traceContext: TraceContext {
        TraceContext(
            traceparent: members["traceparent"]?.stringValue, tracestate: members["tracestate"]?.stringValue,
            baggage: members["baggage"]?.stringValue)
    }
}
