import JSON
import MCP

extension ConformanceServer {
    func prompts() async -> [Prompt] {
        [
            Prompt(name: "test_simple_prompt", title: "Simple prompt", description: "Says one sentence"),
            Prompt(
                name: "test_prompt_with_arguments", title: "Prompt with arguments", description: "Says its arguments",
                arguments: [
                    Prompt.Argument(name: "arg1", description: "First test argument", isRequired: true),
                    Prompt.Argument(name: "arg2", description: "Second test argument", isRequired: true),
                ]),
            Prompt(
                name: "test_prompt_with_embedded_resource", description: "Holds a resource",
                arguments: [
                    Prompt.Argument(name: "resourceUri", description: "URI of the resource", isRequired: true)
                ]),
            Prompt(name: "test_prompt_with_image", description: "Holds a picture"),
            Prompt(name: "test_input_required_result_prompt", description: "Asks the person first"),
        ]
    }

    func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, InputRequest> {
        switch name {
        case "test_simple_prompt":
            return .messages([.text("This is a simple prompt for testing.")])
        case "test_prompt_with_arguments":
            let (first, second) = (arguments["arg1"] ?? "", arguments["arg2"] ?? "")
            return .messages([.text("Prompt with arguments: arg1='\(first)', arg2='\(second)'")])
        case "test_prompt_with_embedded_resource":
            let resource = ResourceContents(
                uri: arguments["resourceUri"] ?? "", mimeType: "text/plain",
                text: "Embedded resource content for testing.")
            return .messages([.resource(resource), .text("Please process the embedded resource above.")])
        case "test_prompt_with_image":
            return .messages([
                .image(base64: Sample.png, mimeType: "image/png"), .text("Please analyze the image above."),
            ])
        case "test_input_required_result_prompt":
            guard let answer = context.field("context", of: "user_context")?.stringValue else {
                let form = ElicitationForm(
                    message: "What context should the prompt use?",
                    requestedSchema: [
                        "type": "object", "properties": ["context": ["type": "string"]], "required": ["context"],
                    ])
                return .inputRequired(["user_context": .form(form)], state: nil)
            }
            return .messages([.text("Use the following context: \(answer)")])
        default: throw .unknownPrompt(name)
        }
    }
}

extension Reply where Value == PromptResult {
    fileprivate static func messages(_ blocks: [ContentBlock]) -> Self {
        .complete(PromptResult(messages: blocks.map { PromptMessage($0) }))
    }
}
