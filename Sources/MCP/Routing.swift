import JSON

/// What becomes of a request.
enum Route: Sendable {
    /// It is answered at once.
    case answer(JSONObject)
    /// It runs in a task.
    case work(Work)
}

/// A request that takes its time.
struct Work: Sendable {
    /// Whether it calls a tool; such requests are dropped when the client closes the input.
    let isCall: Bool
    let progress: ProgressReporter?
    let operation: @Sendable (RequestGate.Ticket) async throws(ProtocolError) -> JSONObject
}

extension Session {
    /// How long a client may keep what it was told of the server: an hour, which is a process's own time at least.
    private static let cacheHint: JSONObject = ["ttlMs": 3_600_000, "cacheScope": "private"]

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
        // The session sends no log messages, so any level is kept.
        if request.method == "logging/setLevel" { return .answer([:]) }
        return try route(request, metadata, from: peer)
    }

    /// Serves the methods that both eras have, and the one that only the modern era has.
    private func route(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer
    ) throws(ProtocolError) -> Route {
        switch request.method {
        case "server/discover" where peer.revision.isModern:
            return .answer(modern(discovery))
        case "tools/list":
            if let cursor = request.parameters["cursor"], !cursor.isNull {
                throw .invalidParams("Unknown cursor: the list has one page")
            }
            return .work(
                Work(isCall: false, progress: nil) { _ in
                    await self.listTools(for: peer.revision)
                })
        case "tools/call":
            return .work(try call(request.parameters, metadata, from: peer))
        case "initialize" where peer.revision.isModern:
            let versions = ProtocolRevision.modern.map(\.rawValue).joined(separator: ", ")
            throw ProtocolError(
                code: -32601,
                message: "Method not found: initialize is not part of \(versions); use server/discover, "
                    + "or send initialize without an envelope")
        default:
            throw .methodNotFound(request.method)
        }
    }

    private var capabilities: JSONValue { ["tools": [:]] }

    private func initialize(_ parameters: JSONObject) -> JSONObject {
        let revision = ProtocolRevision.negotiated(for: parameters["protocolVersion"]?.stringValue)
        agreed = Peer(
            revision: revision, client: Implementation(parameters["clientInfo"]),
            capabilities: parameters["capabilities"]?.objectValue)
        var result: JSONObject = [
            "protocolVersion": .string(revision.rawValue),
            "capabilities": capabilities,
            "serverInfo": handler.information.json(for: revision),
        ]
        if let instructions = handler.instructions { result["instructions"] = .string(instructions) }
        return result
    }

    private var discovery: JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(ProtocolRevision.modern.map { .string($0.rawValue) }),
            "capabilities": capabilities,
        ]
        if let instructions = handler.instructions { result["instructions"] = .string(instructions) }
        for hint in Self.cacheHint { result[hint.name] = hint.value }
        return result
    }

    private func listTools(for revision: ProtocolRevision) async -> JSONObject {
        let definitions = await handler.tools().map { JSONValue.object($0.definition(for: revision)) }
        var result: JSONObject = ["tools": .array(definitions)]
        guard revision.isModern else { return result }
        for hint in Self.cacheHint { result[hint.name] = hint.value }
        return modern(result)
    }

    /// Adds what every modern result carries.
    func modern(_ result: JSONObject, type: String = "complete") -> JSONObject {
        var complete: JSONObject = ["resultType": .string(type)]
        for member in result { complete[member.name] = member.value }
        complete["_meta"] = [RequestMetadata.Key.serverInfo: handler.information.json(for: .july2026)]
        return complete
    }
}
