import JSON
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(5)))
struct SubscriptionTests {
    private static let key = "io.modelcontextprotocol/subscriptionId"
    private static let legacy = ProtocolRevision.allCases.filter { !$0.isModern }

    private func listen(
        _ conversation: Conversation, _ filter: JSONValue, id: JSONValue = "listen-1"
    ) async throws -> JSONValue {
        try await conversation.exchange("subscriptions/listen", ["notifications": filter], id: id)
    }

    private func updated(_ uri: String, for id: JSONValue? = nil) -> JSONValue {
        var parameters: JSONObject = ["uri": .string(uri)]
        if let id { parameters["_meta"] = [Self.key: id] }
        return ["jsonrpc": "2.0", "method": "notifications/resources/updated", "params": .object(parameters)]
    }

    // MARK: Legacy

    @Test(arguments: legacy)
    func `a legacy client is told of what it subscribed to`(revision: ProtocolRevision) async throws {
        let server = StubServer()
        let conversation = try await Conversation.speaking(revision, to: server)
        #expect(try await conversation.exchange("resources/subscribe", ["uri": "test://a"])["result"] == [:])
        #expect(try await conversation.exchange("resources/subscribe", ["uri": "test://a"])["result"] == [:])
        await server.watched.wait(for: 1)
        server.touch("test://a")
        #expect(try await conversation.recorder.next() == updated("test://a"))
        #expect(try await conversation.exchange("resources/unsubscribe", ["uri": "test://a"])["result"] == [:])
        #expect(try await conversation.exchange("resources/unsubscribe", ["uri": "test://b"])["result"] == [:])
        await server.unwatched.wait(for: 1)
        #expect(server.watched.value == 1)
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test(arguments: legacy)
    func `a legacy client is told of the lists that the server declared`(revision: ProtocolRevision) async throws {
        let server = StubServer([.resources, .prompts, .toolListChanges])
        let conversation = try await Conversation.speaking(revision, to: server)
        #expect(server.listFollowers == 0)
        conversation.notify("notifications/initialized", [:])
        server.announce(.prompts)
        server.announce(.tools)
        let message = try await conversation.recorder.next()
        #expect(message == ["jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": [:]])
    }

    @Test func `a new initialize forgets the subscriptions`() async throws {
        let server = StubServer()
        let conversation = try await Conversation.speaking(.november2025, to: server)
        _ = try await conversation.exchange("resources/subscribe", ["uri": "test://a"])
        await server.watched.wait(for: 1)
        _ = try await conversation.exchange("initialize", ["protocolVersion": "2025-11-25"])
        await server.unwatched.wait(for: 1)
    }

    @Test func `a watch that fails is begun again when somebody asks anew`() async throws {
        let server = StubServer()
        let conversation = try await Conversation.speaking(.november2025, to: server)
        var tries = 1
        _ = try await conversation.exchange("resources/subscribe", ["uri": "test://none"])
        await server.watched.wait(for: 1)
        // The end of the failed watch is not told, so ask until it has been noticed.
        while server.watched.value == 1 {
            tries += 1
            _ = try await conversation.exchange("resources/subscribe", ["uri": "test://none"])
            await Task.yield()
        }
        #expect(tries > 1)
    }

    @Test func `a change that waited for room in the output is not told to who is gone`() async throws {
        let (server, output) = (StubServer(), FullOutput())
        let session = Session(handler: server, output: output)
        func say(_ method: String, _ parameters: JSONValue, id: JSONValue? = nil) {
            var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method), "params": parameters]
            message["id"] = id
            session.receive(line: JSONValue.object(message).bytes())
        }
        say("initialize", ["protocolVersion": "2025-11-25"], id: 1)
        say("notifications/initialized", [:])
        say("resources/subscribe", ["uri": "test://a"], id: 2)
        await server.watched.wait(for: 1)
        server.touch("test://a")
        server.announce(.tools)
        await output.waits.wait(for: 2)
        say("resources/unsubscribe", ["uri": "test://a"], id: 3)
        session.inputStopped()
        output.gate.open()
        await server.unwatched.wait(for: 1)
        await output.passed.wait(for: 2)
        withExtendedLifetime(session) {}
        #expect(output.recorder.untaken.map { $0["id"] } == [1, 2, 3])
    }

    // MARK: Modern

    @Test(arguments: [JSONValue.string("1"), 1, 0])
    func `a stream is acknowledged first and carries its id`(id: JSONValue) async throws {
        let server = StubServer()
        let conversation = try await Conversation.speaking(.july2026, to: server)
        let filter: JSONValue = [
            "toolsListChanged": true, "promptsListChanged": false, "resourcesListChanged": true,
            "resourceSubscriptions": ["test://a", "test://a"],
        ]
        // The stub does not declare changes of the resources' list.
        #expect(
            try await listen(conversation, filter, id: id) == [
                "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
                "params": [
                    "notifications": ["toolsListChanged": true, "resourceSubscriptions": ["test://a"]],
                    "_meta": [Self.key: id],
                ],
            ])
        await server.watched.wait(for: 1)
        server.touch("test://a")
        #expect(try await conversation.recorder.next() == updated("test://a", for: id))
        for kind in [ListKind.prompts, .resources, .tools] { server.announce(kind) }
        let change = try await conversation.recorder.next()
        #expect(change["method"] == "notifications/tools/list_changed")
        #expect(change["params"] == ["_meta": [Self.key: id]])
    }

    @Test func `one watch serves all, and the last who leaves ends it`() async throws {
        let server = StubServer()
        let conversation = try await Conversation.speaking(.july2026, to: server)
        let filter: JSONValue = ["resourceSubscriptions": ["test://a"]]
        _ = try await listen(conversation, filter, id: "one")
        _ = try await listen(conversation, filter, id: "two")
        _ = try await conversation.ask("initialize", ["protocolVersion": "2025-06-18"])
        _ = try await conversation.ask("resources/subscribe", ["uri": "test://a"])
        await server.watched.wait(for: 1)
        #expect(server.watchedURIs == ["test://a"])
        server.touch("test://a")
        var messages: Set<JSONValue> = []
        for _ in 1...3 { messages.insert(try await conversation.recorder.next()) }
        let expected = [updated("test://a"), updated("test://a", for: "one"), updated("test://a", for: "two")]
        #expect(messages == Set(expected))
        conversation.notify("notifications/cancelled", ["requestId": "one"])
        _ = try await conversation.ask("resources/unsubscribe", ["uri": "test://a"])
        #expect(server.unwatched.value == 0)
        conversation.notify("notifications/cancelled", ["requestId": "two"])
        await server.unwatched.wait(for: 1)
        #expect(server.watched.value == 1)
    }

    @Test func `a cancelled stream is not answered, and its id is free`() async throws {
        let conversation = try await Conversation.speaking(.july2026, to: StubServer())
        _ = try await listen(conversation, ["toolsListChanged": true])
        conversation.notify("notifications/cancelled", ["requestId": "listen-1"])
        #expect(try await listen(conversation, [:])["method"] == "notifications/subscriptions/acknowledged")
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `streams take no place and keep their ids`() async throws {
        let conversation = try await Conversation.speaking(
            .july2026, to: StubServer(), limits: RequestGate.Limits(running: 1, waiting: 1))
        for id in 1...5 { _ = try await listen(conversation, [:], id: .number(JSONNumber(Int64(id)))) }
        #expect(!conversation.session.isFull)
        #expect(try await conversation.exchange("tools/call", ["name": "x"], id: 9).firstText == "done")
        #expect(try await listen(conversation, [:], id: 1).errorCode == -32600)
        #expect(try await conversation.exchange("tools/call", ["name": "x"], id: 2).errorCode == -32600)
        #expect(try await conversation.exchange("server/discover", id: 3).errorCode == -32600)
    }

    @Test func `a stream cannot take the id of a call that runs`() async throws {
        let conversation = Conversation(serving: nil)
        conversation.request("tools/call", ["name": "wait", "_meta": .object(Conversation.envelope())], id: 1)
        await conversation.server.begun.wait(for: 1)
        #expect(throws: ProtocolError.self) {
            try conversation.session.listen(
                Request(id: #require(RequestID(1)), method: "subscriptions/listen", parameters: ["notifications": [:]]))
        }
        conversation.server.gate.open()
    }

    @Test func `a stop answers the streams, and the end of the input does not`() async throws {
        let server = StubServer()
        for isStop in [true, false] {
            let conversation = try await Conversation.speaking(.july2026, to: server)
            _ = try await listen(
                conversation, ["toolsListChanged": true, "resourceSubscriptions": ["test://a"]], id: 7)
            isStop ? conversation.session.inputStopped() : conversation.session.inputClosed()
            await conversation.session.waitUntilAnswered()
            server.announce(.tools)
            let answers = conversation.recorder.untaken
            #expect(answers.map { $0["id"] } == (isStop ? [7] : []))
            #expect(answers.first?["result"]?["resultType"] == (isStop ? "complete" : nil))
            #expect(answers.first?["result"]?["_meta"]?[Self.key] == (isStop ? 7 : nil))
        }
        await server.unwatched.wait(for: server.watched.value)
    }

    @Test(arguments: [
        "{}", #"{"notifications":[]}"#, #"{"notifications":{"toolsListChanged":1}}"#,
        #"{"notifications":{"resourceSubscriptions":"test://a"}}"#,
        #"{"notifications":{"resourceSubscriptions":[1]}}"#,
    ])
    func `a malformed filter is refused`(parameters: String) async throws {
        let conversation = try await Conversation.speaking(.july2026, to: StubServer())
        let parameters = try #require(try JSONValue(parsing: parameters).objectValue)
        #expect(try await conversation.exchange("subscriptions/listen", parameters).errorCode == -32602)
    }

    @Test func `what the server does not declare is not watched`() async throws {
        let conversation = try await Conversation.speaking(.july2026, to: StubServer([.toolListChanges]))
        let reply = try await listen(conversation, ["resourceSubscriptions": ["test://a"], "toolsListChanged": true])
        #expect(reply["params"]?["notifications"] == ["toolsListChanged": true])
    }

    @Test func `there is a limit to streams and to resources`() async throws {
        let conversation = try await Conversation.speaking(.july2026, to: StubServer())
        let uris = (1...Subscriptions.maximumResources).map { JSONValue.string("test://\($0)") }
        let tooMany = try await listen(conversation, ["resourceSubscriptions": .array(uris + ["test://0"])])
        #expect(tooMany.errorCode == -32600)
        _ = try await listen(conversation, ["resourceSubscriptions": .array(uris)], id: "all")
        let refusal = try await listen(conversation, ["resourceSubscriptions": ["test://0"]], id: "more")
        #expect(refusal.errorCode == -32600)
        #expect(refusal.errorMessage.contains("256"))
        // What is watched already costs nothing.
        _ = try await listen(conversation, ["resourceSubscriptions": ["test://1"]], id: "same")
        for number in 3...Subscriptions.maximumListeners {
            _ = try await listen(conversation, [:], id: .number(JSONNumber(Int64(number))))
        }
        let last = try await listen(conversation, [:], id: "last")
        #expect(last.errorCode == -32600)
        #expect(last.errorMessage.contains("64"))
        _ = try await conversation.ask("initialize", ["protocolVersion": "2025-06-18"])
        #expect(try await conversation.ask("resources/subscribe", ["uri": "test://0"]).errorCode == -32600)
        #expect(try await conversation.ask("resources/subscribe", ["uri": "test://9"])["result"] == [:])
    }
}

/// An output that is full until its gate opens.
private final class FullOutput: LineOutput {
    let recorder = Recorder()
    let gate = Gate()
    /// Counts those who waited for room and those who were let go on.
    let waits = Counter()
    let passed = Counter()

    func send(_ line: [UInt8]) { recorder.send(line) }

    func waitForRoom() async {
        waits.increment()
        await gate.passUncancelled()
        passed.increment()
    }
}
