import JSON

/// What becomes of a request.
enum Route: Sendable {
    /// It is answered at once.
    case answer(JSONObject)
    /// It runs in a task.
    case work(Work)
    /// It stays open, and whoever keeps it answers it or does not.
    case kept
}

/// A request that takes its time.
struct Work: Sendable {
    typealias Operation = @Sendable (RequestGate.Ticket) async throws(ProtocolError) -> JSONObject

    /// Whether the server's work stands behind it; such requests are dropped when the client closes the input.
    let isCall: Bool
    /// Stops what is sent beside the answer.
    let silence: @Sendable () -> Void
    let operation: Operation

    init(isCall: Bool = false, silence: @escaping @Sendable () -> Void = {}, operation: @escaping Operation) {
        self.isCall = isCall
        self.silence = silence
        self.operation = operation
    }
}

/// A method of the protocol.
struct Method: Sendable {
    enum Era: Sendable {
        case both
        case legacy
        case modern
    }

    typealias Serve =
        @Sendable (Session, Request, RequestMetadata, Peer) throws(ProtocolError) -> Route

    /// The revisions that have it.
    let era: Era
    /// What the server must have declared: one of these, if any are named.
    let needs: ServerCapabilities
    let serve: Serve

    init(_ era: Era = .both, needs: ServerCapabilities = [], _ serve: @escaping Serve) {
        self.era = era
        self.needs = needs
        self.serve = serve
    }

    /// Whether a server of these capabilities has it in this revision.
    func isOffered(in revision: ProtocolRevision, by capabilities: ServerCapabilities) -> Bool {
        let isOfEra =
            switch era {
            case .both: true
            case .legacy: !revision.isModern
            case .modern: revision.isModern
            }
        return isOfEra && (needs.isEmpty || !needs.isDisjoint(with: capabilities))
    }

    /// The methods that both sides must have agreed on a revision for; the others open a connection.
    static let table: [String: Method] = [
        "server/discover": Method(.modern) { session, _, _, _ in .answer(session.discovery) },
        "tools/list": Method { session, request, metadata, peer throws(ProtocolError) in
            try session.listTools(request, metadata, from: peer)
        },
        "tools/call": Method { session, request, metadata, peer throws(ProtocolError) in
            try session.callTool(request, metadata, from: peer)
        },
        "resources/list": Method(needs: .resources) { session, request, metadata, peer throws(ProtocolError) in
            try session.listResources(request, metadata, from: peer)
        },
        "resources/templates/list": Method(needs: .resources) {
            session, request, metadata, peer throws(ProtocolError) in
            try session.listResourceTemplates(request, metadata, from: peer)
        },
        "resources/read": Method(needs: .resources) { session, request, metadata, peer throws(ProtocolError) in
            try session.readResource(request, metadata, from: peer)
        },
        "resources/subscribe": Method(.legacy, needs: .resourceSubscriptions) {
            session, request, _, _ throws(ProtocolError) in
            try session.subscriptions.subscribe(try Session.uri(request))
            return .answer([:])
        },
        "resources/unsubscribe": Method(.legacy, needs: .resourceSubscriptions) {
            session, request, _, _ throws(ProtocolError) in
            session.subscriptions.unsubscribe(try Session.uri(request))
            return .answer([:])
        },
        "subscriptions/listen": Method(.modern, needs: ServerCapabilities.listChanges.union(.resourceSubscriptions)) {
            session, request, _, _ throws(ProtocolError) in
            try session.listen(request)
        },
        "prompts/list": Method(needs: .prompts) { session, request, metadata, peer throws(ProtocolError) in
            try session.listPrompts(request, metadata, from: peer)
        },
        "prompts/get": Method(needs: .prompts) { session, request, metadata, peer throws(ProtocolError) in
            try session.getPrompt(request, metadata, from: peer)
        },
        "completion/complete": Method(needs: .completions) { session, request, metadata, peer throws(ProtocolError) in
            try session.complete(request, metadata, from: peer)
        },
        "logging/setLevel": Method(.legacy) { session, request, _, _ throws(ProtocolError) in
            try session.setLogLevel(request.parameters)
            return .answer([:])
        },
    ]
}

extension Session {
    /// How long a client may keep lists that a process never changes unless it says so.
    static let listCaching = Caching(lifetime: .seconds(3_600))

    /// Finds out who is asking, in which era, and for what.
    func route(_ request: Request) throws(ProtocolError) -> Route {
        let metadata = try RequestMetadata(request.parameters)
        if metadata.hasEnvelope {
            return try route(request, metadata, from: try metadata.envelope())
        }
        switch request.method {
        case "initialize": return .answer(initialize(request.parameters))
        case "ping": return .answer([:])
        default: break
        }
        guard let peer = agreed else {
            throw .invalidParams(
                "Not initialized: send initialize, or put \"\(RequestMetadata.Key.protocolVersion)\" and "
                    + "\"\(RequestMetadata.Key.clientCapabilities)\" into params._meta")
        }
        return try route(request, metadata, from: peer)
    }

    private func route(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer
    ) throws(ProtocolError) -> Route {
        if let method = Method.table[request.method],
            method.isOffered(in: peer.revision, by: handler.capabilities)
        {
            return try method.serve(self, request, metadata, peer)
        }
        if request.method == "initialize" {
            let versions = ProtocolRevision.modern.map(\.rawValue).joined(separator: ", ")
            throw ProtocolError(
                code: -32601,
                message: "Method not found: initialize is not part of \(versions); use server/discover, "
                    + "or send initialize without an envelope")
        }
        throw .methodNotFound(request.method)
    }

    private func initialize(_ parameters: JSONObject) -> JSONObject {
        let revision = ProtocolRevision.negotiated(for: parameters["protocolVersion"]?.stringValue)
        agreed = Peer(
            revision: revision, client: Implementation(parameters["clientInfo"]),
            capabilities: parameters["capabilities"]?.objectValue)
        logThreshold = .debug
        subscriptions.openLegacy()
        var result: JSONObject = [
            "protocolVersion": .string(revision.rawValue),
            "capabilities": handler.capabilities.json(for: revision),
            "serverInfo": handler.information.json(for: revision),
        ]
        if let instructions = handler.instructions { result["instructions"] = .string(instructions) }
        return result
    }

    fileprivate var discovery: JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolRevision.modern.map { .string($0.rawValue) }),
            "capabilities": handler.capabilities.json(for: .july2026),
        ]
        if let instructions = handler.instructions { result["instructions"] = .string(instructions) }
        return finished(result, for: .july2026, caching: Self.listCaching)
    }

    /// Keeps the level that a legacy client sets; where the server sends no log messages, any is as good.
    fileprivate func setLogLevel(_ parameters: JSONObject) throws(ProtocolError) {
        guard handler.capabilities.contains(.logging) else { return }
        logThreshold = try LogLevel(parameters["level"], named: "level")
    }

    /// The log of a request, where its client wants one.
    func logReporter(for metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> LogReporter? {
        guard handler.capabilities.contains(.logging) else { return nil }
        guard peer.revision.isModern else {
            return LogReporter(output: output) { [weak self] in self?.logThreshold ?? .emergency }
        }
        return try metadata.logLevel().map { level in LogReporter(output: output) { level } }
    }

    /// A complete result, with what a modern one carries beside.
    func finished(_ result: JSONObject, for revision: ProtocolRevision, caching: Caching? = nil) -> JSONObject {
        guard revision.isModern else { return result }
        var result = result
        if let caching { result.merge(caching.json) }
        return modern(result)
    }

    /// Adds what every modern result carries.
    func modern(_ result: JSONObject, type: String = "complete", metadata: JSONObject = [:]) -> JSONObject {
        var complete: JSONObject = ["resultType": .string(type)]
        complete.merge(result)
        var metadata = metadata
        metadata[RequestMetadata.Key.serverInfo] = handler.information.json(for: .july2026)
        complete["_meta"] = .object(metadata)
        return complete
    }
}

extension JSONObject {
    /// Sets the members of another object.
    mutating func merge(_ other: JSONObject) {
        for member in other { self[member.name] = member.value }
    }
}
