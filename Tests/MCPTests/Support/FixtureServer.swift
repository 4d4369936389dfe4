import JSON
import MCP
import Synchronization

/// A server with one tool for each thing that a session must cope with.
final class FixtureServer: ServerHandler {
    let information = Implementation(name: "fixture", title: "Fixture", version: "1.2.3")
    let instructions: String? = "Use with care."

    /// Counts the calls that began and those that were cancelled while they waited.
    let begun = Counter()
    let cancelled = Counter()
    /// Opens to let `wait` return.
    let gate = Gate()
    private let entries = Mutex<[RequestContext]>([])

    /// The contexts of all entries, in order.
    var contexts: [RequestContext] { entries.withLock { $0 } }

    func tools() async -> [Tool] {
        [
            Tool(definition: [
                "name": "echo", "title": "Echo", "description": "Answers its arguments.",
                "inputSchema": ["type": "object"], "outputSchema": ["type": "object"],
                "annotations": ["readOnlyHint": true],
            ]),
            Tool(definition: ["name": "wait", "inputSchema": ["type": "object"]]),
        ]
    }

    func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> ToolReply {
        entries.withLock { $0.append(context) }
        begun.increment()
        switch name {
        case "echo":
            return .complete(ToolResult(text: "echo", structuredContent: arguments))
        case "structured":
            return .complete(ToolResult(structuredContent: ["a": 1]))
        case "length":
            return .complete(ToolResult(text: "\(arguments["text"]?.stringValue?.utf8.count ?? -1)"))
        case "big":
            return .complete(ToolResult(text: String(repeating: "x", count: 200_000)))
        case "wait":
            if await !gate.pass() { cancelled.increment() }
            return .complete(ToolResult(text: "waited"))
        case "stubborn":
            await gate.passUncancelled()
            return .complete(ToolResult(text: "at last"))
        case "content":
            return .complete(ToolResult(content: Self.blocks))
        case "fail":
            return .complete(ToolResult(text: "no such number", isError: true))
        case "progress":
            context.reportProgress(1, total: 3, message: "begun")
            context.reportProgress(1, total: 3)
            context.reportProgress(0.5, total: 3)
            context.reportProgress(3, total: 3)
            return .complete(ToolResult(text: "done"))
        case "ask":
            guard let answer = context.answers["confirm"] else { return Self.question }
            return .complete(ToolResult(text: "\(answer) \(context.requestState ?? "-")"))
        case "ask_two":
            guard context.answers.isEmpty else {
                let keys = context.answers.keys.sorted().joined(separator: ",")
                return .complete(ToolResult(text: keys))
            }
            return .inputRequired(
                ["first": Self.form("First?"), "second": Self.form("Second?")], state: nil)
        case "ask_for_ever": return Self.question
        case "ask_late":
            if let answer = context.answers["confirm"] { return .complete(ToolResult(text: "\(answer)")) }
            await gate.passUncancelled()
            return Self.question
        case "ask_and_wait":
            if context.answers.isEmpty { return Self.question }
            if await !gate.pass() { cancelled.increment() }
            return .complete(ToolResult(text: "waited"))
        case "ask_nothing": return .inputRequired([:], state: nil)
        case "tampered": throw .invalidParams("The request state is not ours.")
        default: throw .unknownTool(name)
        }
    }

    private static let question = ToolReply.inputRequired(["confirm": form("Send it?")], state: "v1")

    private static func form(_ message: String) -> ElicitationForm {
        ElicitationForm(
            message: message,
            requestedSchema: [
                "type": "object", "properties": ["confirm": ["type": "boolean"]], "required": ["confirm"],
            ])
    }

    private static let blocks: [ContentBlock] = [
        .text("hello", annotations: ContentAnnotations(audience: [.user], priority: 0.5, lastModified: "2026-01-01")),
        .image(base64: "aW1n", mimeType: "image/png"),
        .audio(base64: "d2F2", mimeType: "audio/wav"),
        .resourceLink(
            ResourceLink(
                uri: "test://a", name: "a", title: "The A", description: "a letter", mimeType: "text/plain", size: 1)),
        .resource(ResourceContents(uri: "test://b", mimeType: "text/plain", text: "b")),
        .resource(ResourceContents(uri: "test://c", body: .blob(base64: "Yw=="))),
    ]
}
