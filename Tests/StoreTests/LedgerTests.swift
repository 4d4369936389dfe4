import Testing

@testable import Store

@Suite struct TransitionTests {
    /// Every pair of states, tried on a real row.
    @Test(arguments: EffectState.allCases) func `a state changes only as the table says`(from: EffectState) throws {
        let allowed: [EffectState: Set<EffectState>] = [
            .pending: [.granted, .denied, .expired], .granted: [.inFlight, .denied, .expired],
            .inFlight: [.done, .failed, .unknown], .unknown: [.done, .failed],
        ]
        let shelf = try Shelf()
        let database = try shelf.database()
        for to in EffectState.allCases {
            try database.run("DELETE FROM effect_recipient")
            try database.run("DELETE FROM effect")
            _ = try database.insertEffect(
                message(), id: "e", state: .pending, process: .current, expiresAt: nil, now: 1)
            try database.run("UPDATE effect SET state = ?", [.text(from.rawValue)])
            let moved = try database.move("e", to: to, process: nil, now: 2)
            #expect(moved == allowed[from, default: []].contains(to), "\(from) to \(to)")
            #expect(try database.effect("e")?.state == (moved ? to : from))
        }
    }

    @Test func `an effect begins pending or in flight`() throws {
        let database = try Shelf().database()
        for state in EffectState.allCases where ![.pending, .inFlight].contains(state) {
            #expect(throws: StoreError.self) {
                try database.insertEffect(
                    message(), id: "e", state: state, process: .current, expiresAt: nil, now: 1)
            }
        }
    }

    @Test func `the database itself refuses a second request under way and a second approval`() throws {
        let database = try Shelf().database()
        func insert(_ id: String, _ state: EffectState) throws(StoreError) {
            _ = try database.insertEffect(
                message(), id: id, state: state, process: .current, expiresAt: nil, now: 1)
        }
        try insert("a", .inFlight)
        try insert("b", .pending)
        #expect(throws: StoreError.self) { try insert("c", .inFlight) }
        #expect(throws: StoreError.self) { try insert("c", .pending) }
        #expect(try database.move("a", to: .unknown, process: nil, now: 2))
        #expect(throws: StoreError.self) { try insert("c", .inFlight) }
    }

    @Test func `a state that does not exist is damage`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let id = try await store.plan(message(), expiresAt: 100, now: 1).id
        try shelf.database().run("UPDATE effect SET state = 'approved'")
        await #expect(throws: StoreError.self) { try await store.effect(id) }
    }
}

@Suite struct ApprovalTests {
    @Test func `asking again finds what waits, as it was`() async throws {
        let shelf = try Shelf()
        let first = try await shelf.store().plan(message(), expiresAt: 1000, now: 1)
        var again = message()
        again.facts = "other"
        let second = try await shelf.store().plan(again, expiresAt: 2000, now: 2)
        #expect(second == first)
        #expect(first.state == .pending)
        #expect(first.id.utf8.count == 32)
        let other = try await shelf.store().plan(message(in: elsewhere), expiresAt: 1000, now: 1)
        #expect(other.id != first.id)
    }

    @Test func `an approval serves one request`() async throws {
        let store = try Shelf().store()
        let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
        let notYet = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 2)
        #expect(notYet == .notGranted(planned))
        let granted = try await store.grant(
            planned.id, approver: "owner", method: "form", expiresAt: 500, now: 3
        ).record
        #expect(granted?.state == .granted)
        #expect(granted?.approver == "owner")
        #expect(granted?.approvalMethod == "form")
        #expect(granted?.expiresAt == 500)
        let taken = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 4)
        #expect(taken.record?.id == planned.id)
        #expect(taken.record?.attemptedAt == 4)
        guard case .unresolved = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 5)
        else {
            Issue.record("It was taken twice.")
            return
        }
        _ = try await store.finish(planned.id, as: .done, outcome: EffectOutcome(id: "AC1"), now: 6)
        guard
            case .notGranted(let last) = try await store.take(
                "d1", in: workspace, limits: [], duplicatesSince: nil, now: 7)
        else {
            Issue.record("It was taken twice.")
            return
        }
        #expect(last?.state == .done)
        let replayed = try await store.grant(planned.id, approver: "owner", method: "form", expiresAt: 900, now: 8)
        guard case .refused(let record) = replayed else {
            Issue.record("A used approval was given again.")
            return
        }
        #expect(record?.state == .done)
    }

    @Test func `an approval is for its own digest and workspace`() async throws {
        let store = try Shelf().store()
        let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2)
        #expect(
            try await store.take("d2", in: workspace, limits: [], duplicatesSince: nil, now: 3) == .notGranted(nil))
        #expect(
            try await store.take("d1", in: elsewhere, limits: [], duplicatesSince: nil, now: 3) == .notGranted(nil))
    }

    @Test func `what nobody decides lapses, to the millisecond`() async throws {
        let store = try Shelf().store()
        let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
        #expect(try await store.pendingEffects(in: workspace, now: 999).map(\.id) == [planned.id])
        #expect(try await store.pendingEffects(in: workspace, now: 1000).isEmpty)
        guard
            case .refused(let late) = try await store.grant(
                planned.id, approver: "o", method: "form", expiresAt: 2000, now: 1000)
        else {
            Issue.record("It was approved too late.")
            return
        }
        #expect(late?.state == .expired)
        let anew = try await store.plan(message(), expiresAt: 2000, now: 1001)
        #expect(anew.id != planned.id)
    }

    @Test func `an approval that nobody takes lapses`() async throws {
        let store = try Shelf().store()
        let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 50, now: 2)
        let late = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 50)
        guard case .notGranted(let record) = late else {
            Issue.record("\(late)")
            return
        }
        #expect(record?.state == .expired)
    }

    @Test func `a refusal ends it, before and after the approval`() async throws {
        let store = try Shelf().store()
        for isGranted in [false, true] {
            let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
            if isGranted {
                _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2)
            }
            let denied = try await store.deny(planned.id, approver: "owner", method: "terminal", now: 3).record
            #expect(denied?.state == .denied)
            #expect(denied?.approvalMethod == "terminal")
            let taken = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 4)
            #expect(taken == .notGranted(denied))
        }
    }

    @Test func `a terminal without the key sees what waits on the whole machine`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        let first = try await store.plan(message(), expiresAt: 1000, now: 1)
        let second = try await store.plan(message(in: elsewhere), expiresAt: 1000, now: 2)
        #expect(try await shelf.store().pendingEffects(in: nil, now: 3) == [first, second])
        #expect(try await store.pendingEffects(in: elsewhere, now: 3) == [second])
        #expect(first.proposal == message())
    }

    @Test func `an effect that does not exist changes nothing`() async throws {
        let store = try Shelf().store()
        #expect(
            try await store.grant("none", approver: "o", method: "form", expiresAt: 9, now: 1) == .refused(nil))
        #expect(try await store.effect("none") == nil)
    }
}

@Suite struct RequestTests {
    @Test func `the same request waits until the first is resolved`() async throws {
        let store = try Shelf().store()
        let first = try #require(try await store.reserve(message(), now: 1).record)
        #expect(try await store.reserve(message(), now: 2) == .unresolved(first))
        #expect(try await store.unresolvedEffect(digest: "d1", in: workspace) == first)
        let unknown = try await store.finish(
            first.id, as: .unknown, outcome: EffectOutcome(status: "time-out"), now: 3
        ).record
        #expect(unknown?.state == .unknown)
        #expect(try await store.reserve(message(), now: 4) == unknown.map { .unresolved($0) })
        let settled = try await store.finish(first.id, as: .failed, outcome: EffectOutcome(trace: "t1"), now: 5).record
        #expect(settled?.outcome == EffectOutcome(status: "time-out", trace: "t1"))
        #expect(try await store.reserve(message(), now: 6).record != nil)
    }

    @Test func `what was granted waits too while the same is unresolved`() async throws {
        let store = try Shelf().store()
        let first = try #require(try await store.reserve(message(), now: 1).record)
        let planned = try await store.plan(message(), expiresAt: 1000, now: 2)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 3)
        #expect(
            try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 4) == .unresolved(first))
        #expect(try await store.effect(planned.id)?.state == .granted)
    }

    @Test func `what was done lately is not done again unless that is wanted`() async throws {
        let store = try Shelf().store()
        let done = try await store.perform(message(), now: 100)
        #expect(
            try await store.reserve(message(), limits: [], duplicatesSince: 100, now: 200) == .duplicate(done))
        let planned = try await store.plan(message(), expiresAt: 1000, now: 201)
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 202)
        #expect(
            try await store.take("d1", in: workspace, limits: [], duplicatesSince: 100, now: 203) == .duplicate(done))
        #expect(
            try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 204).record != nil)
        #expect(done.outcome.id == "ACd1")
        #expect(try await store.recentEffect(digest: "d1", in: workspace, since: 100) == done)
        #expect(try await store.recentEffect(digest: "d1", in: workspace, since: 101) == nil)
    }

    @Test func `what failed may be tried again`() async throws {
        let store = try Shelf().store()
        let first = try #require(try await store.reserve(message(), now: 1).record)
        _ = try await store.finish(first.id, as: .failed, outcome: EffectOutcome(status: "400"), now: 2)
        #expect(try await store.reserve(message(), limits: [], duplicatesSince: 0, now: 3).record != nil)
    }

    @Test func `an effect finishes once`() async throws {
        let store = try Shelf().store()
        let done = try await store.perform(message(), now: 1)
        #expect(
            try await store.finish(done.id, as: .failed, outcome: EffectOutcome(), now: 2) == .refused(done))
        await #expect(throws: StoreError.self) {
            try await store.finish(done.id, as: .granted, outcome: EffectOutcome(), now: 2)
        }
    }

    @Test func `the same text to one of the same people is found`() async throws {
        let store = try Shelf().store()
        let first = try await store.perform(message("d1", to: [alice, bob], textDigest: "t"), now: 100)
        let second = try #require(try await store.reserve(message("d2", to: [alice], textDigest: "t"), now: 200).record)
        func near(_ recipients: [String], _ digest: String = "t", since: Int64 = 0) async throws -> EffectRecord? {
            try await store.nearDuplicate(to: recipients, textDigest: digest, in: workspace, since: since)
        }
        #expect(try await near([bob])?.id == first.id)
        #expect(try await near([bob, alice])?.id == second.id)
        #expect(try await near([bob], since: 101) == nil)
        #expect(try await near([alice], "other") == nil)
        #expect(try await near(["+12025550199"]) == nil)
        _ = try await store.finish(second.id, as: .failed, outcome: EffectOutcome(), now: 201)
        #expect(try await near([alice])?.id == first.id)
    }

    @Test func `unresolved effects are found by person`() async throws {
        let store = try Shelf().store()
        let first = try #require(try await store.reserve(message("d1", to: [alice]), now: 1).record)
        let second = try #require(try await store.reserve(message("d2", to: [bob, alice]), now: 2).record)
        _ = try await store.finish(second.id, as: .unknown, outcome: EffectOutcome(), now: 3)
        _ = try await store.reserve(message("d3", to: [alice], in: elsewhere), now: 4)
        #expect(try await store.unresolvedEffects(to: alice, in: workspace).map(\.id) == [first.id, second.id])
        #expect(try await store.unresolvedEffects(to: bob, in: workspace).map(\.id) == [second.id])
        #expect(try await store.unresolvedEffects(in: workspace).count == 2)
        #expect(try await store.recentEffects(in: workspace, since: 0, limit: 1).map(\.id) == [second.id])
    }
}

@Suite struct ErasureTests {
    /// Ways to the end of an effect; nil is one that stays open.
    enum Ending: CaseIterable { case denied, expired, done, failed, settled }

    @Test(arguments: Ending.allCases) func `what an effect said is erased at its end`(ending: Ending) async throws {
        let shelf = try Shelf()
        do {
            let store = try shelf.store()
            var id = try await store.plan(message(), expiresAt: 1000, now: 1).id
            switch ending {
            case .denied: _ = try await store.deny(id, approver: "o", method: "form", now: 2)
            case .expired: #expect(try await store.expire(now: 1000) == 1)
            case .done, .failed, .settled:
                _ = try await store.grant(id, approver: "o", method: "form", expiresAt: 900, now: 2)
                let taken = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 3)
                id = try #require(taken.record?.id)
                #expect(taken.record?.proposal.facts == message().facts)
                if ending == .settled {
                    let unknown = try await store.finish(id, as: .unknown, outcome: EffectOutcome(), now: 4)
                    #expect(unknown.record?.proposal.request == message().request)
                }
                _ = try await store.finish(
                    id, as: ending == .failed ? .failed : .done, outcome: EffectOutcome(), now: 5)
            }
            let record = try #require(try await store.effect(id))
            #expect(record.state.isFinal)
            #expect(record.proposal.facts.isEmpty)
            #expect(record.proposal.request.isEmpty)
            #expect(record.proposal.recipients == [alice])
        }
        // Closing the last connection has moved everything from the log into the file.
        #expect(!holds(contents(of: shelf.file), "in-clear"))
    }

    @Test func `the search for erased text finds text that was not erased`() async throws {
        let shelf = try Shelf()
        do { _ = try await shelf.store().plan(message(), expiresAt: 1000, now: 1) }
        #expect(holds(contents(of: shelf.file), "in-clear"))
    }

    private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        let pattern = Array(text.utf8)
        guard bytes.count >= pattern.count else { return false }
        return (0...(bytes.count - pattern.count)).contains {
            bytes[$0] == pattern[0] && bytes[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
    }
}
