import QuoAPI
import Store
import Synchronization
import Testing

@testable import Guard

/// Holds a write up once it has its turn, as a machine that sleeps or a stopped process does.
private final class Interruption: Pacer {
    private let action = Mutex<(@Sendable () async -> Void)?>(nil)

    /// What happens meanwhile; it is asked at every turn, those of reads too.
    func happens(_ body: @escaping @Sendable () async -> Void) { action.withLock { $0 = body } }

    func grant() async throws(CancellationError) { await action.withLock { $0 }?() }
}

/// What is true when a text is judged may no longer be so when its request is made.
@Suite struct `A text that is held up before its request` {
    private let interruption = Interruption()
    private let fixture: Fixture

    init() throws { fixture = try Fixture(policy: .unattended(), pacer: interruption) }

    /// Sends a text; once it is in flight, the clock goes on, and then this happens.
    private func send(
        heldUpFor duration: Duration, meanwhile body: @escaping @Sendable (Fixture) async -> Void = { _ in }
    ) async throws -> Outcome {
        interruption.happens { [fixture] in
            let unresolved = try? await fixture.store.unresolvedEffects(in: fixture.workspace)
            guard unresolved?.isEmpty == false else { return }
            fixture.clock.advance(by: duration)
            await body(fixture)
        }
        return try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: false))
    }

    @Test func `goes where nobody missed it, once`() async throws {
        let outcome = try await send(heldUpFor: .seconds(600))
        #expect(outcome.isPerformed && fixture.transport.count == 1)
        let again = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: false))
        #expect(again.isRepeated && fixture.transport.count == 1)
    }

    @Test func `is not sent where another call took it for lost`() async throws {
        let outcome = try await send(heldUpFor: .seconds(200)) { fixture in
            let now = fixture.clock.time
            let found = try? await fixture.store.recoverOrphans(startedBefore: now - 120_000, now: now)
            #expect(found?.count == 1)
        }
        #expect(outcome.rule == .unresolved && fixture.transport.count == 0)
    }

    @Test func `is not sent once the night has come where its reader is`() async throws {
        let outcome = try await send(heldUpFor: .seconds(12 * 3600))
        #expect(outcome.rule == .quietHours && fixture.transport.count == 0)
    }
}
