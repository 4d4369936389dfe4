import HTTP
import JSON
import Sandbox
import Synchronization
import Testing

/// A clock that moves only when it is told to.
final class FakeClock: Sendable {
    /// 2026-05-28 20:26:40 UTC, a Thursday.
    static let start: Int64 = 1_780_000_000_000

    private let milliseconds = Mutex(FakeClock.start)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(seconds: Double) {
        milliseconds.withLock { $0 += Int64(seconds * 1_000) }
    }
}

/// What the sandbox answered.
struct SandboxAnswer {
    let status: Int
    let json: JSONValue
    let raw: HTTPResponse

    var data: JSONValue { json["data"] ?? .null }
    var items: [JSONValue] { json["data"]?.arrayValue ?? [] }
    var code: String? { json["code"]?.stringValue }
    var title: String? { json["title"]?.stringValue }
    var faultyPaths: [String] { json["errors"]?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? [] }
}

/// A workspace of its own with a clock to move.
struct SandboxClient {
    let clock = FakeClock()
    let transport: SandboxTransport

    init(seed: UInt64 = 1, contactCount: Int = SandboxTransport.standardContactCount) {
        let clock = clock
        transport = SandboxTransport(seed: seed, contactCount: contactCount, clock: { clock.now })
    }

    func send(
        _ method: HTTPMethod, _ target: String, body: JSONValue? = nil,
        headers: [HTTPHeader] = [HTTPHeader("Authorization", "test-key")]
    ) async throws -> SandboxAnswer {
        let request = HTTPRequest(
            method: method, url: "https://api.openphone.com" + target, headers: headers, body: body?.bytes())
        let response = try await transport.send(request)
        let json = response.body.isEmpty ? JSONValue.null : try JSONValue(parsing: response.body)
        return SandboxAnswer(status: response.status, json: json, raw: response)
    }

    func get(_ target: String) async throws -> SandboxAnswer { try await send(.get, target) }

    /// Every element of a paged list, read page by page.
    func all(_ path: String, _ query: String = "", maxResults: Int) async throws -> [JSONValue] {
        var elements: [JSONValue] = []
        var token: String?
        repeat {
            let page = try await get(
                "\(path)?maxResults=\(maxResults)\(query)" + (token.map { "&pageToken=\($0)" } ?? ""))
            try #require(page.status == 200)
            elements += page.items
            token = page.json["nextPageToken"]?.stringValue
        } while token != nil && elements.count < 10_000
        return elements
    }

    /// The conversation of a line with exactly those people.
    func conversation(_ people: [String], on line: String = "Main Line") async throws -> JSONValue {
        let lineID = try await self.line(line)
        let conversation = try await all("/v1/conversations", maxResults: 100).first {
            $0["phoneNumberId"]?.stringValue == lineID
                && Set($0["participants"]?.arrayValue?.compactMap(\.stringValue) ?? []) == Set(people)
        }
        return try #require(conversation)
    }

    /// The texts or calls of a line with those people, newest first.
    func activity(_ path: String, _ people: [String], on line: String = "Main Line") async throws -> [JSONValue] {
        let participants = people.map { "&participants=\($0.replacing("+", with: "%2B"))" }.joined()
        return try await all(path, "&phoneNumberId=\(try await self.line(line))" + participants, maxResults: 100)
    }

    func line(_ name: String) async throws -> String {
        let line = try await get("/v1/phone-numbers").items.first { $0["name"]?.stringValue == name }
        return try #require(line?["id"]?.stringValue)
    }

    func user(_ firstName: String) async throws -> String {
        let user = try await get("/v1/users?maxResults=50").items.first { $0["firstName"]?.stringValue == firstName }
        return try #require(user?["id"]?.stringValue)
    }

    func contact(_ firstName: String, _ lastName: String) async throws -> JSONValue {
        let contact = try await all("/v1/contacts", maxResults: 50).first {
            $0["defaultFields"]?["firstName"]?.stringValue == firstName
                && $0["defaultFields"]?["lastName"]?.stringValue == lastName
        }
        return try #require(contact)
    }

    /// Sends a text from the main line unless told otherwise.
    func text(_ recipient: String, _ content: String = "Hello there", from: String? = nil) async throws -> SandboxAnswer
    {
        let line = if let from { from } else { try await self.line("Main Line") }
        return try await send(
            .post, "/v1/messages",
            body: ["content": .string(content), "from": .string(line), "to": [.string(recipient)]])
    }

    /// The texts between the main line and a person, newest first.
    func thread(_ number: String) async throws -> [JSONValue] {
        let line = try await line("Main Line")
        return try await all(
            "/v1/messages", "&phoneNumberId=\(line)&participants=\(number.replacing("+", with: "%2B"))",
            maxResults: 100)
    }

    /// All calls of the workspace.
    func calls() async throws -> [JSONValue] {
        var calls: [JSONValue] = []
        for conversation in try await all("/v1/conversations", maxResults: 100) {
            guard let people = conversation["participants"]?.arrayValue, people.count == 1,
                let person = people[0].stringValue, let line = conversation["phoneNumberId"]?.stringValue
            else { continue }
            let query = "&phoneNumberId=\(line)&participants=\(person.replacing("+", with: "%2B"))"
            calls += try await all("/v1/calls", query, maxResults: 100)
        }
        return calls
    }

    /// The id of a call whose answer under that path passes a test.
    func call(_ path: String, where isWanted: (JSONValue) -> Bool) async throws -> String {
        for call in try await calls() {
            let id = try #require(call["id"]?.stringValue)
            let answer = try await get("/v1/\(path)/\(id)")
            if answer.status == 200, isWanted(answer.data) { return id }
        }
        throw NoSuchCall()
    }

    struct NoSuchCall: Error {}
}
