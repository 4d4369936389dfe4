import HTTP
import JSON
import Testing

/// The members that the contract requires of each kind of thing.
private enum Members {
    static let call = [
        "aiHandled", "answeredAt", "answeredBy", "callRoute", "completedAt", "createdAt", "direction", "duration",
        "forwardedFrom", "forwardedTo", "id", "initiatedBy", "participants", "phoneNumberId", "status", "updatedAt",
        "userId",
    ]
    static let recording = ["duration", "id", "startTime", "status", "type", "url"]
    static let summary = ["callId", "nextSteps", "status", "summary"]
    static let transcript = ["callId", "createdAt", "dialogue", "duration", "status"]
    static let voicemail = ["duration", "id", "recordingUrl", "status", "transcript"]
    static let customField = ["key", "name", "type"]
    static let contact = [
        "createdAt", "createdByUserId", "customFields", "defaultFields", "externalId", "id", "source", "sourceUrl",
        "updatedAt",
    ]
    static let conversation = [
        "assignedTo", "createdAt", "deletedAt", "id", "lastActivityAt", "lastActivityId", "mutedUntil", "name",
        "participants", "phoneNumberId", "snoozedUntil", "updatedAt",
    ]
    static let message = [
        "conversationId", "createdAt", "direction", "from", "id", "phoneNumberId", "status", "text", "to", "updatedAt",
        "userId",
    ]
    static let phoneNumber = [
        "createdAt", "formattedNumber", "forward", "groupId", "id", "name", "number", "portRequestId", "portingStatus",
        "restrictions", "symbol", "updatedAt", "users",
    ]
    static let user = ["createdAt", "email", "firstName", "id", "lastName", "pictureUrl", "role", "updatedAt"]
    static let task = [
        "activityId", "assignedBy", "assignedTo", "completed", "conversationId", "createdAt", "createdBy",
        "description", "dueDate", "isDeleted", "orgId", "phoneNumberGroupId", "phoneNumberId", "revision", "taskId",
        "title",
    ]
    static let webhook = [
        "createdAt", "deletedAt", "events", "id", "key", "label", "orgId", "resourceIds", "status", "updatedAt", "url",
        "userId",
    ]
}

private func names(_ value: JSONValue?) -> [String] { value?.objectValue?.names.sorted() ?? [] }

struct ShapeTests {
    let client = SandboxClient()

    private func expectList(_ answer: SandboxAnswer, of members: [String], isPaged: Bool) {
        #expect(answer.status == 200)
        #expect(names(answer.json) == (isPaged ? ["data", "nextPageToken", "totalItems"] : ["data"]))
        #expect(!answer.items.isEmpty)
        for item in answer.items { #expect(names(item) == members) }
    }

    private func expectOne(_ answer: SandboxAnswer, _ members: [String], status: Int = 200) {
        #expect(answer.status == status)
        #expect(names(answer.json) == ["data"])
        #expect(names(answer.data) == members)
    }

    @Test func `users and phone numbers have the members of the contract`() async throws {
        expectList(try await client.get("/v1/users?maxResults=50"), of: Members.user, isPaged: true)
        expectOne(try await client.get("/v1/users/\(client.user("Dana"))"), Members.user)
        expectList(try await client.get("/v1/phone-numbers"), of: Members.phoneNumber, isPaged: false)
        let line = try await client.get("/v1/phone-numbers/\(client.line("Main Line"))")
        expectOne(line, Members.phoneNumber)
        #expect(names(line.data["users"]?[0]) == ["email", "firstName", "groupId", "id", "lastName", "role"])
        #expect(names(line.data["restrictions"]) == ["calling", "messaging"])
        #expect(names(line.data["restrictions"]?["messaging"]) == ["CA", "Intl", "US"])
    }

    @Test func `conversations and messages have the members of the contract`() async throws {
        expectList(try await client.get("/v1/conversations?maxResults=100"), of: Members.conversation, isPaged: true)
        let sent = try await client.text("+16145550112")
        expectOne(sent, Members.message, status: 202)
        let id = try #require(sent.data["id"]?.stringValue)
        expectOne(try await client.get("/v1/messages/\(id)"), Members.message)
        let line = try await client.line("Main Line")
        let list = try await client.get(
            "/v1/messages?maxResults=100&phoneNumberId=\(line)&participants=%2B16145550112")
        expectList(list, of: Members.message, isPaged: true)
    }

    @Test func `calls and what belongs to them have the members of the contract`() async throws {
        let line = try await client.line("Main Line")
        let list = try await client.get("/v1/calls?maxResults=100&phoneNumberId=\(line)&participants=%2B16145550111")
        expectList(list, of: Members.call, isPaged: true)
        let id = try #require(list.items.first?["id"]?.stringValue)
        expectOne(try await client.get("/v1/calls/\(id)"), Members.call)
        let recorded = try await client.call("call-recordings") { $0.arrayValue?.isEmpty == false }
        expectList(try await client.get("/v1/call-recordings/\(recorded)"), of: Members.recording, isPaged: false)
        let summarized = try await client.call("call-summaries") { $0["status"]?.stringValue == "completed" }
        expectOne(try await client.get("/v1/call-summaries/\(summarized)"), Members.summary)
        let transcript = try await client.get("/v1/call-transcripts/\(summarized)")
        expectOne(transcript, Members.transcript)
        #expect(names(transcript.data["dialogue"]?[0]) == ["content", "end", "identifier", "start", "userId"])
        let voicemail = try await client.call("call-voicemails") { _ in true }
        expectOne(try await client.get("/v1/call-voicemails/\(voicemail)"), Members.voicemail)
    }

    @Test func `contacts have the members of the contract`() async throws {
        expectList(try await client.get("/v1/contact-custom-fields"), of: Members.customField, isPaged: false)
        expectList(try await client.get("/v1/contacts?maxResults=50"), of: Members.contact, isPaged: true)
        let created = try await client.send(
            .post, "/v1/contacts", body: ["defaultFields": ["firstName": "Ada"], "externalId": "x-1"])
        expectOne(created, Members.contact, status: 201)
        let id = try #require(created.data["id"]?.stringValue)
        expectOne(try await client.send(.patch, "/v1/contacts/\(id)", body: [:]), Members.contact)
        expectOne(try await client.get("/v1/contacts/\(id)"), Members.contact)
        #expect(
            names(created.data["defaultFields"])
                == ["company", "emails", "firstName", "lastName", "phoneNumbers", "role"])
        let maria = try await client.contact("Maria", "Alvarez")
        #expect(names(maria["defaultFields"]?["emails"]?[0]) == ["id", "name", "value"])
        #expect(names(maria["customFields"]?[0]) == ["id", "key", "name", "type", "value"])
    }

    @Test(arguments: [
        ("messages", "message.received"), ("calls", "call.completed"), ("call-summaries", "call.summary.completed"),
        ("call-transcripts", "call.transcript.completed"),
    ])
    func `webhooks have the members of the contract`(family: String, event: String) async throws {
        let created = try await client.send(
            .post, "/v1/webhooks/\(family)", body: ["url": "https://example.com/hook", "events": [.string(event)]])
        expectOne(created, Members.webhook, status: 201)
        let id = try #require(created.data["id"]?.stringValue)
        expectOne(try await client.get("/v1/webhooks/\(id)"), Members.webhook)
        expectList(try await client.get("/v1/webhooks"), of: Members.webhook, isPaged: false)
    }

    @Test func `tasks have the members of the contract`() async throws {
        let list = try await client.get("/v1/tasks?maxResults=100")
        #expect(names(list.json) == ["data", "totalItems"])
        for task in list.items { #expect(names(task) == Members.task) }
        let id = try #require(list.items.first?["taskId"]?.stringValue)
        expectOne(try await client.get("/v1/tasks/\(id)"), Members.task)
    }

    @Test(arguments: ["read", "done", "open"])
    func `a marked conversation comes without an envelope`(mark: String) async throws {
        let id = try #require(try await client.get("/v1/conversations?maxResults=1").items.first?["id"]?.stringValue)
        let answer = try await client.send(.post, "/v1/conversations/\(id)/mark-as-\(mark)")
        #expect(answer.status == 200)
        #expect(names(answer.json) == Members.conversation)
        #expect(answer.json["id"]?.stringValue == id)
    }

    @Test func `a deletion is answered with 204 and no body`() async throws {
        let webhook = try #require(try await client.get("/v1/webhooks").items.first?["id"]?.stringValue)
        let contact = try #require(try await client.contact("Tom", "Becker")["id"]?.stringValue)
        for path in ["/v1/webhooks/\(webhook)", "/v1/contacts/\(contact)"] {
            let answer = try await client.send(.delete, path)
            #expect(answer.status == 204)
            #expect(answer.raw.body.isEmpty)
        }
    }

    @Test func `every answer is marked as the sandbox's`() async throws {
        let contact = try #require(try await client.contact("Tom", "Becker")["id"]?.stringValue)
        for (method, path) in [
            (HTTPMethod.get, "/v1/users?maxResults=1"), (.get, "/v1/nothing"), (.delete, "/v1/contacts/\(contact)"),
        ] {
            #expect(try await client.send(method, path).raw.header("x-quo-sandbox") == "true")
        }
    }
}
