import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
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

    @Test func `known contacts only means that some contact has the number`() async throws {
        #expect(
            try await refusal(.message(), policy { $0.recipients.knownContactsOnly = true })?.rule == .unknownContact)
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

    // MARK: Quiet hours

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
