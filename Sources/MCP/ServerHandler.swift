public import JSON

/// What a server offers, apart from how the protocol says it.
///
/// A session calls it from many tasks at once. A request that the client cancels has its task cancelled, and whatever
/// is returned afterwards is dropped. Only tools are required; of the rest, a server implements what it declares in
/// ``capabilities``, and the session asks for nothing else.
public protocol ServerHandler: Sendable {
    /// What the server asks clients for; forms, unless the server says otherwise.
    associatedtype Question: InputRequestConvertible = ElicitationForm

    /// The server's name and version.
    var information: Implementation { get }

    /// How to use the server, for the model; some hosts cut it at 2,048 characters.
    var instructions: String? { get }

    /// What the server offers beside tools; always the same.
    var capabilities: ServerCapabilities { get }

    /// The tools, always in the same order.
    ///
    /// They may depend on the configuration, but not on the connection or on earlier requests.
    func tools() async -> [Tool]

    /// Serves a call.
    ///
    /// - Parameters:
    ///   - name: The tool, which may be unknown: then throw ``ProtocolError/unknownTool(_:)``.
    ///   - arguments: The arguments, unchecked; empty where the request has none.
    ///   - context: The request; on a later entry it holds the answers to the questions of the one before.
    func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ToolResult, Question>

    /// A page of the resources that are worth listing.
    ///
    /// - Parameter cursor: Where the page begins, as the one before said; where there is no such page, throw
    ///   ``ProtocolError/unknownCursor``. Nil for the first page.
    func resources(after cursor: String?) async throws(ProtocolError) -> Page<Resource>

    /// The families of resources.
    func resourceTemplates() async -> [ResourceTemplate]

    /// Reads a resource.
    ///
    /// - Throws: ``ProtocolError/resourceNotFound(_:)`` where there is none.
    func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, Question>

    /// Watches a resource until the task is cancelled, and calls `changed` each time after it changed.
    ///
    /// One watch serves everyone in the session who wants to know of that resource. Changes in quick succession may be
    /// told as one. A watch that returns or throws is begun again only when a client's subscriptions change.
    func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError)

    /// The prompts, always in the same order.
    func prompts() async -> [Prompt]

    /// Prepares a prompt.
    ///
    /// - Parameters:
    ///   - name: One of ``prompts()``.
    ///   - arguments: The arguments, all required ones among them.
    ///   - context: The request.
    func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, Question>

    /// Completes an argument of a prompt or a variable of a resource template.
    ///
    /// Clients ask with each key that is typed, so it should be cheap, and tell nothing that a read would not tell.
    func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion

    /// The lists that change, from now on, each time one does.
    ///
    /// Called once for a session, when somebody first wants to know; never for a server that declares no list changes.
    func listChanges() -> AsyncStream<ListKind>
}

extension ServerHandler {
    /// Nothing beside tools.
    public var capabilities: ServerCapabilities { [] }

    /// No resources.
    public func resources(after cursor: String?) async throws(ProtocolError) -> Page<Resource> { Page([]) }

    /// No templates.
    public func resourceTemplates() async -> [ResourceTemplate] { [] }

    /// No resource is there.
    public func readResource(
        _ uri: String, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ResourceReading, Question> {
        throw .resourceNotFound(uri)
    }

    /// Nothing changes.
    public func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError) {}

    /// No prompts.
    public func prompts() async -> [Prompt] { [] }

    /// No prompt is there.
    public func prompt(
        _ name: String, arguments: [String: String], context: RequestContext
    ) async throws(ProtocolError) -> Reply<PromptResult, Question> {
        throw .unknownPrompt(name)
    }

    /// Nothing to complete to.
    public func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion { Completion([]) }

    /// No list changes.
    public func listChanges() -> AsyncStream<ListKind> { AsyncStream { $0.finish() } }

    // What a session, which does not know the type of the questions, enters.

    func callTurn(
        _ name: String, _ arguments: JSONObject, _ context: RequestContext
    ) async throws(ProtocolError) -> Turn<ToolResult> {
        try await call(name, arguments: arguments, context: context).turn
    }

    func promptTurn(
        _ name: String, _ arguments: [String: String], _ context: RequestContext
    ) async throws(ProtocolError) -> Turn<PromptResult> {
        try await prompt(name, arguments: arguments, context: context).turn
    }

    func readTurn(_ uri: String, _ context: RequestContext) async throws(ProtocolError) -> Turn<ResourceReading> {
        try await readResource(uri, context: context).turn
    }
}
