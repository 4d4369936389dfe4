import JSON

/// The other side of a request: what it told of itself, in the request or in `initialize`.
struct Peer: Sendable {
    let revision: ProtocolRevision
    let client: Implementation?
    let canElicitForms: Bool

    init(revision: ProtocolRevision, client: Implementation?, capabilities: JSONObject?) {
        self.revision = revision
        self.client = client
        // `elicitation: {}` has meant forms since before there were other modes.
        if revision >= .june2025, let elicitation = capabilities?["elicitation"]?.objectValue {
            canElicitForms = elicitation.isEmpty || elicitation["form"]?.objectValue != nil
        } else {
            canElicitForms = false
        }
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
    }

    private static let logLevels = [
        "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency",
    ]

    private let members: JSONObject

    init(_ parameters: JSONObject) throws(ProtocolError) {
        switch parameters["_meta"] {
        case nil: members = [:]
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
        if let level = members[Key.logLevel], !Self.logLevels.contains(level.stringValue ?? "") {
            throw .invalidParams("\"\(Key.logLevel)\" must be one of \(Self.logLevels.joined(separator: ", "))")
        }
        return Peer(revision: revision, client: Implementation(members[Key.clientInfo]), capabilities: capabilities)
    }

    /// The token under which the client wants to be told of progress.
    var progressToken: JSONValue? { RequestID(members["progressToken"])?.json }

    var traceContext: TraceContext {
        TraceContext(
            traceparent: members["traceparent"]?.stringValue, tracestate: members["tracestate"]?.stringValue,
            baggage: members["baggage"]?.stringValue)
    }
}
