import JSON
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(5)))
struct ElicitationTests {
    private static let forms: JSONValue = ["elicitation": [:]]
    private static let call: JSONValue = ["name": "ask"]
    private static let schema: JSONValue = [
        "type": "object", "properties": ["confirm": ["type": "boolean"]], "required": ["confirm"],
    ]

    private func answer(_ question: JSONValue, _ result: JSONValue, in conversation: Conversation) {
        conversation.say(["jsonrpc": "2.0", "id": question["id"] ?? .null, "result": result])
    }

    // MARK: Modern

    @Test func `a modern call asks in its result and goes on in the next request`() async throws {
        let conversation = Conversation()
        let question = try await conversation.askModern("tools/call", ["name": "ask"], capabilities: Self.forms)
        #expect(question["result"]?["resultType"] == "input_required")
        #expect(question["result"]?["requestState"] == "v1")
        #expect(
            question["result"]?["inputRequests"] == [
                "confirm": [
                    "method": "elicitation/create",
                    "params": ["mode": "form", "message": "Send it?", "requestedSchema": Self.schema],
                ]
            ])
        #expect(question["result"]?["_meta"]?["io.modelcontextprotocol/serverInfo"] != nil)
        #expect(question["result"]?["ttlMs"] == nil)

        let reply = try await conversation.askModern(
            "tools/call",
            [
                "name": "ask", "requestState": "v1",
                "inputResponses": [
                    "confirm": ["action": "accept", "content": ["confirm": true]], "unknown": ["action": "cancel"],
                ],
            ], capabilities: Self.forms, id: 2)
        #expect(reply["result"]?["resultType"] == "complete")
        let context = try #require(conversation.server.contexts.last)
        #expect(context.answers["confirm"] == .accept(["confirm": true]))
        #expect(context.requestState == "v1")
    }

    @Test func `forms are asked in their order`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "ask_two"], capabilities: Self.forms)
        #expect(reply["result"]?["inputRequests"]?.objectValue?.names == ["first", "second"])
        #expect(reply["result"]?["requestState"] == nil)
    }

    @Test(arguments: [
        (#"{"action":"decline"}"#, ElicitationAnswer.decline), (#"{"action":"cancel"}"#, .cancel),
        (#"{"action":"accept"}"#, .accept([:])), (#"{"action":"accept","content":null}"#, .accept([:])),
    ])
    func `each action is an answer`(response: String, expected: ElicitationAnswer) async throws {
        let conversation = Conversation()
        _ = try await conversation.askModern(
            "tools/call", ["name": "ask", "inputResponses": ["confirm": try JSONValue(parsing: response)]])
        #expect(conversation.server.contexts.last?.answers["confirm"] == expected)
    }

    @Test(arguments: [
        #"{"inputResponses":[]}"#, #"{"inputResponses":{"confirm":{"action":"maybe"}}}"#,
        #"{"inputResponses":{"confirm":{"action":"accept","content":1}}}"#, #"{"requestState":1}"#,
    ])
    func `malformed answers are refused`(extra: String) async throws {
        let conversation = Conversation()
        var parameters = try #require(try JSONValue(parsing: extra).objectValue)
        parameters["name"] = "ask"
        #expect(try await conversation.askModern("tools/call", parameters).errorCode == -32602)
        #expect(conversation.server.begun.value == 0)
    }

    @Test func `a client that cannot ask is told which capability is missing`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "ask"])
        #expect(reply.errorCode == -32021)
        #expect(reply["error"]?["data"] == ["requiredCapabilities": ["elicitation": ["form": [:]]]])
        let legacy = try await Conversation.legacy(.march2025, capabilities: Self.forms)
        #expect(try await legacy.ask("tools/call", Self.call).errorCode == -32021)
    }

    @Test func `a question without forms or state is the server's fault`() async throws {
        #expect(try await Conversation().askModern("tools/call", ["name": "ask_nothing"]).errorCode == -32603)
    }

    // MARK: Legacy

    @Test(arguments: [ProtocolRevision.june2025, .november2025])
    func `a legacy call asks the client and goes on with the answer`(revision: ProtocolRevision) async throws {
        let conversation = try await Conversation.legacy(revision, capabilities: Self.forms)
        let question = try await conversation.ask("tools/call", Self.call, id: 9)
        #expect(question["method"] == "elicitation/create")
        #expect(question["params"]?["message"] == "Send it?")
        #expect(question["params"]?["requestedSchema"] == Self.schema)
        #expect(question["params"]?["mode"] == (revision == .june2025 ? nil : "form"))

        // The input is still read meanwhile, and another's id answers nothing.
        #expect(try await conversation.ask("ping")["result"] == [:])
        conversation.say(["jsonrpc": "2.0", "id": "server-77", "result": ["action": "accept"]])
        answer(question, ["action": "accept", "content": ["confirm": true]], in: conversation)
        let reply = try await conversation.recorder.next()
        #expect(reply["id"] == 9)
        #expect(reply.firstText?.hasSuffix(" v1") == true)
        let contexts = conversation.server.contexts
        #expect(contexts.map(\.answers) == [[:], ["confirm": .accept(["confirm": true])]])
        #expect(contexts.map(\.requestState) == [nil, "v1"])
    }

    @Test func `two forms are asked at once`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        let first = try await conversation.ask("tools/call", ["name": "ask_two"])
        let second = try await conversation.recorder.next()
        #expect(first["id"] != second["id"])
        answer(second, ["action": "decline"], in: conversation)
        answer(first, ["action": "cancel"], in: conversation)
        #expect(try await conversation.recorder.next().firstText == "first,second")
    }

    @Test func `a client's error or a malformed answer means that it could not ask`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        let question = try await conversation.ask("tools/call", Self.call)
        conversation.say([
            "jsonrpc": "2.0", "id": question["id"] ?? .null, "error": ["code": -32601, "message": "no dialogs"],
        ])
        _ = try await conversation.recorder.next()
        #expect(conversation.server.contexts.last?.answers["confirm"] == .unavailable("no dialogs"))

        answer(try await conversation.ask("tools/call", Self.call), ["action": 1], in: conversation)
        _ = try await conversation.recorder.next()
        guard case .unavailable = conversation.server.contexts.last?.answers["confirm"] else {
            Issue.record("a malformed answer was taken for one")
            return
        }
    }

    @Test func `a question is withdrawn when the time is over`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        let question = try await conversation.ask("tools/call", Self.call)
        await conversation.clock.sleeps.wait(for: 1)
        conversation.clock.advance(by: .seconds(49))
        #expect(conversation.recorder.untaken.isEmpty)
        conversation.clock.advance(by: .seconds(1))
        let withdrawal = try await conversation.recorder.next()
        #expect(withdrawal["method"] == "notifications/cancelled")
        #expect(withdrawal["params"]?["requestId"] == question["id"])
        #expect(try await conversation.recorder.next().firstText == "timedOut v1")
        // Too late.
        answer(question, ["action": "accept"], in: conversation)
        #expect(try await conversation.ask("ping")["result"] == [:])
    }

    @Test func `the time is one for all questions of a call`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        var question = try await conversation.ask("tools/call", ["name": "ask_for_ever"])
        await conversation.clock.sleeps.wait(for: 1)
        conversation.clock.advance(by: .seconds(30))
        answer(question, ["action": "decline"], in: conversation)
        question = try await conversation.recorder.next()
        await conversation.clock.sleeps.wait(for: 2)
        conversation.clock.advance(by: .seconds(20))
        #expect(try await conversation.recorder.next()["params"]?["requestId"] == question["id"])
        // No time is left, so nothing more is asked and the rounds run out.
        #expect(try await conversation.recorder.next().errorCode == -32603)
        #expect(conversation.server.contexts.last?.answers["confirm"] == .timedOut)
    }

    @Test func `cancelling the call withdraws the question and ends the call`() async throws {
        let conversation = try await Conversation.legacy(
            .november2025, capabilities: Self.forms, limits: RequestGate.Limits(running: 1))
        let question = try await conversation.ask("tools/call", Self.call, id: 4)
        conversation.say(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 4]])
        let withdrawal = try await conversation.recorder.next()
        #expect(withdrawal["params"]?["requestId"] == question["id"])
        #expect(try await conversation.ask("tools/call", ["name": "echo"], id: 4).firstText == "echo")
        #expect(conversation.recorder.untaken.isEmpty)
        #expect(conversation.server.begun.value == 2)
    }

    @Test func `a question of a call that is cancelled already is not waited for`() async {
        let clientRequests = ClientRequests(output: Recorder(), limit: .seconds(50), clock: ManualClock())
        let gate = Gate()
        let asking = Task {
            await gate.passUncancelled()
            let form = ElicitationForm(message: "?", requestedSchema: [:])
            let questions = [(key: "a", request: InputRequest.form(form))]
            return await clientRequests.ask(questions, revision: .november2025, within: .seconds(50)).outcomes
        }
        asking.cancel()
        gate.open()
        #expect(await asking.value.map(\.outcome) == [ClientRequests.cancelled])
    }

    @Test func `an answer that came in time is acted on in time, or not at all`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        let question = try await conversation.ask("tools/call", ["name": "ask_and_wait"])
        await conversation.clock.sleeps.wait(for: 1)
        conversation.clock.advance(by: .seconds(49))
        answer(question, ["action": "accept"], in: conversation)
        await conversation.clock.sleeps.wait(for: 2)
        conversation.clock.advance(by: .seconds(9))
        await conversation.server.cancelled.wait(for: 1)
        #expect(try await conversation.recorder.next().firstText == "waited")
    }

    @Test func `a call that runs on after a stop is told that nobody can be asked`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        conversation.request("tools/call", ["name": "ask_late"])
        await conversation.server.begun.wait(for: 1)
        conversation.session.inputStopped()
        conversation.server.gate.open()
        #expect(try await conversation.recorder.next().firstText == "unavailable(\"the client is gone\")")
    }

    @Test func `the end of the input ends the wait in silence`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        _ = try await conversation.ask("tools/call", Self.call)
        conversation.session.inputClosed()
        await conversation.session.waitUntilAnswered()
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `calls that wait for the person do not keep the answers out`() async throws {
        let conversation = try await Conversation.legacy(
            .november2025, capabilities: Self.forms, limits: RequestGate.Limits(running: 1, waiting: 1))
        var questions: [JSONValue] = []
        for id in 1...5 {
            questions.append(try await conversation.ask("tools/call", Self.call, id: .number(JSONNumber(Int64(id)))))
        }
        #expect(!conversation.session.isFull)
        for question in questions.reversed() { answer(question, ["action": "decline"], in: conversation) }
        var ids: Set<JSONValue> = []
        for _ in 1...5 { ids.insert(try await conversation.recorder.next()["id"] ?? .null) }
        #expect(ids == [1, 2, 3, 4, 5])
    }

    @Test func `questions beyond the limit are not asked`() async throws {
        let conversation = try await Conversation.legacy(.november2025, capabilities: Self.forms)
        for id in 1...ClientRequests.maximumOpen {
            let question = try await conversation.ask("tools/call", Self.call, id: .number(JSONNumber(Int64(id))))
            #expect(question["method"] == "elicitation/create")
        }
        let reply = try await conversation.ask("tools/call", Self.call, id: "over")
        #expect(reply["id"] == "over")
        #expect(reply.firstText?.hasPrefix("unavailable") == true)
    }
}
