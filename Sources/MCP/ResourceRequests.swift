import JSON

extension Session {
    /// Serves `resources/list`.
    func listResources(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer
    ) throws(ProtocolError) -> Route {
        let cursor: String?
        switch request.parameters["cursor"] {
        case nil, .null: cursor = nil
        case .string(let text): cursor = text
        default: throw .invalidParams("\"cursor\" must be a string")
        }
        return .work(
            Work(isCall: true) { [handler] _ throws(ProtocolError) in
                let page = try await handler.resources(after: cursor)
                var result: JSONObject = ["resources": .array(page.items.map { $0.json(for: peer.revision) })]
                if let next = page.next { result["nextCursor"] = .string(next) }
                return self.finished(result, for: peer.revision, caching: page.caching)
            })
    }

    /// Serves `resources/templates/list`.
    func listResourceTemplates(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer
    ) throws(ProtocolError) -> Route {
        try Self.refuseCursor(request.parameters)
        return .work(
            Work { [handler] _ in
                let templates = await handler.resourceTemplates().map { $0.json(for: peer.revision) }
                return self.finished(
                    ["resourceTemplates": .array(templates)], for: peer.revision, caching: Self.listCaching)
            })
    }

    /// Serves `resources/read`.
    func readResource(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer
    ) throws(ProtocolError) -> Route {
        let uri = try Self.uri(request)
        return .work(
            try rounds(request, metadata, from: peer) { [handler] context throws(ProtocolError) in
                do throws(ProtocolError) {
                    return try await handler.readTurn(uri, context)
                } catch  where !peer.revision.isModern && error.isResourceNotFound {
                    throw ProtocolError(code: -32002, message: error.message, data: error.data)
                }
            } result: { reading in
                var result: JSONObject = ["contents": .array(reading.contents.map { .object($0.json) })]
                if peer.revision.isModern { result.merge(reading.caching.json) }
                return result
            })
    }

    /// The URI that a request names.
    static func uri(_ request: Request) throws(ProtocolError) -> String {
        guard let uri = request.parameters["uri"]?.stringValue else {
            throw .invalidParams("\(request.method) needs \"uri\", a string")
        }
        return uri
    }
}

extension ProtocolError {
    /// Whether this is ``resourceNotFound(_:)``.
    fileprivate var isResourceNotFound: Bool { code == -32602 && data?["uri"] != nil }
}
