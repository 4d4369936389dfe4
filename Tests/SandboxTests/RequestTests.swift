import HTTP
import JSON
import Sandbox
import Testing

struct RequestTests {
    let client = SandboxClient()

    @Test(arguments: [[], [HTTPHeader("Authorization", "")], [HTTPHeader("authorization", "Bearer abc")]])
    func `a missing or prefixed key is unauthorized`(headers: [HTTPHeader]) async throws {
        let answer = try await client.send(.get, "/v1/messages/AC1", headers: headers)
        #expect(answer.status == 401)
        #expect(answer.code == "0200401")
        #expect(answer.title == "Unauthorized")
    }

    @Test func `an error has the flat envelope`() async throws {
        let answer = try await client.get("/v1/contacts?maxResults=51")
        #expect(answer.status == 400)
        #expect(
            answer.json.objectValue?.names == ["message", "code", "status", "docs", "title", "trace", "errors"])
        #expect(answer.json["docs"] == "https://openphone.com/docs")
        #expect(answer.json["status"] == 400)
        let fault = try #require(answer.json["errors"]?[0])
        #expect(fault["path"] == "/maxResults")
        #expect(fault["value"] == 51)
        #expect(fault["schema"]?["type"] == "integer")
    }

    @Test(arguments: ["/v2/users", "/v1/users/US1/x", "/members", "/"])
    func `an unknown path is not found`(path: String) async throws {
        #expect(try await client.get(path).status == 404)
    }

    @Test func `a method that the path does not know is not found`() async throws {
        #expect(try await client.send(.put, "/v1/contacts").status == 404)
    }

    @Test(arguments: [
        ("calls/AC0", "0100404"), ("messages/AC0", "0200404"), ("webhooks/WH0", "0300404"),
        ("phone-numbers/PN0", "0400404"), ("call-summaries/AC0", "0500404"), ("call-transcripts/AC0", "0600404"),
        ("contacts/000000000000000000000000", "0800404"), ("call-recordings/AC0", "0900404"), ("users/US0", "1100404"),
        ("call-voicemails/AC0", "1200404"),
    ])
    func `an unknown identifier is not found, with its family's code`(path: String, code: String) async throws {
        let answer = try await client.get("/v1/\(path)")
        #expect(answer.status == 404)
        #expect(answer.code == code)
    }

    @Test(arguments: [
        ("calls/X", "0100400"), ("messages/X", "0200400"), ("webhooks/X", "0300400"), ("phone-numbers/X", "0400400"),
        ("users/X", "1100400"),
    ])
    func `an identifier without its prefix is a bad request`(path: String, code: String) async throws {
        let answer = try await client.get("/v1/\(path)")
        #expect(answer.status == 400)
        #expect(answer.code == code)
    }

    @Test(arguments: [
        ("calls", ["/phoneNumberId", "/participants", "/maxResults"]),
        ("messages", ["/phoneNumberId", "/participants", "/maxResults"]), ("conversations", ["/maxResults"]),
        ("contacts", ["/maxResults"]), ("users", ["/maxResults"]),
    ])
    func `every missing parameter is named`(path: String, parameters: [String]) async throws {
        let answer = try await client.get("/v1/\(path)")
        #expect(answer.status == 400)
        #expect(answer.faultyPaths == parameters)
    }

    @Test(arguments: ["0", "-1", "101", "ten", "1.5", ""])
    func `a page's size must be a number from 1 to 100`(size: String) async throws {
        let answer = try await client.get("/v1/conversations?maxResults=\(size)")
        #expect(answer.status == 400)
        #expect(answer.faultyPaths == ["/maxResults"])
    }

    @Test(arguments: [
        "participants=%2B16145550112", "participants%5B%5D=%2B16145550112", "participants[]=%2B16145550112",
    ])
    func `a list may be sent with or without brackets`(encoded: String) async throws {
        let line = try await client.line("Main Line")
        let answer = try await client.get("/v1/messages?phoneNumberId=\(line)&maxResults=5&\(encoded)")
        #expect(answer.items.count == 5)
    }

    @Test func `an unescaped plus sign is a space`() async throws {
        let line = try await client.line("Main Line")
        let answer = try await client.get("/v1/messages?phoneNumberId=\(line)&maxResults=5&participants=+16145550112")
        #expect(answer.status == 400)
        #expect(answer.json["errors"]?[0]?["value"] == " 16145550112")
    }

    @Test(arguments: ["/v1/contacts/%zz", "/v1/contacts?maxResults=%2", "/v1/contacts/%ff"])
    func `a broken escape is a bad request`(target: String) async throws {
        #expect(try await client.get(target).status == 400)
    }

    @Test(arguments: ["2026-02-30T00:00:00Z", "2026-01-01", "yesterday", "2026-01-01T00:00:00"])
    func `a moment must be a whole date and time`(text: String) async throws {
        let answer = try await client.get("/v1/conversations?maxResults=5&createdAfter=\(text)")
        #expect(answer.status == 400)
        #expect(answer.faultyPaths == ["/createdAfter"])
    }

    @Test func `a body that is no JSON object is a bad request`() async throws {
        for body: JSONValue? in [nil, [], "text"] {
            let answer = try await client.send(.post, "/v1/contacts", body: body)
            #expect(answer.status == 400)
            #expect(answer.code == "0800400")
        }
    }

    @Test func `equal seeds give equal bytes, and other seeds other ones`() async throws {
        let other = SandboxClient()
        let different = SandboxClient(seed: 2)
        for target in [
            "/v1/phone-numbers", "/v1/contacts?maxResults=50", "/v1/conversations?maxResults=100", "/v1/webhooks",
            "/v1/calls/AC0",
        ] {
            let bytes = try await client.get(target).raw.body
            #expect(try await other.get(target).raw.body == bytes)
            #expect(try await different.get(target).raw.body != bytes)
        }
    }

    @Test func `a cancelled request does nothing`() async throws {
        let client = client
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.transport.send(HTTPRequest(method: .get, url: "https://x/v1/users?maxResults=1"))
        }
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}
