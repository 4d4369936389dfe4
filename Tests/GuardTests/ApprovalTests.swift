import Configuration
import Guard
import HTTP
import QuoAPI
import Store
import Testing

@Suite struct ApprovalTests {
    @Test func `an effect is performed once after the choice that approves it`() async throws {
        let fixture = try Fixture()
        let (_, ticket) = try await fixture.ask(.message())
        #expect(fixture.transport.count == 0)
        let consent = Consent.answered(.accepted(choice: "Send it"), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: consent).isPerformed)
        #expect(fixture.transport.count == 1)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: consent).isRepeated)
        #expect(fixture.transport.count == 1)
    }

    @Test(arguments: [
        (ApprovalAnswer.accepted(choice: nil), Refusal.Rule.pending), (.accepted(choice: ""), .pending),
        (.accepted(choice: "send it"), .pending), (.accepted(choice: "true"), .pending),
        (.accepted(choice: "Do not send"), .declined), (.declined, .declined), (.cancelled, .cancelled),
        (.timedOut, .timedOut), (.unavailable, .pending),
    ])
    func `any other answer performs nothing and uses the ticket up`(answer: ApprovalAnswer, rule: Refusal.Rule)
        async throws
    {
        let fixture = try Fixture()
        let (_, ticket) = try await fixture.ask(.message())
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .answered(answer, ticket: ticket))
        #expect(outcome.rule == rule)
        let late = Consent.answered(.accepted(choice: "Send it"), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: late).rule == .alreadyUsed)
        #expect(fixture.transport.count == 0)
    }

    @Test(arguments: [
        (ApprovalAnswer.accepted(choice: "Do not send"), Refusal.Rule.declined), (.declined, .declined),
        (.cancelled, .cancelled), (.timedOut, .timedOut), (.unavailable, .pending), (.accepted(choice: nil), .pending),
    ])
    func `an answer counts although by then nobody would have to be asked`(answer: ApprovalAnswer, rule: Refusal.Rule)
        async throws
    {
        let fixture = try Fixture(policy: .unattended())
        #expect(try await fixture.gatekeeper.perform(.message("See you at 3"), consent: Fixture.nobody).isPerformed)
        let near = Effect.message("see you at 3")
        let (_, ticket) = try await fixture.ask(near)
        // What is nearly the same is pointed out for ten minutes, and the form may be answered for fifteen.
        fixture.clock.advance(by: .seconds(700))
        let outcome = try await fixture.gatekeeper.perform(near, consent: .answered(answer, ticket: ticket))
        #expect(outcome.rule == rule)
        #expect(fixture.transport.count == 1)
    }

    @Test func `an approval serves although by then nobody would have to be asked`() async throws {
        let fixture = try Fixture(policy: .unattended())
        _ = try await fixture.gatekeeper.perform(.message("See you at 3"), consent: Fixture.nobody)
        let (form, ticket) = try await fixture.ask(.message("see you at 3"))
        fixture.clock.advance(by: .seconds(700))
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message("see you at 3"), consent: consent).isPerformed)
        #expect(fixture.transport.count == 2)
    }

    @Test(arguments: [Risk.send, .destructive, .exposing])
    func `a client without forms gets nothing performed`(risk: Risk) async throws {
        let fixture = try Fixture()
        let outcome = try await fixture.gatekeeper.perform(.message(risk: risk), consent: .none(canAsk: false))
        #expect(outcome.rule == .pending)
        #expect(fixture.transport.count == 0)
    }

    @Test func `an internal change needs no approval`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.gatekeeper.perform(.message(risk: .write), consent: .none(canAsk: false)).isPerformed)
    }

    @Test func `an approval of one text does not send another`() async throws {
        let fixture = try Fixture()
        let (_, ticket) = try await fixture.ask(.message("Hello"))
        let consent = Consent.answered(.accepted(choice: "Send it"), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message("Hello!"), consent: consent).rule == .otherRequest)
        #expect(try await fixture.gatekeeper.perform(.message("Hello"), consent: consent).rule == .alreadyUsed)
        #expect(fixture.transport.count == 0)
    }

    @Test func `an approval expires`() async throws {
        let fixture = try Fixture()
        let (_, ticket) = try await fixture.ask(.message())
        fixture.clock.advance(by: .seconds(15 * 60))
        let consent = Consent.answered(.accepted(choice: "Send it"), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: consent).rule == .expired)
        #expect(fixture.transport.count == 0)
    }

    @Test func `a ticket with any character changed is forged`() async throws {
        let fixture = try Fixture()
        let (_, ticket) = try await fixture.ask(.message())
        for index in ticket.indices {
            var changed = ticket
            changed.replaceSubrange(index...index, with: ticket[index] == "0" ? "1" : "0")
            await #expect(throws: TicketFault.forged) {
                try await fixture.gatekeeper.perform(
                    .message(), consent: .answered(.accepted(choice: "Send it"), ticket: changed))
            }
        }
        #expect(fixture.transport.count == 0)
    }

    @Test(arguments: ["", "v1", "v1...", "v1.a.b.c", String(repeating: ".", count: 10_000)])
    func `a made-up ticket is forged`(ticket: String) async throws {
        let fixture = try Fixture()
        await #expect(throws: TicketFault.forged) {
            try await fixture.gatekeeper.perform(
                .message(), consent: .answered(.accepted(choice: "Send it"), ticket: ticket))
        }
    }

    @Test func `a ticket of another process is forged`() async throws {
        let fixture = try Fixture()
        let (_, foreign) = try await Fixture().ask(.message())
        _ = try await fixture.ask(.message())
        await #expect(throws: TicketFault.forged) {
            try await fixture.gatekeeper.perform(
                .message(), consent: .answered(.accepted(choice: "Send it"), ticket: foreign))
        }
    }

    @Test func `a flood of questions pushes out the oldest and forgets none of the rest`() async throws {
        let fixture = try Fixture()
        var tickets: [String] = []
        for number in 0...256 {
            let outcome = try await fixture.gatekeeper.perform(.message("\(number)"), consent: .none(canAsk: true))
            guard case .approvalNeeded(_, let ticket) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
            tickets.append(ticket)
        }
        func approve(_ number: Int) async throws -> Outcome {
            let consent = Consent.answered(.accepted(choice: "Send it"), ticket: tickets[number])
            return try await fixture.gatekeeper.perform(.message("\(number)"), consent: consent)
        }
        #expect(try await approve(0).rule == .alreadyUsed)
        #expect(try await approve(1).isPerformed)
        #expect(try await approve(256).isPerformed)
    }

    @Test func `what a person approves in a form and in a terminal as well is done once`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.message())
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        #expect(try await fixture.approveInTerminal() == 1)
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: consent).isPerformed)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).isRepeated)
        #expect(try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time).isEmpty)
        #expect(fixture.transport.count == 1)
    }

    @Test func `what a person denies in a terminal is told, and for as long as an approval would hold`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        let waiting = try #require(try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time).first)
        _ = try await fixture.store.deny(waiting.id, approver: "o", method: "terminal", now: fixture.clock.time)
        fixture.clock.advance(by: .seconds(299))
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .declined)
        fixture.clock.advance(by: .seconds(1))
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        #expect(fixture.transport.count == 0)
    }

    @Test func `an owner may want no numbers typed`() async throws {
        var policy = Policy()
        policy.approvals.typedConfirmation = false
        let form = try await Fixture(policy: policy).ask(.message(risk: .exposing)).form
        #expect(form.confirmation == nil)
        #expect(!form.message.contains("type this number"))
    }

    @Test func `the notice stands above everything`() async throws {
        let fixture = try Fixture(notice: "This is a test.")
        #expect(
            try await fixture.ask(.message()).form.message.hasPrefix("This is a test.\n\nSend this text message?\n"))
        #expect(
            try await fixture.ask(.hello()).form.message.hasPrefix("This is a test.\n\nSend these 3 text messages?\n"))
    }

    @Test func `what makes no request is not asked about`() async throws {
        var effect = Effect.message()
        effect.arguments.path = ["nobody": "knows"]
        let fixture = try Fixture()
        let outcome = try await fixture.gatekeeper.perform(effect, consent: .none(canAsk: true))
        guard case .failed(let error) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(error.outcome == .notPerformed)
        let batch = Batch(
            tool: "send_messages", messages: [effect, .message(to: [bob])], question: { _ in "Send?" },
            approval: "Send all",
            refusal: "Do not send")
        let all = try await fixture.gatekeeper.performAll(batch, consent: .none(canAsk: true))
        #expect(all.words == ["all unavailable"])
        #expect(all.refusal?.explanation.contains("nobody") == true)
    }

    @Test func `the form asks the question, states every fact and puts refusing first`() async throws {
        let form = try await Fixture().ask(.message("Line one\nline two")).form
        #expect(
            form.message.hasPrefix("Send this text message?\n\nTo: +16145550123\nText:\n    Line one\n    line two\n"))
        #expect(form.message.contains("You are asked because profile is \"guarded\" (default)."))
        #expect(form.refusal == "Do not send")
        #expect(form.approval == "Send it")
    }

    @Test func `the form shows what a text hides`() async throws {
        let form = try await Fixture().ask(.message("pay \u{202E}001$\u{202C}\u{200B} now\u{E0041}")).form
        #expect(form.message.contains("pay \\u{202E}001$\\u{202C}\\u{200B} now\\u{E0041}"))
    }
}
