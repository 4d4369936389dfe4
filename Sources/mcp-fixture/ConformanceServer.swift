import JSON
import MCP
import Synchronization

/// The server that the scenarios of the official conformance suite expect, tool by tool and word by word.
///
/// It does nothing useful. Beside the fixed names and contents of the scenarios it shows each feature of the protocol
/// once, so tests of the protocol need no phone.
final class ConformanceServer: ServerHandler {
    typealias Question = InputRequest

    let information = Implementation(name: "mcp-fixture", title: "Conformance fixture", version: "1.0.0")
    let instructions: String? = "A server for tests of the protocol; its tools do nothing."
    let capabilities: ServerCapabilities = [
        .resources, .resourceSubscriptions, .resourceListChanges, .prompts, .promptListChanges, .toolListChanges,
        .completions, .logging,
    ]

    /// Protects the states that travel through clients.
    let seal: StateSeal
    private let listeners = Mutex<[Int: AsyncStream<ListKind>.Continuation]>([:])

    /// Makes a server whose states are sealed with that key, which should be random.
    init(key: [UInt8]) {
        seal = StateSeal(key: key)
    }

    // MARK: Tools

    func tools() async -> [Tool] { Self.fixtures.map(\.tool) }

    func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> Reply<ToolResult, InputRequest> {
        guard let fixture = Self.fixtures.first(where: { $0.tool.name == name }) else { throw .unknownTool(name) }
        return try await fixture.serve(ToolEntry(server: self, tool: name, arguments: arguments, context: context))
    }

    private static let fixtures = ToolFixture.contents + ToolFixture.inputs + ToolFixture.rounds

    // MARK: List changes

    func listChanges() -> AsyncStream<ListKind> {
        let (stream, continuation) = AsyncStream.makeStream(of: ListKind.self)
        let number = listeners.withLock { listeners in
            let number = (listeners.keys.max() ?? 0) + 1
            listeners[number] = continuation
            return number
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { $0[number] = nil }
        }
        return stream
    }

    /// Says that a list has changed.
    func announce(_ kind: ListKind) {
        let continuations = listeners.withLock { Array($0.values) }
        for continuation in continuations { continuation.yield(kind) }
    }

    // MARK: Completion

    func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion {
        let words =
            switch (request.reference, request.argument) {
            case (.prompt("test_prompt_with_arguments"), "arg1"): ["paris", "park", "party", "test-value"]
            case (.prompt("test_prompt_with_arguments"), "arg2"):
                // What was chosen before narrows what is offered.
                request.context["arg1"].map { ["\($0)-one", "\($0)-two"] } ?? ["one", "two"]
            case (.resourceTemplate, "id"): (1...250).map(String.init)
            default: [String]()
            }
        return Completion(words.filter { $0.hasPrefix(request.value) })
    }
}

/// A tool and what it does.
struct ToolFixture: Sendable {
    typealias Serve = @Sendable (ToolEntry) async throws(ProtocolError) -> Reply<ToolResult, InputRequest>

    let tool: Tool
    let serve: Serve

    init(
        _ name: String, _ description: String,
        inputSchema: JSONObject = ["type": "object", "additionalProperties": false],
        serve: @escaping Serve
    ) {
        tool = Tool(definition: [
            "name": .string(name), "description": .string(description), "inputSchema": .object(inputSchema),
        ])
        self.serve = serve
    }

    /// The schema of one required string.
    static func schema(of name: String) -> JSONObject {
        ["type": "object", "properties": [name: ["type": "string"]], "required": [.string(name)]]
    }
}

/// One entry into a tool.
struct ToolEntry: Sendable {
    let server: ConformanceServer
    let tool: String
    let arguments: JSONObject
    let context: RequestContext
}

extension Reply where Value == ToolResult {
    /// The call is over, with one line of text.
    static func text(_ text: String, isError: Bool = false) -> Self {
        .complete(ToolResult(text: text, isError: isError))
    }
}

/// Files small enough to be written down.
enum Sample {
    /// A picture of one red point.
    static let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwADhQGAWjR9awAAAABJRU5ErkJggg=="
    /// A recording of one silent sample.
    static let wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="
}
