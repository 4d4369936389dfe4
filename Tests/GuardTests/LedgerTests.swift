import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct LedgerTests {
    private static let lost: RecordingTransport.Answer = { _ throws(HTTPError) in
        throw HTTPError(.connectionLost, "cut", mayHaveReachedServer: true)
    }

    private func sent(_ text: String) -> JSONValue {
        [
            "id": "AC9", "text": .string(text), "direction": "outgoing", "to": ["+16145550123"], "status": "delivered",
            "createdAt": "2026-06-10T16:00:01.000Z",
        ]
    }

    // MARK: Duplicates

    @Test func `the same text to the same person is answered with the first one's id`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message()).isPerformed)
        fixture.clock.advance(by: .seconds(3600))
        let again = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .repeated(let record) = again else { throw Fixture.Unexpected(outcome: again) }
        #expect(record.outcome.id == "AC1")
        #expect(fixture.transport.count == 1)
    }

    @Test func `the same text by another spelling of the call is the same text, and an approval is for its spelling`()
        async throws
    {
        let fixture = try Fixture()
        var other = Effect.message()
        other.arguments.body = [
            "content": "Hello", "from": "+16145550100", "to": ["+16145550123"], "setInboxStatus": "done",
        ]
        let (form, ticket) = try await fixture.ask(.message())
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(other, consent: consent).rule == .otherRequest)
        #expect(try await fixture.approve(.message()).isPerformed)
        #expect(try await fixture.gatekeeper.perform(other, consent: .none(canAsk: true)).isRepeated)
        #expect(fixture.transport.count == 1)
    }

    @Test func `who was asked before the same text went has not approved a second one`() async throws {
        for wanted in [Effect.message(again: true), .message("hello !")] {
            let fixture = try Fixture()
            let (form, ticket) = try await fixture.ask(wanted)
            #expect(try await fixture.approve(.message()).isPerformed)
            let answer = ApprovalAnswer.accepted(choice: form.approval, confirmation: form.confirmation)
            let outcome = try await fixture.gatekeeper.perform(wanted, consent: .answered(answer, ticket: ticket))
            #expect(outcome.rule == .otherRequest)
            #expect(fixture.transport.count == 1)
            #expect(try await fixture.ask(wanted).form.message.lowercased().contains("same text was sent"))
        }
    }

    @Test func `an approval in a terminal from before the same text went sends no second one`() async throws {
        let fixture = try Fixture()
        let wanted = Effect.message(again: true)
        #expect(try await fixture.gatekeeper.perform(wanted, consent: .none(canAsk: false)).rule == .pending)
        fixture.clock.advance(by: .seconds(5))
        #expect(try await fixture.approve(.message()).isPerformed)
        #expect(try await fixture.approveInTerminal() == 1)
        #expect(try await fixture.gatekeeper.perform(wanted, consent: .none(canAsk: false)).rule == .otherRequest)
        #expect(fixture.transport.count == 1)
    }

    @Test func `of texts that are alike and come at once to nobody's attention, at most one goes`() async throws {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        for round in 0..<10 {
            let one = try Fixture(policy: policy)
            let other = try Fixture(one.transport, policy: policy, clock: one.clock, folder: one.folder)
            let texts: [Effect] = [
                .message("Round \(round)"), .message("round \(round) "), .message("Round \(round)", again: true),
            ]
            await withTaskGroup(of: Void.self) { group in
                for (index, text) in texts.enumerated() {
                    let guardian = index == 1 ? other.gatekeeper : one.gatekeeper
                    group.addTask { _ = try? await guardian.perform(text, consent: .none(canAsk: false)) }
                }
            }
            #expect(one.transport.count <= 1, "round \(round)")
        }
    }

    @Test func `the same text by a new key of the same phone is answered with the first one's id`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message()).isPerformed)
        let renewed = try Fixture(fixture.transport, clock: fixture.clock, folder: fixture.folder, key: "new-key")
        #expect(try await renewed.gatekeeper.perform(.message(), consent: .none(canAsk: true)).isRepeated)
        #expect(fixture.transport.count == 1)
    }

    @Test func `after a day, or to someone else, or with another text, it is no duplicate`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message()).isPerformed)
        #expect(try await fixture.approve(.message("Hello there")).isPerformed)
        #expect(try await fixture.approve(.message(to: ["+16145550124"])).isPerformed)
        fixture.clock.advance(by: .seconds(24 * 3600 + 1))
        #expect(try await fixture.approve(.message()).isPerformed)
        #expect(fixture.transport.count == 4)
    }

    @Test func `a wanted repetition needs a fresh approval that says so`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message()).isPerformed)
        let form = try await fixture.ask(.message(again: true)).form
        #expect(form.message.contains("DUPLICATE"))
        #expect(try await fixture.approve(.message(again: true)).isPerformed)
        #expect(fixture.transport.count == 2)
    }

    @Test func `an approval of the first does not serve for the repetition`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.message())
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(again: true), consent: consent).rule == .otherRequest)
    }

    @Test func `nearly the same text soon after is pointed out`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message("See you at 3")).isPerformed)
        let form = try await fixture.ask(.message("see  you at 3")).form
        #expect(form.message.contains("Nearly the same text"))
        fixture.clock.advance(by: .seconds(700))
        #expect(try await !fixture.ask(.message("SEE you at 3")).form.message.contains("Nearly the same text"))
    }

    // MARK: Unknown outcomes

    @Test func `a send that was lost is looked for before the same may go, and found`() async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost))
        guard case .uncertain = try await fixture.approve(.message()) else {
            throw Fixture.Unexpected(outcome: .performed(nil))
        }
        fixture.transport.showMessages([sent("Hello")])
        fixture.clock.advance(by: .seconds(10))
        let again = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .repeated(let record) = again else { throw Fixture.Unexpected(outcome: again) }
        #expect(record.outcome.id == "AC9")
        #expect(fixture.transport.count == 1)
    }

    @Test func `a send that was lost and is not found waits until it would be visible, then asks anew`() async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost))
        _ = try await fixture.approve(.message())
        fixture.transport.showMessages([sent("Something else")])
        let soon = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(soon.rule == .unresolved)
        #expect(fixture.transport.count == 1)
        fixture.clock.advance(by: .seconds(61))
        #expect(try await fixture.ask(.message()).form.message.contains("An earlier attempt failed without an answer"))
    }

    @Test func `what was lost and not found needs a person in any profile`() async throws {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        let fixture = try Fixture(RecordingTransport(answer: Self.lost), policy: policy)
        _ = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: false))
        fixture.clock.advance(by: .seconds(61))
        // However often it is asked for, once it is settled as well.
        for _ in 0..<3 {
            #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: false)).rule == .pending)
        }
        #expect(try await fixture.gatekeeper.preview(.message()).reasons.count == 1)
        #expect(fixture.transport.count == 1)
    }

    @Test func `a change that was lost needs a person as often as it is asked for, until it is done`() async throws {
        let isLost = Mutex(true)
        let fixture = try Fixture(
            RecordingTransport { request throws(HTTPError) in
                if isLost.withLock({ $0 }) { return try await Self.lost(request) }
                return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
            })
        let change = Effect.message(risk: .write)
        guard case .uncertain = try await fixture.gatekeeper.perform(change, consent: Fixture.nobody) else {
            Issue.record("a lost request is uncertain")
            return
        }
        for _ in 0..<2 {
            let (form, ticket) = try await fixture.ask(change)
            #expect(form.message.contains("An earlier attempt failed without an answer"))
            let declined = Consent.answered(.declined, ticket: ticket)
            #expect(try await fixture.gatekeeper.perform(change, consent: declined).rule == .declined)
        }
        #expect(try await fixture.gatekeeper.perform(change, consent: Fixture.nobody).rule == .pending)
        #expect(try await fixture.gatekeeper.preview(change).reasons.count == 1)
        #expect(fixture.transport.count == 1)
        isLost.withLock { $0 = false }
        #expect(try await fixture.approve(change).isPerformed)
        // It was done since, so what was lost before concerns nobody.
        #expect(try await fixture.gatekeeper.perform(change, consent: Fixture.nobody).isPerformed)
        #expect(fixture.transport.count == 3)
    }

    @Test func `whoever was not told that the same was lost did not approve that it goes again`() async throws {
        let isLost = Mutex(false)
        let sends: RecordingTransport.Answer = { request throws(HTTPError) in
            if isLost.withLock({ $0 }) { return try await Self.lost(request) }
            return HTTPResponse(status: 202, body: Array(#"{"data":{}}"#.utf8))
        }
        let fixture = try Fixture(RecordingTransport(answer: sends), policy: .unattended())
        let other = try Fixture(policy: .unattended(), clock: fixture.clock, folder: fixture.folder)
        #expect(try await fixture.gatekeeper.perform(.message("hello!"), consent: Fixture.nobody).isPerformed)
        // What is nearly the same is pointed out for ten minutes; a form and a terminal may be answered for fifteen.
        let (form, ticket) = try await other.ask(.message())
        #expect(try await other.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        fixture.clock.advance(by: .seconds(700))
        isLost.withLock { $0 = true }
        guard case .uncertain = try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody) else {
            Issue.record("a lost text is uncertain")
            return
        }
        fixture.clock.advance(by: .seconds(61))
        _ = try await fixture.ask(.message())
        try await fixture.approveInTerminal()
        #expect(try await other.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .otherRequest)
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await other.gatekeeper.perform(.message(), consent: consent).rule == .otherRequest)
        #expect(other.transport.count == 0)
        // Whoever is told may risk it.
        #expect(try await other.approve(.message()).isPerformed)
    }

    @Test func `what a reader cannot see does not make another text`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message("See you at 3")).isPerformed)
        let form = try await fixture.ask(.message("See\u{200B} you\u{AD} at 3")).form
        #expect(form.message.contains("Nearly the same text"))
    }

    @Test func `where the thread cannot be read nobody knows, and the same does not go`() async throws {
        var policy = Policy()
        policy.optOut.cacheMinutes = 10
        let fixture = try Fixture(RecordingTransport(answer: Self.lost), policy: policy)
        _ = try await fixture.approve(.message())
        fixture.clock.advance(by: .seconds(61))
        fixture.transport.whenReading { _ throws(HTTPError) in HTTPResponse(status: 403) }
        // The thread was looked at for a STOP just now, so that only the look for the text fails.
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(refusal.rule == .unresolved)
        #expect(refusal.explanation.contains("the thread could not be read to find out"))
        #expect(try await fixture.store.unresolvedEffects(in: fixture.workspace).count == 1)
        #expect(fixture.transport.count == 1)
    }

    @Test(arguments: [EffectState.done, .failed])
    func `what another process found out meanwhile counts`(state: EffectState) async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost))
        _ = try await fixture.approve(.message())
        fixture.clock.advance(by: .seconds(61))
        let lost = try #require(try await fixture.store.unresolvedEffects(in: fixture.workspace).first)
        fixture.transport.whenReading { [store = fixture.store, clock = fixture.clock] _ throws(HTTPError) in
            let outcome = EffectOutcome(id: "AC9", status: "not in the thread")
            _ = try? await store.finish(lost.id, as: state, outcome: outcome, now: clock.time)
            return nil
        }
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        switch outcome {
        case .repeated(let record): #expect(state == .done && record.outcome.id == "AC9")
        case .approvalNeeded(let form, _):
            #expect(state == .failed && form.message.contains("An earlier attempt failed without an answer"))
        default: throw Fixture.Unexpected(outcome: outcome)
        }
        #expect(fixture.transport.count == 1)
    }

    @Test func `a restart does not forget what was lost`() async throws {
        let first = try Fixture(RecordingTransport(answer: Self.lost))
        _ = try await first.approve(.message())
        let second = try Fixture(clock: first.clock, folder: first.folder)
        let outcome = try await second.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == .unresolved)
        #expect(second.transport.count == 0)
    }

    @Test func `what an old key's process lost is looked for with the new key`() async throws {
        let fixture = try Fixture(RecordingTransport(answer: Self.lost))
        _ = try await fixture.approve(.message())
        let renewed = try Fixture(clock: fixture.clock, folder: fixture.folder, key: "new-key")
        renewed.transport.showMessages([sent("Hello")])
        #expect(try await renewed.gatekeeper.perform(.message(), consent: .none(canAsk: true)).isRepeated)
        #expect(renewed.transport.count == 0)
    }

    // MARK: Budgets

    @Test func `each budget refuses with its figures and the time when it passes`() async throws {
        var policy = Policy()
        policy.budgets.sendsPerMinute = 2
        let fixture = try Fixture(policy: policy)
        #expect(try await fixture.approve(.message("1")).isPerformed)
        #expect(try await fixture.approve(.message("2")).isPerformed)
        let third = try await fixture.gatekeeper.perform(.message("3"), consent: .none(canAsk: true))
        guard case .refused(let refusal) = third else { throw Fixture.Unexpected(outcome: third) }
        #expect(refusal.rule == .budget)
        #expect(refusal.explanation.contains("sendsPerMinute allows 2, 2 are used"))
        let passesAt = try #require(refusal.passesAt)
        fixture.clock.advance(by: .milliseconds(passesAt - fixture.clock.time))
        #expect(try await fixture.approve(.message("3")).isPerformed)
    }

    @Test(arguments: [
        "sendsPerHour", "sendsPerDay", "perRecipientPerHour", "perRecipientPerDay", "newRecipientsPerDay",
        "segmentsPerDay", "centsPerDay",
    ])
    func `a budget of none allows none`(name: String) async throws {
        var policy = Policy()
        switch name {
        case "sendsPerHour": policy.budgets.sendsPerHour = 0
        case "sendsPerDay": policy.budgets.sendsPerDay = 0
        case "perRecipientPerHour": policy.budgets.perRecipientPerHour = 0
        case "perRecipientPerDay": policy.budgets.perRecipientPerDay = 0
        case "newRecipientsPerDay": policy.budgets.newRecipientsPerDay = 0
        case "segmentsPerDay": policy.budgets.segmentsPerDay = 0
        default: policy.budgets.centsPerDay = 0
        }
        let outcome = try await Fixture(policy: policy).gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(refusal.explanation.contains(name))
    }

    // MARK: Approval in a terminal

    @Test func `what a person approves in a terminal is done once, by asking again`() async throws {
        let fixture = try Fixture()
        let nobody = Consent.none(canAsk: false)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: nobody).rule == .pending)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: nobody).rule == .pending)
        #expect(try await fixture.approveInTerminal() == 1)
        #expect(try await fixture.gatekeeper.perform(.message("Hello!"), consent: nobody).rule == .pending)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: nobody).isPerformed)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: nobody).isRepeated)
        #expect(fixture.transport.count == 1)
    }

    @Test func `an approval in a terminal lapses`() async throws {
        let fixture = try Fixture()
        let nobody = Consent.none(canAsk: false)
        _ = try await fixture.gatekeeper.perform(.message(), consent: nobody)
        try await fixture.approveInTerminal()
        fixture.clock.advance(by: .seconds(301))
        #expect(try await fixture.gatekeeper.perform(.message(), consent: nobody).rule == .pending)
        #expect(fixture.transport.count == 0)
    }

    @Test func `an approval survives a restart, and two processes share it once`() async throws {
        let first = try Fixture()
        _ = try await first.gatekeeper.perform(.message(), consent: .none(canAsk: false))
        try await first.approveInTerminal()
        let second = try Fixture(clock: first.clock, folder: first.folder)
        async let one = first.gatekeeper.perform(.message(), consent: .none(canAsk: false))
        async let two = second.gatekeeper.perform(.message(), consent: .none(canAsk: false))
        let performed = [try await one, try await two].filter(\.isPerformed).count
        #expect(performed == 1)
        #expect(first.transport.count + second.transport.count == 1)
    }

    @Test func `an approval is void where what it concerns has changed`() async throws {
        let fixture = try Fixture()
        func effect(_ name: String) -> Effect {
            var effect = Effect.message(risk: .destructive)
            effect.facts = [Effect.Fact("Contact", name), Effect.Fact("Looked at", name, isPassing: true)]
            return effect
        }
        let (form, ticket) = try await fixture.ask(effect("Ana"))
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(effect("Bob"), consent: consent).rule == .otherRequest)
        _ = try await fixture.gatekeeper.perform(effect("Ana"), consent: .none(canAsk: false))
        try await fixture.approveInTerminal()
        #expect(
            try await fixture.gatekeeper.perform(effect("Bob"), consent: .none(canAsk: false)).rule == .otherRequest)
        #expect(fixture.transport.count == 0)
    }

    // MARK: Forms

    @Test func `a decline that nobody can have made leaves it to the terminal`() async throws {
        let fixture = try Fixture()
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .approvalNeeded(_, let ticket) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        let declined = try await fixture.gatekeeper.perform(.message(), consent: .answered(.declined, ticket: ticket))
        #expect(declined.rule == .pending)
    }

    @Test func `what exposes data wants a number that only the form shows`() async throws {
        let fixture = try Fixture()
        for typed in [nil, "", "0000", "12345"] {
            let (form, ticket) = try await fixture.ask(.message(risk: .exposing))
            let number = try #require(form.confirmation)
            #expect(form.message.contains(number))
            let answer = ApprovalAnswer.accepted(choice: form.approval, confirmation: typed)
            let outcome = try await fixture.gatekeeper.perform(
                .message(risk: .exposing), consent: .answered(answer, ticket: ticket))
            #expect(outcome.rule == .declined)
        }
        #expect(try await fixture.approve(.message(risk: .exposing)).isPerformed)
        #expect(fixture.transport.count == 1)
    }

    @Test func `a number from an incoming text needs a person in any profile, and the form says where it came from`()
        async throws
    {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        let fixture = try Fixture(policy: policy)
        try await fixture.gatekeeper.noteIncoming(["+16145550123"], from: "a message of +16145550113")
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .approvalNeeded(let form, _) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(form.message.contains("comes from a message of +16145550113, not from you"))
    }

    // MARK: State

    @Test func `where the state cannot be used nothing is sent, and the cause is told`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("this is no database, though it lies where one should", to: "state.sqlite3")
        let fixture = try Fixture(folder: folder)
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == .unavailable, "\(outcome)")
        #expect(fixture.transport.count == 0)
    }

    @Test func `where the state cannot be used nothing else is changed either`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("this is no database, though it lies where one should", to: "state.sqlite3")
        let fixture = try Fixture(folder: folder)
        let outcome = try await fixture.gatekeeper.perform(.message(risk: .write), consent: .none(canAsk: true))
        #expect(outcome.rule == .unavailable, "\(outcome)")
        #expect(fixture.transport.count == 0)
        #expect(fixture.log.text.contains("old memories could not be forgotten"))
    }

    @Test func `an owner may want texts and numbers in clear in the audit`() async throws {
        var policy = Policy()
        policy.audit.clearText = true
        let fixture = try Fixture(policy: policy)
        _ = try await fixture.approve(.message("A secret text"))
        let details = try await fixture.store.auditRecords(limit: 50).compactMap(\.entry.detail)
        #expect(Set(details) == ["to +16145550123: A secret text"])
        #expect(!fixture.log.text.contains("secret"))
    }

    @Test func `the audit tells each effect and verifies`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.approve(.message("A secret text"))
        _ = try await fixture.gatekeeper.perform(.message(to: ["+19005550123"]), consent: .none(canAsk: true))
        let records = try await fixture.store.auditRecords(limit: 50)
        #expect(Set(records.map(\.entry.event)).isSuperset(of: ["approved", "done", "refused"]))
        #expect(
            !records.contains {
                ($0.entry.detail ?? "").contains("A secret text") || ($0.entry.detail ?? "").contains("6145550123")
            })
        guard case .intact = try await fixture.store.verifyAudit() else {
            Issue.record("the audit must verify")
            return
        }
    }
}
