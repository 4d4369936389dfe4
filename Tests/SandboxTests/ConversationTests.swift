import JSON
import Testing

struct ConversationTests {
    let client = SandboxClient()

    private func list(_ query: String) async throws -> [JSONValue] {
        try await client.all("/v1/conversations", query, maxResults: 100)
    }

    @Test func `conversations are filtered by line, named by id or number`() async throws {
        let crew = try await client.line("Field Crew")
        let expected = try await list("").filter { $0["phoneNumberId"]?.stringValue == crew }
        #expect(!expected.isEmpty)
        for query in [
            "&phoneNumbers=\(crew)", "&phoneNumbers=%2B16145550102", "&phoneNumber=\(crew)", "&phoneNumbers[]=\(crew)",
        ] {
            #expect(try await list(query) == expected)
        }
        let main = try await client.line("Main Line")
        #expect(try await list("&phoneNumbers=\(crew)&phoneNumbers=\(main)").count > expected.count)
        #expect(try await list("&phoneNumbers=PNnobody").isEmpty)
    }

    @Test func `a user's conversations are those of the user's lines`() async throws {
        let jonas = try await client.user("Jonas")
        let scheduling = try await client.line("Scheduling")
        let his = try await list("&userId=\(jonas)")
        #expect(!his.isEmpty)
        #expect(!his.contains { $0["phoneNumberId"]?.stringValue == scheduling })
        #expect(try await client.get("/v1/conversations?maxResults=1&userId=USnobody").status == 404)
    }

    @Test(arguments: [("createdAfter", "createdBefore", "createdAt"), ("updatedAfter", "updatedBefore", "updatedAt")])
    func `conversations are filtered by time`(after: String, before: String, member: String) async throws {
        let all = try await list("")
        let moments = all.compactMap { $0[member]?.stringValue }.sorted()
        let middle = moments[37]
        let later = try await list("&\(after)=\(middle)").compactMap { $0[member]?.stringValue }.sorted()
        let earlier = try await list("&\(before)=\(middle)").compactMap { $0[member]?.stringValue }.sorted()
        #expect(later == Array(moments[38...]))
        #expect(earlier == Array(moments[..<37]))
    }

    @Test func `what is filed as done can be left out`() async throws {
        let active = try await list("&excludeInactive=true").count
        #expect(active > 20)
        #expect(active < 74)
        #expect(try await list("&excludeInactive=false").count == 74)
        #expect(try await client.get("/v1/conversations?maxResults=1&excludeInactive=1").status == 400)
    }

    @Test func `the workspace has two groups and a text from a stranger`() async throws {
        let all = try await list("")
        #expect(all.filter { ($0["participants"]?.arrayValue?.count ?? 0) > 1 }.count == 2)
        let injection = try await client.thread("+16145550113").first?["text"]?.stringValue
        #expect(injection?.contains("ignore your instructions") == true)
    }

    @Test func `last activity is the newest text or call`() async throws {
        for conversation in try await list("").prefix(12) {
            guard let people = conversation["participants"]?.arrayValue?.compactMap(\.stringValue), people.count == 1,
                let line = conversation["phoneNumberId"]?.stringValue
            else { continue }
            let query = "&phoneNumberId=\(line)&participants=\(people[0].replacing("+", with: "%2B"))"
            let texts = try await client.all("/v1/messages", query, maxResults: 100)
            let calls = try await client.all("/v1/calls", query, maxResults: 100)
            let newest = (texts + calls).compactMap { $0["createdAt"]?.stringValue }.max()
            #expect(conversation["lastActivityAt"]?.stringValue == newest)
        }
    }
}
