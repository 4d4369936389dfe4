import Testing

@testable import Store

/// Several effects under one approval.
@Suite struct BatchLedgerTests {
    private func batch(_ digest: String = "b1", to people: [String] = [alice, bob]) -> EffectProposal {
        var proposal = message(digest, to: people, segments: 0, cents: 0)
        proposal.kind = .batch
        return proposal
    }

    private func part(_ digest: String, to person: String, of batch: String) -> EffectProposal {
        var proposal = message(digest, to: [person])
        proposal.batch = batch
        return proposal
    }

    private func granted(_ store: Store, until expiry: Int64 = 1000) async throws -> EffectRecord {
        let planned = try await store.plan(batch(), expiresAt: expiry, now: 1)
        let change = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: expiry, now: 2)
        return try #require(change.record)
    }

    @Test func `an approval covers its people, while it holds`() async throws {
        let store = try Shelf().store()
        let pending = try await store.plan(batch(), expiresAt: 1000, now: 1)
        #expect(try await store.reserve(part("d1", to: alice, of: pending.id), now: 2).isNotGranted)
        let approval = try await granted(store)
        #expect(approval.id == pending.id)
        #expect(try await store.reserve(part("d1", to: "+12025550199", of: approval.id), now: 3).isNotGranted)
        #expect(try await store.reserve(part("d1", to: alice, of: "nothing"), now: 3).isNotGranted)
        var foreign = part("d1", to: alice, of: approval.id)
        foreign.workspace = elsewhere
        #expect(try await store.reserve(foreign, now: 3).isNotGranted)
        let record = try #require(try await store.reserve(part("d1", to: alice, of: approval.id), now: 3).record)
        #expect(record.proposal.batch == approval.id)
        #expect(try await store.effects(ofBatch: approval.id) == [record])
        #expect(try await store.reserve(part("d2", to: bob, of: approval.id), now: 1000).isNotGranted)
        let single = try #require(try await store.reserve(message("d3"), now: 3).record)
        #expect(try await store.reserve(part("d4", to: alice, of: single.id), now: 3).isNotGranted)
    }

    @Test func `an approval serves each text once, unless it certainly failed`() async throws {
        let store = try Shelf().store()
        let approval = try await granted(store)
        let text = part("d1", to: alice, of: approval.id)
        let first = try #require(try await store.reserve(text, now: 3).record)
        guard case .unresolved = try await store.reserve(text, now: 4) else {
            Issue.record("a text in flight must not go again")
            return
        }
        _ = try await store.finish(first.id, as: .failed, outcome: EffectOutcome(), now: 5)
        let second = try #require(try await store.reserve(text, now: 6).record)
        _ = try await store.finish(second.id, as: .done, outcome: EffectOutcome(), now: 7)
        guard case .duplicate(let record) = try await store.reserve(text, now: 8) else {
            Issue.record("a text that went must not go again")
            return
        }
        #expect(record.id == second.id)
    }

    @Test func `whatever the code does, no approval has two of one text`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let approval = try await granted(store)
        _ = try await store.perform(part("d1", to: alice, of: approval.id), now: 3)
        let database = try shelf.database()
        #expect(throws: StoreError.self) {
            _ = try database.insertEffect(
                part("d1", to: alice, of: approval.id), id: "x", state: .inFlight, process: .current, expiresAt: nil,
                now: 4)
        }
    }

    @Test func `what waits for other people than are asked for now is replaced, and what is approved stays`()
        async throws
    {
        let store = try Shelf().store()
        let first = try await store.plan(batch(), expiresAt: 1000, now: 1)
        #expect(try await store.plan(batch(to: [bob, alice]), expiresAt: 1000, now: 2).id == first.id)
        let second = try await store.plan(batch(to: [alice]), expiresAt: 1000, now: 3)
        #expect(second.proposal.recipients == [alice])
        #expect(try await store.effect(first.id)?.state == .expired)
        #expect(try await store.pendingEffects(in: nil, now: 4).map(\.id) == [second.id])
        _ = try await store.grant(second.id, approver: "o", method: "form", expiresAt: 1000, now: 5)
        #expect(try await store.plan(batch(), expiresAt: 1000, now: 6).id == second.id)
        #expect(try await store.approval(of: "b1", in: workspace, now: 7)?.id == second.id)
        #expect(try await store.approval(of: "b1", in: workspace, now: 1000)?.state == .expired)
    }

    @Test func `an approval of a batch counts against no budget and reaches nobody`() async throws {
        let store = try Shelf().store()
        let approval = try await granted(store)
        #expect(try await store.newRecipients(among: [alice, bob], in: workspace) == [alice, bob])
        let limits = BudgetMeasure.allCases.map {
            BudgetLimit(name: "b", measure: $0, window: 1000, maximum: 10)
        }
        let usage = try await store.usage(of: limits, in: workspace, recipients: [alice], now: 5)
        #expect(usage.allSatisfy { $0.used == 0 })
        #expect(try await store.recoverOrphans(startedBefore: 10_000, now: 900).isEmpty)
        #expect(try await store.effect(approval.id)?.state == .granted)
    }

    @Test func `several effects fit a budget together or not, and it is told how many would`() async throws {
        let store = try Shelf().store()
        try await store.perform(message("d0", to: ["+12025550109"]), now: 100)
        let three = [message("d1"), message("d2", to: [bob]), message("d3", to: ["+12025550103"])]
        func limit(_ measure: BudgetMeasure, _ maximum: Int) -> [BudgetLimit] {
            [BudgetLimit(name: "b", measure: measure, window: 1000, maximum: maximum)]
        }
        for measure in [BudgetMeasure.messages, .newRecipients, .segments, .cents] {
            #expect(try await store.excess(of: three, limits: limit(measure, 4), now: 200) == nil)
            let excess = try await store.excess(of: three, limits: limit(measure, 3), now: 200)
            #expect(excess?.requested == 3)
            #expect(try await store.fitting(three, limits: limit(measure, 3), now: 200) == 2)
        }
        // Each person has this budget for themselves.
        #expect(try await store.excess(of: three, limits: limit(.messagesToRecipient, 1), now: 200) == nil)
        let twice = [message("d1"), message("d2")]
        #expect(try await store.excess(of: twice, limits: limit(.messagesToRecipient, 1), now: 200)?.recipient == alice)
        #expect(try await store.fitting(three, limits: limit(.messages, 0), now: 200) == 0)
    }

    @Test func `of two stores that send one text of an approved batch one gets it, 100 times`() async throws {
        let shelf = try Shelf()
        let (first, second) = (try shelf.store(), try shelf.store())
        let approval = try await granted(first)
        for round in 0..<100 {
            let text = part("d\(round)", to: alice, of: approval.id)
            async let one = first.reserve(text, now: 3)
            async let two = second.reserve(text, now: 3)
            let admitted = [try await one, try await two].filter { $0.record != nil }
            try #require(admitted.count == 1)
        }
    }

    @Test func `a ledger from before batches is taken over`() async throws {
        let shelf = try Shelf()
        do {
            let database = try shelf.database(migrations: Array(Schema.migrations.prefix(1)))
            try database.run(
                """
                INSERT INTO effect (id, workspace, digest, tool, kind, risk, segments, cents, facts, request, state, process,
                    created_at, updated_at, attempted_at)
                VALUES ('e1', 'w1', 'd1', 'send_message', 'message', 'send', 1, 1, '', '', 'done', 'p', 1, 2, 2)
                """)
        }
        let record = try await shelf.store().recentEffect(digest: "d1", in: workspace, since: 0)
        #expect(record?.id == "e1")
        #expect(record?.proposal.batch == nil)
    }
}

/// Real processes, each a copy of this program.
@Suite struct BatchProcessTests {
    @Test func `of several processes that perform an approved batch one sends each text`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        var proposal = message("b1", to: [alice], segments: 0, cents: 0)
        proposal.kind = .batch
        let planned = try await store.plan(proposal, expiresAt: 1000, now: 1)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 1000, now: 2)
        let (path, id) = (shelf.path, planned.id)
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String, id = id as String] in
                        let store = Store(folder: try StateFolder(path: path))
                        for round in 0..<40 {
                            var text = message("d\(round)", to: [alice])
                            text.batch = id
                            guard let record = try await store.reserve(text, now: 3).record else { continue }
                            try await store.appendAudit(
                                AuditEntry(time: 3, workspace: workspace, event: record.proposal.digest))
                            _ = try await store.finish(record.id, as: .done, outcome: EffectOutcome(), now: 4)
                        }
                    }
                }
            }
        }
        let sent = try await store.auditRecords(limit: 1000).map(\.entry.event)
        #expect(sent.count == 40)
        #expect(Set(sent).count == 40)
    }
}

extension Admission {
    fileprivate var isNotGranted: Bool { if case .notGranted = self { true } else { false } }
}
