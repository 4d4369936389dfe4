import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import Testing

@Suite struct BatchTests {
    // MARK: One approval

    @Test func `one approval sends each text once, in order, and reports who got what`() async throws {
        let fixture = try Fixture()
        let batch = Batch.texts([ana: "Hello Ana", bob: "Hello Bob"])
        let (form, ticket) = try await fixture.ask(batch)
        #expect(fixture.transport.count == 0)
        let steps = Mutex<[String]>([])
        let consent = fixture.approval(form, ticket)
        let outcome = try await fixture.gatekeeper.performAll(batch, consent: consent) { done, total in
            steps.withLock { $0.append("\(done)/\(total)") }
        }
        #expect(outcome.words == ["sent", "sent"])
        #expect(outcome.deliveries.map(\.recipient) == [ana, bob])
        #expect(steps.withLock { $0 } == ["0/2", "1/2", "2/2"])
        #expect(fixture.transport.people == [ana, bob])
        guard case .sent(id: "AC1", status: "queued") = outcome.deliveries[0].result else {
            Issue.record("the API's id and status must be told")
            return
        }
        #expect(try await fixture.gatekeeper.performAll(batch, consent: consent).words == ["repeated", "repeated"])
        #expect(fixture.transport.count == 2)
    }

    @Test func `the form shows a common text once, and otherwise every text whole`() async throws {
        let fixture = try Fixture()
        let common = try await fixture.ask(.hello()).form.message
        #expect(common.components(of: "Text: Hello") == 1)
        #expect(common.contains("The same for all 3:"))
        for person in [ana, bob, cleo] { #expect(common.contains("To: \(person)")) }
        let long = String(repeating: "a long text ", count: 100)
        let own = try await fixture.ask(.texts([ana: long + "Ana", bob: "Two\nlines \u{202E}"])).form.message
        #expect(own.contains(long + "Ana"))
        #expect(own.contains("    Text:\n        Two\n        lines \\u{202E}"))
        var silent = [Effect.message("First secret", to: [ana]), .message("Second secret", to: [bob])]
        for index in silent.indices { silent[index].facts = [] }
        let told = Batch(
            tool: "send_messages", messages: silent, question: { _ in "Send?" }, approval: "Send all",
            refusal: "Do not send")
        let form = try await fixture.ask(told).form.message
        #expect(form.contains("Text: First secret"))
        #expect(form.contains("Text: Second secret"))
        #expect(own.hasPrefix("Send these text messages?\n\nFrom: Main, +16145550100\nIn all: 2 texts, "))
        #expect(own.components(of: "From: ") == 1, "\(own)")
    }

    @Test func `any other answer sends nothing and uses the ticket up`() async throws {
        let answers: [(ApprovalAnswer, String)] = [
            (.accepted(choice: nil), "all pending"), (.accepted(choice: "send all"), "all pending"),
            (.accepted(choice: "Do not send"), "all declined"), (.declined, "all declined"),
            (.cancelled, "all cancelled"), (.timedOut, "all timed_out"), (.unavailable, "all pending"),
        ]
        for (answer, word) in answers {
            let fixture = try Fixture()
            let (form, ticket) = try await fixture.ask(.hello())
            let consent = Consent.answered(answer, ticket: ticket)
            #expect(try await fixture.gatekeeper.performAll(.hello(), consent: consent).words == [word])
            let late = fixture.approval(form, ticket)
            #expect(try await fixture.gatekeeper.performAll(.hello(), consent: late).words == ["all already_used"])
            #expect(fixture.transport.count == 0)
        }
    }

    @Test func `an answer counts although by then nobody would have to be asked`() async throws {
        for answer in [ApprovalAnswer.declined, .cancelled, .accepted(choice: "Send all")] {
            let fixture = try Fixture(policy: .unattended())
            #expect(try await fixture.gatekeeper.perform(.message("hello!"), consent: Fixture.nobody).isPerformed)
            let (_, ticket) = try await fixture.ask(.hello())
            fixture.clock.advance(by: .seconds(700))
            let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: .answered(answer, ticket: ticket))
            let isApproved = answer == .accepted(choice: "Send all")
            #expect(isApproved ? outcome.words == ["sent", "sent", "sent"] : outcome.words[0].hasPrefix("all "))
            #expect(fixture.transport.count == (isApproved ? 4 : 1))
        }
    }

    @Test func `a text, an order, a person or a fact changed between question and answer needs another approval`()
        async throws
    {
        let asked = Batch.texts([ana: "Hello", bob: "Hi"])
        let others: [Batch] = [
            .texts([ana: "Hello", bob: "Hi!"]), .texts([bob: "Hi", ana: "Hello"]), .texts([ana: "Hello", cleo: "Hi"]),
            .texts([ana: "Hello", bob: "Hi", cleo: "Hi"]), .texts([ana: "Hello", bob: "Hi"], again: true),
            .texts([ana: "Hello", bob: "Hi"], facts: [Effect.Fact("From", "Other")]),
        ]
        for other in others {
            let fixture = try Fixture()
            let (form, ticket) = try await fixture.ask(asked)
            let consent = fixture.approval(form, ticket)
            #expect(try await fixture.gatekeeper.performAll(other, consent: consent).words == ["all other_request"])
            #expect(try await fixture.gatekeeper.performAll(asked, consent: consent).words == ["all already_used"])
            #expect(fixture.transport.count == 0)
        }
    }

    @Test func `what one message says of itself is bound as well, unless it may pass`() async throws {
        func batch(_ change: (inout Effect) -> Void) -> Batch {
            var messages = [Effect.message(to: [ana]), .message(to: [bob])]
            change(&messages[1])
            return Batch(
                tool: "send_messages", messages: messages, question: { _ in "Send?" }, approval: "Send all",
                refusal: "Do not send")
        }
        func outcome(of other: Batch) async throws -> [String] {
            let fixture = try Fixture()
            let (form, ticket) = try await fixture.ask(
                batch { $0.facts.append(Effect.Fact("Time", "1", isPassing: true)) })
            return try await fixture.gatekeeper.performAll(other, consent: fixture.approval(form, ticket)).words
        }
        #expect(
            try await outcome(of: batch { $0.facts[0] = Effect.Fact("To", "Someone else") }) == ["all other_request"])
        let filed: JSONValue = ["content": "Hello", "from": "PN1", "to": [.string(bob)], "setInboxStatus": "done"]
        #expect(try await outcome(of: batch { $0.arguments.body = filed }) == ["all other_request"])
        let later = batch { $0.facts.append(Effect.Fact("Time", "2", isPassing: true)) }
        #expect(try await outcome(of: later) == ["sent", "sent"])
    }

    @Test func `a ticket with any character changed is forged, and one for a single text opens no batch`() async throws
    {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.hello())
        for index in ticket.indices {
            var changed = ticket
            changed.replaceSubrange(index...index, with: ticket[index] == "0" ? "1" : "0")
            await #expect(throws: TicketFault.forged) {
                try await fixture.gatekeeper.performAll(.hello(), consent: fixture.approval(form, changed))
            }
        }
        let single = try await fixture.ask(.message()).ticket
        let answer = fixture.approval(form, single)
        #expect(try await fixture.gatekeeper.performAll(.hello(), consent: answer).words == ["all other_request"])
        #expect(fixture.transport.count == 0)
    }

    @Test func `an approval that comes too late sends nothing`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.hello())
        fixture.clock.advance(by: .seconds(15 * 60))
        let consent = fixture.approval(form, ticket)
        #expect(try await fixture.gatekeeper.performAll(.hello(), consent: consent).words == ["all expired"])
        #expect(fixture.transport.count == 0)
    }

    @Test func `more than five people need a number that only the form shows`() async throws {
        let six = (0..<6).map { "+1614555012\($0)" }
        let fixture = try Fixture()
        for typed in [nil, "", "0000"] {
            let (form, ticket) = try await fixture.ask(.hello(to: six))
            let number = try #require(form.confirmation)
            #expect(form.message.contains(number))
            let answer = ApprovalAnswer.accepted(choice: form.approval, confirmation: typed)
            let consent = Consent.answered(answer, ticket: ticket)
            #expect(
                try await fixture.gatekeeper.performAll(.hello(to: six), consent: consent).words == ["all declined"])
        }
        #expect(try await fixture.ask(.hello(to: Array(six.prefix(5)))).form.confirmation == nil)
        #expect(try await fixture.approve(.hello(to: six)) == Array(repeating: "sent", count: 6))
    }

    @Test func `what is no batch is refused before anything is looked at`() async throws {
        let many = (0..<41).map { "+161455502\($0 < 10 ? "0" : "")\($0)" }
        var other = Effect.message(to: [bob])
        other.arguments.body = ["content": "Hello", "from": "PN1", "to": [.string(cleo)]]
        let forged = Batch(
            tool: "send_messages", messages: [.message(), other], question: { _ in "?" }, approval: "y", refusal: "n")
        let group = Batch(
            tool: "send_messages", messages: [.message(), .message(to: [bob, cleo])], question: { _ in "?" },
            approval: "y",
            refusal: "n")
        for batch in [Batch.hello(to: []), .hello(to: [ana]), .hello(to: many), .hello(to: [ana, bob, ana]), group] {
            let fixture = try Fixture()
            let outcome = try await fixture.gatekeeper.performAll(batch, consent: .none(canAsk: true))
            #expect(outcome.words == ["all malformed"])
            #expect(fixture.transport.reads.isEmpty)
        }
        // A request for someone else than is judged never goes; the rest may.
        let fixture = try Fixture()
        #expect(try await fixture.approve(forged) == ["sent", "malformed"])
        #expect(fixture.transport.people == [ana])
        #expect(try await fixture.gatekeeper.perform(other, consent: .none(canAsk: true)).rule == .malformed)
    }

    // MARK: Those who are left out

    @Test func `whom a rule refuses is left out and listed, and the person approves exactly the rest`() async throws {
        let fixture = try Fixture()
        try await fixture.store.addOptOut(OptOut(number: bob, note: "asked\nby phone", time: 0))
        let batch = Batch.hello(to: [ana, bob, cleo, "+19005550123"])
        let (form, ticket) = try await fixture.ask(batch)
        #expect(form.message.contains("Left out, and sent nothing:\n    \(bob): Nothing was sent:"))
        #expect(form.message.contains("(asked by phone)"))
        #expect(form.message.hasPrefix("Send these 2 text messages?\n\nIn all: 2 texts, 2 segments, about $0.02\n"))
        #expect(form.message.contains("\nLeft out: 2 of the 4 asked for"))
        // One who may be texted again by the time of the answer was not in the form.
        _ = try await fixture.store.removeOptOut(bob, in: nil)
        let outcome = try await fixture.gatekeeper.performAll(batch, consent: fixture.approval(form, ticket))
        #expect(outcome.words == ["sent", "other_request", "sent", "number_kind"])
        let later = try await fixture.gatekeeper.performAll(batch, consent: .none(canAsk: true))
        #expect(later.words == ["repeated", "other_request", "repeated", "number_kind"])
        #expect(fixture.transport.people == [ana, cleo])
    }

    @Test func `where all are refused nobody is asked`() async throws {
        let fixture = try Fixture()
        for person in [ana, bob, cleo] { try await fixture.store.addOptOut(OptOut(number: person, time: 0)) }
        let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(outcome.words == ["opted_out", "opted_out", "opted_out"])
    }

    @Test func `someone who opts out between the approval and their turn gets nothing`() async throws {
        let store = Mutex<Store?>(nil)
        let transport = RecordingTransport { request throws(HTTPError) in
            // While the first text is on its way, the second person is put on the list.
            if request.isText(to: ana), let store = store.withLock({ $0 }) {
                try? await store.addOptOut(OptOut(number: bob, time: 0))
            }
            return HTTPResponse(status: 202, body: Array(#"{"data":{"id":"AC1"}}"#.utf8))
        }
        let fixture = try Fixture(transport)
        store.withLock { $0 = fixture.store }
        #expect(try await fixture.approve(.hello()) == ["sent", "opted_out", "sent"])
        #expect(transport.people == [ana, cleo])
    }

    @Test func `the owner's no to either tool is a no to the batch`() async throws {
        var policy = Policy()
        policy.overrides.tools["send_messages"] = .deny
        let batch = Batch.hello()
        let refused = try await Fixture(policy: policy).gatekeeper.performAll(batch, consent: .none(canAsk: true))
        #expect(refused.words == ["all policy"])
        policy.overrides.tools = ["send_message": .deny]
        let left = try await Fixture(policy: policy).gatekeeper.performAll(batch, consent: .none(canAsk: true))
        #expect(left.words == ["policy", "policy", "policy"])
    }

    // MARK: Duplicates

    @Test func `a text of a batch and the same text alone are duplicates of each other`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message(to: [bob])).isPerformed)
        #expect(try await fixture.approve(.hello()) == ["sent", "repeated", "sent"])
        for person in [ana, bob, cleo] {
            #expect(
                try await fixture.gatekeeper.perform(.message(to: [person]), consent: .none(canAsk: true)).isRepeated)
        }
        #expect(fixture.transport.people == [bob, ana, cleo])
    }

    @Test func `another batch sends nobody the same text again`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.hello(to: [ana, bob])) == ["sent", "sent"])
        #expect(try await fixture.approve(.hello(to: [bob, cleo, ana])) == ["repeated", "sent", "repeated"])
        #expect(fixture.transport.people == [ana, bob, cleo])
    }

    @Test func `a wanted repetition goes once for its approval`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.hello()) == ["sent", "sent", "sent"])
        fixture.clock.advance(by: .seconds(120))
        let (form, ticket) = try await fixture.ask(.hello(again: true))
        #expect(form.message.contains("DUPLICATE"))
        let consent = fixture.approval(form, ticket)
        let again = Batch.hello(again: true)
        #expect(try await fixture.gatekeeper.performAll(again, consent: consent).words == ["sent", "sent", "sent"])
        let repeated = try await fixture.gatekeeper.performAll(again, consent: .none(canAsk: true))
        #expect(repeated.words == ["repeated", "repeated", "repeated"])
        #expect(fixture.transport.count == 6)
    }

    @Test func `a repetition that was sent counts for the plain text as well`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.approve(.message(again: true)).isPerformed)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)).isRepeated)
    }

    // MARK: Budgets

    @Test func `a batch that the budgets do not allow whole is refused before anyone is asked`() async throws {
        var policy = Policy()
        policy.budgets.sendsPerMinute = 2
        let fixture = try Fixture(policy: policy)
        let refusal = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true)).refusal
        #expect(refusal?.rule == .budget)
        #expect(refusal?.explanation.contains("sendsPerMinute allows 2, 0 are used, and this needs 3 more") == true)
        #expect(refusal?.explanation.contains("the first 2 would fit") == true)
        #expect(try await fixture.approve(.hello(to: [ana, bob])) == ["sent", "sent"])
    }

    @Test func `a budget that another process uses up midway stops those who no longer fit`() async throws {
        var policy = Policy()
        policy.budgets.sendsPerHour = 3
        let other = Mutex<Fixture?>(nil)
        let transport = RecordingTransport { request throws(HTTPError) in
            if request.isText(to: ana), let other = other.withLock({ $0 }) {
                _ = try? await other.approve(.message("Something else", to: ["+16145550199"]))
            }
            return HTTPResponse(status: 202, body: Array(#"{"data":{"id":"AC1"}}"#.utf8))
        }
        let fixture = try Fixture(transport, policy: policy)
        let second = try Fixture(policy: policy, clock: fixture.clock, folder: fixture.folder)
        other.withLock { $0 = second }
        #expect(try await fixture.approve(.hello()) == ["sent", "sent", "budget"])
        #expect(transport.people == [ana, bob])
        #expect(second.transport.count == 1)
    }

    // MARK: Without a person

    @Test func `unattended needs no form, and the same rules hold for each`() async throws {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        let fixture = try Fixture(policy: policy)
        let batch = Batch.hello(to: [ana, "+12125550123", cleo])
        #expect(
            try await fixture.gatekeeper.performAll(batch, consent: Fixture.nobody).words
                == ["sent", "recipient", "sent"])
        #expect(
            try await fixture.gatekeeper.performAll(batch, consent: Fixture.nobody).words
                == ["repeated", "recipient", "repeated"])
        // One whose number came from outside makes the whole batch a person's matter.
        try await fixture.gatekeeper.noteIncoming(["+16145550177"], from: "a message of +16145550113")
        let tainted = Batch.hello(to: [bob, "+16145550177"])
        #expect(try await fixture.gatekeeper.performAll(tainted, consent: Fixture.nobody).words == ["all pending"])
        #expect(fixture.transport.people == [ana, cleo])
    }
}

extension String {
    /// How often another text is in this one.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
