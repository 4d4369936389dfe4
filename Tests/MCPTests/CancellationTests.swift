import JSON
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(15)))
struct CancellationTests {
    /// With one place, a call begins only when the one before has left nothing undone.
    private func conversation() async throws -> Conversation {
        try await Conversation.legacy(.november2025, limits: RequestGate.Limits(running: 1))
    }

    private func cancel(_ id: JSONValue, in conversation: Conversation) {
        conversation.say(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id]])
    }

    @Test func `a cancelled call is not answered`() async throws {
        let conversation = try await conversation()
        conversation.request("tools/call", ["name": "wait"], id: 1)
        await conversation.server.begun.wait(for: 1)
        cancel(1, in: conversation)
        await conversation.server.cancelled.wait(for: 1)
        #expect(try await conversation.ask("tools/call", ["name": "echo"], id: 1).firstText == "echo")
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `a number does not cancel a string`() async throws {
        let conversation = try await conversation()
        conversation.request("tools/call", ["name": "wait"], id: 1)
        await conversation.server.begun.wait(for: 1)
        cancel("1", in: conversation)
        cancel(2, in: conversation)
        conversation.server.gate.open()
        #expect(try await conversation.recorder.next().firstText == "waited")
        #expect(conversation.server.cancelled.value == 0)
    }

    @Test func `a call that waits for its turn is cancelled before it begins`() async throws {
        let conversation = try await conversation()
        conversation.request("tools/call", ["name": "wait"], id: 1)
        await conversation.server.begun.wait(for: 1)
        conversation.request("tools/call", ["name": "fail"], id: 2)
        conversation.request("tools/call", ["name": "echo"], id: 3)
        cancel(2, in: conversation)
        conversation.server.gate.open()
        #expect(try await conversation.recorder.next()["id"] == 1)
        #expect(try await conversation.recorder.next()["id"] == 3)
        #expect(conversation.server.begun.value == 2)
    }

    @Test func `a cancelled call leaves its batch`() async throws {
        let conversation = try await Conversation.legacy(.march2025)
        conversation.say([
            ["jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ["name": "wait"]],
            ["jsonrpc": "2.0", "id": 2, "method": "ping"],
        ])
        await conversation.server.begun.wait(for: 1)
        cancel(1, in: conversation)
        let replies = try await conversation.recorder.next()
        #expect(replies == [["jsonrpc": "2.0", "id": 2, "result": [:]]])
    }

    @Test func `the gate is full when too many wait and opens again`() async throws {
        let opened = Counter()
        let conversation = Conversation(
            limits: RequestGate.Limits(running: 1, waiting: 2), roomAvailable: { opened.increment() })
        let parameters: JSONValue = ["name": "wait", "_meta": .object(Conversation.envelope())]
        for id in 1...2 { conversation.request("tools/call", parameters, id: .number(JSONNumber(Int64(id)))) }
        #expect(!conversation.session.isFull)
        conversation.request("tools/call", parameters, id: 3)
        #expect(conversation.session.isFull)
        // Pings and cancellations need no place.
        #expect(try await conversation.ask("ping", id: "p")["result"] == [:])
        cancel(1, in: conversation)
        await opened.wait(for: 1)
        #expect(!conversation.session.isFull)
        conversation.server.gate.open()
        #expect(try await conversation.recorder.next()["id"] == 2)
        #expect(try await conversation.recorder.next()["id"] == 3)
    }

    @Test func `the gate is full when too many bytes wait`() async throws {
        let conversation = try await Conversation.legacy(.november2025, limits: RequestGate.Limits(bytes: 1_000))
        let padding = JSONValue.string(String(repeating: "x", count: 1_000))
        conversation.request("tools/call", ["name": "wait", "arguments": ["padding": padding]])
        #expect(conversation.session.isFull)
    }

    @Test func `the end of the input cancels calls, and nothing is written for them`() async throws {
        let conversation = try await conversation()
        conversation.request("tools/call", ["name": "wait"], id: 1)
        await conversation.server.begun.wait(for: 1)
        conversation.request("tools/call", ["name": "echo"], id: 2)
        conversation.request("tools/list", id: 3)
        conversation.session.inputClosed()
        await conversation.session.waitUntilAnswered()
        // The list, which waited behind both calls, is the last to leave.
        #expect(try await conversation.recorder.next()["id"] == 3)
        #expect(conversation.recorder.untaken.isEmpty)
        #expect(conversation.server.cancelled.value == 1)
        #expect(conversation.server.begun.value == 1)
        conversation.request("ping", id: 4)
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `a stop lets calls that run be answered`() async throws {
        let conversation = try await conversation()
        conversation.request("tools/call", ["name": "wait"], id: 1)
        await conversation.server.begun.wait(for: 1)
        conversation.request("tools/call", ["name": "echo"], id: 2)
        conversation.session.inputStopped()
        conversation.server.gate.open()
        await conversation.session.waitUntilAnswered()
        #expect(try await conversation.recorder.next().firstText == "waited")
        #expect(conversation.server.begun.value == 1)
    }

    @Test func `whoever waits for the answers goes on when the last call is cancelled`() async throws {
        let conversation = try await conversation()
        let (steps, done) = (StepExecutor(), Counter())
        conversation.request("tools/call", ["name": "stubborn"], id: 1)
        await conversation.server.begun.wait(for: 1)
        Task(executorPreference: steps) {
            await conversation.session.waitUntilAnswered()
            done.increment()
        }
        try await steps.run()
        #expect(done.value == 0)
        cancel(1, in: conversation)
        try await steps.run()
        #expect(done.value == 1)
        conversation.server.gate.open()
    }

    @Test func `whoever has waited for the answers finds them in the output`() async throws {
        // In a round or two of these, an answer would come a moment late.
        for _ in 0..<500 {
            let conversation = Conversation()
            conversation.request("tools/list", ["_meta": .object(Conversation.envelope())])
            await conversation.session.waitUntilAnswered()
            try #require(conversation.recorder.untaken.count == 1)
        }
    }
}
