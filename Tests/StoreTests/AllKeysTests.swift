import Testing

@testable import Store

/// One phone has other names under a new key or through a gateway; its lines keep their ids.
@Suite struct AllKeysTests {
    @Test func `a text that another key sent is a duplicate, and nothing else of that key is`() async throws {
        let store = try Shelf().store()
        try await store.perform(message(in: elsewhere), now: 10)
        #expect(try await store.recentEffect(digest: "d1", in: workspace, since: 5)?.proposal.workspace == elsewhere)
        let again = try await store.reserve(message(), limits: [], duplicatesSince: 5, now: 20)
        guard case .duplicate(let record) = again else { throw Unexpected(admission: again) }
        #expect(record.outcome.id == "ACd1")

        var change = message("d2", in: elsewhere)
        change.kind = .contactChange
        try await store.perform(change, now: 11)
        #expect(try await store.recentEffect(digest: "d2", in: workspace, since: 5) == nil)
    }

    @Test func `a text under way by another key is under way`() async throws {
        let store = try Shelf().store()
        let first = try #require(try await store.reserve(message(in: elsewhere), now: 10).record)
        let second = try await store.reserve(message(), now: 11)
        guard case .unresolved(let record) = second else { throw Unexpected(admission: second) }
        #expect(record.id == first.id)
        let plan = try await store.plan(message(), expiresAt: 100, now: 12)
        _ = try await store.grant(plan.id, approver: "a", method: "m", expiresAt: 100, now: 13)
        let taken = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 14)
        guard case .unresolved = taken else { throw Unexpected(admission: taken) }
        #expect(try await store.unresolvedEffect(digest: "d1", in: workspace)?.id == first.id)
        _ = try await store.finish(
            first.id, as: .failed, outcome: EffectOutcome(status: "not in the thread"), now: 15)
        let loss = try await store.recentFailure(digest: "d1", status: "not in the thread", in: workspace, since: 10)
        #expect(loss?.id == first.id)
    }

    @Test func `nearly the same text by another key is nearly the same`() async throws {
        let store = try Shelf().store()
        try await store.perform(message(in: elsewhere, textDigest: "t1"), now: 10)
        let near = try await store.nearDuplicate(to: [alice], textDigest: "t1", in: workspace, since: 5)
        #expect(near?.proposal.workspace == elsewhere)
        #expect(try await store.nearDuplicate(to: [bob], textDigest: "t1", in: workspace, since: 5) == nil)
    }

    @Test func `an approval is of one key`() async throws {
        let store = try Shelf().store()
        let plan = try await store.plan(message(in: elsewhere), expiresAt: 100, now: 10)
        _ = try await store.grant(plan.id, approver: "a", method: "m", expiresAt: 100, now: 11)
        let taken = try await store.take("d1", in: workspace, limits: [], duplicatesSince: nil, now: 12)
        #expect(taken == .notGranted(nil))
    }

    @Test func `what a sandbox sent counts in that sandbox alone, and what was sent counts in none`() async throws {
        let store = try Shelf().store()
        let (one, other) = (try WorkspaceID.simulated(), try WorkspaceID.simulated())
        #expect(one != other)
        try await store.perform(message(in: one, textDigest: "t1"), now: 10)
        #expect(try await store.recentEffect(digest: "d1", in: one, since: 5) != nil)
        for place in [other, workspace] {
            #expect(try await store.recentEffect(digest: "d1", in: place, since: 5) == nil)
            #expect(try await store.nearDuplicate(to: [alice], textDigest: "t1", in: place, since: 5) == nil)
        }
        try await store.perform(message("d2", in: workspace), now: 10)
        #expect(try await store.recentEffect(digest: "d2", in: one, since: 5) == nil)
    }

    private struct Unexpected: Error { let admission: Admission }
}
