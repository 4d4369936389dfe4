import Testing

@testable import Store

@Suite struct BudgetTests {
    private func limit(_ measure: BudgetMeasure, _ maximum: Int, window: Int64 = 1000) -> BudgetLimit {
        BudgetLimit(name: measure.rawValue, measure: measure, window: window, maximum: maximum)
    }

    private func used(_ store: Store, _ limit: BudgetLimit, _ recipient: String? = nil, now: Int64) async throws -> Int
    {
        try await store.usage(of: [limit], in: workspace, recipients: recipient.map { [$0] } ?? [], now: now)
            .reduce(0) { $0 + $1.used }
    }

    @Test func `a window slides`() async throws {
        let store = try Shelf().store()
        let limit = limit(.messages, 2)
        try await store.perform(message("d1"), now: 100)
        try await store.perform(message("d2"), now: 400)
        let excess = try await store.reserve(message("d3"), limits: [limit], duplicatesSince: nil, now: 1099).excess
        #expect(excess == BudgetExcess(limit: limit, recipient: nil, used: 2, requested: 1, passesAt: 1100))
        #expect(try await store.effect("d3") == nil)
        #expect(try await store.reserve(message("d3"), limits: [limit], duplicatesSince: nil, now: 1100).record != nil)
    }

    @Test func `what is in flight or unknown counts, what failed or waits does not`() async throws {
        let store = try Shelf().store()
        let limit = limit(.messages, 100)
        let inFlight = try #require(try await store.reserve(message("d1"), now: 1).record)
        #expect(try await used(store, limit, now: 2) == 1)
        _ = try await store.finish(inFlight.id, as: .unknown, outcome: EffectOutcome(), now: 2)
        #expect(try await used(store, limit, now: 2) == 1)
        _ = try await store.finish(inFlight.id, as: .failed, outcome: EffectOutcome(), now: 3)
        #expect(try await used(store, limit, now: 3) == 0)
        _ = try await store.plan(message("d2"), expiresAt: 900, now: 3)
        #expect(try await used(store, limit, now: 3) == 0)
        try await store.perform(message("d3"), now: 4)
        #expect(try await used(store, limit, now: 4) == 1)
        try await store.perform(message("d4", in: elsewhere), now: 4)
        #expect(try await used(store, limit, now: 4) == 1)
    }

    @Test func `an approved effect stays approved where a budget stops it`() async throws {
        let store = try Shelf().store()
        try await store.perform(message("d1"), now: 100)
        let planned = try await store.plan(message("d2"), expiresAt: 5000, now: 100)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 5000, now: 101)
        let limits = [limit(.messages, 1)]
        let stopped = try await store.take("d2", in: workspace, limits: limits, duplicatesSince: nil, now: 200)
        #expect(stopped.excess?.passesAt == 1100)
        let taken = try await store.take("d2", in: workspace, limits: limits, duplicatesSince: nil, now: 1100)
        #expect(taken.record?.id == planned.id)
    }

    @Test func `each person has their own budget`() async throws {
        let store = try Shelf().store()
        let limit = limit(.messagesToRecipient, 1)
        try await store.perform(message("d1", to: [alice]), now: 100)
        #expect(try await store.excess(of: [message("d2", to: [bob])], limits: [limit], now: 200) == nil)
        let excess = try await store.excess(of: [message("d2", to: [bob, alice])], limits: [limit], now: 200)
        #expect(excess?.recipient == alice)
        #expect(excess?.passesAt == 1100)
        #expect(try await used(store, limit, alice, now: 200) == 1)
        #expect(try await used(store, limit, bob, now: 200) == 0)
    }

    @Test func `new people are those whom nothing has reached`() async throws {
        let store = try Shelf().store()
        let limit = limit(.newRecipients, 2)
        #expect(try await store.newRecipients(among: [alice, bob], in: workspace) == [alice, bob])
        try await store.perform(message("d1", to: [alice]), now: 100)
        #expect(try await store.newRecipients(among: [alice, bob], in: workspace) == [bob])
        #expect(try await store.newRecipients(among: [alice], in: elsewhere) == [alice])
        try await store.perform(message("d2", to: [alice]), now: 300)
        #expect(try await used(store, limit, now: 400) == 1)
        let two = message("d3", to: [bob, "+12025550103"])
        let excess = try await store.excess(of: [two], limits: [limit], now: 400)
        #expect(excess == BudgetExcess(limit: limit, recipient: nil, used: 1, requested: 2, passesAt: 1100))
        #expect(try await store.excess(of: [message("d4", to: [alice])], limits: [limit], now: 400) == nil)
        #expect(try await store.excess(of: [two], limits: [limit], now: 1100) == nil)
    }

    @Test func `segments and money add up, and it is said when enough is free`() async throws {
        let store = try Shelf().store()
        try await store.perform(message("d1", segments: 3, cents: 30), now: 100)
        try await store.perform(message("d2", segments: 4, cents: 40), now: 200)
        let big = message("d3", segments: 6, cents: 60)
        #expect(try await store.excess(of: [big], limits: [limit(.segments, 10)], now: 300)?.passesAt == 1100)
        #expect(try await store.excess(of: [big], limits: [limit(.segments, 9)], now: 300)?.passesAt == 1200)
        #expect(try await store.excess(of: [big], limits: [limit(.segments, 13)], now: 300) == nil)
        let never = try await store.excess(of: [big], limits: [limit(.cents, 59)], now: 300)
        #expect(never?.used == 70)
        #expect(never?.passesAt == nil)
    }

    @Test func `numbers that nobody can reckon with stop everything and end nothing`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        for number in 1...3 { try await store.perform(message("d\(number)"), now: 100) }
        try shelf.database().execute(
            "UPDATE effect SET segments = 9223372036854775807, attempted_at = 9223372036854775807")
        #expect(try await store.excess(of: [message("d4")], limits: [limit(.segments, 10)], now: 300) != nil)
    }

    @Test func `changes of contacts and deletions have budgets of their own`() async throws {
        let store = try Shelf().store()
        func effect(_ digest: String, _ kind: EffectKind) -> EffectProposal {
            EffectProposal(workspace: workspace, digest: digest, tool: "t", kind: kind, risk: "write")
        }
        let limits = [limit(.messages, 0), limit(.contactChanges, 1), limit(.deletions, 1)]
        for (index, kind) in [EffectKind.contactChange, .deletion].enumerated() {
            try await store.perform(effect("a\(index)", kind), now: 100)
            let excess = try await store.excess(of: [effect("b\(index)", kind)], limits: limits, now: 200)
            #expect(excess?.limit == limits[index + 1])
        }
        #expect(try await store.excess(of: [effect("c", .other)], limits: limits, now: 200) == nil)
    }

    @Test func `a clock that was set back frees nothing`() async throws {
        let store = try Shelf().store()
        try await store.perform(message("d1"), now: 5000)
        #expect(try await store.excess(of: [message("d2")], limits: [limit(.messages, 1)], now: 100)?.used == 1)
    }

    @Test func `usage says when the next part is free`() async throws {
        let store = try Shelf().store()
        try await store.perform(message("d1"), now: 100)
        try await store.perform(message("d2"), now: 300)
        let usage = try await store.usage(of: [limit(.messages, 5), limit(.deletions, 5)], in: workspace, now: 400)
        #expect(usage.map(\.used) == [2, 0])
        #expect(usage.map(\.nextReleaseAt) == [1100, nil])
    }
}
