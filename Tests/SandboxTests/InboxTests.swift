import HTTP
import JSON
import Sandbox
import Testing

/// Groups, marks, and texts that arrive.
struct InboxTests {
    let client = SandboxClient()

    private func send(_ recipients: [String], _ content: String = "Hello all") async throws -> SandboxAnswer {
        try await client.send(
            .post, "/v1/messages",
            body: ["content": .string(content), "from": "+16145550100", "to": .array(recipients.map { .string($0) })])
    }

    @Test func `a text to several people is one group thread, found again in any order`() async throws {
        let people = ["+16145550170", "+16145550171", "+16145550172"]
        let sent = try await send(people)
        #expect(sent.status == 202)
        #expect(sent.data["to"]?.arrayValue?.count == 3)
        _ = try await send(people.reversed(), "Once more")
        let conversations = try await client.all("/v1/conversations", maxResults: 100)
        #expect(conversations.count == 75)
        #expect(conversations[0]["participants"]?.arrayValue?.compactMap(\.stringValue) == people)
        #expect(conversations[0]["id"] == sent.data["conversationId"])
        #expect(try await client.activity("/v1/messages", [people[1], people[2], people[0]]).count == 2)
        #expect(try await client.activity("/v1/messages", Array(people.prefix(2))).isEmpty)
        #expect(try await client.activity("/v1/messages", [people[0]]).isEmpty)
    }

    @Test func `the same person twice is no group`() async throws {
        let sent = try await send(["+16145550112", "+16145550112"])
        #expect(sent.data["to"] == ["+16145550112"])
        #expect(sent.data["conversationId"] == (try await client.conversation(["+16145550112"])["id"]))
    }

    @Test func `a group has up to ten people`() async throws {
        let people = (10...19).map { "+161455502\($0)" }
        #expect(try await send(people).status == 202)
        #expect(try await send(people + ["+16145550299"]).faultyPaths == ["/to"])
    }

    @Test func `one person whom no text may reach keeps the group from getting it`() async throws {
        let people = ["+16145550112", MarkedNumber.dailyCapReached.number]
        #expect(try await send(people).code == "0204403")
        #expect(try await client.activity("/v1/messages", people).isEmpty)
    }

    @Test func `a member of a group answers in the group`() async throws {
        let people = ["+16145550112", MarkedNumber.repliesSoon.number]
        _ = try await send(people)
        client.clock.advance(seconds: 4)
        let thread = try await client.activity("/v1/messages", people)
        #expect(thread.map { $0["from"]?.stringValue } == [MarkedNumber.repliesSoon.number, "+16145550100"])
    }

    @Test func `one person answers half a second after a text`() async throws {
        _ = try await client.text(MarkedNumber.repliesAtOnce.number)
        client.clock.advance(seconds: 0.499)
        #expect(try await client.thread(MarkedNumber.repliesAtOnce.number).count == 1)
        client.clock.advance(seconds: 0.001)
        #expect(try await client.thread(MarkedNumber.repliesAtOnce.number).first?["text"] == "On it!")
    }

    @Test func `a text can be made to arrive`() async throws {
        let id = try #require(client.transport.receive("Are you there?", from: "+16145550112", at: "+16145550100"))
        let newest = try #require(try await client.thread("+16145550112").first)
        #expect(newest["id"]?.stringValue == id)
        #expect(newest["direction"] == "incoming")
        #expect(newest["text"] == "Are you there?")
        let group = ["+16145550116", "+16145550117"]
        client.transport.receive("Hot again", from: "+16145550115", inGroupWith: group, at: "+16145550100")
        #expect(try await client.activity("/v1/messages", ["+16145550115"] + group).first?["text"] == "Hot again")
        #expect(client.transport.receive("Hello?", from: "+16145550112", at: "+16145550199") == nil)
    }

    @Test func `marks change what the API does not show`() async throws {
        client.transport.receive("Are you there?", from: "+16145550112", at: "+16145550100")
        let id = try #require(try await client.conversation(["+16145550112"])["id"]?.stringValue)
        func state() -> [Bool]? { client.transport.inboxState(ofConversation: id).map { [$0.isRead, $0.isDone] } }
        #expect(state() == [false, false])
        for (mark, expected) in [("read", [true, false]), ("done", [true, true]), ("open", [true, false])] {
            client.clock.advance(seconds: 1)
            let answer = try await client.send(.post, "/v1/conversations/\(id)/mark-as-\(mark)")
            #expect(state() == expected)
            #expect(answer.json["updatedAt"]?.stringValue?.hasSuffix("Z") == true)
        }
        #expect(client.transport.inboxState(ofConversation: "CNnobody") == nil)
    }

    @Test func `a conversation that is marked as done is inactive until a text arrives`() async throws {
        let id = try #require(try await client.conversation(["+16145550112"])["id"]?.stringValue)
        func isActive() async throws -> Bool {
            try await client.all("/v1/conversations", "&excludeInactive=true", maxResults: 100)
                .contains { $0["id"]?.stringValue == id }
        }
        #expect(try await isActive())
        _ = try await client.send(.post, "/v1/conversations/\(id)/mark-as-done")
        #expect(try await !isActive())
        client.transport.receive("One more thing", from: "+16145550112", at: "+16145550100")
        #expect(try await isActive())
    }

    @Test(arguments: ["read", "done", "open"])
    func `only a known conversation is marked`(mark: String) async throws {
        for (id, code) in [("CNnobody", "1000404"), ("AC1", "1000400")] {
            #expect(try await client.send(.post, "/v1/conversations/\(id)/mark-as-\(mark)").code == code)
        }
        let anonymous = try await client.send(.post, "/v1/conversations/CN1/mark-as-\(mark)", headers: [])
        #expect(anonymous.code == "1000401")
    }
}
