import HTTP
import JSON
import Testing

struct WebhookTests {
    let client = SandboxClient()

    private func create(_ family: String, _ body: JSONValue) async throws -> SandboxAnswer {
        try await client.send(.post, "/v1/webhooks/\(family)", body: body)
    }

    @Test func `the workspace starts with one of texts and one of calls`() async throws {
        let events = try await client.get("/v1/webhooks").items.compactMap { $0["events"]?[0]?.stringValue }
        #expect(events == ["message.received", "call.completed"])
    }

    @Test func `what is left out of a creation has the documented default`() async throws {
        let created = try await create("messages", ["url": "https://example.com/h", "events": ["message.received"]])
        #expect(created.data["resourceIds"] == ["*"])
        #expect(created.data["status"] == "enabled")
        #expect(created.data["label"] == .null)
        #expect(created.data["userId"]?.stringValue == (try await client.user("Dana")))
        #expect(created.data["key"]?.stringValue?.utf8.count == 44)
    }

    @Test func `another user's webhook is listed for that user only`() async throws {
        let luis = try await client.user("Luis")
        let line = try await client.line("Main Line")
        let created = try await create(
            "calls",
            [
                "url": "https://example.com/h", "events": ["call.ringing"], "userId": .string(luis), "label": "Luis",
                "resourceIds": [.string(line)], "status": "disabled",
            ])
        #expect(created.status == 201)
        #expect(try await client.get("/v1/webhooks").items.count == 2)
        #expect(try await client.get("/v1/webhooks?userId=\(luis)").items == [created.data])
        #expect(try await client.get("/v1/webhooks?userId=USnobody").status == 404)
    }

    @Test(
        arguments: [
            ("messages", ["events": ["message.received"]], "/url"),
            ("messages", ["url": "https://x.example"], "/events"),
            ("messages", ["url": "x", "events": []], "/url"),
            ("messages", ["url": "https://x.example", "events": ["call.completed"]], "/events/0"),
            ("call-summaries", ["url": "https://x.example", "events": []], "/events"),
            ("call-transcripts", ["url": "https://x.example", "events": ["call.summary.completed"]], "/events/0"),
            ("calls", ["url": "https://x.example", "events": [], "resourceIds": ["CN1"]], "/resourceIds/0"),
            ("calls", ["url": "https://x.example", "events": [], "status": "on"], "/status"),
            ("calls", ["url": "https://x.example", "events": [], "userId": "me"], "/userId"),
        ] as [(String, JSONValue, String)])
    func `a webhook that breaks the contract is refused`(family: String, body: JSONValue, path: String) async throws {
        let answer = try await create(family, body)
        #expect(answer.status == 400)
        #expect(answer.code == "0300400")
        #expect(answer.faultyPaths == [path])
    }

    @Test func `a line that does not exist is not found`() async throws {
        let answer = try await create(
            "calls", ["url": "https://x.example", "events": [], "resourceIds": ["PNnobody"]])
        #expect(answer.code == "0300404")
    }

    @Test func `a webhook of another version is refused`() async throws {
        for method in ["get", "delete"] {
            let answer = try await client.send(method == "get" ? .get : .delete, "/v1/webhooks/4711")
            #expect(answer.status == 400)
            #expect(answer.code == "0305400")
            #expect(answer.title == "Invalid Version")
        }
    }

    @Test func `a deleted webhook is gone`() async throws {
        let id = try #require(try await client.get("/v1/webhooks").items.first?["id"]?.stringValue)
        #expect(try await client.send(.delete, "/v1/webhooks/\(id)").status == 204)
        #expect(try await client.send(.delete, "/v1/webhooks/\(id)").status == 404)
        #expect(try await client.get("/v1/webhooks").items.count == 1)
    }
}
