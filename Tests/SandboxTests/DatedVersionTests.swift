import HTTP
import JSON
import OpenAPI
import QuoAPI
import Testing

/// What the dated version does otherwise than the first.
@Suite struct DatedVersionTests {
    let client = SandboxClient()

    private static let key = HTTPHeader("Authorization", "test-key")

    @Test(arguments: [nil, "", "2026-03-31", "latest"])
    func `the version is asked for before the key`(version: String?) async throws {
        let headers = version.map { [HTTPHeader("Quo-Api-Version", $0)] } ?? []
        let answer = try await client.dated(.get, "/users", headers: headers)
        #expect(answer.status == 400)
        #expect(answer.json["message"]?.stringValue?.contains("2026-03-30") == true)
    }

    @Test(arguments: ["/users", "/tasks", "/contacts", "/organization"])
    func `an error has a title and a trace, and neither code nor status`(path: String) async throws {
        let headers = [HTTPHeader("Quo-Api-Version", "2026-03-30")]
        let answer = try await client.dated(.get, path, headers: headers)
        #expect(answer.status == 401)
        #expect(answer.json.objectValue?.names.sorted() == ["docs", "message", "title", "trace"])
        #expect(answer.json["docs"] == "https://quo.com/docs")
    }

    @Test func `webhooks tell code and status as well`() async throws {
        let answer = try await client.dated(.get, "/webhooks/999")
        #expect(answer.status == 404)
        #expect(answer.code == "0300404")
        #expect(answer.json["status"] == 404)
    }

    @Test(arguments: [
        ("/messages?createdAt%5Bgte%5D=2026-01-01T00%3A00%3A00Z", "/createdAt[gte]"),
        ("/calls?createdAt%5Bgt%5D=2026-01-01T00%3A00%3A00Z", "/createdAt[gt]"),
        ("/conversations?createdAt%5Blt%5D=2026-01-01T00%3A00%3A00Z", "/createdAt[lt]"),
        ("/conversations?userId=US1", "/userId"), ("/contacts?externalId%5Ball%5D=x", "/externalId[all]"),
        ("/messages?limit=51", "/limit"), ("/tasks?limit=0", "/limit"), ("/users?after=nowhere", "/after"),
        ("/messages?direction=sideways", "/direction"), ("/messages?createdAt%5Bgt%5D=yesterday", "/createdAt[gt]"),
    ])
    func `a filter that the resource does not take is refused by name`(target: String, path: String) async throws {
        let answer = try await client.dated(.get, target)
        #expect(answer.status == 400)
        #expect(answer.faultyPaths == [path])
    }

    @Test(arguments: ["/users", "/contacts", "/messages", "/calls", "/conversations", "/tasks", "/phone-numbers"])
    func `pages follow one another without gap or repetition`(path: String) async throws {
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try await client.dated(.get, "\(path)?limit=3" + (cursor.map { "&after=\($0)" } ?? ""))
            try #require(page.status == 200)
            #expect(page.items.count <= 3)
            seen += page.items.compactMap { ($0["id"] ?? $0["taskId"])?.stringValue }
            cursor = page.json["nextCursor"]?.stringValue
        } while cursor != nil && seen.count < 60
        #expect(Set(seen).count == seen.count)
        #expect(seen.count > 2)
    }

    @Test func `messages of the whole workspace are filtered and newest first`() async throws {
        let all = try await client.dated(.get, "/messages?limit=50").items
        let moments = all.compactMap { $0["createdAt"]?.stringValue }
        #expect(moments == moments.sorted(by: >))
        let one = try #require(all.first { $0["direction"] == "outgoing" })
        let to = try #require(one["to"]?[0]?.stringValue)
        let found = try await client.dated(
            .get, "/messages?to%5Ball%5D=\(to.replacing("+", with: "%2B"))&direction=outgoing&limit=50")
        #expect(!found.items.isEmpty)
        #expect(found.items.allSatisfy { $0["to"] == [.string(to)] && $0["direction"] == "outgoing" })
    }

    @Test func `calls are filtered by several people and statuses, and tell what is asked for`() async throws {
        let found = try await client.dated(
            .get, "/calls?status%5Bin%5D=missed,completed&include=summary,voicemail&limit=50")
        #expect(!found.items.isEmpty)
        #expect(found.items.allSatisfy { ["missed", "completed"].contains($0["status"]?.stringValue) })
        #expect(found.items.allSatisfy { $0["summary"] != nil })
        let plain = try await client.dated(.get, "/calls")
        #expect(plain.items.allSatisfy { $0["summary"] == nil && $0["voicemail"] == nil })
    }

    @Test func `conversations can be sorted`() async throws {
        let rising = try await client.dated(.get, "/conversations?sort=updatedAt%3Aasc&limit=50").items
        let moments = rising.compactMap { $0["updatedAt"]?.stringValue }
        #expect(moments == moments.sorted())
        #expect(rising.allSatisfy { $0["assignedTo"] == nil })
    }

    @Test func `a failed text can be sent again, once`() async throws {
        let id = try #require(try await client.text("+16145550187").data["id"]?.stringValue)
        #expect(try await client.dated(.post, "/messages/\(id)/retry").status == 422)
        client.clock.advance(seconds: 5)
        #expect(try await client.dated(.get, "/messages/\(id)").data["status"] == "failed")
        #expect(try await client.get("/v1/messages/\(id)").data["status"] == "undelivered")
        #expect(try await client.dated(.post, "/messages/\(id)/retry").status == 202)
        client.clock.advance(seconds: 5)
        #expect(try await client.dated(.get, "/messages/\(id)").data["status"] == "delivered")
        #expect(try await client.dated(.post, "/messages/\(id)/retry").status == 422)
    }

    @Test func `an undelivered text cannot be sent again`() async throws {
        let id = try #require(try await client.text("+16145550196").data["id"]?.stringValue)
        client.clock.advance(seconds: 5)
        #expect(try await client.dated(.post, "/messages/\(id)/retry").status == 422)
    }

    @Test func `a contact keeps what a change leaves out`() async throws {
        let contact = try await client.contact("Tom", "Becker")
        let id = try #require(contact["id"]?.stringValue)
        _ = try await client.dated(.patch, "/contacts/\(id)", body: ["company": "Example"])
        let after = try await client.get("/v1/contacts/\(id)").data
        #expect(after["defaultFields"]?["company"] == "Example")
        #expect(after["defaultFields"]?["phoneNumbers"] == contact["defaultFields"]?["phoneNumbers"])
        #expect(after["customFields"] == contact["customFields"])
    }

    @Test func `properties are the numbers, addresses and fields of the first version`() async throws {
        let id = try #require(try await client.contact("Tom", "Becker")["id"]?.stringValue)
        let made = try await client.dated(
            .post, "/contacts/\(id)/properties", body: ["type": "email", "name": "work", "value": "tom@example.com"])
        #expect(made.status == 200)
        let property = try #require(made.data["id"]?.stringValue)
        let emails = try await client.get("/v1/contacts/\(id)").data["defaultFields"]?["emails"]?.arrayValue ?? []
        #expect(emails.contains { $0["id"]?.stringValue == property && $0["value"] == "tom@example.com" })
        #expect(try await client.dated(.delete, "/contacts/\(id)/properties/\(property)").status == 204)
        #expect(try await client.dated(.get, "/contacts/\(id)/properties/\(property)").status == 404)
    }

    @Test func `a task leaves its conversation by a deletion with a body`() async throws {
        let tasks = try await client.dated(.get, "/tasks").items
        let task = try #require(tasks.first { $0["conversationId"]?.stringValue != nil })
        let id = try #require(task["taskId"]?.stringValue)
        let path = "/tasks/\(id)/conversations"
        #expect(try await client.dated(.delete, path).status == 400)
        let answer = try await client.dated(
            .delete, path, body: ["conversationId": task["conversationId"] ?? .null])
        #expect(answer.status == 200)
        #expect(answer.data["revision"] == 2)
        #expect(try await client.dated(.get, "/tasks/\(id)").data["conversationId"] == .null)
    }

    @Test func `a webhook's key comes when it is made and when it is changed, and never else`() async throws {
        let made = try await client.dated(
            .post, "/webhooks", body: ["url": "https://example.com/hook", "events": ["message.received"]])
        let id = try #require(made.data["id"]?.stringValue)
        let key = try #require(made.data["key"]?.stringValue)
        #expect(try await client.dated(.get, "/webhooks/\(id)").data["key"] == nil)
        let rotated = try await client.dated(.post, "/webhooks/\(id)/rotate")
        #expect(rotated.data["key"]?.stringValue?.hasPrefix("whsec_") == true)
        #expect(rotated.data["key"]?.stringValue != key)
        #expect(try await client.get("/v1/webhooks/\(id)").code == "0305400")
    }

    @Test func `a registration is drafted, changed and submitted once`() async throws {
        #expect(try await client.dated(.get, "/a2p-registration").status == 404)
        #expect(try await client.dated(.post, "/a2p-registration", body: OperationCase.registration).status == 201)
        #expect(try await client.dated(.post, "/a2p-registration", body: OperationCase.registration).status == 409)
        #expect(try await client.dated(.patch, "/a2p-registration", body: ["employeeCount": 5]).status == 200)
        #expect(try await client.dated(.post, "/a2p-registration/submit").status == 200)
        #expect(try await client.dated(.patch, "/a2p-registration", body: ["employeeCount": 6]).status == 409)
    }
}
