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

    /// The prompts whose tools the owner chose.
    private var offeredPrompts: [PhonePrompt] {
        PhonePrompt.allCases.filter { $0.tools.allSatisfy { connector.selection.tool($0) != nil } }
    }
}
