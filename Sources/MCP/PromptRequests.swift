import JSON

extension Session {
    /// Serves `prompts/list`.
    func listPrompts(_ request: Request, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Route {
        try Self.refuseCursor(request.parameters)
        return .work(
            Work { [handler] _ in
                let prompts = await handler.prompts().map { $0.json(for: peer.revision) }
                return self.finished(["prompts": .array(prompts)], for: peer.revision, caching: Self.listCaching)
            })
    }

    /// Serves `prompts/get`.
    func getPrompt(_ request: Request, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Route {
        guard let name = request.parameters["name"]?.stringValue else {
            throw .invalidParams("prompts/get needs \"name\", a string")
        }
        let arguments = try Self.strings(request.parameters["arguments"], "arguments")
        return .work(
            try rounds(request, metadata, from: peer) { [handler] context throws(ProtocolError) in
                guard let prompt = await handler.prompts().first(where: { $0.name == name }) else {
                    throw .unknownPrompt(name)
                }
                for argument in prompt.arguments where argument.isRequired && arguments[argument.name] == nil {
                    throw .invalidParams("The prompt \(name) needs the argument \"\(argument.name)\"")
                }
                return try await handler.promptTurn(name, arguments, context)
            } result: {
                $0.json(for: peer.revision)
            })
    }
}
