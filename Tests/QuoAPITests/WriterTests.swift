import HTTP
import JSON
import QuoAPI
import TestSupport
import Testing

@Suite struct `Writing` {
    @Test func `a write carries its body`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"data":{"id":"AC1"}}"#, status: 202) }
        defer { server.close() }
        let value = try await Writer(connection(to: server)).write(Sample.sendMessage, Sample.text)
        #expect(value?["data"]?["id"] == "AC1")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Authorization") == Sample.key)
        #expect(
            String(decoding: request.body, as: UTF8.self) == #"{"content":"Hello","from":"PN1","to":["+15550100"]}"#)
    }

    @Test(arguments: [204, 200])
    func `a write without content gives nothing`(status: Int) async throws {
        let server = try LoopbackServer { _ in .response(status: status) }
        defer { server.close() }
        #expect(try await Writer(connection(to: server)).write(Sample.deleteContact, Sample.contactArguments) == nil)
    }

    @Test(
        arguments: [
            (304, .notPerformed), (400, .notPerformed), (402, .notPerformed), (425, .notPerformed),
            (429, .notPerformed),
            (301, .mayHavePerformed), (302, .mayHavePerformed), (303, .mayHavePerformed), (307, .mayHavePerformed),
            (408, .mayHavePerformed), (499, .mayHavePerformed), (500, .mayHavePerformed), (502, .mayHavePerformed),
            (504, .mayHavePerformed), (599, .mayHavePerformed),
        ] as [(Int, APIError.Outcome)])
    func `a write that failed is never repeated`(status: Int, outcome: APIError.Outcome) async throws {
        let server = try LoopbackServer { _ in .json("{}", status: status, headers: [HTTPHeader("Retry-After", "1")]) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let error = await failure(of: Sample.sendMessage, Sample.text, on: try connection(to: server, clock: clock))
        #expect(error?.status == status)
        #expect(error?.outcome == outcome)
        #expect(server.requests.count == 1)
        #expect(clock.sleeps.isEmpty)
    }

    @Test(
        arguments: [
            .hangUp, .raw(Array("HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{".utf8)), .json(""),
            .json("<html>", status: 202), .json("[]", status: 202),
            .never,
        ] as [LoopbackServer.Answer])
    func `a write whose answer is lost may have happened, and is not repeated`(answer: LoopbackServer.Answer)
        async throws
    {
        // A connection in the cache would let libcurl take a hang-up for a stale connection and send again.
        let server = try LoopbackServer { $0.method == "GET" ? .json("{}") : answer }
        defer { server.close() }
        let connection = try connection(to: server, timeout: .milliseconds(500))
        _ = try await Reader(connection).read(Sample.getContact, Sample.contactArguments)
        let error = await failure(of: Sample.sendMessage, Sample.text, on: connection)
        #expect(error?.outcome == .mayHavePerformed)
        #expect(error?.explanation.contains("must not be repeated") == true)
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
    }

    @Test func `a write that reached nobody certainly did not happen`() async throws {
        let port = try ClosedPort()
        let connection = Connection(
            transport: CurlTransport(), baseURL: try BaseURL("http://127.0.0.1:\(port.port)"),
            credential: try Credential(key: Sample.key), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "quo-mcp/test"))
        #expect(await failure(of: Sample.sendMessage, Sample.text, on: connection)?.outcome == .notPerformed)
    }

    @Test func `the wait for a turn can be cancelled, and then takes none`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let clock = ManualClock()
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        let connection = try connection(to: server, pacer: pacer)
        try await Writer(connection).waitForTurn()
        let task = Task { try await Writer(connection).waitForTurn() }
        await clock.waitForSleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        clock.advance(by: .seconds(1))
        try await Writer(connection).waitForTurn()
        #expect(server.connectionCount == 0)
    }

    @Test func `a write does not wait, because its turn was waited for before`() async throws {
        let server = try LoopbackServer { _ in .json("{}", status: 202) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        let writer = Writer(try connection(to: server, pacer: pacer))
        try await writer.waitForTurn()
        _ = try await writer.write(Sample.sendMessage, Sample.text)
        #expect(clock.sleeps.isEmpty)
        #expect(server.requests.count == 1)
    }
}
