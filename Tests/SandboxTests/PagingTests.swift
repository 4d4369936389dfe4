import HTTP
import JSON
import Testing

struct PagingTests {
    let client = SandboxClient()

    @Test(arguments: [
        ("contacts", 7, 310), ("conversations", 9, 74), ("users", 3, 4), ("contacts", 50, 310), ("tasks", 3, 4),
    ])
    func `paging walks everything exactly once`(path: String, size: Int, count: Int) async throws {
        let identifiers = try await client.all("/v1/\(path)", maxResults: size).compactMap {
            ($0["id"] ?? $0["taskId"])?.stringValue
        }
        #expect(identifiers.count == count)
        #expect(Set(identifiers).count == count)
    }

    @Test func `texts and calls are paged within their conversation`() async throws {
        let whole = try await client.thread("+16145550112")
        let line = try await client.line("Main Line")
        let query = "&phoneNumberId=\(line)&participants=%2B16145550112"
        #expect(try await client.all("/v1/messages", query, maxResults: 2) == whole)
        #expect(whole.count == 6)
        let calls = try await client.all("/v1/calls", query, maxResults: 100)
        #expect(calls.count >= 2)
        #expect(try await client.all("/v1/calls", query, maxResults: 1) == calls)
    }

    @Test func `a page that is exactly full is the last`() async throws {
        #expect(try await client.get("/v1/users?maxResults=4").json["nextPageToken"] == .null)
        #expect(try await client.get("/v1/users?maxResults=3").json["nextPageToken"] != .null)
    }

    @Test func `what arrives between two pages repeats nothing`() async throws {
        let first = try await client.get("/v1/contacts?maxResults=50")
        _ = try await client.send(.post, "/v1/contacts", body: ["defaultFields": ["firstName": "New"]])
        let token = try #require(first.json["nextPageToken"]?.stringValue)
        let second = try await client.get("/v1/contacts?maxResults=50&pageToken=\(token)")
        #expect(Set(first.items.map { $0["id"] }).isDisjoint(with: second.items.map { $0["id"] }))
    }

    @Test func `a token that was not given out for this list is refused`() async throws {
        let token = try #require(
            try await client.get("/v1/users?maxResults=1").json["nextPageToken"]?.stringValue)
        #expect(try await client.get("/v1/users?maxResults=1&pageToken=\(token)").status == 200)
        for target in [
            "/v1/contacts?maxResults=1&pageToken=\(token)", "/v1/users?maxResults=1&pageToken=\(token)00",
            "/v1/users?maxResults=1&pageToken=2", "/v1/users?maxResults=1&pageToken=",
        ] {
            let answer = try await client.get(target)
            #expect(answer.status == 400)
            #expect(answer.faultyPaths == ["/pageToken"])
        }
    }

    @Test func `lists start with the newest`() async throws {
        for (path, member) in [("conversations", "lastActivityAt"), ("contacts", "createdAt")] {
            let moments = try await client.all("/v1/\(path)", maxResults: 50).compactMap { $0[member]?.stringValue }
            #expect(moments == moments.sorted(by: >))
        }
        let moments = try await client.thread("+16145550112").compactMap { $0["createdAt"]?.stringValue }
        #expect(moments == moments.sorted(by: >))
    }
}
