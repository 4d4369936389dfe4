import JSON
import MCP
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RevisionTests {
    @Test(arguments: [
        (ProtocolRevision.november2024, ["name", "description", "inputSchema"]),
        (.march2025, ["name", "description", "inputSchema", "annotations"]),
        (.june2025, ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
        (.november2025, ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
    ])
    func `a tool has the fields that the revision knows`(revision: ProtocolRevision, fields: [String]) async throws {
        let conversation = try await Conversation.legacy(revision)
        #expect(try await conversation.ask("tools/list")["result"]?["tools"]?[0]?.objectValue?.names == fields)
    }

    @Test(arguments: [
        (ProtocolRevision.november2024, ["text", "image", "text", "text", "resource", "resource"]),
        (.march2025, ["text", "image", "audio", "text", "resource", "resource"]),
        (.june2025, ["text", "image", "audio", "resource_link", "resource", "resource"]),
        (.november2025, ["text", "image", "audio", "resource_link", "resource", "resource"]),
    ])
    func `content has the types that the revision knows`(revision: ProtocolRevision, types: [String]) async throws {
        let conversation = try await Conversation.legacy(revision)
        let content = try await conversation.ask("tools/call", ["name": "content"])["result"]?["content"]
        #expect(content?.arrayValue?.map { $0["type"]?.stringValue } == types)
        let link = revision >= .june2025 ? nil : "The A: test://a (a letter)"
        #expect(content?[3]?["text"]?.stringValue == link)
        #expect(content?[0]?["annotations"]?["lastModified"] == (revision >= .june2025 ? "2026-01-01" : nil))
    }

    @Test func `content is written in full for the modern era`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "content"])
        #expect(
            reply["result"]?["content"] == [
                [
                    "type": "text", "text": "hello",
                    "annotations": ["audience": ["user"], "priority": 0.5, "lastModified": "2026-01-01"],
                ],
                ["type": "image", "data": "aW1n", "mimeType": "image/png"],
                ["type": "audio", "data": "d2F2", "mimeType": "audio/wav"],
                [
                    "type": "resource_link", "uri": "test://a", "name": "a", "title": "The A",
                    "description": "a letter", "mimeType": "text/plain", "size": 1,
                ],
                ["type": "resource", "resource": ["uri": "test://b", "mimeType": "text/plain", "text": "b"]],
                ["type": "resource", "resource": ["uri": "test://c", "blob": "Yw=="]],
            ])
    }

    @Test(arguments: ProtocolRevision.allCases.filter { !$0.isModern })
    func `a structured answer is also text, and only text for older revisions`(revision: ProtocolRevision) async throws
    {
        let conversation = try await Conversation.legacy(revision)
        let reply = try await conversation.ask("tools/call", ["name": "structured"])
        #expect(reply.firstText == #"{"a":1}"#)
        #expect(reply["result"]?["structuredContent"] == (revision >= .june2025 ? ["a": 1] : nil))
    }
}
