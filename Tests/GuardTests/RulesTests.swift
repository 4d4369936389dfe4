import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import TestSupport
import Testing

@Suite struct RulesTests {
    private func policy(_ change: (inout Policy) -> Void) -> Policy {
        var policy = Policy()
        change(&policy)
        return policy
    }

    private func number(_ text: String) throws -> NumberPattern { try #require(NumberPattern(text)) }

    private func refusal(
        _ effect: Effect, _ policy: Policy = Policy(), at clock: TestClock = TestClock(), thread: [JSONValue] = []
    ) async throws -> Refusal? {
        let fixture = try Fixture(policy: policy, clock: clock)
        fixture.transport.showMessages(thread)
        let outcome = try await fixture.gatekeeper.perform(effect, consent: .none(canAsk: true))
        #expect(fixture.transport.count == 0)
        if case .refused(let refusal) = outcome { return refusal }
        return nil
    }

    private func message(_ text: String, _ direction: String = "incoming") -> JSONValue {
        ["text": .string(text), "direction": .string(direction), "createdAt": "2026-06-10T15:00:00.000Z"]
    }

    // MARK: Policy

    @Test(arguments: [Risk.write, .send, .destructive, .exposing])
    func `read-only denies every change`(risk: Risk) async throws {
        let refusal = try await refusal(.message(risk: risk), policy { $0.profile = .readOnly })
        #expect(refusal?.rule == .policy)
        #expect(refusal?.explanation.contains("read-only") == true)
    }

    @Test func `a tool that the owner denies is denied whatever its risk`() async throws {
        let refusal = try await refusal(.message(), policy { $0.overrides.tools["send_message"] = .deny })
        #expect(refusal?.rule == .policy)
        #expect(refusal?.explanation.contains("overrides.tools.send_message") == true)
    }

    @Test func `a configuration that cannot be read lets nothing change`() async throws {
        let refusal = try await refusal(.message(risk: .write), .refusingEverything(because: "config.json is broken"))
        #expect(refusal?.rule == .policy)
        #expect(refusal?.explanation.contains("config.json is broken") == true)
    }

    @Test func `unattended sends without a person inside the allow-list only`() async throws {
        let pattern = try number("+1614")
        let policy = policy {
            $0.profile = .unattended
            $0.recipients.allow = [pattern]
        }
        let fixture = try Fixture(policy: policy)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: false)).isPerformed)
        let outside = Effect.message("Hello", to: ["+12125550123"])
        #expect(try await fixture.gatekeeper.perform(outside, consent: .none(canAsk: false)).rule == .recipient)
        #expect(fixture.transport.count == 1)
    }

    // MARK: Recipients

    @Test func `only the owner's chosen lines send`() async throws {
        let refusal = try await refusal(.message(), policy { $0.recipients.from = ["PN2", "+16145550199"] })
        #expect(refusal?.rule == .line)
        #expect(try await self.refusal(.message(), policy { $0.recipients.from = ["PN1"] }) == nil)
        #expect(try await self.refusal(.message(), policy { $0.recipients.from = ["+16145550100"] }) == nil)
    }

    @Test(arguments: ["+19005550123", "+447700", "12345", "+1"])
    func `premium numbers, short codes and what is no number are never texted`(recipient: String) async throws {
        #expect(try await refusal(.message(to: [recipient]))?.rule == .numberKind)
    }

    @Test func `deny goes before allow`() async throws {
        let (allowed, denied) = (try number("+1614"), try number("+16145550123"))
        let policy = policy {
            $0.recipients.allow = [allowed]
            $0.recipients.deny = [denied]
        }
        #expect(try await refusal(.message(), policy)?.rule == .recipient)
        #expect(try await refusal(.message(to: ["+16145550124"]), policy) == nil)
    }

    @Test func `a text to a line of one's own says so`() async throws {
        let form = try await Fixture().ask(.message(to: ["+16145550100"])).form
        #expect(form.message.contains("Note: +16145550100 is one of your own numbers."))
    }

    // MARK: Known contacts

    private func known() -> Policy { policy { $0.recipients.knownContactsOnly = true } }

    private static let contacts: RecordingTransport.Reading = { request throws(HTTPError) in
        guard request.url.contains("/v1/contacts") else { return nil }
        let contact: JSONValue = [
            "id": "C1", "defaultFields": ["firstName": "Ana", "phoneNumbers": [["value": "+16145550123"]]],
        ]
        return HTTPResponse(status: 200, body: (["data": [contact]] as JSONValue).bytes())
    }

    @Test func `known contacts only means that some contact has the number`() async throws {
        #expect(try await refusal(.message(), known())?.rule == .unknownContact)
        let fixture = try Fixture(policy: known())
        fixture.transport.whenReading(Self.contacts)
        _ = try await fixture.ask(.message())
        let outcome = try await fixture.gatekeeper.perform(.message(to: [bob]), consent: .none(canAsk: true))
        #expect(outcome.rule == .unknownContact)
    }

    @Test func `while nobody can tell whether someone is a contact they are not texted`() async throws {
        let clock = ManualClock()
        let fixture = try Fixture(policy: known(), waiting: clock)
        let gate = Gate()
        fixture.transport.whenReading { request throws(HTTPError) in
            if request.url.contains("/v1/contacts") { await gate.pass() }
            return try await Self.contacts(request)
        }
        let task = Task { try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)) }
        await gate.reached()
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(40))
        let outcome = try await task.value
        gate.open()
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(refusal.rule == .unavailable)
        #expect(refusal.explanation.contains("still being read"))
        // Once they are read it is known.
        _ = try await fixture.ask(.message())
    }

    @Test func `where contacts cannot be read, or what is kept of them, nobody is taken for one`() async throws {
        let fixture = try Fixture(policy: known())
        fixture.transport.whenReading { request throws(HTTPError) in
            request.url.contains("/v1/contacts") ? HTTPResponse(status: 403) : nil
        }
        #expect(try await fixture.gatekeeper.preview(.message()).refusal?.rule == .unavailable)
        let other = try Fixture(policy: known())
        other.transport.whenReading(Self.contacts)
        _ = try await other.ask(.message())
        try other.change("DROP TABLE indexed_number")
        let outcome = try await other.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == .unavailable)
    }

    // MARK: Replies

    @Test func `a reply goes to who wrote or called lately`() async throws {
        let replies = policy { $0.profile = .replyOnly }
        #expect(try await refusal(.message(), replies)?.rule == .notAReply)
        #expect(try await refusal(.message(), replies, thread: [message("Hi")]) == nil)
        #expect(try await refusal(.message(), replies, thread: [message("Hi", "outgoing")])?.rule == .notAReply)
        let calls: [(status: Int, body: String, rule: Refusal.Rule?)] = [
            (200, #"{"data":[{"direction":"outgoing"},{"direction":"incoming"}]}"#, nil),
            (200, #"{"data":[{"direction":"outgoing"}]}"#, .notAReply), (403, "", .notAReply), (200, "{}", .notAReply),
        ]
        for call in calls {
            let fixture = try Fixture(policy: replies)
            fixture.transport.whenReading { request throws(HTTPError) in
                guard request.url.contains("/v1/calls") else { return nil }
                return HTTPResponse(status: call.status, body: Array(call.body.utf8))
            }
            #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)).rule == call.rule)
        }
    }

    // MARK: Opt-out

    @Test(arguments: [
        "STOP", "stop", "Stop.", " stop ", "STOP ALL", "Unsubscribe", "CANCEL", "End", "quit!", "OPTOUT", "opt-out",
        "Revoke",
    ])
    func `someone who wrote a word to stop is not texted`(word: String) async throws {
        let refusal = try await refusal(.message(), thread: [message("ok", "outgoing"), message(word), message("Hi")])
        #expect(refusal?.rule == .optedOut)
    }

    @Test(arguments: ["Please stop by at 3", "I cancelled the plumber", "The end is near", "Yes", "stopp"])
    func `a sentence with such a word in it does not opt out`(text: String) async throws {
        #expect(try await refusal(.message(), thread: [message(text)]) == nil)
    }

    @Test func `START takes STOP back, and STOP takes START back`() async throws {
        #expect(try await refusal(.message(), thread: [message("Start"), message("STOP")]) == nil)
        #expect(try await refusal(.message(), thread: [message("STOP"), message("START")])?.rule == .optedOut)
    }

    @Test func `the owner's own list counts as well`() async throws {
        let fixture = try Fixture()
        try await fixture.store.addOptOut(OptOut(number: "+16145550123", note: "asked by phone", time: 0))
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == .optedOut)
    }

    @Test(arguments: ["{}", #"{"data":null}"#, #"{"data":{}}"#, #"{"messages":[]}"#])
    func `a thread that is not told as promised is not taken for an empty one`(answer: String) async throws {
        let fixture = try Fixture()
        fixture.transport.whenReading { _ throws(HTTPError) in HTTPResponse(status: 200, body: Array(answer.utf8)) }
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == .unavailable)
    }

    @Test func `where the thread cannot be looked at nothing is sent`() async throws {
        let fixture = try Fixture()
        fixture.transport.whenReading { _ throws(HTTPError) in HTTPResponse(status: 403) }
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        guard case .refused(let refusal) = outcome else { throw Fixture.Unexpected(outcome: outcome) }
        #expect(refusal.rule == .unavailable)
        #expect(refusal.explanation.contains("could not be looked at for a STOP"))
        let other = try Fixture()
        try await other.store.addOptOut(OptOut(number: bob, time: 0))
        try other.change("DROP TABLE opt_out_look")
        #expect(try await other.gatekeeper.perform(.message(), consent: .none(canAsk: true)).rule == .unavailable)
    }

    @Test func `who writes STOP between the question and the answer gets no text`() async throws {
        let fixture = try Fixture()
        let (form, ticket) = try await fixture.ask(.message())
        fixture.transport.showMessages([message("STOP")])
        let consent = Consent.answered(.accepted(choice: form.approval), ticket: ticket)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: consent).rule == .optedOut)
        #expect(fixture.transport.count == 0)
    }

    @Test(arguments: [
        ("clear -", 0, true), ("clear 1781100000000", -599_000, true), ("clear -", -601_000, false),
        ("clear -", 3_600_000, false), ("", 0, false), ("clear", 0, false), ("fine -", 0, false), ("stop -", 0, false),
    ])
    func `what was seen lately is not looked at again, unless it cannot have been seen`(
        verdict: String, age: Int64, isTrusted: Bool
    ) async throws {
        var policy = Policy()
        policy.optOut.cacheMinutes = 10
        let fixture = try Fixture(policy: policy)
        fixture.transport.showMessages([message("STOP")])
        try await fixture.store.rememberLook(
            at: "PN1 \(ana)", in: fixture.workspace, verdict: verdict, time: fixture.clock.time + age)
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true))
        #expect(outcome.rule == (isTrusted ? nil : .optedOut))
    }

    /// A text from Ana as a webhook tells of it, in the form of v1 or of the dated version.
    private func event(
        _ text: String, isDated: Bool, line: String = "PN1", direction: String = "incoming", minutesAgo: Int64 = 1,
        _ clock: TestClock
    ) -> WebhookRecord {
        let time = clock.time - minutesAgo * 60_000
        let content: JSONValue =
            isDated
            ? [
                "id": "EV1", "type": "message.received",
                "data": [
                    "resource": ["id": "AC7", "direction": .string(direction), "text": .string(text)],
                    "context": [
                        "phoneNumberId": .string(line), "senderIdentifier": .string(ana),
                        "recipientIdentifiers": ["+16145550100"],
                    ],
                ],
            ]
            : [
                "id": "EV1", "type": "message.received",
                "data": [
                    "object": [
                        "id": "AC7", "direction": .string(direction), "body": .string(text), "from": .string(ana),
                        "to": "+16145550100", "phoneNumberId": .string(line),
                    ]
                ],
            ]
        return WebhookRecord(
            delivery: "1", type: "message.received", resourceTime: time, receivedAt: time, content: content.text())
    }

    @Test(arguments: [true, false])
    func `a STOP that a webhook told of counts before the API lists it`(isDated: Bool) async throws {
        var policy = Policy()
        policy.optOut.cacheMinutes = 10
        let fixture = try Fixture(policy: policy)
        // Seen just now to be clear.
        _ = try await fixture.ask(.message())
        _ = try await fixture.store.keepEvent(event("Stop.", isDated: isDated, fixture.clock), in: fixture.workspace)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)).rule == .optedOut)
        #expect(fixture.transport.count == 0)
    }

    @Test func `a STOP that comes between the look and the turn stops the text`() async throws {
        let fixture = try Fixture(policy: .unattended())
        let stop = event("STOP", isDated: true, minutesAgo: 0, fixture.clock)
        fixture.transport.whenReading {
            [store = fixture.store, workspace = fixture.workspace] request throws(HTTPError) in
            // The API lists the thread as it was before.
            if request.url.contains("/v1/messages") { _ = try? await store.keepEvent(stop, in: workspace) }
            return nil
        }
        let outcome = try await fixture.gatekeeper.perform(.message(), consent: Fixture.nobody)
        #expect(outcome.rule == .optedOut)
        #expect(fixture.transport.count == 0)
        #expect(try await fixture.store.unresolvedEffects(in: fixture.workspace).isEmpty)
    }

    @Test func `a STOP that a webhook told of is taken back by a later START that the API lists`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.store.keepEvent(
            event("STOP", isDated: true, minutesAgo: 120, fixture.clock), in: fixture.workspace)
        #expect(try await fixture.gatekeeper.perform(.message(), consent: .none(canAsk: true)).rule == .optedOut)
        fixture.transport.showMessages([
            [
                "text": "START", "direction": "incoming", "from": .string(ana), "to": ["+16145550100"],
                "createdAt": .string(Timestamp.text(fixture.clock.time - 60_000)),
            ]
        ])
        _ = try await fixture.ask(.message())
    }

    @Test(arguments: [("PN2", "incoming"), ("PN1", "outgoing")])
    func `a word that a webhook told of on another line, or of ours, stops nobody`(
        line: String, direction: String
    ) async throws {
        let fixture = try Fixture()
        _ = try await fixture.store.keepEvent(
            event("STOP", isDated: false, line: line, direction: direction, fixture.clock), in: fixture.workspace)
        _ = try await fixture.ask(.message())
    }

    // MARK: Quiet hours

    @Test func `an owner may keep no hours, and hours that are none let nothing go`() async throws {
        let night = TestClock()
        night.advance(by: .seconds(3600 * 12))
        #expect(try await refusal(.message(), policy { $0.quietHours.isEnabled = false }, at: night) == nil)
        let noon = try #require(TimeOfDay(hour: 12))
        let none = policy { ($0.quietHours.from, $0.quietHours.to) = (noon, noon) }
        #expect(try await refusal(.message(), none)?.rule == .quietHours)
    }

    @Test func `hours that never meet in the zones of a number let nothing go`() async throws {
        let (from, to) = (try #require(TimeOfDay(hour: 12)), try #require(TimeOfDay(hour: 12, minute: 30)))
        let policy = policy { ($0.quietHours.from, $0.quietHours.to) = (from, to) }
        let refusal = try await refusal(.message(to: ["+12705550123"]), policy)
        #expect(refusal?.rule == .quietHours)
        #expect(refusal?.explanation.contains("never meet there") == true)
        #expect(refusal?.passesAt == nil)
    }

    @Test func `an owner says what becomes of numbers whose local time is not known`() async throws {
        let tollFree = Effect.message(to: ["+18002345678"])
        let form = try await Fixture().ask(tollFree).form
        #expect(form.message.contains("the local time of +18002345678 is not known"))
        #expect(try await refusal(tollFree, policy { $0.quietHours.unknownZone = .deny })?.rule == .quietHours)
        let allowing = try await Fixture(policy: policy { $0.quietHours.unknownZone = .allow }).ask(tollFree).form
        #expect(!allowing.message.contains("local time"))
    }

    @Test(arguments: [(0, true), (8, true), (9, false), (14, false), (19, false), (20, true)])
    func `texts go from 8 to 21 where the recipient is`(hours: Int, isOpen: Bool) async throws {
        // The clock begins at noon in Ohio; 9 hours later it is 21:00, and 20 hours later 08:00.
        let clock = TestClock()
        clock.advance(by: .seconds(3600 * hours))
        let refusal = try await refusal(.message(), at: clock)
        #expect((refusal == nil) == isOpen, "\(String(describing: refusal))")
        if !isOpen {
            #expect(refusal?.rule == .quietHours)
            #expect(refusal?.passesAt == TestClock().time + 20 * 3_600_000)
        }
    }

    @Test func `the strictest of several zones counts`() async throws {
        // Area code 270 in Kentucky is in two zones: at 08:30 Eastern it is 07:30 Central.
        let clock = TestClock()
        clock.advance(by: .seconds(3600 * 20 + 1800))
        #expect(try await refusal(.message(to: ["+12705550123"]), at: clock)?.rule == .quietHours)
        #expect(try await refusal(.message(to: ["+16145550123"]), at: clock) == nil)
    }

    @Test(arguments: [(0, false), (8, false), (9, true), (19, true), (20, false)])
    func `the sandbox lets a text pass at any hour, and says when a real workspace would not`(
        hours: Int, isNoted: Bool
    ) async throws {
        let clock = TestClock()
        clock.advance(by: .seconds(3600 * hours))
        let fixture = try Fixture(policy: Policy().inSandbox(), clock: clock)
        let form = try await fixture.ask(.message()).form
        #expect(
            form.message.contains("a real workspace quiet_hours would refuse this now: it is ") == isNoted, "\(form)")
        let preview = try await fixture.gatekeeper.preview(.message())
        let finding = try #require(preview.findings.first { $0.rule == "quiet_hours" })
        #expect((finding.verdict != .passes) == isNoted && preview.refusal == nil, "\(finding)")
        #expect((fixture.gatekeeper.noteOfQuietHours([ana, bob]) != nil) == isNoted)
    }

    @Test func `hours that the owner set are kept in the sandbox`() async throws {
        // A home in which no file is.
        let environment = ["HOME": "/dev/null", "QUO_QUIET_HOURS": "13:00-14:00"]
        let policy = try Policy.load(environment: environment).inSandbox()
        #expect(try await refusal(.message(), policy)?.rule == .quietHours)
    }

    // MARK: Order

    @Test func `the first rule that refuses decides`() async throws {
        let night = TestClock()
        night.advance(by: .seconds(3600 * 12))
        let denied = try number("+16145550123")
        var policy = Policy()
        let stop = [message("STOP")]
        #expect(try await refusal(.message(), policy, at: night, thread: stop)?.rule == .optedOut)
        policy.recipients.deny = [denied]
        #expect(try await refusal(.message(), policy, at: night, thread: stop)?.rule == .recipient)
        policy.recipients.from = ["PN9"]
        #expect(try await refusal(.message(), policy, at: night, thread: stop)?.rule == .line)
        policy.profile = .readOnly
        #expect(try await refusal(.message(), policy, at: night, thread: stop)?.rule == .policy)
    }
}
