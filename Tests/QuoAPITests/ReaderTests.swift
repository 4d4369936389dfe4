import HTTP
import JSON
import QuoAPI
import Synchronization
import TestSupport
import Testing

/// Answers in turn, the last for ever.
final class Script: Sendable {
    private let answers: Mutex<[LoopbackServer.Answer]>

    init(_ answers: LoopbackServer.Answer...) { self.answers = Mutex(answers) }

    func next() -> LoopbackServer.Answer {
        answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// A pacer that counts.
private final class CountingPacer: Pacer {
    let grants = Atomic<Int>(0)
    func grant() async throws(CancellationError) { grants.add(1, ordering: .relaxed) }
}

/// A transport that fails in one way.
private final class FailingTransport: HTTPTransport {
    let attempts = Atomic(0)
    private let code: HTTPError.Code

    init(_ code: HTTPError.Code) { self.code = code }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        attempts.add(1, ordering: .relaxed)
        throw HTTPError(code, "What happened.", mayHaveReachedServer: true)
    }
}

@Suite struct `Reading` {
    @Test func `a read carries the raw key and says who asks`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"data":[],"totalItems":0}"#) }
        defer { server.close() }
        let value = try await Reader(connection(to: server)).read(Sample.listMessages, Sample.messagesArguments)
        #expect(value == ["data": [], "totalItems": 0])
        let request = try #require(server.requests.first)
        #expect(request.method == "GET")
        #expect(request.target == "/v1/messages?phoneNumberId=PN1&participants=%2B15550100&participants=%2B15550101")
        #expect(request.header("Authorization") == Sample.key)
        #expect(request.header("Accept") == "application/json")
        #expect(request.header("User-Agent") == "quo-mcp/test")
        #expect(request.header("Content-Type") == nil)
        #expect(request.header("Quo-Api-Version") == nil)
    }

    @Test func `the dated version is named in a header`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        _ = try await Reader(connection(to: server)).read(Sample.listUsers, OperationArguments())
        #expect(server.requests.first?.header("Quo-Api-Version") == "2026-03-30")
    }

    @Test(arguments: [429, 500, 501, 502, 503, 504])
    func `a read that failed for a passing reason is repeated with growing waits`(status: Int) async throws {
        let cut = LoopbackServer.Answer.raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".utf8))
        let script = Script(.json("{}", status: status), cut, .json("{}", status: status), .json(#"{"data":1}"#))
        let server = try LoopbackServer { _ in script.next() }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let value = try await Reader(connection(to: server, clock: clock)).read(
            Sample.getContact, Sample.contactArguments)
        #expect(value == ["data": 1])
        #expect(clock.sleeps == [.milliseconds(125), .milliseconds(250), .milliseconds(500)])
    }

    @Test func `a read is given up after three repetitions`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"message":"down"}"#, status: 503) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let pacer = CountingPacer()
        let error = await failure(
            of: Sample.getContact, Sample.contactArguments, on: try connection(to: server, clock: clock, pacer: pacer))
        #expect(error?.kind == .http(503))
        #expect(error?.outcome == .notPerformed)
        #expect(server.requests.count == 4)
        #expect(pacer.grants.load(ordering: .relaxed) == 4)
    }

    @Test(arguments: [(Duration.seconds(30), 1), (.seconds(10), 3), (.seconds(24), 2)])
    func `a read that takes its time to fail is told before a host gives up`(each: Duration, count: Int) async throws {
        let clock = ManualClock(advancesItself: true)
        let server = try LoopbackServer { _ in
            clock.advance(by: each)
            return .json("{}", status: 503)
        }
        defer { server.close() }
        let error = await failure(
            of: Sample.getContact, Sample.contactArguments, on: try connection(to: server, clock: clock))
        #expect(error?.kind == .http(503))
        #expect(server.requests.count == count)
    }

    @Test func `waits that the API asks for add up to no more than a host waits`() async throws {
        let headers = [HTTPHeader("Retry-After", "20")]
        let server = try LoopbackServer { _ in .json("{}", status: 429, headers: headers) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let error = await failure(
            of: Sample.getContact, Sample.contactArguments, on: try connection(to: server, clock: clock))
        #expect(error?.retryAfter == .seconds(20))
        #expect(clock.sleeps == [.seconds(20)])
    }

    @Test func `waits grow to a ceiling`() async throws {
        let server = try LoopbackServer { _ in .json("{}", status: 500) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let retries = RetryPolicy(maximumRetries: 7, random: { 0.999 })
        _ = await failure(
            of: Sample.getContact, Sample.contactArguments,
            on: try connection(to: server, clock: clock, retries: retries))
        #expect(clock.sleeps.count == 7)
        #expect(clock.sleeps.allSatisfy { $0 < .seconds(4) })
        #expect(clock.sleeps.suffix(2).allSatisfy { $0 > .milliseconds(3_990) })
    }

    @Test(arguments: [400, 401, 402, 403, 404, 409, 422, 302])
    func `a read that was refused is not repeated`(status: Int) async throws {
        let server = try LoopbackServer { _ in .json("{}", status: status) }
        defer { server.close() }
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: try connection(to: server))
        #expect(error?.status == status)
        #expect(server.requests.count == 1)
    }

    @Test func `a refused connection is repeated, and told at last`() async throws {
        let port = try ClosedPort()
        let clock = ManualClock(advancesItself: true)
        let connection = Connection(
            transport: CurlTransport(), baseURL: try BaseURL("http://127.0.0.1:\(port.port)"),
            credential: try Credential(key: Sample.key), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "quo-mcp/test", clock: clock))
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: connection)
        guard case .transport(let transport) = error?.kind else {
            Issue.record("another kind of error: \(String(describing: error))")
            return
        }
        #expect(transport.code == .cannotConnect)
        #expect(clock.sleeps.count == 3)
    }

    @Test(arguments: ["", "<html>", "{", "null x", "[1,2]", "[]", #""x""#, "null", "7", "true"])
    func `success without a JSON object is an error`(body: String) async throws {
        let server = try LoopbackServer { _ in .json(body) }
        defer { server.close() }
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: try connection(to: server))
        #expect(error?.kind == .undecodable)
        #expect(error?.status == 200)
        #expect(error?.outcome == .notPerformed)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [HTTPError.Code.tls, .tooLarge, .cancelled, .unavailable])
    func `a read that failed for a lasting reason is not repeated`(code: HTTPError.Code) async throws {
        let transport = FailingTransport(code)
        let connection = Connection(
            transport: transport, credential: try Credential(key: Sample.key), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "quo-mcp/test", clock: ManualClock(advancesItself: true)))
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: connection)
        #expect(error?.kind == .transport(HTTPError(code, "What happened.", mayHaveReachedServer: true)))
        #expect(transport.attempts.load(ordering: .relaxed) == 1)
    }

    @Test func `a read that is cancelled before its turn is not sent`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let clock = ManualClock()
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        try await pacer.grant()
        let connection = try connection(to: server, pacer: pacer)
        let task = Task { await failure(of: Sample.getContact, Sample.contactArguments, on: connection) }
        await clock.waitForSleepers(1)
        task.cancel()
        #expect(await task.value?.message == "The request was cancelled before it was sent.")
        #expect(server.connectionCount == 0)
    }

    @Test func `a cancelled read ends its wait`() async throws {
        let server = try LoopbackServer { _ in .json("{}", status: 500) }
        defer { server.close() }
        let clock = ManualClock()
        let connection = try connection(to: server, clock: clock)
        let task = Task { await failure(of: Sample.getContact, Sample.contactArguments, on: connection) }
        await clock.waitForSleepers(1)
        task.cancel()
        guard case .transport(let error) = await task.value?.kind else {
            Issue.record("the read was not cancelled")
            return
        }
        #expect(error.code == .cancelled)
        #expect(server.requests.count == 1)
    }
}

@Suite struct `Retry-After` {
    private static let date = HTTPHeader("Date", "Sun, 28 Feb 2027 23:59:50 GMT")

    @Test(arguments: [
        ([HTTPHeader("Retry-After", "7")], Duration.seconds(7)),
        ([HTTPHeader("Retry-After", "20")], .seconds(20)),
        // No longer than the wait that would come anyway.
        ([HTTPHeader("Retry-After", "0")], .milliseconds(125)),
        ([HTTPHeader("Retry-After", "soon")], .milliseconds(125)),
        ([HTTPHeader("Retry-After", "-5")], .milliseconds(125)),
        ([date, HTTPHeader("Retry-After", "Mon, 01 Mar 2027 00:00:05 GMT")], .seconds(15)),
        ([date, HTTPHeader("Retry-After", "Sun, 28 Feb 2027 00:00:00 GMT")], .milliseconds(125)),
    ])
    func `a short wait is kept`(headers: [HTTPHeader], wait: Duration) async throws {
        let script = Script(.json("{}", status: 429, headers: headers), .json("{}"))
        let server = try LoopbackServer { _ in script.next() }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        _ = try await Reader(connection(to: server, clock: clock)).read(Sample.getContact, Sample.contactArguments)
        #expect(clock.sleeps == [wait])
    }

    @Test(arguments: [
        ([HTTPHeader("Retry-After", "21")], Duration.seconds(21)),
        ([HTTPHeader("Retry-After", "99999999999999999999999")], .seconds(1_000_000_000)),
        ([date, HTTPHeader("Retry-After", "Mon, 01 Mar 2027 00:01:50 GMT")], .seconds(120)),
    ])
    func `a long wait ends the read, and is told`(headers: [HTTPHeader], wait: Duration) async throws {
        let server = try LoopbackServer { _ in .json("{}", status: 429, headers: headers) }
        defer { server.close() }
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: try connection(to: server))
        #expect(error?.retryAfter == wait)
        #expect(error?.explanation.contains("wait \(wait.components.seconds) s") == true)
        #expect(server.requests.count == 1)
    }

    @Test func `a wait that is over is not told as one`() async throws {
        let server = try LoopbackServer { _ in .json("{}", status: 429, headers: [HTTPHeader("Retry-After", "0")]) }
        defer { server.close() }
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: try connection(to: server))
        #expect(error?.explanation.contains("Try again in a few seconds") == true)
    }

    @Test(arguments: [
        "Sun, 06 Nov 2094 08:49:37 GMT", "Sun, 06 Nov 9999 08:49:37 GMT", "9223372036854775808",
        String(repeating: "9", count: 5_000),
    ])
    func `a wait of many years is cut`(text: String) {
        #expect(HTTPResponse(status: 429, headers: [.init("Retry-After", text)]).retryAfter == .seconds(1_000_000_000))
    }

    @Test(arguments: [
        "Sun, 06 Nov 2094 24:00:00 GMT", "Sun, 06 Nov 2094 00:60:00 GMT", "Sun, 06 Nov 2094 00:00:61 GMT",
        "Sun, 00 Nov 2094 00:00:00 GMT", "Sun, 32 Nov 2094 00:00:00 GMT", "Sun, 06 Nov 1969 00:00:00 GMT",
        "Sun, 06 Nov 2094 -1:00:00 GMT", "Sun, 06 Nov 2094 +1:00:00 GMT", "Sun, 06 Nov 2094 1:1:1:1 GMT",
        "Sun, 06 Nov 2094 1:1:x:1 GMT", "Sun, 06 Nov 2094 1::1:1 GMT", "Sun, 06 Nov 12094 00:00:00 GMT",
        "Sun, 06 Nov 2094 9223372036854775807:1:1 GMT",
    ])
    func `a date with a part out of its range is none`(text: String) {
        #expect(HTTPResponse(status: 429, headers: [.init("Retry-After", text)]).retryAfter == nil)
        // Measured from another Date, the wait would be none.
        let headers = [HTTPHeader("Date", text), HTTPHeader("Retry-After", "Sun, 06 Nov 2094 12:00:00 GMT")]
        #expect(HTTPResponse(status: 429, headers: headers).retryAfter == .seconds(1_000_000_000))
    }

    @Test func `no text of either header ends the program`() {
        let parts = [
            "", "0", "7", "-0", "-9", "+9", "59", "60", "99", "1e9", "0x7", "٣", "é", "9999", "99999999999999999",
            "9223372036854775807", "-9223372036854775808", "18446744073709551616", ":", "\u{0}", "Nov", "GMT",
        ]
        var random = Odd()
        func part() -> String { parts.randomElement(using: &random) ?? "" }
        for _ in 0..<20_000 {
            var words = ["Sun,", "06", "Nov", "2094", "08:49:37", "GMT"]
            words[4] = "\(part()):\(part()):\(part())"
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                words[Int.random(in: 0..<words.count, using: &random)] = part()
            }
            let odd = words.joined(separator: " ")
            for headers in [
                [HTTPHeader("Retry-After", odd)], [Self.date, HTTPHeader("Retry-After", odd)],
                [HTTPHeader("Date", odd), HTTPHeader("Retry-After", "Sun, 06 Nov 2094 08:49:37 GMT")],
            ] {
                guard let wait = HTTPResponse(status: 429, headers: headers).retryAfter else { continue }
                #expect(.zero <= wait && wait <= .seconds(1_000_000_000), "\(odd)")
            }
        }
    }

    /// A generator that is the same in every run.
    private struct Odd: RandomNumberGenerator {
        private var state: UInt64 = 42

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}

@Suite struct `List parameters` {
    private static func refusal(_ path: String, _ message: String = "Invalid") -> String {
        #"{"message":"Bad Request","errors":[{"path":"\#(path)","message":"\#(message)","schema":{"type":"array"}}]}"#
    }

    @Test(arguments: ["/participants", "participants", "participants.0", "/query/participants/0", "participants[0]"])
    func `a list that the API refuses is written with brackets from then on`(path: String) async throws {
        let server = try LoopbackServer { request in
            request.target.contains("participants%5B%5D=") ? .json("{}") : .json(Self.refusal(path), status: 400)
        }
        defer { server.close() }
        let reader = Reader(try connection(to: server))
        _ = try await reader.read(Sample.listMessages, Sample.messagesArguments)
        #expect(server.requests.count == 2)
        _ = try await reader.read(Sample.listMessages, Sample.messagesArguments)
        #expect(server.requests.count == 3)
        #expect(server.requests.last?.target.contains("participants=") == false)
    }

    @Test func `where both forms are refused the first error stands and nothing is remembered`() async throws {
        let server = try LoopbackServer { request in
            let isBracketed = request.target.contains("%5B%5D")
            return .json(Self.refusal("participants", isBracketed ? "second" : "first"), status: 400)
        }
        defer { server.close() }
        let connection = try connection(to: server)
        for _ in 0..<2 {
            let error = await failure(of: Sample.listMessages, Sample.messagesArguments, on: connection)
            #expect(error?.fields.first?.message.hasPrefix("first") == true)
        }
        #expect(server.requests.map { $0.target.contains("%5B%5D") } == [false, true, false, true])
    }

    @Test func `where the second form fails otherwise, that is what is told`() async throws {
        let server = try LoopbackServer { request in
            request.target.contains("%5B%5D")
                ? .json("{}", status: 403) : .json(Self.refusal("participants"), status: 400)
        }
        defer { server.close() }
        let error = await failure(of: Sample.listMessages, Sample.messagesArguments, on: try connection(to: server))
        #expect(error?.status == 403)
    }

    @Test(arguments: ["phoneNumberId", "/participantsX", "", "tags"])
    func `a refusal of anything else is not answered with brackets`(path: String) async throws {
        let server = try LoopbackServer { _ in .json(Self.refusal(path), status: 400) }
        defer { server.close() }
        _ = await failure(of: Sample.listMessages, Sample.messagesArguments, on: try connection(to: server))
        #expect(server.requests.count == 1)
    }

    @Test func `an optional list whose value is refused is not renamed, which could turn the filter off`() async throws
    {
        let body = #"{"message":"Bad Request","errors":[{"path":"tags","message":"unknown tag"}]}"#
        let server = try LoopbackServer { _ in .json(body, status: 400) }
        defer { server.close() }
        var arguments = Sample.messagesArguments
        arguments.query.append(.init("tags", "x"))
        _ = await failure(of: Sample.listMessages, arguments, on: try connection(to: server))
        #expect(server.requests.count == 1)
    }
}
