import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Testing

/// What other processes and a failing disk do in the middle of a call; triggers in the database stand for them.
@Suite struct MeanwhileTests {
    /// A change of a contact that reads as the fixture's API tells every contact: as an empty list.
    private static func change() -> Effect {
        let text = Effect.message()
        var effect = Effect(
            tool: "update_contact", risk: .destructive, operation: .updateContactById,
            arguments: OperationArguments(path: ["id": "C1"], body: ["defaultFields": ["firstName": "Ana"]]),
            question: "Change this contact?", approval: text.approval, refusal: text.refusal, facts: [])
        effect.contact = Effect.Snapshot(id: "C1", content: .array([]))
        return effect
    }

    /// Asks, lets something happen to the state from then on, and answers as a person who approves.
    private func approve(_ effect: Effect, _ fixture: Fixture, after statement: String) async throws -> Outcome {
        let (form, ticket) = try await fixture.ask(effect)
        try fixture.change(statement)
        let answer = ApprovalAnswer.accepted(choice: form.approval, confirmation: form.confirmation)
        return try await fixture.gatekeeper.perform(effect, consent: .answered(answer, ticket: ticket))
    }

    // MARK: Between an approval and its request

    private static func copy(_ digest: String) -> String {
        """
        INSERT INTO effect (id, workspace, digest, tool, kind, risk, segments, cents, facts, request, state, process,
            created_at, updated_at, attempted_at)
        SELECT 'other', workspace, \(digest), tool, kind, risk, segments, cents, '', '', 'done', process, created_at,
            updated_at, updated_at FROM effect WHERE id = NEW.id
        """
    }

    @Test(arguments: [
        ("UPDATE effect SET state = 'inFlight', attempted_at = NEW.updated_at WHERE id = NEW.id", "unresolved"),
        ("UPDATE effect SET state = 'denied' WHERE id = NEW.id", "expired"), (copy("'another'"), "budget"),
        (copy("digest"), "repeated"),
    ])
    func `what happens between an approval and the request counts`(statement: String, word: String) async throws {
        var policy = Policy()
        policy.budgets.sendsPerMinute = 1
        let fixture = try Fixture(policy: policy)
        let trigger = """
            CREATE TRIGGER other AFTER UPDATE OF state ON effect WHEN NEW.state = 'granted' BEGIN \(statement); END
            """
        let outcome = try await approve(.message(), fixture, after: trigger)
        #expect((outcome.isRepeated ? "repeated" : outcome.rule?.rawValue) == word)
        #expect(fixture.transport.count == 0)
    }

    @Test(arguments: [
        "AFTER INSERT ON effect BEGIN UPDATE effect SET state = 'denied' WHERE id = NEW.id; END",
        "BEFORE UPDATE OF state ON effect WHEN NEW.state = 'granted' BEGIN SELECT RAISE(IGNORE); END",
    ])
    func `an approval that cannot be entered sends nothing`(trigger: String) async throws {
        let fixture = try Fixture()
        let outcome = try await approve(.message(), fixture, after: "CREATE TRIGGER other \(trigger)")
        #expect(outcome.rule == .expired)
        let other = try Fixture()
        let (form, ticket) = try await other.ask(.hello())
        try other.change("CREATE TRIGGER other \(trigger)")
        let outcomes = try await other.gatekeeper.performAll(.hello(), consent: other.approval(form, ticket))
        #expect(outcomes.words == ["not attempted", "not attempted", "not attempted"])
        #expect(fixture.transport.count + other.transport.count == 0)
    }

    // MARK: A disk that fails

    @Test func `a contact that cannot be kept first is not changed`() async throws {
        let fixture = try Fixture()
        let full = "CREATE TRIGGER full BEFORE INSERT ON contact_snapshot BEGIN SELECT RAISE(ABORT, 'it is full'); END"
        let outcome = try await approve(Self.change(), fixture, after: full)
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(refusal.rule == .unavailable)
        #expect(refusal.explanation.contains("could not be kept first"))
        #expect(fixture.transport.writes.isEmpty)
        #expect(fixture.log.text.hasPrefix("update_contact refused request="))
        // What was not done is not in the way of the next attempt, and nothing is left in flight.
        try fixture.change("DROP TRIGGER full")
        #expect(try await fixture.approve(Self.change()).isPerformed)
        await fixture.gatekeeper.drain(limit: .seconds(3600))
    }

    @Test func `a contact that cannot be read again is not changed`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(Self.change())
        fixture.transport.whenReading { _ throws(HTTPError) in HTTPResponse(status: 403) }
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(Self.change(), consent: consent).rule == .otherRequest)
        #expect(fixture.transport.writes.isEmpty)
    }

    @Test func `a text whose end cannot be noted is told as it is, and does not go again`() async throws {
        let fixture = try Fixture()
        let full = """
            CREATE TRIGGER full BEFORE UPDATE OF state ON effect WHEN NEW.state = 'done'
                BEGIN SELECT RAISE(ABORT, 'it is full'); END
            """
        #expect(try await approve(.message(), fixture, after: full).isPerformed)
        #expect(fixture.log.text.contains("send_message could not be noted as done"))
        let again = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(again.rule == .unresolved)
        try fixture.change("DROP TRIGGER full")
        // Nothing takes that long: it is looked for in the thread then.
        fixture.clock.advance(by: .seconds(125))
        fixture.transport.showMessages([
            ["id": "AC1", "text": "Hello", "direction": "outgoing", "to": [.string(ana)], "status": "sent"]
        ])
        #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)).isRepeated)
        #expect(fixture.transport.count == 1)
    }

    @Test func `a batch whose texts cannot be entered sends none`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.hello())
        try fixture.change(
            "CREATE TRIGGER full BEFORE INSERT ON effect WHEN NEW.batch NOTNULL BEGIN SELECT RAISE(ABORT, 'full'); END")
        let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: fixture.approval(form, ticket))
        #expect(outcome.words == ["not attempted", "not attempted", "not attempted"])
        #expect(fixture.transport.count == 0)
    }

    // MARK: Answers of another form

    @Test(arguments: [
        #"{"data":[{"id":"WH1","key":"S3CRET"}]}"#,
        #"{"id":"WH1","key":["S3CRET"]}"#,
        #"{"data":{"webhook":{"id":"WH1","key":"S3CRET"}}}"#,
    ])
    func `a secret in an answer of another form goes no further`(answer: String) async throws {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in HTTPResponse(status: 201, body: Array(answer.utf8)) })
        let text = Effect.message()
        let effect = Effect(
            tool: "create_message_webhook", risk: .write, operation: .createMessageWebhook,
            arguments: OperationArguments(body: ["url": "https://hooks.example.com"]), question: text.question,
            approval: text.approval, refusal: text.refusal, facts: [])
        let outcome = try await fixture.gatekeeper.perform(effect, consent: Fixture.nobody)
        guard case .performed(let told?, .lost(_, let reason)?) = outcome else {
            throw Fixture.Unexpected(outcome: outcome)
        }
        #expect(!told.text().contains("S3CRET") && !reason.contains("S3CRET"))
        #expect(try await fixture.store.webhookSecrets(in: fixture.workspace).isEmpty)
    }

    @Test func `an answer without an envelope is read as well`() async throws {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                HTTPResponse(status: 202, body: Array(#"{"id":"AC7","status":"queued"}"#.utf8))
            })
        let (form, ticket) = try await fixture.ask(.hello())
        let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: fixture.approval(form, ticket))
        guard case .sent(id: "AC7", status: "queued")? = outcome.deliveries.first?.result else {
            throw Fixture.UnexpectedBatch(outcome: outcome)
        }
    }
}
