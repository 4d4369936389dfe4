import HTTP
import JSON
import Sandbox
import Testing

/// What the sandbox tells of when something happens in it.
@Suite struct SandboxEventTests {
    private let client = SandboxClient()
    private static let main = "+16145550100"

    /// The types of what happened since the last look.
    private func types() -> [String] { client.transport.takeEvents().map(\.type) }

    @Test func `nothing happens before the first request`() async throws {
        #expect(types() == [])
        client.clock.advance(seconds: 1_000_000)
        #expect(types() == [])
        _ = try await client.get("/v1/users?maxResults=50")
        #expect(types() == [])
    }

    @Test(arguments: [
        ("+16145550142", "message.delivered"), ("+16145550187", "message.failed"),
        (MarkedNumber.undelivered.number, "message.undelivered"), (MarkedNumber.answerLost.number, "message.delivered"),
    ])
    func `the fate of a text is told when it is decided`(number: String, type: String) async throws {
        let sent = try? await client.text(number, "We come at 3 pm.")
        #expect(sent == nil || sent?.status == 202)
        client.clock.advance(seconds: 2.4)
        #expect(types() == [])
        client.clock.advance(seconds: 0.1)
        let event = try #require(client.transport.takeEvents().first)
        #expect(event.type == type && event.time == FakeClock.start + 2_500)
        let data = event.content["data"]
        #expect(data?["resource"]?["text"] == "We come at 3 pm.")
        #expect(data?["resource"]?["status"]?.stringValue.map { "message.\($0)" } == type)
        #expect(data?["context"]?["recipientIdentifiers"] == [.string(number)])
        #expect(data?["context"]?["senderIdentifier"] == .string(Self.main))
        #expect((event.legacyContent != nil) == (type == "message.delivered"))
        client.clock.advance(seconds: 100)
        #expect(types() == [])
    }

    @Test func `a text that goes again is told of again`() async throws {
        let id = try #require(try await client.text("+16145550187").data["id"]?.stringValue)
        client.clock.advance(seconds: 3)
        #expect(types() == ["message.failed"])
        #expect(try await client.dated(.post, "/messages/\(id)/retry").status == 202)
        client.clock.advance(seconds: 3)
        #expect(types() == ["message.delivered"])
    }

    @Test func `a text that arrives is told of with who wrote it`() async throws {
        _ = try await client.text(MarkedNumber.repliesAtOnce.number)
        client.clock.advance(seconds: 0.5)
        let event = try #require(client.transport.takeEvents().first)
        #expect(event.type == "message.received")
        #expect(event.content["data"]?["context"]?["contacts"]?["lookupStatus"] == "matched")
        #expect(event.legacyContent?["data"]?["object"]?["body"] == event.content["data"]?["resource"]?["text"])
        client.transport.receive("Hello", from: "+16145550999", at: Self.main)
        let other = try #require(client.transport.takeEvents().first)
        #expect(other.content["data"]?["context"]?["contacts"] == ["ids": [], "lookupStatus": "none"])
        #expect(other.content["data"]?["resource"]?["direction"] == "incoming")
    }

    @Test func `a call is told of from its ringing to its end`() async throws {
        _ = try await client.get("/v1/users?maxResults=50")
        let id = try #require(client.transport.receiveCall(from: "+16145550142", at: Self.main, duration: 74))
        let told = client.transport.takeEvents()
        #expect(told.map(\.type) == ["call.ringing", "call.completed"])
        #expect(told.allSatisfy { $0.content["data"]?["resource"]?["id"] == .string(id) })
        #expect(told.last?.content["data"]?["resource"]?["duration"] == 74)
        #expect(try await client.get("/v1/calls/\(id)").data["status"] == "completed")
        client.transport.receiveCall(from: "+16145550999", at: Self.main, duration: nil)
        #expect(types() == ["call.ringing", "call.missed", "call.completed"])
        #expect(client.transport.receiveCall(from: "+16145550999", at: "+16145559999", duration: nil) == nil)
    }

    @Test func `changes of a contact are told of in both versions`() async throws {
        let tom = try await client.contact("Tom", "Becker")
        let id = try #require(tom["id"]?.stringValue)
        _ = try await client.send(.patch, "/v1/contacts/\(id)", body: ["defaultFields": ["company": "Becker Tiles"]])
        let event = try #require(client.transport.takeEvents().first)
        #expect(event.type == "contact.updated" && event.legacyContent == nil)
        #expect(event.content["data"]?["resource"]?["company"] == "Becker Tiles")
        _ = try await client.dated(.patch, "/contacts/\(id)", body: ["role": "Tiler"])
        _ = try await client.dated(
            .post, "/contacts/\(id)/properties", body: ["type": "email", "name": "work", "value": "tom@example.com"])
        #expect(types() == ["contact.updated", "contact.updated"])
        _ = try await client.send(.delete, "/v1/contacts/\(id)")
        #expect(types() == ["contact.deleted"])
        _ = try await client.send(.delete, "/v1/contacts/\(id)")
        #expect(types() == [])
    }

    @Test func `what becomes of a task is told of`() async throws {
        let line = try await client.line("Main Line")
        let luis = try await client.user("Luis")
        let made = try await client.send(
            .post, "/v1/tasks",
            body: ["title": "Call back", "description": "About the boiler", "phoneNumberId": .string(line)])
        let id = try #require(made.data["taskId"]?.stringValue)
        let path = "/v1/tasks/\(id)"
        func change(_ step: String, _ body: JSONValue? = nil) async throws -> String {
            let answer = try await client.send(.post, "\(path)/\(step)", body: body)
            #expect(answer.status == 200, "\(step)")
            return types().joined(separator: " ")
        }
        #expect(types() == ["task.created"])
        _ = try await client.send(.put, path, body: ["title": "Call Ana", "description": "About the boiler"])
        let update = try #require(client.transport.takeEvents().first)
        #expect(update.type == "task.updated")
        #expect(
            update.content["data"]?["resource"]?["updatedFields"] == [
                "title": ["isUpdated": true, "updatedValue": "Call Ana"], "description": ["isUpdated": false],
            ])
        #expect(try await change("assign", ["userId": .string(luis)]) == "task.assigned")
        #expect(try await change("unassign", ["userId": .string(luis)]) == "task.unassigned")
        #expect(try await change("change-due-date", ["dueDate": "2026-05-28T20:30:00.000Z"]) == "task.duedate.updated")
        client.clock.advance(seconds: 1_000)
        #expect(types() == ["task.overdue"])
        #expect(try await change("remove-due-date") == "task.duedate.removed")
        #expect(try await change("complete") == "task.completed")
        #expect(try await change("reopen") == "task.reopened")
        let thread = try await client.all("/v1/conversations", maxResults: 100).first?["id"] ?? .null
        #expect(try await change("link-conversation", ["conversationId": thread]) == "task.linked")
        #expect(try await change("unlink-conversation", ["conversationId": thread]) == "task.unlinked")
        _ = try await client.send(.delete, path)
        #expect(types() == ["task.deleted"])
    }
}

/// The deliveries of the sandbox's events.
@Suite struct SandboxDeliveryTests {
    private let client = SandboxClient()
    private static let url = "http://127.0.0.1:4114/quo"

    private func webhook(_ more: JSONObject = [:]) async throws -> String {
        var body: JSONObject = ["url": .string(Self.url), "events": ["message.received"]]
        for member in more { body[member.name] = member.value }
        let made = try await client.dated(.post, "/webhooks", body: .object(body))
        return try #require(made.data["id"]?.stringValue)
    }

    private func receive() { client.transport.receive("Hello", from: "+16145550142", at: "+16145550100") }

    private func statuses(_ webhook: String) async throws -> [String] {
        try await client.dated(.get, "/webhooks/\(webhook)/events").items.compactMap { $0["status"]?.stringValue }
    }

    @Test func `only a webhook that wants an event gets it`() async throws {
        let main = try await client.line("Main Line")
        let crew = try await client.line("Field Crew")
        let wanting = [try await webhook(), try await webhook(["resourceIds": [.string(main)]])]
        let others = [
            try await webhook(["resourceIds": [.string(crew)]]), try await webhook(["events": ["message.delivered"]]),
            try await webhook(["status": "disabled"]),
        ]
        receive()
        let due = client.transport.takeDeliveries()
        #expect(due.count == wanting.count && due.allSatisfy { $0.url == Self.url })
        #expect(Set(due.map(\.id)).count == wanting.count && Set(due.map(\.secret)).count == wanting.count)
        for webhook in wanting { #expect(try await statuses(webhook) == ["sending"]) }
        for webhook in others { #expect(try await statuses(webhook) == []) }
        #expect(client.transport.takeDeliveries().isEmpty)
    }

    @Test func `a webhook of the first version gets its own form`() async throws {
        let made = try await client.send(
            .post, "/v1/webhooks/messages", body: ["url": .string(Self.url), "events": ["message.received"]])
        receive()
        let due = client.transport.takeDeliveries()
        #expect(due.count == 1 && due[0].secret == made.data["key"]?.stringValue)
        let body = try JSONValue(parsing: due[0].body)
        #expect(body["object"] == "event" && body["data"]?["object"]?["body"] == "Hello")
    }

    @Test(arguments: ["https://hooks.example.com/quo", "https://127.0.0.1/quo", "http://10.0.0.1/quo"])
    func `nothing is posted to another machine`(url: String) async throws {
        let id = try await webhook(["url": .string(url)])
        receive()
        #expect(client.transport.takeDeliveries().isEmpty)
        #expect(try await statuses(id) == ["success"])
    }

    @Test func `what is not taken goes again, eight times in all`() async throws {
        let id = try await webhook()
        receive()
        var pauses: [Double] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]
        for attempt in 1...8 {
            let due = try #require(client.transport.takeDeliveries().first, "attempt \(attempt)")
            client.transport.note(due, answeredWith: attempt % 2 == 0 ? nil : 503)
            #expect(try await statuses(id) == [attempt < 8 ? "pending" : "failed"])
            guard attempt < 8 else { break }
            client.clock.advance(seconds: pauses[0] - 0.1)
            #expect(client.transport.takeDeliveries().isEmpty)
            client.clock.advance(seconds: 0.1)
            pauses.removeFirst()
        }
        client.clock.advance(seconds: 1_000_000)
        #expect(client.transport.takeDeliveries().isEmpty)
        let delivery = try await client.dated(.get, "/webhooks/\(id)/events").items.first?["id"]?.stringValue ?? ""
        let told = try await client.dated(.get, "/webhooks/\(id)/events/\(delivery)").data
        #expect(told["attempts"]?.arrayValue?.count == 8)
        #expect(told["attempts"]?[0]?["responseStatusCode"] == 503)
        #expect(told["attempts"]?[1]?["responseStatusCode"] == nil)
        // Whoever put the receiver right asks for it again.
        #expect(try await client.dated(.post, "/webhooks/\(id)/events/\(delivery)/retry").status == 202)
        let due = try #require(client.transport.takeDeliveries().first)
        #expect(due.id == delivery)
        client.transport.note(due, answeredWith: 200)
        #expect(try await statuses(id) == ["success"])
    }

    @Test func `an attempt goes where the webhook leads then, under its secret of then`() async throws {
        let id = try await webhook()
        receive()
        let first = try #require(client.transport.takeDeliveries().first)
        client.transport.note(first, answeredWith: 401)
        let rotated = try await client.dated(.post, "/webhooks/\(id)/rotate")
        _ = try await client.dated(.patch, "/webhooks/\(id)", body: ["url": "http://127.0.0.1:1/other"])
        client.clock.advance(seconds: 5)
        let second = try #require(client.transport.takeDeliveries().first)
        #expect(second.secret == rotated.data["key"]?.stringValue && second.secret != first.secret)
        #expect(second.url == "http://127.0.0.1:1/other" && second.id == first.id && second.body == first.body)
        client.transport.note(second, answeredWith: nil)
        _ = try await client.dated(.delete, "/webhooks/\(id)")
        client.clock.advance(seconds: 300)
        #expect(client.transport.takeDeliveries().isEmpty)
    }

    @Test func `a webhook that is turned off can be tested`() async throws {
        let id = try await webhook(["status": "disabled"])
        let told = try await client.dated(.post, "/webhooks/\(id)/events/test", body: ["eventType": "call.missed"])
        #expect(told.status == 200)
        let due = try #require(client.transport.takeDeliveries().first)
        #expect(try JSONValue(parsing: due.body)["id"] == told.json["id"])
    }

    @Test func `a sandbox that starts later gives its deliveries other ids`() async throws {
        let later = SandboxClient()
        later.clock.advance(seconds: 0.001)
        var ids: [String] = []
        for client in [client, later] {
            _ = try await client.get("/v1/users?maxResults=50")
            client.transport.receive("Hello", from: "+16145550142", at: "+16145550100")
            ids += client.transport.takeEvents().map(\.id)
        }
        #expect(ids.count == 2 && ids[0] != ids[1])
    }
}
