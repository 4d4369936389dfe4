import HTTP
import JSON
import Sandbox
import Testing

struct MessageTests {
    let client = SandboxClient()

    private func status(_ id: String) async throws -> String? {
        try await client.get("/v1/messages/\(id)").data["status"]?.stringValue
    }

    @Test func `a text is queued, then sent, then delivered`() async throws {
        let sent = try await client.text("+16145550112", "On our way")
        #expect(sent.status == 202)
        #expect(sent.data["status"] == "queued")
        #expect(sent.data["from"] == "+16145550100")
        #expect(sent.data["userId"]?.stringValue == (try await client.user("Dana")))
        let id = try #require(sent.data["id"]?.stringValue)
        client.clock.advance(seconds: 0.999)
        #expect(try await status(id) == "queued")
        client.clock.advance(seconds: 0.001)
        #expect(try await status(id) == "sent")
        client.clock.advance(seconds: 1.5)
        let delivered = try await client.get("/v1/messages/\(id)").data
        #expect(delivered["status"] == "delivered")
        #expect(delivered["createdAt"] == "2026-05-28T20:26:40.000Z")
        #expect(delivered["updatedAt"] == "2026-05-28T20:26:42.500Z")
    }

    @Test(arguments: [
        (MarkedNumber.notEnoughCredits, 402, "0200402", "Not Enough Credits"),
        (.registrationNotApproved, 400, "0206400", "A2P Registration Not Approved"),
        (.dailyCapReached, 403, "0204403", "A2P 10DLC Daily Message Cap Reached"),
        (.internationalDisabled, 403, "0200403", "Forbidden"), (.serverError, 500, "0201500", "Unknown"),
    ])
    func `a marked number refuses every text`(
        marked: MarkedNumber, status: Int, code: String, title: String
    ) async throws {
        for _ in 0..<2 {
            let answer = try await client.text(marked.number)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.title == title)
        }
        #expect(try await client.thread(marked.number).isEmpty)
    }

    @Test func `one number is too busy once`() async throws {
        #expect(try await client.text(MarkedNumber.busyOnce.number).status == 429)
        #expect(try await client.thread(MarkedNumber.busyOnce.number).isEmpty)
        #expect(try await client.text(MarkedNumber.busyOnce.number).status == 202)
    }

    @Test(arguments: [MarkedNumber.undelivered, .optedOut])
    func `some texts stay undelivered`(marked: MarkedNumber) async throws {
        let id = try #require(try await client.text(marked.number).data["id"]?.stringValue)
        client.clock.advance(seconds: 2)
        #expect(try await status(id) == "sent")
        client.clock.advance(seconds: 3_600)
        #expect(try await status(id) == "undelivered")
    }

    @Test func `the opted-out contact wrote STOP`() async throws {
        let newest = try await client.thread(MarkedNumber.optedOut.number).first
        #expect(newest?["text"] == "STOP")
        #expect(newest?["direction"] == "incoming")
    }

    @Test func `a lost answer leaves the text sent`() async throws {
        let error = await #expect(throws: HTTPError.self) {
            _ = try await client.text(MarkedNumber.answerLost.number, "Did this arrive?")
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveReachedServer == true)
        #expect(try await client.thread(MarkedNumber.answerLost.number).first?["text"] == "Did this arrive?")
    }

    @Test(arguments: [(MarkedNumber.repliesSoon, 4.0), (.repliesLater, 7.0)])
    func `some people answer`(marked: MarkedNumber, delay: Double) async throws {
        let before = try await client.thread(marked.number).count
        _ = try await client.text(marked.number)
        client.clock.advance(seconds: delay - 0.001)
        #expect(try await client.thread(marked.number).count == before + 1)
        client.clock.advance(seconds: 0.001)
        let thread = try await client.thread(marked.number)
        #expect(thread.count == before + 2)
        #expect(thread[0]["direction"] == "incoming")
        #expect(thread[0]["from"]?.stringValue == marked.number)
        let conversation = try await client.get("/v1/conversations?maxResults=1").items.first
        #expect(conversation?["lastActivityId"] == thread[0]["id"])
        #expect(conversation?["lastActivityAt"] == thread[0]["createdAt"])
    }

    @Test func `answers arrive in order although nobody looked`() async throws {
        _ = try await client.text(MarkedNumber.repliesSoon.number)
        client.clock.advance(seconds: 1)
        _ = try await client.text(MarkedNumber.repliesSoon.number)
        client.clock.advance(seconds: 60)
        let thread = try await client.thread(MarkedNumber.repliesSoon.number)
        let texts = thread.prefix(2).map { $0["text"]?.stringValue }
        #expect(texts == ["Perfect, thank you 🙏", "Yes, that works for me. See you then!"])
        let conversation = try await client.get("/v1/conversations?maxResults=1").items.first
        #expect(conversation?["lastActivityId"] == thread[0]["id"])
    }

    @Test func `every marked number belongs to its contact`() async throws {
        for marked in MarkedNumber.allCases {
            let parts = marked.contactName.split(separator: " ").map(String.init)
            let contact = try await client.contact(parts[0], parts[1])
            #expect(contact["defaultFields"]?["phoneNumbers"]?[0]?["value"]?.stringValue == marked.number)
        }
    }

    @Test func `a text to someone new begins a conversation`() async throws {
        #expect(try await client.all("/v1/conversations", maxResults: 100).count == 74)
        let sent = try await client.text("+16145550170")
        let conversations = try await client.all("/v1/conversations", maxResults: 100)
        #expect(conversations.count == 75)
        #expect(conversations[0]["participants"] == ["+16145550170"])
        #expect(conversations[0]["lastActivityId"] == sent.data["id"])
    }

    @Test func `a text can file its conversation as done`() async throws {
        let active = try await client.all("/v1/conversations", "&excludeInactive=true", maxResults: 100)
        #expect(active.contains { $0["participants"] == ["+16145550112"] })
        let answer = try await client.send(
            .post, "/v1/messages",
            body: ["content": "Sent!", "from": "+16145550100", "to": ["+16145550112"], "setInboxStatus": "done"])
        #expect(answer.status == 202)
        let rest = try await client.all("/v1/conversations", "&excludeInactive=true", maxResults: 100)
        #expect(!rest.contains { $0["participants"] == ["+16145550112"] })
    }

    @Test(
        arguments: [
            (["content": "", "from": "PN1", "to": ["+16145550112"]], "/content"),
            (["content": " \n\t ", "from": "PN1", "to": ["+16145550112"]], "/content"),
            (["from": "PN1", "to": ["+16145550112"]], "/content"), (["content": "a", "to": ["+16145550112"]], "/from"),
            (["content": "a", "from": "614", "to": ["+16145550112"]], "/from"),
            (["content": "a", "from": "PN1"], "/to"),
            (["content": "a", "from": "PN1", "to": []], "/to"),
            (["content": "a", "from": "PN1", "to": ["555"]], "/to/0"),
            (["content": "a", "from": "PN1", "to": .array((10...20).map { .string("+161455501\($0)") })], "/to"),
            (["content": "a", "from": "PN1", "to": "+16145550112"], "/to"),
            (["content": "a", "from": "PN1", "to": ["+16145550112"], "userId": "X"], "/userId"),
            (["content": "a", "from": "PN1", "to": ["+16145550112"], "setInboxStatus": "open"], "/setInboxStatus"),
        ] as [(JSONValue, String)])
    func `a text that breaks the contract is refused`(body: JSONValue, path: String) async throws {
        let answer = try await client.send(.post, "/v1/messages", body: body)
        #expect(answer.status == 400)
        #expect(answer.code == "0200400")
        #expect(answer.faultyPaths == [path])
    }

    @Test func `a text has at most 1600 characters`() async throws {
        #expect(try await client.text("+16145550112", String(repeating: "é", count: 1_600)).status == 202)
        #expect(try await client.text("+16145550112", String(repeating: "é", count: 1_601)).faultyPaths == ["/content"])
    }

    @Test func `the sender must exist and have access to the line`() async throws {
        #expect(try await client.text("+16145550112", from: "PNnobody").code == "0200404")
        #expect(try await client.text("+16145550112", from: "+16145550199").code == "0200404")
        let crew = try await client.line("Field Crew")
        for (user, code) in [("USnobody", "0200404"), (try await client.user("Priya"), "0202403")] {
            let body: JSONValue = [
                "content": "a", "from": .string(crew), "to": ["+16145550112"], "userId": .string(user),
            ]
            #expect(try await client.send(.post, "/v1/messages", body: body).code == code)
        }
    }

    @Test(arguments: [
        ("Main Line", "+15145550120", 202), ("Main Line", "+447700900120", 202), ("Scheduling", "+15145550120", 202),
        ("Scheduling", "+447700900120", 403), ("Scheduling", "+12465550120", 403), ("Field Crew", "+15145550120", 403),
        ("Field Crew", "+447700900120", 403), ("Field Crew", "+16145550112", 202),
    ])
    func `a line keeps to its regions`(line: String, recipient: String, status: Int) async throws {
        #expect(try await client.text(recipient, from: client.line(line)).status == status)
    }

    @Test func `a group's thread is found by all its people only`() async throws {
        let line = try await client.line("Main Line")
        let path = "/v1/messages?maxResults=100&phoneNumberId=\(line)"
        let group = "&participants=%2B16145550117&participants=%2B16145550115&participants=%2B16145550116"
        #expect(try await client.get(path + group).items.count == 7)
        #expect(try await client.get(path + "&participants=%2B16145550115").items.isEmpty)
    }

    @Test func `texts are filtered by author and time`() async throws {
        let all = try await client.thread("+16145550112")
        let line = try await client.line("Main Line")
        let query = "&phoneNumberId=\(line)&participants=%2B16145550112"
        let middle = try #require(all[2]["createdAt"]?.stringValue)
        #expect(
            try await client.all("/v1/messages", query + "&createdAfter=\(middle)", maxResults: 9) == Array(all[..<2]))
        #expect(
            try await client.all("/v1/messages", query + "&createdBefore=\(middle)", maxResults: 9) == Array(all[3...]))
        #expect(try await client.all("/v1/messages", query + "&since=\(middle)", maxResults: 9) == Array(all[3...]))
        let dana = try await client.user("Dana")
        let hers = try await client.all("/v1/messages", query + "&userId=\(dana)", maxResults: 9)
        #expect(hers == all.filter { $0["userId"]?.stringValue == dana })
        #expect(!hers.isEmpty)
    }
}
