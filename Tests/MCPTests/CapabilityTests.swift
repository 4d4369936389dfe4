import JSON
import MCP
import Testing

@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct CapabilityTests {
    private static let optional = [
        "resources/list", "resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe",
        "subscriptions/listen", "prompts/list", "prompts/get", "completion/complete",
    ]

    private func capabilities(_ revision: ProtocolRevision, _ server: any ServerHandler) async throws -> JSONValue? {
        let conversation = try await Conversation.speaking(revision, to: server)
        let opening: JSONObject = ["protocolVersion": .string(revision.rawValue)]
        let reply = try await conversation.exchange(
            revision.isModern ? "server/discover" : "initialize", revision.isModern ? [:] : opening)
        return reply["result"]?["capabilities"]
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `exactly what is declared is advertised`(revision: ProtocolRevision) async throws {
        let full = try await capabilities(revision, ConformanceServer(key: [1]))
        var expected: JSONObject = [
            "tools": ["listChanged": true], "resources": ["subscribe": true, "listChanged": true],
            "prompts": ["listChanged": true], "logging": [:],
        ]
        if revision >= .march2025 { expected["completions"] = [:] }
        #expect(full == .object(expected))
        #expect(try await capabilities(revision, StubServer([.resources])) == ["tools": [:], "resources": [:]])
        #expect(try await capabilities(revision, FixtureServer()) == ["tools": [:]])
    }

    @Test func `a server that declares more than it has answers with nothing`() async throws {
        let conversation = try await Conversation.speaking(.november2025, to: BareServer())
        #expect(try await conversation.exchange("resources/list")["result"] == ["resources": []])
        #expect(try await conversation.exchange("resources/templates/list")["result"] == ["resourceTemplates": []])
        #expect(try await conversation.exchange("resources/read", ["uri": "test://a"]).errorCode == -32002)
        #expect(try await conversation.exchange("resources/subscribe", ["uri": "test://a"])["result"] == [:])
        #expect(try await conversation.exchange("prompts/list")["result"] == ["prompts": []])
        conversation.notify("notifications/initialized", [:])
        #expect(try await conversation.exchange("tools/list")["result"] == ["tools": []])
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `a prompt that is listed and not implemented is unknown, and completed to nothing`() async throws {
        let conversation = try await Conversation.speaking(.november2025, to: ListedPrompts())
        let prompt = try await conversation.exchange("prompts/get", ["name": "any"])
        #expect(prompt["error"] == ["code": -32602, "message": "Unknown prompt: any"])
        let reference: JSONValue = ["type": "ref/prompt", "name": "any"]
        let completion = try await conversation.exchange(
            "completion/complete", ["ref": reference, "argument": ["name": "a", "value": ""]])
        #expect(completion["result"]?["completion"] == ["values": [], "total": 0, "hasMore": false])
    }

    @Test func `a tool without a name has an empty one`() {
        #expect(Tool(definition: ["name": "a"]).name == "a")
        #expect(Tool(definition: ["title": "a"]).name == "")
    }

    @Test(arguments: ProtocolRevision.allCases, optional)
    func `a method of what is not declared is not found`(revision: ProtocolRevision, method: String) async throws {
        let conversation = try await Conversation.speaking(revision, to: FixtureServer())
        #expect(try await conversation.exchange(method, ["uri": "test://a", "name": "a"]).errorCode == -32601)
    }

    @Test(arguments: ProtocolRevision.allCases, optional)
    func `a method of what is declared is found in its era`(revision: ProtocolRevision, method: String) async throws {
        let conversation = try await Conversation.speaking(revision, to: ConformanceServer(key: [1]))
        let code = try await conversation.exchange(method).errorCode
        let isLegacy = ["resources/subscribe", "resources/unsubscribe"].contains(method)
        let isFound = revision.isModern ? !isLegacy : method != "subscriptions/listen"
        #expect((code == -32601) == !isFound)
    }
}

/// A server that implements only what the protocol requires.
private struct BareServer: ServerHandler {
    let information = Implementation(name: "bare", version: "0")
    let instructions: String? = nil
    let capabilities: ServerCapabilities = [.resources, .resourceSubscriptions, .resourceListChanges, .prompts]

    func tools() async -> [Tool] { [] }

    func call(_ name: String, arguments: JSONObject, context: RequestContext) async throws(ProtocolError) -> ToolReply {
        throw .unknownTool(name)
    }
}

/// A server that lists a prompt and does nothing with it.
private struct ListedPrompts: ServerHandler {
    let information = Implementation(name: "listed", version: "0")
    let instructions: String? = nil
    let capabilities: ServerCapabilities = [.prompts, .completions]

    func tools() async -> [Tool] { [] }

    func call(_ name: String, arguments: JSONObject, context: RequestContext) async throws(ProtocolError) -> ToolReply {
        throw .unknownTool(name)
    }

    func prompts() async -> [Prompt] { [Prompt(name: "any")] }
}
