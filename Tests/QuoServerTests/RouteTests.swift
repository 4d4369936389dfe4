import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Synchronization
import Testing

/// Carries requests on, and keeps the paths.
private final class Counter: HTTPTransport {
    private let inner: any HTTPTransport
    private let kept = Mutex<[String]>([])

    init(_ inner: any HTTPTransport) { self.inner = inner }

    /// The paths so far of what is read of conversations, texts and calls.
    var activity: [String] {
        kept.withLock { $0 }.filter { path in
            ["/messages", "/calls", "/v1/messages", "/v1/calls", "/v1/conversations", "/v1/call-voicemails"]
                .contains { path.hasPrefix($0) }
        }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url.dropFirst("https://api.quo.com".count).prefix { $0 != "?" }
        kept.withLock { $0.append(String(path)) }
        return try await inner.send(request)
    }
}

/// Something that happened, and a question about it.
struct RouteStory: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tool: String
    let arguments: JSONObject
    var happen: @Sendable (SandboxTransport) -> Void = { _ in }

    /// Two days ago, so that no time is told as so many minutes ago.
    static let now = Timestamp.now - 2 * 86_400_000

    private static func time(_ daysAgo: Int64) -> JSONValue { .string(Timestamp.text(now - daysAgo * 86_400_000)) }

    private static let main = "+16145550100"
    private static let crew = "+16145550102"

    static let all: [RouteStory] = [
        RouteStory(
            testDescription: "a week's triage", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]),
        RouteStory(
            testDescription: "a month's triage", tool: "inbox_triage", arguments: ["since": time(30), "limit": 50]),
        RouteStory(
            testDescription: "one inbox", tool: "inbox_triage",
            arguments: ["since": time(7), "inbox": "Field Crew", "limit": 50]),
        RouteStory(testDescription: "a day's triage", tool: "inbox_triage", arguments: ["since": time(1)]),
        RouteStory(testDescription: "a page of it", tool: "inbox_triage", arguments: ["since": time(7), "limit": 3]),
        RouteStory(
            testDescription: "a text from a stranger", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]
        ) { $0.receive("Is anyone there?", from: "+16145550999", at: main) },
        RouteStory(
            testDescription: "a text in a group", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]
        ) { $0.receive("Which day?", from: "+16145550133", inGroupWith: ["+16145550134"], at: main) },
        RouteStory(
            testDescription: "a STOP", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]
        ) { $0.receive("STOP", from: "+16145550998", at: main) },
        RouteStory(
            testDescription: "an answering machine", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]
        ) { $0.receive("Automatic reply: I am out of office", from: "+16145550997", at: main) },
        RouteStory(
            testDescription: "an own number", tool: "inbox_triage", arguments: ["since": time(7), "limit": 50]
        ) { $0.receive("Test", from: crew, at: main) },
        RouteStory(
            testDescription: "an answer on another line", tool: "inbox_triage",
            arguments: ["since": time(7), "limit": 50, "inbox": "Main Line"]
        ) { $0.receive("And here too", from: "+16145550140", at: crew) },
        RouteStory(
            testDescription: "more than is looked at in one thread", tool: "inbox_triage",
            arguments: ["since": time(7), "limit": 50]
        ) { sandbox in
            for number in 1...230 { sandbox.receive("Text \(number)", from: "+16145550133", at: main) }
        },
        RouteStory(
            testDescription: "a digest of such a thread", tool: "digest",
            arguments: ["since": time(7), "until": time(-1)]
        ) { sandbox in
            for number in 1...230 { sandbox.receive("Text \(number)", from: "+16145550133", at: main) }
        },
        RouteStory(
            testDescription: "a week's digest", tool: "digest", arguments: ["since": time(7), "until": time(-1)]),
        RouteStory(
            testDescription: "a digest of days gone by", tool: "digest",
            arguments: ["since": time(6), "until": time(3)]),
        RouteStory(testDescription: "thirty days", tool: "digest", arguments: ["period": "last_30_days"]),
        RouteStory(
            testDescription: "one inbox's digest", tool: "digest",
            arguments: ["since": time(7), "until": time(-1), "inbox": "Scheduling"]),
        RouteStory(
            testDescription: "calls alone", tool: "digest",
            arguments: ["since": time(7), "until": time(-1), "only": "calls"]),
        RouteStory(
            testDescription: "missed calls alone", tool: "digest",
            arguments: ["since": time(7), "until": time(-1), "only": "missed_calls"]),
        RouteStory(
            testDescription: "texts alone", tool: "digest",
            arguments: ["since": time(7), "until": time(-1), "only": "texts"]),
        RouteStory(
            testDescription: "people alone", tool: "digest",
            arguments: ["since": time(7), "until": time(-1), "only": "people"]),
    ]

    /// A workspace in which it happened.
    func sandbox() -> SandboxTransport {
        let sandbox = SandboxTransport(clock: { Self.now })
        happen(sandbox)
        return sandbox
    }

    /// The answer by the versions that an owner wants, and the paths that it took.
    func answer(_ api: APIVersion, in sandbox: SandboxTransport) async throws -> (answer: JSONObject, paths: [String]) {
        let counter = Counter(sandbox)
        var policy = Policy.forTests
        policy.api = api
        let client = try Client(.transport(counter, try Credential(key: "key"), .standard), policy: policy)
        // Where contacts were not read yet, an answer waits only a moment for their names.
        _ = await client.call("find_contacts", ["query": "Terrence"])
        let result = await client.call(tool, arguments)
        #expect(result["isError"] != true, "\(result.resultText)")
        return (result.structure.objectValue ?? [:], counter.activity)
    }
}

@Suite struct RouteTests {
    @Test(arguments: RouteStory.all)
    func `both versions of the API lead to the same answer`(story: RouteStory) async throws {
        let sandbox = story.sandbox()
        let (first, walked) = try await story.answer(.v1, in: sandbox)
        #expect(first["api"] == "v1")
        #expect(walked.allSatisfy { $0.hasPrefix("/v1/") })
        let (dated, swept) = try await story.answer(.automatic, in: sandbox)
        #expect(dated["api"] == "2026-03-30")
        #expect(swept.contains("/messages") && swept.contains("/calls"))
        // What is looked up differs in nothing else, and the lists make a tenth of the requests.
        for name in Set(first.names + dated.names) where name != "api" {
            #expect(dated[name] == first[name], "\(name)")
        }
        #expect(swept.count * 10 <= walked.count, "\(swept.count) of \(walked.count)")
    }

    @Test func `the stories have somebody waiting, and calls and texts to count`() async throws {
        let sandbox = RouteStory.all[0].sandbox()
        let waiting = try await RouteStory.all[0].answer(.dated, in: sandbox).answer["waiting"]?.arrayValue ?? []
        #expect(waiting.count > 5)
        #expect(waiting.contains { $0.text().contains("voicemail") })
        let digest = try #require(RouteStory.all.first { $0.testDescription == "a week's digest" })
        let counted = try await digest.answer(.dated, in: sandbox).answer
        #expect(counted["calls"]?["missed"]?.integerValue ?? 0 > 2)
        #expect(counted["texts"]?["in"]?.integerValue ?? 0 > 20)
    }

    @Test func `older threads of a walk are walked on to`() async throws {
        let client = try Client(.transport(SandboxTransport(), try Credential(key: "key"), .standard))
        let threads = await client.call("list_conversations", ["limit": 5])
        let cursor = try #require(threads.structure["more"]?["cursor"]?.stringValue)
        let result = await client.call("inbox_triage", ["cursor": .string("/\(cursor)"), "limit": 50])
        #expect(result.structure["api"] == "v1", "\(result.resultText)")
        #expect(result.structure["waiting"]?.arrayValue?.isEmpty == false)
    }

    @Test func `a list without end is left, and the answer says from when on it counts`() async throws {
        let endless = Endless { $0 + 1 }
        let client = try Client(.transport(endless, try Credential(key: "key"), .standard))
        let result = await client.call("digest", ["period": "last_7_days"]).structure
        #expect(result["api"] == "2026-03-30")
        #expect(result["note"]?.stringValue?.contains("there was too much: counted from ") == true, "\(result)")
        #expect(endless.requests == 400)
    }

    @Test func `a list that goes round in a circle is none`() async throws {
        let endless = Endless { _ in 1 }
        let client = try Client(.transport(endless, try Credential(key: "key"), .standard))
        let result = await client.call("digest", ["period": "last_7_days"]).structure
        #expect(result["api"] == "v1 (2026-03-30 gave no list)")
        #expect(endless.requests == 2)
    }
}

/// A workspace whose dated list of messages has ever another page, each a second older.
private final class Endless: HTTPTransport {
    private let sandbox = SandboxTransport()
    private let next: @Sendable (Int) -> Int
    private let count = Atomic(0)
    private let start = Timestamp.now

    init(next: @escaping @Sendable (Int) -> Int) { self.next = next }

    /// How often that list was asked for.
    var requests: Int { count.load(ordering: .relaxed) }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard request.url.contains("api.quo.com/messages") else { return try await sandbox.send(request) }
        count.add(1, ordering: .relaxed)
        let page = request.url.firstRange(of: "after=").flatMap { Int(request.url[$0.upperBound...]) } ?? 0
        let message: JSONValue = [
            "id": .string("AC\(page)"), "createdAt": .string(Timestamp.text(start - Int64(page) * 1_000)),
        ]
        let body: JSONValue = ["data": [message], "nextCursor": .string("\(next(page))")]
        return HTTPResponse(status: 200, body: body.bytes())
    }
}
