import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import TestSupport
import Testing

/// Batches that are cut short, lost or raced for.
@Suite struct BatchRecoveryTests {
    private static let accepted = HTTPResponse(status: 202, body: Array(#"{"data":{"id":"AC1"}}"#.utf8))

    private func sent(to person: String, _ text: String = "Hello") -> JSONValue {
        [
            "id": "AC9", "text": .string(text), "direction": "outgoing", "to": [.string(person)], "status": "delivered",
            "createdAt": "2026-06-10T16:00:01.000Z",
        ]
    }

    /// A transport that answers one person's text in its own way.
    private func transport(for person: String, _ answer: @escaping RecordingTransport.Answer) -> RecordingTransport {
        RecordingTransport { request throws(HTTPError) in
            request.isText(to: person) ? try await answer(request) : Self.accepted
        }
    }

    private static let lost: RecordingTransport.Answer = { _ throws(HTTPError) in
        throw HTTPError(.timedOut, "timed out", mayHaveReachedServer: true)
    }

    // MARK: Failures

    @Test func `a failure that is one person's stops nobody else`() async throws {
        let fixture = try Fixture(transport(for: bob) { _ throws(HTTPError) in HTTPResponse(status: 400) })
        #expect(try await fixture.approve(.hello()) == ["sent", "failed", "sent"])
        #expect(fixture.transport.people == [ana, bob, cleo])
        // What failed for certain may go under the same approval; the others may not.
        let again = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(again.words == ["repeated", "failed", "repeated"])
        #expect(fixture.transport.people == [ana, bob, cleo, bob])
    }

    @Test(arguments: [401, 402, 403])
    func `what concerns all stops the rest`(status: Int) async throws {
        let fixture = try Fixture(transport(for: bob) { _ throws(HTTPError) in HTTPResponse(status: status) })
        let outcome = try await fixture.approve(.hello())
        #expect(outcome == ["sent", "failed", "not attempted"])
        #expect(fixture.transport.people == [ana, bob])
    }

    @Test func `a missing registration stops the rest, and a region that a line may not reach does not`() async throws {
        let registration = Array(#"{"message":"A2P","code":"0206400","status":400}"#.utf8)
        let first = try Fixture(
            transport(for: ana) { _ throws(HTTPError) in HTTPResponse(status: 400, body: registration) })
        #expect(try await first.approve(.hello()) == ["failed", "not attempted", "not attempted"])
        let region = Array(#"{"message":"This number is restricted","status":403}"#.utf8)
        let second = try Fixture(transport(for: ana) { _ throws(HTTPError) in HTTPResponse(status: 403, body: region) })
        #expect(try await second.approve(.hello()) == ["failed", "sent", "sent"])
    }

    @Test(arguments: [true, false])
    func `two texts in a row that go wrong on the way stop the rest`(mayHave: Bool) async throws {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                throw HTTPError(.cannotConnect, "refused", mayHaveReachedServer: mayHave)
            })
        let word = mayHave ? "uncertain" : "failed"
        #expect(try await fixture.approve(.hello()) == [word, word, "not attempted"])
        #expect(fixture.transport.count == 2)
    }

    // MARK: Unknown outcomes

    @Test func `a text of which nobody knows is told, not repeated, and found in the thread by the next call`()
        async throws
    {
        let fixture = try Fixture(transport(for: bob, Self.lost))
        #expect(try await fixture.approve(.hello()) == ["sent", "uncertain", "sent"])
        let soon = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(soon.words == ["repeated", "unresolved", "repeated"])
        fixture.transport.showMessages([sent(to: bob)])
        let later = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(later.words == ["repeated", "repeated", "repeated"])
        #expect(fixture.transport.people == [ana, bob, cleo])
    }

    @Test func `a text that was lost and not found does not go under the approval that it was lost under`() async throws
    {
        let fixture = try Fixture(transport(for: bob, Self.lost))
        _ = try await fixture.approve(.hello())
        fixture.clock.advance(by: .seconds(61))
        for _ in 0..<3 {
            let again = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
            #expect(again.words == ["repeated", "unresolved", "repeated"])
        }
        #expect(fixture.transport.people == [ana, bob, cleo])
        // Once that approval is over, a person is asked about the one who is left.
        fixture.clock.advance(by: .seconds(900))
        let form = try await fixture.ask(.hello()).form.message
        #expect(form.contains("1 of 1: \(bob)"))
        #expect(form.contains("An earlier attempt failed without an answer"))
        #expect(form.contains("Left out, and sent nothing:"))
        #expect(try await fixture.approve(.hello()) == ["repeated", "uncertain", "repeated"])
        #expect(fixture.transport.people == [ana, bob, cleo, bob])
    }

    @Test func `what was lost before a batch goes once a person in a terminal has approved the batch that says so`()
        async throws
    {
        let isLost = Mutex(true)
        let fixture = try Fixture(
            transport(for: bob) { request throws(HTTPError) in
                if isLost.withLock({ $0 }) { return try await Self.lost(request) }
                return Self.accepted
            })
        _ = try await fixture.approve(.message(to: [bob]))
        isLost.withLock { $0 = false }
        fixture.clock.advance(by: .seconds(61))
        #expect(try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody).words == ["all pending"])
        try await fixture.approveInTerminal()
        fixture.clock.advance(by: .seconds(5))
        let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody)
        #expect(outcome.words == ["sent", "sent", "sent"])
    }

    @Test(arguments: [true, false])
    func `what turns out to be lost between the question and the answer is for another approval`(isSettled: Bool)
        async throws
    {
        let fixture = try Fixture(transport(for: bob, Self.lost))
        let (form, ticket) = try await fixture.ask(.hello())
        _ = try await fixture.approve(.message(to: [bob]))
        fixture.clock.advance(by: .seconds(61))
        // Another call may be the one that finds out.
        if isSettled { _ = try await fixture.ask(.message(to: [bob])) }
        let outcome = try await fixture.gatekeeper.performAll(.hello(), consent: fixture.approval(form, ticket))
        #expect(outcome.words == ["sent", "unresolved", "sent"])
        #expect(fixture.transport.people == [bob, ana, cleo])
    }

    @Test(arguments: [true, false])
    func `what turns out to be lost while the batch is under way is for another approval`(isSettled: Bool) async throws
    {
        let gate = Gate()
        let fixture = try Fixture(
            RecordingTransport { request throws(HTTPError) in
                if request.isText(to: bob) { return try await Self.lost(request) }
                if request.isText(to: ana) { await gate.pass() }
                return Self.accepted
            })
        let (form, ticket) = try await fixture.ask(.hello())
        let consent = fixture.approval(form, ticket)
        let task = Task { try await fixture.gatekeeper.performAll(.hello(), consent: consent).words }
        await gate.reached()
        _ = try await fixture.approve(.message(to: [bob]))
        fixture.clock.advance(by: .seconds(61))
        // Another call may be the one that finds out.
        if isSettled { _ = try await fixture.ask(.message(to: [bob])) }
        gate.open()
        #expect(try await task.value == ["sent", "unresolved", "sent"])
        #expect(fixture.transport.people == [ana, bob, cleo])
    }

    // MARK: Crashes

    @Test func `after a crash in the middle the same batch goes on where it ended, without another approval`()
        async throws
    {
        let gate = Gate()
        let crashed = try Fixture(
            transport(for: bob) { _ throws(HTTPError) in
                await gate.pass()
                return Self.accepted
            }, process: try Self.endedProcess())
        let batch = Batch.hello()
        #expect(try await crashed.gatekeeper.performAll(batch, consent: Fixture.nobody).words == ["all pending"])
        try await crashed.approveInTerminal()
        // To every other process this one has ended: the first text is sent, and the second is on its way.
        let task = Task { try await crashed.gatekeeper.performAll(batch, consent: Fixture.nobody).words }
        await gate.reached()

        let second = try Fixture(clock: crashed.clock, folder: crashed.folder)
        let first = try await second.gatekeeper.performAll(batch, consent: Fixture.nobody)
        #expect(first.words == ["repeated", "unresolved", "sent"])
        // The request of the ended process had reached the API after all.
        second.transport.showMessages([sent(to: bob)])
        second.clock.advance(by: .seconds(10))
        let last = try await second.gatekeeper.performAll(batch, consent: Fixture.nobody)
        #expect(last.words == ["repeated", "repeated", "repeated"])
        #expect(second.transport.people == [cleo])
        gate.open()
        _ = try await task.value
        #expect(crashed.transport.people == [ana, bob])
    }

    /// The name of a process of this machine that has ended.
    private static func endedProcess() throws -> ProcessIdentity {
        let parts = ProcessIdentity.current.text.split(separator: "/", maxSplits: 2)
        try #require(parts.count == 3)
        return ProcessIdentity(text: "999999999/\(parts[1])/\(parts[2])")
    }

    /// A batch that a person approved, and whose text to the first is with the API until the gate opens.
    private func underWay() async throws -> (fixture: Fixture, gate: Gate, task: Task<BatchOutcome, any Error>) {
        let gate = Gate()
        let fixture = try Fixture(
            transport(for: ana) { _ throws(HTTPError) in
                await gate.pass()
                return Self.accepted
            })
        let (form, ticket) = try await fixture.ask(.hello())
        let consent = fixture.approval(form, ticket)
        let task = Task { try await fixture.gatekeeper.performAll(.hello(), consent: consent) }
        await gate.reached()
        return (fixture, gate, task)
    }

    @Test func `a call that was cancelled stops before the next person, and the next call goes on`() async throws {
        let (fixture, gate, task) = try await underWay()
        task.cancel()
        gate.open()
        #expect(try await task.value.words == ["sent", "not attempted", "not attempted"])
        let next = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(next.words == ["repeated", "sent", "sent"])
        #expect(fixture.transport.people == [ana, bob, cleo])
    }

    @Test func `a call that was cancelled before anybody was asked asks nobody`() async throws {
        let fixture = try Fixture()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true)).words
        }
        #expect(try await task.value == ["all abandoned"])
        #expect(fixture.transport.reads.isEmpty)
    }

    @Test func `a server that is ending sends no further text of a batch`() async throws {
        let (fixture, gate, task) = try await underWay()
        // It ends at its limit, and nothing new may start from then on.
        await fixture.gatekeeper.drain(limit: .milliseconds(20))
        gate.open()
        #expect(try await task.value.words == ["sent", "not attempted", "not attempted"])
        #expect(fixture.transport.people == [ana])
    }

    @Test(arguments: [
        (Guard.Closing.programEnds, "the server is ending"), (.accountChanged, "another account was chosen"),
    ])
    func `a batch that is cut short is told why`(closing: Guard.Closing, words: String) async throws {
        let (fixture, gate, task) = try await underWay()
        await fixture.gatekeeper.drain(limit: .milliseconds(20), because: closing)
        gate.open()
        let deliveries = try await task.value.deliveries
        #expect(deliveries.count == 3)
        for delivery in deliveries.dropFirst() {
            guard case .notAttempted(let reason) = delivery.result else {
                Issue.record("\(delivery)")
                continue
            }
            #expect(reason.contains(words) && !reason.contains("cancelled"), "\(reason)")
        }
        // What waited for its turn alone is told the same.
        let single = try await fixture.gatekeeper.perform(.message(risk: .write), consent: Fixture.nobody)
        guard case .refused(let refusal) = single else { throw Fixture.Unexpected(outcome: single) }
        #expect(refusal.rule == .abandoned && refusal.explanation.contains(words))
    }

    @Test func `once the approval has lapsed the rest is asked about again`() async throws {
        let (fixture, gate, task) = try await underWay()
        fixture.clock.advance(by: .seconds(900))
        gate.open()
        #expect(try await task.value.words == ["sent", "not attempted", "not attempted"])
        let next = try await fixture.ask(.hello()).form.message
        #expect(next.contains("1 of 2: \(bob)"))
        #expect(fixture.transport.people == [ana])
    }

    @Test func `an approval that is taken back stops the rest`() async throws {
        let gate = Gate()
        let fixture = try Fixture(
            transport(for: ana) { _ throws(HTTPError) in
                await gate.pass()
                return Self.accepted
            })
        _ = try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody)
        let waiting = try #require(try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time).first)
        try await fixture.approveInTerminal()
        let task = Task { try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody).words }
        await gate.reached()
        let now = fixture.clock.time
        _ = try await fixture.store.deny(waiting.id, approver: "owner", method: "terminal", now: now)
        gate.open()
        #expect(try await task.value == ["sent", "not attempted", "not attempted"])
        let next = try await fixture.gatekeeper.performAll(.hello(), consent: .none(canAsk: true))
        #expect(next.words == ["all declined"])
    }

    @Test func `an approval for its own batch sends no other`() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody).words == ["all pending"])
        #expect(try await fixture.approveInTerminal() == 1)
        for other in [Batch.hello(to: [bob, ana, cleo]), .hello(to: [ana, bob]), .hello(again: true)] {
            #expect(try await fixture.gatekeeper.performAll(other, consent: Fixture.nobody).words == ["all pending"])
        }
        #expect(try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody).rule == .pending)
        #expect(fixture.transport.count == 0)
        let done = try await fixture.gatekeeper.performAll(.hello(), consent: Fixture.nobody)
        #expect(done.words == ["sent", "sent", "sent"])
    }

    @Test func `what waits is one entry with the whole form, and another one where others are left out by then`()
        async throws
    {
        let fixture = try Fixture()
        let batch = Batch.texts([ana: "Hello Ana", bob: "Hello Bob", cleo: "Hello Cleo"])
        _ = try await fixture.gatekeeper.performAll(batch, consent: Fixture.nobody)
        let first = try #require(try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time).first)
        #expect(first.proposal.recipients == [ana, bob, cleo])
        let message = try JSONValue(parsing: first.proposal.facts)["message"]?.stringValue ?? ""
        for text in ["Hello Ana", "Hello Bob", "Hello Cleo"] { #expect(message.contains(text)) }
        try await fixture.store.addOptOut(OptOut(number: bob, time: 0))
        _ = try await fixture.gatekeeper.performAll(batch, consent: Fixture.nobody)
        let pending = try await fixture.store.pendingEffects(in: nil, now: fixture.clock.time)
        #expect(pending.map(\.proposal.recipients) == [[ana, cleo]])
        let stale = try await fixture.store.grant(
            first.id, approver: "o", method: "terminal", expiresAt: fixture.clock.time + 1000, now: fixture.clock.time)
        guard case .refused = stale else {
            Issue.record("what was replaced must not be approved")
            return
        }
        try await fixture.approveInTerminal()
        _ = try await fixture.store.removeOptOut(bob, in: nil)
        #expect(
            try await fixture.gatekeeper.performAll(batch, consent: Fixture.nobody).words
                == ["sent", "other_request", "sent"])
    }

    // MARK: Races

    @Test(arguments: 0..<10)
    func `two processes that perform one approved batch at once send each text once`(round: Int) async throws {
        let first = try Fixture()
        let people = (0..<8).map { "+1614555013\($0)" }
        let batch = Batch.hello(to: people, again: round.isMultiple(of: 2))
        _ = try await first.gatekeeper.performAll(batch, consent: Fixture.nobody)
        try await first.approveInTerminal()
        let second = try Fixture(clock: first.clock, folder: first.folder)
        async let one = first.gatekeeper.performAll(batch, consent: Fixture.nobody)
        async let two = second.gatekeeper.performAll(batch, consent: Fixture.nobody)
        let outcomes = [try await one, try await two]
        #expect((first.transport.people + second.transport.people).sorted() == people, "\(outcomes.map(\.words))")
        let sent = outcomes.flatMap(\.words).count { $0 == "sent" }
        #expect(sent == people.count)
    }

    @Test(arguments: 0..<5)
    func `two processes that need no person send each text once`(round: Int) async throws {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        let people = (0..<8).map { "+1614555013\($0)" }
        let first = try Fixture(policy: policy)
        let second = try Fixture(policy: policy, clock: first.clock, folder: first.folder)
        let isRepetition = round.isMultiple(of: 2)
        let batch = Batch.hello(to: people, again: isRepetition)
        async let one = first.gatekeeper.performAll(batch, consent: Fixture.nobody)
        async let two = second.gatekeeper.performAll(batch, consent: Fixture.nobody)
        async let alone = second.gatekeeper.perform(.message(to: [people[4]]), consent: Fixture.nobody)
        _ = (try await one, try await two, try await alone)
        let reached = (first.transport.people + second.transport.people).sorted()
        #expect(Set(reached).count == reached.count, "\(reached)")
        // A wanted repetition of what went meanwhile is a person's matter, so that some may be left.
        if !isRepetition { #expect(reached == people) }
    }
}
