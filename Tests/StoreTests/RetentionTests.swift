import TestSupport
import Testing

@testable import Store

private let day: Int64 = 86_400_000
/// Long after 1970, so that what is old has a time of its own.
private let start: Int64 = 20_000 * day

@Suite struct RetentionTests {
    private func line(_ event: String, at time: Int64) -> AuditEntry {
        AuditEntry(time: time, workspace: workspace, event: event)
    }

    /// Five lines, a day apart, the first at ``start``.
    private func fill(_ store: Store) async throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        for index in 0..<5 {
            records.append(try await store.appendAudit(line("e\(index)", at: start + Int64(index) * day)))
        }
        return records
    }

    private func denied(_ store: Store, _ digest: String, now: Int64) async throws -> EffectRecord {
        let planned = try await store.plan(message(digest), expiresAt: now + 1000, now: now)
        return try #require(
            try await store.deny(planned.id, approver: "o", method: "form", now: now).record)
    }

    // MARK: The audit

    @Test func `old lines go from the beginning, and the rest is verified from there`() async throws {
        let store = try Shelf().store()
        let lines = try await fill(store)
        #expect(try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day))
        #expect(try await store.auditRecords(limit: 9) == [lines[4], lines[3], lines[2]])
        let removal = AuditRemoval(sequence: 2, time: start + day)
        #expect(try await store.verifyAudit() == .intact(count: 3, head: lines[4].hash, removal: removal))
        let next = try await store.appendAudit(line("next", at: start + 5 * day))
        #expect(next.sequence == 6)
        #expect(try await store.verifyAudit() == .intact(count: 4, head: next.hash, removal: removal))
    }

    @Test func `a chain of which all is removed goes on`() async throws {
        let store = try Shelf().store()
        let lines = try await fill(store)
        try await store.removeExpired(lifetime: day, window: day, now: start + 90 * day)
        let removal = AuditRemoval(sequence: 5, time: start + 4 * day)
        #expect(try await store.verifyAudit() == .intact(count: 0, head: lines[4].hash, removal: removal))
        let next = try await store.appendAudit(line("next", at: start + 90 * day))
        #expect(try await store.verifyAudit() == .intact(count: 1, head: next.hash, removal: removal))
        // A later pass that removes nothing moves nothing.
        try await store.removeExpired(lifetime: day, window: day, now: start + 91 * day)
        #expect(try await store.verifyAudit() == .intact(count: 1, head: next.hash, removal: removal))
    }

    @Test func `a line that is young enough keeps those after it, whatever time they tell`() async throws {
        let store = try Shelf().store()
        try await store.appendAudit(line("young", at: start + 9 * day))
        try await store.appendAudit(line("clock set back", at: start))
        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 10 * day)
        #expect(try await store.auditRecords(limit: 9).count == 2)
    }

    @Test(arguments: [
        ("DELETE FROM audit WHERE sequence = 3", AuditVerdict.broken(sequence: 3, .missing)),
        ("DELETE FROM audit WHERE sequence = 4", .broken(sequence: 4, .missing)),
        ("DELETE FROM audit WHERE sequence = 5", .broken(sequence: 5, .truncated)),
        ("DELETE FROM audit", .broken(sequence: 3, .truncated)),
        ("UPDATE audit SET detail = 'other' WHERE sequence = 3", .broken(sequence: 3, .edited)),
        ("UPDATE audit_anchor SET hash = '00'", .broken(sequence: 3, .edited)),
        ("UPDATE audit_anchor SET sequence = 1", .broken(sequence: 2, .missing)),
        ("UPDATE audit_anchor SET sequence = 3", .broken(sequence: 3, .edited)),
        ("UPDATE audit_anchor SET sequence = 3; DELETE FROM audit WHERE sequence = 3", .broken(sequence: 4, .edited)),
        (
            "INSERT INTO audit (sequence, workspace, time, process, event, hash) VALUES (2, 'w', 0, 'p', 'e', 'h')",
            .broken(sequence: 2, .edited)
        ),
    ]) func `tampering after a removal is found`(sql: String, verdict: AuditVerdict) async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        _ = try await fill(store)
        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day)
        try shelf.database().execute("DROP TRIGGER audit_stays; DROP TRIGGER audit_remains; \(sql)")
        #expect(try await store.verifyAudit() == verdict)
    }

    @Test func `a removal does not hide that a line before the chain was put in`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        _ = try await fill(store)
        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day)
        try shelf.database().execute(
            "INSERT INTO audit (sequence, workspace, time, process, event, hash) VALUES (1, 'w', 0, 'p', 'e', 'h')")
        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day + day / 2)
        #expect(try await store.verifyAudit() == .broken(sequence: 1, .edited))
    }

    @Test(arguments: ["", "DELETE FROM audit_anchor"])
    func `no other line is deleted by mistake`(before sql: String) async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        _ = try await fill(store)
        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day)
        let database = try shelf.database()
        try database.execute(sql)
        for sequence in 3...5 {
            #expect(throws: StoreError.self) { try database.run("DELETE FROM audit WHERE sequence = \(sequence)") }
        }
    }

    @Test func `an audit from before this is taken over whole`() async throws {
        let shelf = try Shelf()
        do {
            let database = try shelf.database(migrations: Array(Schema.migrations.prefix(4)))
            for index in 0..<2 { _ = try database.appendAudit(line("e\(index)", at: start), process: .current) }
        }
        // Looking at the older shape, as doctor does, finds it whole too.
        let looked = try StoreInspection(of: try StateFolder(path: shelf.path), questionsSince: 0)
        guard case .intact(count: 2, _, nil) = looked.audit else {
            Issue.record("It is found as \(looked).")
            return
        }
        let store = try shelf.store()
        let head = try #require(try await store.auditRecords(limit: 1).first?.hash)
        #expect(try await store.verifyAudit() == .intact(count: 2, head: head))
    }

    // MARK: The ledger

    @Test func `settled effects and their recipients go, others stay`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let old = try await store.perform(message("old", to: [alice, bob]), now: start)
        let refused = try await denied(store, "refused", now: start)
        let flying = try #require(try await store.reserve(message("flying"), now: start).record)
        let unknown = try #require(try await store.reserve(message("unknown", in: elsewhere), now: start).record)
        _ = try await store.finish(unknown.id, as: .unknown, outcome: EffectOutcome(), now: start)
        let late = try #require(try await store.reserve(message("late"), now: start).record)
        _ = try await store.finish(late.id, as: .done, outcome: EffectOutcome(), now: start + 4 * day)
        let young = try await store.perform(message("young"), now: start + 4 * day)
        let lapsed = try await store.plan(message("lapsed"), expiresAt: start + 1, now: start)

        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 5 * day)
        for gone in [old, refused] { #expect(try await store.effect(gone.id) == nil) }
        for kept in [flying, unknown, late, young] { #expect(try await store.effect(kept.id) != nil) }
        // What nobody decided lapses first, and is kept from then on.
        #expect(try await store.effect(lapsed.id)?.state == .expired)
        #expect(try await store.effect(lapsed.id)?.proposal.request == "")
        let orphans = try shelf.database().query(
            "SELECT effect FROM effect_recipient WHERE effect NOT IN (SELECT id FROM effect)"
        ) { row in row.text(0) }
        #expect(orphans.isEmpty)
        #expect(try await store.newRecipients(among: [alice, bob], in: workspace) == [bob])

        try await store.removeExpired(lifetime: 3 * day, window: day, now: start + 500 * day)
        #expect(try await store.effect(lapsed.id) == nil)
        for kept in [flying, unknown] { #expect(try await store.effect(kept.id) != nil) }
    }

    @Test func `what a longer window looks back to stays`() async throws {
        let store = try Shelf().store()
        let sent = try await store.perform(message(), now: start)
        for later in [2, 6, 10] {
            let now = start + Int64(later) * day
            #expect(try await store.removeExpired(lifetime: day, window: 10 * day, now: now))
            let again = try await store.reserve(message(), limits: [], duplicatesSince: now - 10 * day, now: now)
            #expect(again == .duplicate(sent))
        }
        try await store.removeExpired(lifetime: day, window: 10 * day, now: start + 11 * day)
        #expect(try await store.effect(sent.id) == nil)
    }

    @Test func `the longest window of all processes counts, until none has named it for 30 days`() async throws {
        let shelf = try Shelf()
        let (long, short) = (try shelf.store(), try shelf.store())
        let sent = try await long.perform(message(), now: start)
        #expect(try await short.removeExpired(lifetime: day, window: day, now: start))
        // It is not due, but what this one needs is known from now on.
        #expect(try await long.removeExpired(lifetime: day, window: 90 * day, now: start + 1) == false)
        try await short.removeExpired(lifetime: day, window: day, now: start + 30 * day)
        #expect(try await short.effect(sent.id) != nil)
        try await short.removeExpired(lifetime: day, window: day, now: start + 31 * day)
        #expect(try await short.effect(sent.id) == nil)
    }

    @Test func `texts of a batch stay while its approval may still be used`() async throws {
        let store = try Shelf().store()
        var proposal = message("b", to: [alice, bob])
        proposal.kind = .batch
        let planned = try await store.plan(proposal, expiresAt: start + 9 * day, now: start)
        _ = try await store.grant(
            planned.id, approver: "o", method: "form", expiresAt: start + 9 * day, now: start)
        var text = message("d")
        text.batch = planned.id
        let sent = try await store.perform(text, now: start)
        try await store.removeExpired(lifetime: day, window: day, now: start + 5 * day)
        #expect(try await store.reserve(text, now: start + 5 * day) == .duplicate(sent))
        // The approval has lapsed, and its texts go before it.
        try await store.removeExpired(lifetime: day, window: day, now: start + 9 * day)
        #expect(try await store.effect(sent.id) == nil)
        #expect(try await store.effect(planned.id)?.state == .expired)
        try await store.removeExpired(lifetime: day, window: day, now: start + 11 * day)
        #expect(try await store.effect(planned.id) == nil)
    }

    @Test func `an approval stays while the outcome of one of its texts is unknown`() async throws {
        let store = try Shelf().store()
        var proposal = message("b", to: [alice, bob])
        proposal.kind = .batch
        let planned = try await store.plan(proposal, expiresAt: start + 1000, now: start)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: start + 1000, now: start)
        var text = message("d")
        text.batch = planned.id
        let taken = try #require(try await store.reserve(text, now: start + 1).record)
        _ = try await store.finish(taken.id, as: .unknown, outcome: EffectOutcome(), now: start + 2)
        for later in [5, 50] {
            #expect(try await store.removeExpired(lifetime: day, window: day, now: start + Int64(later) * day))
        }
        #expect(try await store.effect(taken.id)?.state == .unknown)
        #expect(try await store.effect(planned.id) != nil)
        #expect(try await store.unresolvedEffect(digest: "d", in: workspace)?.id == taken.id)
    }

    // MARK: When

    @Test func `it is done once a day, and a clock that was set back does not put it off`() async throws {
        let shelf = try Shelf()
        let (first, second) = (try shelf.store(), try shelf.store())
        #expect(try await first.removeExpired(lifetime: day, window: day, now: start))
        #expect(try await second.removeExpired(lifetime: day, window: day, now: start + day - 1) == false)
        #expect(try await second.removeExpired(lifetime: day, window: day, now: start + day))
        #expect(try await first.removeExpired(lifetime: day, window: day, now: start))
    }

    @Test func `of several processes that remove at once one does`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let lines = try await fill(store)
        for index in 0..<40 { try await store.perform(message("d\(index)"), now: start) }
        let (path, now) = (shelf.path, start + 5 * day)
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String, now = now as Int64] in
                        let store = Store(folder: try StateFolder(path: path))
                        guard try await store.removeExpired(lifetime: 259_200_000, window: 1, now: now) else { return }
                        try await store.appendAudit(AuditEntry(time: now, workspace: workspace, event: "removed"))
                    }
                }
            }
        }
        let left = try await store.auditRecords(limit: 9)
        #expect(left.map(\.sequence) == [6, 5, 4, 3])
        let removal = AuditRemoval(sequence: 2, time: lines[1].entry.time)
        #expect(try await store.verifyAudit() == .intact(count: 4, head: left[0].hash, removal: removal))
        #expect(try await store.recentEffects(in: workspace, since: 0, limit: 99).isEmpty)
    }

    @Test func `what cannot be finished changes nothing`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let lines = try await fill(store)
        try await store.perform(message(), now: start)
        let saboteur = try shelf.database()
        try saboteur.execute(
            "CREATE TRIGGER no BEFORE DELETE ON effect BEGIN SELECT RAISE(ABORT, 'no'); END")
        await #expect(throws: StoreError.self) {
            try await store.removeExpired(lifetime: day, window: day, now: start + 5 * day)
        }
        #expect(try await store.verifyAudit() == .intact(count: 5, head: lines[4].hash))
        try saboteur.execute("DROP TRIGGER no")
        #expect(try await store.removeExpired(lifetime: day, window: day, now: start + 5 * day))
        #expect(try await store.recentEffects(in: workspace, since: 0, limit: 9).isEmpty)
    }
}
