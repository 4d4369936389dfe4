import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Sandbox
import Store
import Synchronization
import TestSupport
import Testing
import Webhooks

@testable import QuoServer

/// A client whose store this process writes events to, as a listener would.
private struct Post {
    let folder: TemporaryFolder
    let client: Client
    let store: Store
    let workspace: WorkspaceID

    init(transport: any HTTPTransport = SandboxTransport()) throws {
        folder = try TemporaryFolder()
        let credential = try Credential(key: "key")
        var policy = Policy.forTests
        policy.toolsets = ["all"]
        client = try Client(.transport(transport, credential, .standard), policy: policy, folder: folder)
        store = Store(folder: try StateFolder(path: folder.path))
        workspace = try WorkspaceConnector.name(credential, .standard)
    }

    /// Notes that somebody listens, for as long as a test may take on a machine that is busy.
    func listen() async throws { try await store.noteListener(in: workspace, now: Timestamp.now + 3_600_000) }

    func deliver(_ body: String, id: String) async throws {
        let event = try WebhookEvent(Array(body.utf8))
        let record = WebhookRecord(
            delivery: id, event: event.id, type: event.typeName, resourceTime: event.resourceTime ?? 0,
            receivedAt: Timestamp.now,
            content: body)
        _ = try await store.keepEvent(record, in: workspace)
    }

    func deliver(_ type: WebhookEventType, id: String, at time: String = "2026-11-20T14:05:00Z") async throws {
        try await deliver(WebhookSample(type, id: "EV\(id)", time: time, subject: id).body, id: id)
    }

    func events(_ arguments: JSONObject = [:]) async -> JSONValue {
        await client.call("list_events", arguments).structure
    }
}

/// An API that cannot be reached.
private struct SilentAPI: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        throw HTTPError(.unavailable, "No connection", mayHaveReachedServer: false)
    }
}

/// The sandbox, where somebody writes right after the messages were looked at, and a webhook tells of it.
private final class WritingPerson: HTTPTransport {
    static let number = "+16145550199"

    private let sandbox = SandboxTransport()
    private let looks = Atomic<Int>(0)
    private let showsText: Bool
    private let tell: @Sendable () async throws -> Void

    /// - Parameter showsText: Whether the API comes to show the text too.
    init(showsText: Bool = true, tell: @escaping @Sendable () async throws -> Void) {
        self.showsText = showsText
        self.tell = tell
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard request.url.contains("/messages?") else { return try await sandbox.send(request) }
        let look = looks.add(1, ordering: .relaxed).newValue
        let lines = request.url.split(separator: "phoneNumberId=").last?.prefix { $0 != "&" } ?? ""
        // Three lines are looked at; nothing is there at first.
        if look < 3 || !showsText && look > 3 {
            return HTTPResponse(status: 200, body: Array(#"{"data":[],"totalItems":0,"nextPageToken":null}"#.utf8))
        }
        if look == 3 {
            do { try await tell() } catch { throw HTTPError(.unavailable, "\(error)", mayHaveReachedServer: false) }
            return HTTPResponse(status: 200, body: Array(#"{"data":[],"totalItems":0,"nextPageToken":null}"#.utf8))
        }
        let message =
            #"{"id":"AC1","to":["+16145550100"],"from":"\#(Self.number)","text":"Here I am","phoneNumberId":"\#(lines)","#
            + #""direction":"incoming","userId":"US1","status":"delivered","createdAt":"\#(Timestamp.text(Timestamp.now))","#
            + #""updatedAt":"\#(Timestamp.text(Timestamp.now))"}"#
        return HTTPResponse(
            status: 200, body: Array(#"{"data":[\#(message)],"totalItems":1,"nextPageToken":null}"#.utf8))
    }
}

/// The sandbox with somebody who wrote many texts, one every second.
private struct TalkativePerson: HTTPTransport {
    let count: Int
    let start: Int64
    private let sandbox = SandboxTransport()

    init(count: Int, start: Int64) {
        self.count = count
        self.start = start
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard request.url.contains("/messages?") else { return try await sandbox.send(request) }
        func value(_ name: String) -> String? {
            request.url.split { "?&".contains($0) }.first { $0.hasPrefix("\(name)=") }
                .map { String($0.dropFirst(name.count + 1)).replacing("%3A", with: ":") }
        }
        func time(_ name: String) -> Int64? { value(name).flatMap(Timestamp.milliseconds) }
        let (after, before) = (time("createdAfter") ?? .min, time("createdBefore") ?? .max)
        let size = value("maxResults").flatMap { Int($0) } ?? 10
        let skipped = value("pageToken").flatMap { Int($0) } ?? 0
        let all = (1...count).reversed().filter { number in
            let time = start + Int64(number) * 1000
            return time > after && time < before
        }
        let page = all.dropFirst(skipped).prefix(size)
        let messages = page.map { number -> JSONValue in
            let time = Timestamp.text(start + Int64(number) * 1000)
            return [
                "id": "AC\(number)", "to": ["+16145550100"], "from": .string(WritingPerson.number),
                "text": "Text \(number) \(String(repeating: "x", count: 100))", "direction": "incoming",
                "status": "received", "createdAt": .string(time), "updatedAt": .string(time),
                "phoneNumberId": .string(value("phoneNumberId") ?? ""), "userId": nil,
            ]
        }
        let rest = skipped + page.count < all.count
        let answer: JSONValue = [
            "data": .array(messages), "totalItems": .number(JSONNumber(Int64(all.count))),
            "nextPageToken": rest ? .string("\(skipped + page.count)") : nil,
        ]
        return HTTPResponse(status: 200, body: answer.bytes())
    }
}

@Suite struct `Tools of events` {
    @Test func `events are listed latest first, a page at a time`() async throws {
        let post = try Post()
        for minute in [3, 1, 4, 2] {
            try await post.deliver(.callMissed, id: "m\(minute)", at: "2026-11-20T14:0\(minute):00Z")
        }
        let first = await post.events(["limit": 3])
        #expect(first["events"]?.arrayValue?.compactMap { $0["call"]?.stringValue } == ["ACm4", "ACm3", "ACm2"])
        #expect(first["after"] == "4")
        let rest = await post.events(["cursor": first["more"]?["cursor"] ?? .null])
        #expect(rest["events"]?.arrayValue?.compactMap { $0["call"]?.stringValue } == ["ACm1"])
        #expect(rest["more"] == nil)
        let late = await post.events(["since": "2026-11-20T14:03:00Z"])
        #expect(late["events"]?.arrayValue?.count == 2)
    }

    @Test func `only the types that are asked for are listed`() async throws {
        let post = try Post()
        try await post.deliver(.callMissed, id: "1")
        try await post.deliver(.taskDeleted, id: "2")
        let events = await post.events(["types": ["task.deleted"]])["events"]?.arrayValue ?? []
        #expect(events.map { $0["type"] } == ["task.deleted"])
    }

    @Test(
        arguments: ["list_events", "wait_for_event"], ["missed", "call missed", "call.", ".missed", "call.missed\n"])
    func `what cannot be a type is told with those that are known`(tool: String, type: String) async throws {
        let answer = try await Post().client.call(tool, ["types": ["call.missed", .string(type)]])
        #expect(answer["isError"] == true)
        #expect(answer.text().contains("is no type"))
        #expect(answer.text().contains("task.duedate.removed"))
    }

    @Test(arguments: [("list_events", "note"), ("wait_for_event", "next")])
    func `a type that is not known and of which nothing came is told as such`(tool: String, place: String) async throws
    {
        let answer = try await Post().client.call(tool, ["types": ["call.mised", "call.missed"]])
        #expect(answer["isError"] != true)
        let told = try #require(answer.structure[place]?.stringValue)
        #expect(told.contains("No event of call.mised ever came"), "\(told)")
        #expect(told.contains("task.duedate.removed"))
    }

    @Test func `events of a type that is not known are to be had by it`() async throws {
        let post = try Post()
        try await post.deliver(.callMissed, id: "1")
        try await post.deliver(#"{"id":"EV2","type":"fax.received","data":{"resource":{"pages":3}}}"#, id: "2")
        let answer = await post.events(["types": ["fax.received"]])
        #expect(answer["events"]?.arrayValue?.map { $0["type"] } == ["fax.received"])
        #expect(answer["note"]?.stringValue?.contains("fax.received") != true)
        let waited = await post.client.call("wait_for_event", ["types": ["fax.received"], "after": "0"]).structure
        #expect(waited["events"]?[0]?["data"]?["resource"]?["pages"] == 3)
    }

    @Test(arguments: WebhookEventType.allCases)
    func `the short form of an event names its conversation`(type: WebhookEventType) async throws {
        let post = try Post()
        let body = try JSONValue(parsing: WebhookSample(type, id: "EV1", time: "2026-11-20T14:05:00Z").body)
        var event = body.objectValue ?? [:]
        var data = event["data"]?.objectValue ?? [:]
        var context = data["context"]?.objectValue ?? [:]
        context["conversationId"] = "CNxyz"
        data["context"] = .object(context)
        event["data"] = .object(data)
        try await post.deliver(JSONValue.object(event).text(), id: "1")
        #expect(await post.events()["events"]?[0]?["conversationId"] == "CNxyz")
    }

    @Test func `a linked task tells what it was linked to, and by whom`() async throws {
        let post = try Post()
        try await post.deliver(
            #"{"id":"EV1","type":"task.linked","data":{"resource":{"id":"TK1"},"context":{"actorId":"USgone","#
                + #""conversationId":"CNxyz","activityId":"AC7"}}}"#, id: "1")
        let event = await post.events()["events"]?[0]
        #expect(event?["conversationId"] == "CNxyz")
        #expect(event?["activityId"] == "AC7")
        #expect(event?["by"] == "USgone")
    }

    @Test func `events are told without the API, by numbers and ids`() async throws {
        let post = try Post(transport: SilentAPI())
        try await post.listen()
        try await post.deliver(.messageReceived, id: "1")
        let answer = await post.events()
        #expect(answer["events"]?[0]?["from"] == "+16145550142")
        #expect(answer["note"]?.stringValue?.contains("could not be looked up") == true, "\(answer.text())")
        let whole = await post.events(["detail": "full"])
        #expect(whole["events"]?[0]?["id"] == "EV1" && whole["note"] == nil)
        let waited = await post.client.call("wait_for_event", ["after": "0", "with": "+16145550142"]).structure
        #expect(waited["events"]?[0]?["from"] == "+16145550142", "\(waited.text())")
    }

    @Test(arguments: WebhookEventType.allCases)
    func `an event of each type is told, in short and whole`(type: WebhookEventType) async throws {
        let post = try Post()
        try await post.deliver(type, id: "9")
        let short = try #require(await post.events()["events"]?[0])
        #expect(short["type"]?.stringValue == type.rawValue)
        #expect(short["at"]?.stringValue?.hasPrefix("2026-11-20") == true)
        #expect(["AC9", "TK9", "CT9"].contains { short.text().contains($0) }, "\(short.text())")
        let whole = try #require(await post.events(["detail": "full"])["events"]?[0])
        #expect(whole["id"] == "EV9")
        #expect(whole["data"]?["resource"] != nil)
    }

    @Test func `what could not be looked up is told as unknown`() async throws {
        let post = try Post()
        let body = WebhookSample(.callMissed, id: "EV1", time: "2026-11-20T14:05:00Z").body
        try await post.deliver(
            body.replacing("\"matched\"", with: "\"unavailable\"").replacing("\"available\"", with: "\"unavailable\""),
            id: "1")
        let event = await post.events()["events"]?[0]
        #expect(event?["contacts"] == "unknown")
        #expect(event?["with"] == "unknown")
        try await post.deliver(
            body.replacing("\"matched\"", with: "\"none\"").replacing("\"EV1\"", with: "\"EV2\""), id: "2")
        let other = await post.events()["events"]?[0]
        #expect(other?["contacts"] == "none")
        #expect(other?["with"]?[0]?.stringValue?.contains("+16145550142") == true)
    }

    @Test func `waiting ends with the event that arrives, and goes on after it`() async throws {
        let post = try Post()
        try await post.listen()
        async let answer = post.client.call("wait_for_event", ["types": ["call.missed"], "after": "0"]).structure
        try await post.deliver(.taskDeleted, id: "1")
        try await post.deliver(.callMissed, id: "2")
        let happened = await answer
        #expect(happened["happened"] == true)
        #expect(happened["events"]?.arrayValue?.map { $0["call"] } == ["AC2"])
        #expect(happened["after"] == "2")
        let next = await post.client.call("wait_for_event", ["after": "2", "seconds": 1]).structure
        #expect(next["happened"] == false)
        #expect(next["after"] == "2")
    }

    @Test func `waiting for a person passes over everybody else`() async throws {
        let post = try Post()
        try await post.listen()
        try await post.deliver(.messageReceived, id: "1")
        let other = WebhookSample(.messageReceived, id: "EV2", time: "2026-11-20T14:05:00Z", subject: "2").body
        try await post.deliver(other.replacing("+16145550142", with: "+16145550199"), id: "2")
        let answer = await post.client.call("wait_for_event", ["with": "+1 614 555 0199", "after": "0"]).structure
        #expect(answer["events"]?.arrayValue?.map { $0["message"] } == ["AC2"])
    }

    @Test func `nobody waits for what nobody listens for`() async throws {
        let post = try Post()
        let answer = await post.client.call("wait_for_event", ["seconds": 240]).structure
        #expect(answer["happened"] == false)
        #expect(answer["next"]?.stringValue?.contains("quo-mcp listen") == true)
        #expect(await post.events()["listening"] == false)
        try await post.listen()
        #expect(await post.events()["listening"] == true)
    }

    @Test func `a number from an event is known as one from outside`() async throws {
        let post = try Post()
        let body = WebhookSample(.messageReceived, id: "EV1", time: "2026-11-20T14:05:00Z").body
        try await post.deliver(body.replacing("Is my cake", with: "Text +1 614 555 0188, is my cake"), id: "1")
        _ = await post.events()
        let question = await post.client.call(
            "send_message", ["to": "+16145550188", "text": "Hello", "from": "Main Line"])
        #expect(question.text().contains("a message of +16145550142"), "\(question.text())")
    }

    @Test(arguments: [
        (WebhookEventType.callTranscriptCompleted, "Is my cake ready?"), (.callVoicemailCompleted, "Please call me"),
        (.callSummaryCompleted, "Text Ana when it is."),
    ])
    func `numbers in what people outside said are passages`(type: WebhookEventType, words: String) throws {
        let body = WebhookSample(type, id: "EV1", time: "2026-11-20T14:05:00Z").body
        let event = try WebhookEvent(Array(body.replacing(words, with: "+1 614 555 0188").utf8))
        #expect(IncomingContent.passages(in: event).flatMap(\.values) == ["+16145550188"])
        let plain = try WebhookEvent(Array(body.utf8))
        #expect(IncomingContent.passages(in: plain).isEmpty)
    }

    @Test func `everything in an event of a new type counts as written outside`() throws {
        let body = #"{"id":"EV1","type":"fax.received","data":{"resource":{"pages":[{"words":"+1 614 555 0188"}]}}}"#
        let event = try WebhookEvent(Array(body.utf8))
        #expect(IncomingContent.passages(in: event).flatMap(\.values) == ["+16145550188"])
    }

    /// Waits for a reply that a webhook tells of right after the first look.
    private func reply(
        to body: @escaping @Sendable (String) -> String = { $0 }, showsText: Bool, seconds: JSONValue = 20,
        toldByBothVersions: Bool = false
    ) async throws -> JSONValue {
        let folder = try TemporaryFolder()
        let credential = try Credential(key: "key")
        let store = Store(folder: try StateFolder(path: folder.path))
        let workspace = try WorkspaceConnector.name(credential, .standard)
        try await store.noteListener(in: workspace, now: Timestamp.now)
        let person = WritingPerson(showsText: showsText) {
            let sample = WebhookSample(.messageReceived, id: "EV1", time: Timestamp.text(Timestamp.now)).body
            let record = WebhookRecord(
                delivery: "1", event: "EV1", type: "message.received", resourceTime: Timestamp.now,
                receivedAt: Timestamp.now, content: body(sample.replacing("+16145550142", with: WritingPerson.number)))
            _ = try await store.keepEvent(record, in: workspace)
            guard toldByBothVersions else { return }
            let legacy = WebhookSample(.messageReceived, id: "EV2", time: Timestamp.text(Timestamp.now)).legacyBody
            let second = WebhookRecord(
                delivery: "2", event: "EV2", type: "message.received", resourceTime: Timestamp.now,
                receivedAt: Timestamp.now,
                content: body((legacy ?? "").replacing("+16145550142", with: WritingPerson.number)))
            _ = try await store.keepEvent(second, in: workspace)
        }
        let client = try Client(.transport(person, credential, .standard), folder: folder)
        return await client.call("wait_for_reply", ["with": .string(WritingPerson.number), "seconds": seconds])
            .structure
    }

    @Test func `a webhook of a reply ends the wait for it`() async throws {
        // The API alone would be asked again after half a minute only.
        let answer = try await reply(showsText: true)
        #expect(answer["replied"] == true, "\(answer.text())")
    }

    /// The sample without the ids of a line that the sandbox does not have.
    private static let ofOurLine: @Sendable (String) -> String = {
        $0.replacing("\"phoneNumberId\":\"PNx4mC9Ty0\"", with: "\"phoneNumberId\":null")
    }

    @Test func `a reply that only a webhook tells of is the reply`() async throws {
        let answer = try await reply(to: Self.ofOurLine, showsText: false)
        #expect(answer["replied"] == true, "\(answer.text())")
        #expect(answer["messages"]?[0]?["text"]?.stringValue?.contains("cake") == true)
        #expect(answer["messages"]?[0]?["from"] == "Tom Becker")
        #expect(answer["messages"]?.arrayValue?.count == 1)
    }

    @Test(arguments: [
        ("+16145550100", "+12025550111"), ("[\"+16145550100\"]", "[\"+16145550100\",\"+12025550111\"]"),
        (WritingPerson.number, "+12025550111"), ("\"phoneNumberId\":null", "\"phoneNumberId\":\"PNgone\""),
    ])
    func `a text of another thread or line is no reply`(part: String, other: String) async throws {
        let answer = try await reply(
            to: { Self.ofOurLine($0).replacing(part, with: other) }, showsText: false, seconds: 1)
        #expect(answer["replied"] == false, "\(answer.text())")
    }

    @Test func `a text that webhooks of both versions tell of is one reply`() async throws {
        let answer = try await reply(to: Self.ofOurLine, showsText: false, toldByBothVersions: true)
        #expect(answer["replied"] == true, "\(answer.text())")
        #expect(answer["messages"]?.arrayValue?.count == 1, "\(answer.text())")
    }

    @Test func `a text of ours is no reply, whatever its event is called`() async throws {
        let answer = try await reply(
            to: { Self.ofOurLine($0).replacing(#""direction":"incoming""#, with: #""direction":"outgoing""#) },
            showsText: false, seconds: 1)
        #expect(answer["replied"] == false, "\(answer.text())")
    }

    @Test func `a reply is found behind all that others wrote since`() async throws {
        let post = try Post()
        try await post.listen()
        let start = Timestamp.now - 3_600_000
        func deliver(_ number: Int64, from person: String) async throws {
            let sample = WebhookSample(
                .messageReceived, id: "EV\(number)", time: Timestamp.text(start + number), subject: "\(number)")
            try await post.deliver(
                Self.ofOurLine(sample.body).replacing("+16145550142", with: person), id: "\(number)")
        }
        try await deliver(1, from: WritingPerson.number)
        for number in 2..<110 { try await deliver(Int64(number), from: "+16145550142") }
        let answer = await post.client.call(
            "wait_for_reply",
            ["with": .string(WritingPerson.number), "since": .string(Timestamp.text(start)), "seconds": 1]
        ).structure
        #expect(answer["replied"] == true, "\(answer.text())")
        #expect(answer["messages"]?.arrayValue?.count == 1)
    }

    @Test func `a text that arrives after a later one was told is told too, once`() async throws {
        let post = try Post()
        try await post.listen()
        let start = Timestamp.now - 60_000
        func wait(since: JSONValue) async -> JSONValue {
            await post.client.call(
                "wait_for_reply", ["with": .string(WritingPerson.number), "since": since, "seconds": 1]
            ).structure
        }
        func deliver(_ number: Int64) async throws {
            let sample = WebhookSample(
                .messageReceived, id: "EV\(number)", time: Timestamp.text(start + number), subject: "\(number)")
            let body = Self.ofOurLine(sample.body)
                .replacing("Is my cake ready for pickup at 3? 🎂", with: "Text \(number)")
            try await post.deliver(body.replacing("+16145550142", with: WritingPerson.number), id: "\(number)")
        }
        func texts(_ answer: JSONValue) -> [JSONValue?]? { answer["messages"]?.arrayValue?.map { $0["text"] } }
        try await deliver(2000)
        let first = await wait(since: .string(Timestamp.text(start)))
        #expect(texts(first) == ["Text 2000"], "\(first)")
        try await deliver(1000)
        let second = await wait(since: first["since"] ?? .null)
        #expect(texts(second) == ["Text 1000"], "\(second)")
        #expect(second["since"] == first["since"])
        #expect(await wait(since: second["since"] ?? .null)["replied"] == false)
    }

    @Test func `every text since is told in its order, however many came`() async throws {
        let start = Timestamp.now - 3_600_000
        let client = try Client(
            .transport(TalkativePerson(count: 250, start: start), try Credential(key: "key"), .standard))
        var since = Timestamp.text(start)
        var told: [String] = []
        for _ in 0..<5 {
            let answer = await client.call(
                "wait_for_reply",
                ["with": .string(WritingPerson.number), "inbox": "Main Line", "since": .string(since), "seconds": 1]
            ).structure
            guard answer["replied"] == true else { break }
            told += (answer["messages"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
            since = answer["since"]?.stringValue ?? since
        }
        #expect(told == (1...250).map { "Text \($0) \(String(repeating: "x", count: 100))" })
    }

    @Test func `a wait without a reply is as long as it is said to be`() async throws {
        let start = ContinuousClock.now
        let answer = try await reply(
            to: { $0.replacing("message.received", with: "x.y") }, showsText: false, seconds: 1)
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(answer["next"]?.stringValue?.hasPrefix("No reply in 1 s.") == true, "\(answer.text())")
    }
}
