import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Testing

@Suite struct PreviewTests {
    private func verdicts(_ preview: Preview) -> [String: Preview.Verdict] {
        Dictionary(preview.findings.map { ("\($0.rule) \($0.recipient ?? "-")", $0.verdict) }) { first, _ in first }
    }

    @Test func `a text that may go is told every rule in order, its size and what it takes`() async throws {
        let fixture = try Fixture()
        let preview = try await fixture.gatekeeper.preview(.message(String(repeating: "a", count: 161)))
        #expect(
            preview.findings.map(\.rule) == [
                "malformed", "policy", "line", "number_kind", "recipient", "unknown_contact", "opted_out",
                "not_a_reply",
                "quiet_hours", "unresolved", "duplicate", "origin", "budget",
            ])
        #expect(preview.refusal == nil)
        #expect(preview.reasons == ["profile is \"guarded\" (default)"])
        #expect(preview.segments?.count == 2)
        #expect(preview.cents == 2)
        let hourly = try #require(preview.budgets.first { $0.limit.name == "sendsPerHour" })
        #expect(hourly.used == 0)
        #expect(hourly.requested == 1)
        #expect(preview.budgets.first { $0.limit.name == "segmentsPerDay" }?.requested == 2)
        #expect(verdicts(preview)["origin -"] == .warns(["First text to \(ana) through this program."]))
    }

    @Test func `all rules are told, not only the first that refuses`() async throws {
        var policy = Policy()
        policy.readOnly = true
        policy.recipients.from = ["PN9"]
        policy.recipients.deny = [try #require(NumberPattern("+1614"))]
        policy.budgets.sendsPerDay = 0
        let night = TestClock()
        night.advance(by: .seconds(3600 * 12))
        let fixture = try Fixture(policy: policy, clock: night)
        try await fixture.store.addOptOut(OptOut(number: ana, time: 0))
        let preview = try await fixture.gatekeeper.preview(.message())
        let refused = preview.findings.filter { if case .refuses = $0.verdict { true } else { false } }
        #expect(refused.map(\.rule) == ["policy", "line", "recipient", "opted_out", "quiet_hours", "budget"])
        #expect(preview.refusal?.rule == .policy)
        guard case .refuses(let quiet)? = verdicts(preview)["quiet_hours \(ana)"] else {
            Issue.record("the quiet hours must be told")
            return
        }
        #expect(quiet.passesAt == TestClock().time + 20 * 3_600_000)
    }

    @Test func `a preview leaves nothing behind`() async throws {
        let fixture = try Fixture()
        for _ in 0..<3 { _ = try await fixture.gatekeeper.preview(.message()) }
        try await fixture.store.addOptOut(OptOut(number: bob, time: 0))
        _ = try await fixture.gatekeeper.preview(.message(to: [bob]))
        #expect(fixture.transport.count == 0)
        #expect(try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time).isEmpty)
        #expect(try await fixture.store.recentEffects(in: fixture.workspace, since: 0, limit: 9).isEmpty)
        #expect(try await fixture.store.auditRecords(limit: 9).isEmpty)
        // No approval came of it either.
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
    }

    @Test func `what was sent before is found, the same and nearly the same`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message("See you at 3")).isPerformed)
        let same = try await fixture.gatekeeper.preview(.message("See you at 3"))
        #expect(same.duplicates.map(\.outcome.id) == ["AC1"])
        #expect(verdicts(same)["duplicate -"] == .repeats(try #require(same.duplicates.first)))
        let again = try await fixture.gatekeeper.preview(.message("See you at 3", again: true))
        #expect(again.reasons.contains { $0.hasPrefix("this exact text went") })
        let near = try await fixture.gatekeeper.preview(.message("SEE you at 3"))
        #expect(near.reasons.contains { $0.hasPrefix("nearly the same text went") })
        let punctuated = try await fixture.gatekeeper.preview(.message("See you, at 3!!"))
        #expect(punctuated.reasons.contains { $0.hasPrefix("nearly the same text went") })
        #expect(near.budgets.first { $0.limit.name == "sendsPerHour" }?.used == 1)
    }

    @Test func `a preview settles nothing that is unknown`() async throws {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                throw HTTPError(.connectionLost, "cut", mayHaveReachedServer: true)
            })
        _ = try await fixture.approve(.message())
        fixture.clock.advance(by: .seconds(300))
        #expect(try await fixture.gatekeeper.preview(.message()).refusal?.rule == .unresolved)
        #expect(try await fixture.store.unresolvedEffects(in: fixture.workspace).count == 1)
    }

    @Test func `a group is previewed for each person and for all`() async throws {
        let preview = try await Fixture().gatekeeper.preview(.message(to: [ana, bob, cleo]))
        for person in [ana, bob, cleo] {
            #expect(preview.findings.count { $0.recipient == person } == 6)
        }
        #expect(preview.reasons.contains("it goes to a group"))
        #expect(preview.cents == 3)
        #expect(preview.budgets.count { $0.limit.name == "perRecipientPerDay" } == 3)
    }

    @Test(arguments: 0..<6)
    func `the first refusal of a preview is the one of the attempt`(number: Int) async throws {
        var policy = Policy()
        var effect = Effect.message()
        switch number {
        case 0: policy.profile = .readOnly
        case 1: policy.recipients.from = ["PN9"]
        case 2: policy.recipients.knownContactsOnly = true
        case 3: policy.profile = .replyOnly
        case 4: policy.budgets.sendsPerDay = 0
        default: effect = .message(to: ["+19005550123"])
        }
        let fixture = try Fixture(policy: policy)
        let preview = try await fixture.gatekeeper.preview(effect)
        let outcome = try await fixture.gatekeeper.perform(effect, consent: .none(canAsk: true))
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(preview.refusal == refusal)
    }
}

@Suite struct TidyingTests {
    @Test func `what is too old is forgotten once a day, by whichever call comes`() async throws {
        let fixture = try Fixture()
        let (store, place, day) = (fixture.store, fixture.workspace, Int64(24 * 3_600_000))
        func save(_ contact: String, daysAgo: Int64) async throws {
            let time = fixture.clock.time - daysAgo * day
            try await store.saveSnapshot(of: contact, in: place, content: "{}", reason: "update", time: time)
            try await store.rememberIncoming([contact], in: place, source: "a text", time: time)
        }
        try await save("ancient", daysAgo: 366)
        try await save("old", daysAgo: 91)
        try await save("new", daysAgo: 89)
        func contacts() async throws -> [String] {
            try await store.snapshots(in: place, limit: 9).map(\.contactID)
        }
        _ = try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody)
        #expect(try await contacts() == ["new"])
        #expect(try await store.incomingSource(of: "ancient", in: place) == nil)
        #expect(try await store.incomingSource(of: "old", in: place) != nil)
        try await save("old", daysAgo: 91)
        _ = try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody)
        #expect(try await contacts() == ["old", "new"])
        fixture.clock.advance(by: .seconds(24 * 3600))
        try await fixture.gatekeeper.noteIncoming(["x"], from: "a text")
        #expect(try await contacts() == ["new"])
        try await save("old", daysAgo: 91)
        fixture.clock.advance(by: .seconds(24 * 3600))
        _ = try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody)
        #expect(try await contacts().contains("old") == false)
    }
}
