import Guard
import HTTP
import QuoAPI
import Store
import Synchronization
import Testing

/// What a person who is asked can know of a text that is lost, or on its way, at that time.
@Suite struct LossTests {
    private static let lost: RecordingTransport.Answer = { _ throws(HTTPError) in
        throw HTTPError(.connectionLost, "cut", mayHaveReachedServer: true)
    }

    @Test func `what waits in a terminal since before the same was lost is asked anew, with the loss named`()
        async throws
    {
        let isLost = Mutex(false)
        let sends: RecordingTransport.Answer = { request throws(HTTPError) in
            if isLost.withLock({ $0 }) { return try await Self.lost(request) }
            return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
        }
        let fixture = try Fixture(RecordingTransport(answer: sends))
        let wanted = Effect.message(again: true)
        #expect(try await fixture.gatekeeper.perform(wanted, consent: Fixture.nobody).rule == .pending)
        fixture.clock.advance(by: .seconds(5))
        isLost.withLock { $0 = true }
        _ = try await fixture.approve(.message())
        isLost.withLock { $0 = false }
        fixture.clock.advance(by: .seconds(61))
        #expect(try await fixture.gatekeeper.perform(wanted, consent: Fixture.nobody).rule == .pending)
        let waiting = try await fixture.store.pendingEffects(in: fixture.workspace, now: fixture.clock.time)
        #expect(waiting.count == 1)
        #expect(waiting.first?.proposal.facts.contains("An earlier attempt failed without an answer") == true)
        // Whoever approves that one was told, so it goes.
        try await fixture.approveInTerminal()
        #expect(try await fixture.gatekeeper.perform(wanted, consent: Fixture.nobody).isPerformed)
        #expect(fixture.transport.count == 2)
    }

    @Test func `a text that was long judged is looked for from when it was sent`() async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost), policy: .unattended())
        let isFirst = Mutex(true)
        fixture.transport.whenReading { [clock = fixture.clock] _ throws(HTTPError) in
            let delay = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if delay { clock.advance(by: .seconds(90)) }
            return nil
        }
        guard case .uncertain = try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody) else {
            Issue.record("a lost text is uncertain")
            return
        }
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .unresolved)
        fixture.clock.advance(by: .seconds(60))
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        #expect(fixture.transport.count == 1)
    }

    @Test func `nearly the same as a text that was lost needs a person, whoever else may do without`() async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost), policy: .unattended())
        guard case .uncertain = try await fixture.gatekeeper.perform(.message("Hello"), consent: Fixture.nobody) else {
            Issue.record("a lost text is uncertain")
            return
        }
        #expect(try await fixture.gatekeeper.perform(.message("hello !"), consent: Fixture.nobody).rule == .pending)
        fixture.clock.advance(by: .seconds(61))
        #expect(try await fixture.gatekeeper.perform(.message("Hello"), consent: Fixture.nobody).rule == .pending)
        #expect(try await fixture.gatekeeper.perform(.message("hello !"), consent: Fixture.nobody).rule == .pending)
        #expect(fixture.transport.count == 1)
    }

    @Test func `who was asked while a text was being judged could not know that it went`() async throws {
        let answering = Mutex<(@Sendable () async -> Outcome?)?>(nil)
        let outcome = Mutex<Outcome?>(nil)
        let transport = RecordingTransport { _ throws(HTTPError) in
            let action = answering.withLock { action in
                defer { action = nil }
                return action
            }
            // While the first text is on its way, the person approves the second.
            if let action {
                let made = await action()
                outcome.withLock { $0 = made }
            }
            return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
        }
        let fixture = try Fixture(transport, policy: .unattended())
        let other = try Fixture(transport, clock: fixture.clock, folder: fixture.folder)
        // What reads keeps a guard that keeps the transport.
        defer { transport.whenReading { _ throws(HTTPError) in nil } }
        let isFirst = Mutex(true)
        transport.whenReading { [clock = fixture.clock] _ throws(HTTPError) in
            let isNow = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            guard isNow else { return nil }
            clock.advance(by: .seconds(10))
            guard let (form, ticket) = try? await other.ask(.message("hello !")) else { return nil }
            answering.withLock {
                $0 = {
                    let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
                    return try? await other.gatekeeper.perform(.message("hello !"), consent: consent)
                }
            }
            return nil
        }
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).isPerformed)
        #expect(outcome.withLock { $0 }?.rule == .otherRequest)
        #expect(transport.count == 1)
    }
}
