import JSON
import MCP
import Synchronization

/// A server whose resources, prompts and lists do as a test says.
final class StubServer: ServerHandler {
    typealias Question = InputRequest
    typealias Turn = @Sendable (RequestContext) -> Reply<ToolResult, InputRequest>

    let information = Implementation(name: "stub", version: "0")
    let instructions: String? = nil
    let capabilities: ServerCapabilities

    /// Counts the watches that began and those that ended.
    let watched = Counter()
    let unwatched = Counter()
    private let turn: Turn
    private let blocks: [ContentBlock]
    private let state = Mutex<(changed: [String: [@Sendable () -> Void]], lists: [AsyncStream<ListKind>.Continuation])>(
        ([:], []))

    init(
        _ capabilities: ServerCapabilities = [
            .resources, .resourceSubscriptions, .prompts, .completions, .logging, .toolListChanges, .promptListChanges,
        ], blocks: [ContentBlock] = [], turn: @escaping Turn = { _ in .complete(ToolResult(text: "done")) }
    ) {
        self.capabilities = capabilities
        self.blocks = blocks
        self.turn = turn
    }

    /// The URIs that are watched, each as often as it is.
    var watchedURIs: [String] {
        state.withLock { $0.changed.flatMap { Array(repeating: $0.key, count: $0.value.count) } }
    }

    /// How often the lists are followed.
    var listFollowers: Int { state.withLock(\.lists.count) }

    /// Says that a resource has changed.
    func touch(_ uri: String) {
        for changed in state.withLock({ $0.changed[uri] ?? [] }) { changed() }
    }

    /// Says that a list has changed.
    func announce(_ kind: ListKind) {
        for list in state.withLock(\.lists) { list.yield(kind) }
    }

    func tools() async -> [Tool] { [] }

    func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ToolResult, InputRequest> {
        turn(context)
    }

    func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, InputRequest> {
        switch turn(context) {
        case .complete(let result):
            let text = result.content.count == 1 ? "read" : ""
            return .complete(
                ResourceReading(
                    [ResourceContents(uri: uri, text: text)],
                    caching: Caching(lifetime: .milliseconds(1_500), isPublic: true)))
        case .inputRequired(let questions, let state): return .inputRequired(questions, state: state)
        }
    }

    func resourceTemplates() async -> [ResourceTemplate] {
        [ResourceTemplate(uriTemplate: "test://{a}", name: "any")]
    }

    func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError) {
        guard uri != "test://none" else {
            watched.increment()
            throw .resourceNotFound(uri)
        }
        state.withLock { $0.changed[uri, default: []].append(changed) }
        watched.increment()
        _ = await Gate().pass()
        state.withLock { $0.changed[uri] = nil }
        unwatched.increment()
    }

    func prompts() async -> [Prompt] {
        [Prompt(name: "any", title: "Any", arguments: [Prompt.Argument(name: "a", title: "The A", isRequired: true)])]
    }

    func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, InputRequest> {
        switch turn(context) {
        case .complete: .complete(PromptResult(description: "It", messages: blocks.map { PromptMessage($0) }))
        case .inputRequired(let questions, let state): .inputRequired(questions, state: state)
        }
    }

    func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion {
        Completion(request.context.map { "\($0.key)=\($0.value)" }, hasMore: true)
    }

    func listChanges() -> AsyncStream<ListKind> {
        let (stream, continuation) = AsyncStream.makeStream(of: ListKind.self)
        state.withLock { $0.lists.append(continuation) }
        return stream
    }
}
