import JSON
import MCP
import Testing

@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct ConformanceServerTests {
    private static let everything: JSONValue = ["elicitation": [:], "sampling": [:], "roots": [:]]

    private func conversation(_ capabilities: JSONValue = everything) async throws -> Conversation {
        try await Conversation.speaking(.july2026, to: ConformanceServer(key: [1, 2, 3]), capabilities: capabilities)
    }

    private func call(
        _ tool: String, responses: JSONValue? = nil, state: JSONValue? = nil, in conversation: Conversation
    ) async throws -> JSONValue {
        var parameters: JSONObject = ["name": .string(tool)]
        parameters["inputResponses"] = responses
        parameters["requestState"] = state
        return try await conversation.exchange("tools/call", parameters)
    }

    @Test func `tools have names and schemas that every client takes`() async throws {
        let tools = try await conversation().exchange("tools/list")["result"]?["tools"]?.arrayValue ?? []
        #expect(tools.count == 26)
        for tool in tools {
            let name = tool["name"]?.stringValue ?? ""
            #expect((1...64).contains(name.utf8.count))
            #expect(name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
            #expect(tool["description"]?.stringValue?.isEmpty == false)
            #expect(tool["inputSchema"]?["type"] == "object")
        }
    }

    @Test func `a state comes back once the person has confirmed`() async throws {
        let conversation = try await conversation()
        let tool = "test_input_required_result_request_state"
        let question = try await call(tool, in: conversation)["result"]
        let responses: JSONValue = ["confirm": ["action": "accept", "content": ["ok": true]]]
        let reply = try await call(tool, responses: responses, state: question?["requestState"], in: conversation)
        #expect(reply.firstText == "state-ok")
    }

    @Test(arguments: ["", "x", "x.y", "YXNrZWQ.AAAA", "YXNrZWQ"])
    func `a state that was changed is an error of the protocol`(state: String) async throws {
        let conversation = try await conversation()
        let responses: JSONValue = ["confirm": ["action": "accept", "content": ["ok": true]]]
        let tool = "test_input_required_result_tampered_state"
        let reply = try await call(tool, responses: responses, state: .string(state), in: conversation)
        #expect(reply.errorCode == -32602)
    }

    @Test func `a state of one tool is none of another`() async throws {
        let conversation = try await conversation()
        let state = try await call("test_input_required_result_request_state", in: conversation)["result"]?[
            "requestState"]
        let reply = try await call("test_input_required_result_tampered_state", state: state, in: conversation)
        #expect(reply.errorCode == -32602)
    }

    @Test func `two rounds have two states`() async throws {
        let conversation = try await conversation()
        let tool = "test_input_required_result_multi_round"
        let first = try await call(tool, in: conversation)["result"]
        #expect(first?["inputRequests"]?.objectValue?.names == ["step1"])
        let second = try await call(
            tool, responses: ["step1": ["action": "accept", "content": ["name": "Ada"]]],
            state: first?["requestState"], in: conversation)["result"]
        #expect(second?["inputRequests"]?.objectValue?.names == ["step2"])
        #expect(second?["requestState"] != first?["requestState"])
        let last = try await call(
            tool, responses: ["step2": ["action": "accept", "content": ["color": "blue"]]],
            state: second?["requestState"], in: conversation)
        #expect(last.firstText == "Done, Ada: blue")
    }

    @Test(arguments: [
        #"{"wrong":{"action":"accept","content":{"name":"Ada"}}}"#, #"{"user_name":{"action":"decline"}}"#,
        #"{"user_name":{"action":"accept","content":{"name":7}}}"#, "{}",
    ])
    func `a missing or wrong answer is asked for again`(responses: String) async throws {
        let reply = try await call(
            "test_input_required_result_elicitation", responses: try JSONValue(parsing: responses),
            in: try await conversation())
        #expect(reply["result"]?["resultType"] == "input_required")
    }

    @Test(arguments: [
        ("{}", []), (#"{"elicitation":{}}"#, ["elicitation/create"]),
        (#"{"sampling":{}}"#, ["sampling/createMessage"]), (#"{"roots":{}}"#, ["roots/list"]),
        (#"{"elicitation":{},"sampling":{}}"#, ["elicitation/create", "sampling/createMessage"]),
    ])
    func `only what the client declared is asked for`(capabilities: String, methods: [String]) async throws {
        let conversation = try await conversation(try JSONValue(parsing: capabilities))
        let reply = try await call("test_input_required_result_capabilities", in: conversation)
        let requests = reply["result"]?["inputRequests"]?.objectValue?.map { $0.value["method"]?.stringValue ?? "" }
        #expect((requests ?? []) == methods)
    }

    @Test func `an essential capability that is missing is named`() async throws {
        let reply = try await call("test_missing_capability", in: try await conversation([:]))
        #expect(reply.errorCode == -32021)
        #expect(reply["error"]?["data"] == ["requiredCapabilities": ["sampling": [:]]])
    }

    @Test(arguments: [(ProtocolRevision.june2025, 2), (.november2025, 5)])
    func `a form has the enumerations that the revision knows`(revision: ProtocolRevision, count: Int) async throws {
        let conversation = try await Conversation.speaking(
            revision, to: ConformanceServer(key: [1]), capabilities: Self.everything)
        let question = try await call("test_elicitation_sep1330_enums", in: conversation)
        #expect(question["params"]?["requestedSchema"]?["properties"]?.objectValue?.count == count)
    }

    @Test func `progress is told in three rising steps`() async throws {
        let conversation = try await conversation()
        var parameters: JSONObject = ["name": "test_tool_with_progress"]
        var envelope = try #require(conversation.envelope)
        envelope["progressToken"] = "t"
        parameters["_meta"] = .object(envelope)
        var steps: [JSONValue?] = []
        var message = try await conversation.ask("tools/call", .object(parameters))
        while message["method"] == "notifications/progress" {
            steps.append(message["params"]?["progress"])
            message = try await conversation.recorder.next()
        }
        #expect(steps == [0, 50, 100])
    }

    @Test func `a change of a list is told to those who listen`() async throws {
        let conversation = try await conversation()
        _ = try await conversation.exchange(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true, "promptsListChanged": true]], id: "l")
        conversation.begin("tools/call", ["name": "test_trigger_tool_change"], id: 1)
        conversation.begin("tools/call", ["name": "test_trigger_prompt_change"], id: 2)
        var methods: Set<JSONValue?> = []
        for _ in 1...4 { methods.insert(try await conversation.recorder.next()["method"]) }
        #expect(methods == ["notifications/tools/list_changed", "notifications/prompts/list_changed", nil])
    }
}
