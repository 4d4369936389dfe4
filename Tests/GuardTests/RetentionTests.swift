import Configuration
import Guard
import JSON
import Store
import TestSupport
import Testing

@Suite struct RetentionTests {
    private func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    @Test func `what is older than the owner keeps it is removed at a later call`() async throws {
        var policy = Policy()
        policy.audit.keepDays = 2
        let fixture = try Fixture(policy: policy)
        #expect(try await fixture.approve(.message()).isPerformed)
        #expect(try await fixture.store.auditRecords(limit: 9).count == 2)
        fixture.clock.advance(by: days(3))
        await fixture.gatekeeper.tidy()
        #expect(try await fixture.store.auditRecords(limit: 9).isEmpty)
        #expect(try await fixture.store.recentEffects(in: fixture.workspace, since: 0, limit: 9).isEmpty)
        guard case .intact(count: 0, _, .some) = try await fixture.store.verifyAudit() else {
            Issue.record("The chain broke.")
            return
        }
        // Whom nothing is known of any more is somebody new.
        #expect(try await fixture.ask(.message()).form.message.contains("First text to"))
    }

    @Test func `a text does not go twice within a window that is longer than lines are kept`() async throws {
        var policy = Policy()
        policy.audit.keepDays = 1
        policy.duplicates.windowHours = 240
        let fixture = try Fixture(policy: policy)
        #expect(try await fixture.approve(.message()).isPerformed)
        for _ in 0..<4 {
            fixture.clock.advance(by: days(2))
            let again = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
            #expect(again.isRepeated)
        }
        #expect(try await fixture.store.auditRecords(AuditFilter(event: "done"), limit: 9).isEmpty)
        #expect(fixture.transport.count == 1)
    }

    @Test func `budgets count a whole day, however short lines are kept`() async throws {
        var policy = Policy()
        policy.audit.keepDays = 1
        policy.duplicates.windowHours = 0
        policy.budgets.sendsPerDay = 1
        let fixture = try Fixture(policy: policy)
        await fixture.gatekeeper.tidy()
        fixture.clock.advance(by: .seconds(3600))
        #expect(try await fixture.approve(.message()).isPerformed)
        fixture.clock.advance(by: .seconds(86_400 - 60))
        #expect(try await fixture.gatekeeper.perform(.message("B"), consent: .none(canAsk: true)).rule == .budget)
    }

    @Test func `a configuration that cannot be read removes nothing`() async throws {
        let fixture = try Fixture(policy: .refusingEverything(because: "a mistake"))
        try await fixture.store.appendAudit(
            AuditEntry(time: fixture.clock.time, workspace: fixture.workspace, event: "old"))
        fixture.clock.advance(by: days(1000))
        await fixture.gatekeeper.tidy()
        #expect(try await fixture.store.auditRecords(limit: 9).count == 1)
    }
}
