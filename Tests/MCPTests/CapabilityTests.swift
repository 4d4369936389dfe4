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
