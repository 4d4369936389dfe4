import JSON
import MCP
import Testing

@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct PromptTests {
    private func conversation(_ revision: ProtocolRevision) async throws -> Conversation {
        try await Conversation.speaking(revision, to: ConformanceServer(key: [1]))
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `prompts are listed in the words of the revision`(revision: ProtocolRevision) async throws {
        let conversation = try await Conversation.speaking(revision, to: StubServer())
        let result = try await conversation.exchange("prompts/list")["result"]
        var prompt: JSONObject = ["name": "any"]
        var argument: JSONObject = ["name": "a", "required": true]
        if revision >= .june2025 {
            prompt["title"] = "Any"
            argument["title"] = "The A"
        }
        prompt["arguments"] = [.object(argument)]
        #expect(result?["prompts"] == [.object(prompt)])
        #expect(result?["ttlMs"] == (revision.isModern ? 3_600_000 : nil))
        #expect(result?["cacheScope"] == (revision.isModern ? "private" : nil))
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `a prompt fills in its arguments`(revision: ProtocolRevision) async throws {
        let reply = try await conversation(revision).exchange(
            "prompts/get", ["name": "test_prompt_with_arguments", "arguments": ["arg1": "hello", "arg2": "world"]])
        let text: JSONValue = ["type": "text", "text": "Prompt with arguments: arg1='hello', arg2='world'"]
        #expect(reply["result"]?["messages"] == [["role": "user", "content": text]])
        let names = reply["result"]?.objectValue?.names
        #expect(names == (revision.isModern ? ["resultType", "messages", "_meta"] : ["messages"]))
    }

    @Test(arguments: [
        #"{"name":"none"}"#, "{}", #"{"name":1}"#, #"{"name":"test_prompt_with_arguments"}"#,
        #"{"name":"test_prompt_with_arguments","arguments":{"arg1":"a"}}"#,
        #"{"name":"test_prompt_with_arguments","arguments":{"arg1":"a","arg2":2}}"#,
        #"{"name":"test_simple_prompt","arguments":[]}"#,
    ])
    func `an unknown prompt or a missing argument is refused`(parameters: String) async throws {
        let parameters = try #require(try JSONValue(parsing: parameters).objectValue)
        for revision in [ProtocolRevision.november2024, .november2025, .july2026] {
            #expect(try await conversation(revision).exchange("prompts/get", parameters).errorCode == -32602)
        }
    }

    @Test(arguments: [
        (ProtocolRevision.november2024, ["text", "image", "text", "text", "resource"]),
        (.march2025, ["text", "image", "audio", "text", "resource"]),
        (.june2025, ["text", "image", "audio", "resource_link", "resource"]),
        (.november2025, ["text", "image", "audio", "resource_link", "resource"]),
        (.july2026, ["text", "image", "audio", "resource_link", "resource"]),
    ])
    func `messages have the content that the revision knows`(revision: ProtocolRevision, types: [String]) async throws {
        let server = StubServer(blocks: [
            .text("hello"), .image(base64: "aW1n", mimeType: "image/png"),
            .audio(base64: "d2F2", mimeType: "audio/wav"), .resourceLink(ResourceLink(uri: "test://a", name: "a")),
            .resource(ResourceContents(uri: "test://b", text: "b")),
        ])
        let conversation = try await Conversation.speaking(revision, to: server)
        let reply = try await conversation.exchange("prompts/get", ["name": "any", "arguments": ["a": "x"]])
        let messages = reply["result"]?["messages"]?.arrayValue ?? []
        #expect(messages.map { $0["content"]?["type"]?.stringValue } == types)
        #expect(reply["result"]?["description"] == "It")
    }
}
