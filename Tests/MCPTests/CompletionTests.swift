import JSON
import MCP
import Testing

@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct CompletionTests {
    private func complete(
        _ revision: ProtocolRevision, _ reference: JSONValue, _ argument: JSONValue, context: JSONValue? = nil,
        server: any ServerHandler = ConformanceServer(key: [1])
    ) async throws -> JSONValue {
        let conversation = try await Conversation.speaking(revision, to: server)
        var parameters: JSONObject = ["ref": reference, "argument": argument]
        parameters["context"] = context
        return try await conversation.exchange("completion/complete", parameters)
    }

    private static let prompt: JSONValue = ["type": "ref/prompt", "name": "test_prompt_with_arguments"]

    @Test(arguments: ProtocolRevision.allCases)
    func `an argument of a prompt is completed`(revision: ProtocolRevision) async throws {
        let reply = try await complete(revision, Self.prompt, ["name": "arg1", "value": "par"])
        #expect(
            reply["result"]?["completion"] == ["values": ["paris", "park", "party"], "total": 3, "hasMore": false])
        #expect(reply["result"]?["resultType"] == (revision.isModern ? "complete" : nil))
    }

    @Test func `no more than a hundred values are sent`() async throws {
        let reference: JSONValue = ["type": "ref/resource", "uri": "test://template/{id}/data"]
        let completion = try await complete(.july2026, reference, ["name": "id", "value": ""])["result"]?["completion"]
        #expect(completion?["values"]?.arrayValue?.count == 100)
        #expect(completion?["total"] == 250)
        #expect(completion?["hasMore"] == true)
    }

    @Test func `a handler that knows of more without a number says so`() async throws {
        let reference: JSONValue = ["type": "ref/prompt", "name": "any"]
        let reply = try await complete(.july2026, reference, ["name": "a", "value": ""], server: StubServer())
        #expect(reply["result"]?["completion"] == ["values": [], "hasMore": true])
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `what is filled in already is told from June 2025 on`(revision: ProtocolRevision) async throws {
        let reply = try await complete(
            revision, Self.prompt, ["name": "arg2", "value": ""], context: ["arguments": ["arg1": "x"]])
        let values: JSONValue = revision >= .june2025 ? ["x-one", "x-two"] : ["one", "two"]
        #expect(reply["result"]?["completion"]?["values"] == values)
    }

    @Test(arguments: [
        #"{"type":"ref/prompt","name":"none"}"#, #"{"type":"ref/resource","uri":"test://static-text"}"#,
        #"{"type":"ref/other","name":"x"}"#, #"{"type":"ref/prompt"}"#, "{}", "1",
    ])
    func `an unknown reference is refused`(reference: String) async throws {
        let reply = try await complete(.july2026, try JSONValue(parsing: reference), ["name": "id", "value": ""])
        #expect(reply.errorCode == -32602)
    }

    @Test(arguments: [
        #"{"type":"ref/prompt","name":"any"}"#, #"{"type":"ref/resource","uri":"test://{a}"}"#,
    ])
    func `a reference to what the server has and does not declare is unknown`(reference: String) async throws {
        let reference = try JSONValue(parsing: reference)
        let argument: JSONValue = ["name": "a", "value": ""]
        for (capabilities, code) in [([.completions], -32602), ([.completions, .prompts, .resources], nil)]
            as [(ServerCapabilities, Int64?)]
        {
            let reply = try await complete(.july2026, reference, argument, server: StubServer(capabilities))
            #expect(reply.errorCode == code)
        }
    }

    @Test(arguments: ["{}", #"{"name":"arg1"}"#, #"{"name":"arg1","value":1}"#, "null"])
    func `a malformed argument is refused`(argument: String) async throws {
        #expect(try await complete(.july2026, Self.prompt, try JSONValue(parsing: argument)).errorCode == -32602)
    }
}
