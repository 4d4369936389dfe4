package import MCP

extension PhoneServer {
    package func prompts() async -> [Prompt] { offeredPrompts.map(\.definition) }

    package func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, ElicitationForm> {
        guard let prompt = offeredPrompts.first(where: { $0.rawValue == name }) else { throw .unknownPrompt(name) }
        let text = try prompt.text(arguments)
        return .complete(
            PromptResult(description: prompt.definition.description, messages: [PromptMessage(.text(text))]))
    }

    /// The prompts whose tools hosts are told of.
    private var offeredPrompts: [PhonePrompt] {
        let tools = Set(connector.selection.shown.map(\.name))
        return PhonePrompt.allCases.filter { tools.isSuperset(of: $0.tools) }
    }
}
