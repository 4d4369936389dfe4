import JSON
import MCP
import Testing

@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct ResourceTests {
    private func conversation(_ revision: ProtocolRevision) async throws -> Conversation {
        try await Conversation.speaking(revision, to: ConformanceServer(key: [1]))
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `the list comes in pages and in the words of the revision`(revision: ProtocolRevision) async throws {
        let conversation = try await conversation(revision)
        let first = try await conversation.exchange("resources/list")
        let cursor = try #require(first["result"]?["nextCursor"])
        let second = try await conversation.exchange("resources/list", ["cursor": cursor])
        let resources = [first, second].flatMap { $0["result"]?["resources"]?.arrayValue ?? [] }
        let uris = resources.map { $0["uri"]?.stringValue }
        #expect(uris == ["test://static-text", "test://static-binary", "test://watched-resource"])
        #expect(second["result"]?["nextCursor"] == nil)
        #expect(resources[0]["title"] == (revision >= .june2025 ? "Static text" : nil))
        #expect(resources[0]["annotations"] == ["audience": ["user", "assistant"], "priority": 0.5])
        #expect(resources[1]["size"] == 70)
        #expect(resources[1]["mimeType"] == "image/png")
        #expect(first["result"]?["ttlMs"] == (revision.isModern ? 0 : nil))
        #expect(first["result"]?["cacheScope"] == (revision.isModern ? "private" : nil))
        #expect(first["result"]?["resultType"] == (revision.isModern ? "complete" : nil))
    }

    @Test(arguments: ["\"\"", "\"1\"", "\"02\"", "\"-2\"", "\"4\"", "\"x\"", "2", "[]"])
    func `a cursor that was not given out is refused`(cursor: String) async throws {
        let conversation = try await conversation(.november2025)
        let reply = try await conversation.exchange("resources/list", ["cursor": try JSONValue(parsing: cursor)])
        #expect(reply.errorCode == -32602)
        #expect(try await conversation.exchange("resources/list", ["cursor": .null])["result"] != nil)
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `templates are listed`(revision: ProtocolRevision) async throws {
        let reply = try await conversation(revision).exchange("resources/templates/list")
        var expected: JSONObject = [
            "uriTemplate": "test://template/{id}/data", "name": "template",
            "description": "Data that tells its id", "mimeType": "application/json",
        ]
        if revision >= .june2025 { expected["title"] = "Data by id" }
        #expect(reply["result"]?["resourceTemplates"] == [.object(expected)])
        #expect(reply["result"]?["ttlMs"] == (revision.isModern ? 3_600_000 : nil))
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `text and bytes are read`(revision: ProtocolRevision) async throws {
        let conversation = try await conversation(revision)
        let text = try await conversation.exchange("resources/read", ["uri": "test://template/42/data"])
        #expect(
            text["result"]?["contents"] == [
                [
                    "uri": "test://template/42/data", "mimeType": "application/json",
                    "text": #"{"id":"42","templateTest":true,"data":"Data for ID: 42"}"#,
                ]
            ])
        let blob = try await conversation.exchange("resources/read", ["uri": "test://static-binary"])
        #expect(blob["result"]?["contents"]?[0]?["blob"] == .string(Sample.png))
        let names = text["result"]?.objectValue?.names
        #expect(
            names == (revision.isModern ? ["resultType", "contents", "ttlMs", "cacheScope", "_meta"] : ["contents"]))
    }

    @Test func `the handler says how long a reading may be kept`() async throws {
        let conversation = try await Conversation.speaking(.july2026, to: StubServer())
        let reply = try await conversation.exchange("resources/read", ["uri": "test://a"])
        #expect(reply["result"]?["ttlMs"] == 1_500)
        #expect(reply["result"]?["cacheScope"] == "public")
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `a resource that is not there is named`(revision: ProtocolRevision) async throws {
        let reply = try await conversation(revision).exchange("resources/read", ["uri": "test://none"])
        #expect(reply.errorCode == (revision.isModern ? -32602 : -32002))
        #expect(reply["error"]?["data"] == ["uri": "test://none"])
    }

    @Test func `a read without a URI is malformed`() async throws {
        #expect(try await conversation(.november2025).exchange("resources/read").errorCode == -32602)
        #expect(try await conversation(.november2025).exchange("resources/read", ["uri": 1]).errorCode == -32602)
    }
}
