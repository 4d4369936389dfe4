import Configuration
import Guard
import HTTP
import QuoAPI
import Synchronization
import Testing

@Suite struct CommitTests {
    private static func approve(_ ticket: String) -> Consent {
        .answered(.accepted(choice: "Send it"), ticket: ticket)
    }

    @Test(arguments: [
        (HTTPError(.cannotConnect, "refused", mayHaveReachedServer: false), false),
        (HTTPError(.timedOut, "timed out", mayHaveReachedServer: true), true),
        (HTTPError(.connectionLost, "cut", mayHaveReachedServer: true), true),
    ])
    func `a write that may have reached the API is uncertain and is not repeated`(error: HTTPError, mayHave: Bool)
        async throws
    {
        let fixture = try Fixture(RecordingTransport { _ throws(HTTPError) in throw error })
        let (_, ticket) = try await fixture.ask(.message())
        switch try await fixture.gatekeeper.perform(.message(), consent: Self.approve(ticket)) {
        case .uncertain: #expect(mayHave)
        case .failed: #expect(!mayHave)
        default: Issue.record("a failed write must not pass for anything else")
        }
        #expect(fixture.transport.count == 1)
    }

    @Test(arguments: [(400, false), (402, false), (429, false), (500, true), (503, true)])
    func `an error status is told apart by whether the write may have happened`(status: Int, mayHave: Bool) async throws
    {
        let fixture = try Fixture(RecordingTransport { _ throws(HTTPError) in HTTPResponse(status: status) })
        let (_, ticket) = try await fixture.ask(.message())
        switch try await fixture.gatekeeper.perform(.message(), consent: Self.approve(ticket)) {
        case .uncertain: #expect(mayHave)
        case .failed: #expect(!mayHave)
        default: Issue.record("a failed write must not pass for anything else")
        }
        #expect(fixture.transport.count == 1)
    }

    @Test func `a call cancelled before the request sends nothing`() async throws {
        var policy = Policy()
        policy.optOut.cacheMinutes = 10
        let fixture = try Fixture(policy: policy)
        let (_, ticket) = try await fixture.ask(.message())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await fixture.gatekeeper.perform(.message(), consent: Self.approve(ticket))
        }
        #expect(try await task.value.rule == .abandoned)
        #expect(fixture.transport.count == 0)
    }

    @Test func `a call cancelled during the request lets it finish`() async throws {
        let gate = Gate()
        let wasCancelled = Mutex(false)
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                await gate.pass()
                if Task.isCancelled { wasCancelled.withLock { $0 = true } }
                return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
            })
        let (_, ticket) = try await fixture.ask(.message())
        let task = Task { try await fixture.gatekeeper.perform(.message(), consent: Self.approve(ticket)) }
        await gate.reached()
        task.cancel()
        gate.open()
        #expect(try await task.value.isPerformed)
        #expect(!wasCancelled.withLock { $0 })
    }

    @Test func `draining waits for the write in flight and lets no other start`() async throws {
        let gate = Gate()
        let fixture = try Fixture(
            RecordingTransport { request throws(HTTPError) in
                if String(decoding: request.body ?? [], as: UTF8.self).contains(#""1""#) { await gate.pass() }
                return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
            })
        let (_, first) = try await fixture.ask(.message("1"))
        let (_, second) = try await fixture.ask(.message("2"))
        let write = Task { try await fixture.gatekeeper.perform(.message("1"), consent: Self.approve(first)) }
        await gate.reached()
        let isDrained = Mutex(false)
        let drain = Task {
            await fixture.gatekeeper.drain(limit: .seconds(60))
            isDrained.withLock { $0 = true }
        }
        // Others pass until draining has begun, and from then on none does.
        while try await fixture.gatekeeper.perform(.message(risk: .write), consent: .none(canAsk: false)).isPerformed {
            await Task.yield()
        }
        #expect(!isDrained.withLock { $0 })
        gate.open()
        await drain.value
        #expect(try await write.value.isPerformed)
        #expect(try await fixture.gatekeeper.perform(.message("2"), consent: Self.approve(second)).rule == .abandoned)
    }

    @Test func `draining waits for every write in flight`() async throws {
        let gates = [Gate(), Gate()]
        let fixture = try Fixture(
            RecordingTransport { request throws(HTTPError) in
                let body = String(decoding: request.body ?? [], as: UTF8.self)
                for (index, gate) in gates.enumerated() where body.contains("\"\(index)\"") { await gate.pass() }
                return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
            })
        var writes: [Task<Outcome, any Error>] = []
        for text in ["0", "1"] {
            let (_, ticket) = try await fixture.ask(.message(text))
            writes.append(Task { try await fixture.gatekeeper.perform(.message(text), consent: Self.approve(ticket)) })
        }
        for gate in gates { await gate.reached() }
        let isDrained = Mutex(false)
        let drain = Task {
            await fixture.gatekeeper.drain(limit: .seconds(60))
            isDrained.withLock { $0 = true }
        }
        while try await fixture.gatekeeper.perform(.message(risk: .write), consent: Fixture.nobody).rule != .abandoned {
            await Task.yield()
        }
        gates[0].open()
        #expect(try await writes[0].value.isPerformed)
        #expect(!isDrained.withLock { $0 })
        gates[1].open()
        await drain.value
        #expect(try await writes[1].value.isPerformed)
    }

    @Test func `draining is over at once where nothing is in flight`() async throws {
        let fixture = try Fixture()
        await fixture.gatekeeper.drain(limit: .seconds(3600))
        let outcome = try await fixture.gatekeeper.perform(.message(risk: .write), consent: Fixture.nobody)
        #expect(outcome.rule == .abandoned)
    }

    @Test func `draining ends at its limit`() async throws {
        let gate = Gate()
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                await gate.pass()
                return HTTPResponse(status: 202)
            })
        let (_, ticket) = try await fixture.ask(.message())
        let write = Task { try await fixture.gatekeeper.perform(.message(), consent: Self.approve(ticket)) }
        await gate.reached()
        await fixture.gatekeeper.drain(limit: .milliseconds(20))
        #expect(fixture.transport.count == 1)
        gate.open()
        _ = try await write.value
    }
}

/// A place in the code where a test stops a request until it has seen enough.
final class Gate: Sendable {
    private let arrivals = AsyncStream<Void>.makeStream()
    private let opening = AsyncStream<Void>.makeStream()

    func pass() async {
        arrivals.continuation.yield()
        for await _ in opening.stream { return }
    }

    func reached() async {
        for await _ in arrivals.stream { return }
    }

    func open() { opening.continuation.finish() }
}
