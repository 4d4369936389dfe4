import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Testing

/// Texts to several people in one thread.
@Suite struct GroupTests {
    private let group = [ana, bob, cleo]

    private func incoming(_ text: String, from person: String) -> JSONValue {
        [
            "text": .string(text), "direction": "incoming", "from": .string(person),
            "createdAt": "2026-06-10T15:00:00.000Z",
        ]
    }

    /// The participants of the threads that were read.
    private func threads(_ fixture: Fixture) -> [Int] {
        fixture.transport.reads.filter { $0.url.contains("/v1/messages") }.map {
            $0.url.ranges(of: "participants").count
        }
    }

    @Test func `a group is asked about once, and says so`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.message(to: group))
        #expect(form.message.contains("it goes to a group"))
        #expect(form.message.contains("Everyone in the group sees everyone's number"))
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(to: group), consent: consent).isPerformed)
        #expect(fixture.transport.count == 1)
    }

    @Test func `an owner may allow groups, or deny them`() async throws {
        var policy = try Policy.unattended()
        policy.recipients.groups = .allow
        #expect(
            try await Fixture(policy: policy).gatekeeper.perform(.message(to: group), consent: Fixture.nobody)
                .isPerformed)
        policy.recipients.groups = .deny
        let fixture = try Fixture(policy: policy)
        #expect(try await fixture.gatekeeper.perform(.message(to: group), consent: Fixture.nobody).rule == .recipient)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).isPerformed)
    }

    @Test func `every person of a group is checked`() async throws {
        for person in group {
            let fixture = try Fixture()
            try await fixture.store.addOptOut(OptOut(number: person, time: 0))
            let outcome = try await fixture.gatekeeper.perform(.message(to: group), consent: .none(canAsk: true))
            #expect(outcome.rule == .optedOut)
        }
        for other in ["+19005550123", "12345"] {
            let outcome = try await Fixture().gatekeeper.perform(
                .message(to: group + [other]), consent: .none(canAsk: true))
            #expect(outcome.rule == .numberKind)
        }
        // It is noon in Ohio, and five in the morning in Honolulu.
        let outcome = try await Fixture().gatekeeper.perform(
            .message(to: group + ["+18085550123"]), consent: .none(canAsk: true))
        #expect(outcome.rule == .quietHours)
    }

    @Test func `a group costs its segments for each person, and is one message`() async throws {
        let fixture = try Fixture()
        let text = String(repeating: "a", count: 200)
        #expect(try await fixture.approve(.message(text, to: group)).isPerformed)
        let record = try #require(
            try await fixture.store.recentEffects(in: fixture.workspace, since: 0, limit: 1).first)
        #expect(record.proposal.segments == 6)
        #expect(record.proposal.cents == 6)
        #expect(record.proposal.recipients == group)
        var policy = Policy()
        policy.budgets.segmentsPerDay = 5
        let outcome = try await Fixture(policy: policy).gatekeeper.perform(
            .message(text, to: group), consent: .none(canAsk: true))
        #expect(outcome.rule == .budget)
    }

    @Test func `the order of its people makes no other text, and other people do`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message(to: group)).isPerformed)
        let turned = Effect.message(to: group.reversed())
        #expect(try await fixture.gatekeeper.perform(turned, consent: .none(canAsk: true)).isRepeated)
        #expect(try await fixture.approve(.message(to: [ana, bob])).isPerformed)
        #expect(try await fixture.approve(.message(to: [ana])).isPerformed)
        #expect(fixture.transport.count == 3)
    }

    @Test func `each person's own thread and the group's are looked at for a STOP`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.ask(.message(to: group))
        #expect(threads(fixture).sorted() == [1, 1, 1, 3])
    }

    @Test func `a STOP in the group's thread counts for whoever wrote it last`() async throws {
        func rule(_ thread: [JSONValue]) async throws -> Refusal.Rule? {
            let fixture = try Fixture()
            fixture.transport.showGroupMessages(thread)
            return try await fixture.gatekeeper.perform(.message(to: group), consent: .none(canAsk: true)).rule
        }
        #expect(try await rule([incoming("STOP", from: bob)]) == .optedOut)
        #expect(try await rule([incoming("START", from: ana), incoming("STOP", from: bob)]) == .optedOut)
        #expect(try await rule([incoming("START", from: bob), incoming("STOP", from: bob)]) == nil)
        #expect(try await rule([incoming("Fine", from: bob)]) == nil)
    }

    @Test func `a group text that was lost is looked for in the group's thread`() async throws {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                throw HTTPError(.connectionLost, "cut", mayHaveReachedServer: true)
            })
        guard case .uncertain = try await fixture.approve(.message(to: group)) else {
            Issue.record("a lost text is uncertain")
            return
        }
        // The same words to one of them alone are another text.
        let other: JSONValue = [
            "id": "AC8", "text": "Hello", "direction": "outgoing", "to": [.string(ana)], "status": "sent",
        ]
        fixture.transport.showGroupMessages([other])
        #expect(
            try await fixture.gatekeeper.perform(.message(to: group), consent: .none(canAsk: true)).rule == .unresolved)
        let found: JSONValue = [
            "id": "AC9", "text": "Hello", "direction": "outgoing",
            "to": .array(group.reversed().map { .string($0) }), "status": "sent",
        ]
        fixture.transport.showGroupMessages([found])
        let outcome = try await fixture.gatekeeper.perform(.message(to: group), consent: .none(canAsk: true))
        guard case .repeated(let record) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(record.outcome.id == "AC9")
        #expect(threads(fixture).last == 3)
        #expect(fixture.transport.count == 1)
    }

    @Test func `letters with marks are the same text however they are spelled`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message("Café à 3; œuvre Ž")).isPerformed)
        let other = Effect.message("Cafe\u{301} a\u{300} 3; œuvre Z\u{30C}")
        #expect(try await fixture.gatekeeper.perform(other, consent: .none(canAsk: true)).isRepeated)
        #expect(try await fixture.approve(.message("Cafe a 3; œuvre Z")).isPerformed)
        #expect(fixture.transport.count == 2)
    }

    @Test func `an approval of one spelling does not send the other`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.message("Café"))
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        let other = Effect.message("Cafe\u{301}")
        #expect(try await fixture.gatekeeper.perform(other, consent: consent).rule == .otherRequest)
    }
}
