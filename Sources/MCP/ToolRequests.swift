import JSON

extension Session {
    /// Serves `tools/list`.
    func listTools(_ request: Request, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Route {
        try Self.refuseCursor(request.parameters)
        return .work(
            Work { [handler] _ in
                let definitions = await handler.tools().map { JSONValue.object($0.definition(for: peer.revision)) }
                return self.finished(["tools": .array(definitions)], for: peer.revision, caching: Self.listCaching)
            })
    }

    /// Serves `tools/call`.
    func callTool(_ request: Request, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Route {
        guard let name = request.parameters["name"]?.stringValue else {
            throw .invalidParams("tools/call needs \"name\", a string")
        }
        let arguments: JSONObject
        switch request.parameters["arguments"] {
        case nil, .null: arguments = [:]
        case .object(let object): arguments = object
        default: throw .invalidParams("\"arguments\" must be an object")
        }
        return .work(
            try rounds(request, metadata, from: peer) { [handler] context throws(ProtocolError) in
                try await handler.callTurn(name, arguments, context)
            } result: {
                $0.json(for: peer.revision)
            })
    }

    /// Refuses a cursor to a list that has one page.
    static func refuseCursor(_ parameters: JSONObject) throws(ProtocolError) {
        if let cursor = parameters["cursor"], !cursor.isNull {
            throw .invalidParams("Unknown cursor: the list has one page")
        }
    }
}
