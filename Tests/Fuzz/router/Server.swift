import JSON
import MCP

/// A server with a little of everything, none of which takes long.
struct Server: ServerHandler {
    typealias Question = InputRequest

    let information = Implementation(name: "fuzz", title: "Fuzz", version: "1")
    let instructions: String? = "Do."
    let capabilities: ServerCapabilities = [
        .resources, .resourceSubscriptions, .resourceListChanges, .prompts, .promptListChanges, .toolListChanges,
        .completions, .logging,
    ]

    func tools() async -> [Tool] { [Tool(definition: ["name": "echo", "inputSchema": ["type": "object"]])] }

    func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ToolResult, InputRequest> {
        switch name {
        case "echo": return .complete(ToolResult(structuredContent: arguments))
        case "tell":
            for step in 1...3 { context.reportProgress(Double(step), total: 3, message: "Step") }
            context.log(.info, .object(arguments), logger: "tell")
            return .complete(ToolResult(text: "told", isError: true))
        case "ask":
            guard context.answers.isEmpty, context.results.isEmpty else {
                return .complete(
                    ToolResult(text: "\(context.answers) \(context.results) \(context.requestState ?? "")"))
            }
            let form = ElicitationForm(message: "?", requestedSchema: ["type": "object", "properties": [:]])
            return .inputRequired(["form": .form(form), "roots": .roots], state: "state")
        case "wait":
            // For a while, so that it can be withdrawn.
            for _ in 0..<200 where !Task.isCancelled { await Task.yield() }
            return .complete(ToolResult(text: "waited"))
        default: throw .unknownTool(name)
        }
    }

    func resources(after cursor: String?) async throws(ProtocolError) -> Page<Resource> {
        guard cursor == nil || cursor == "2" else { throw .unknownCursor }
        return Page([Resource(uri: "fuzz://1", name: "one")], next: cursor == nil ? "2" : nil)
    }

    func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, InputRequest> {
        guard uri.hasPrefix("fuzz://") else { throw .resourceNotFound(uri) }
        return .complete(ResourceReading([ResourceContents(uri: uri, text: uri)]))
    }

    func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError) { changed() }

    func prompts() async -> [Prompt] {
        [Prompt(name: "any", title: "Any", arguments: [Prompt.Argument(name: "a", title: "A", isRequired: true)])]
    }

    func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, InputRequest> {
        guard name == "any" else { throw .unknownPrompt(name) }
        return .complete(PromptResult(description: "It", messages: [PromptMessage(.text(arguments["a"] ?? ""))]))
    }

    func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion {
        Completion([request.argument], hasMore: false)
    }

    func listChanges() -> AsyncStream<ListKind> {
        AsyncStream { continuation in
            for kind in ListKind.allCases { continuation.yield(kind) }
            continuation.finish()
        }
    }
}
