import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Testing

@Suite struct StatusTests {
    @Test func `what the guard allows, what waits and what was refused is told without texts or numbers`() async throws
    {
        let fixture = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                throw HTTPError(.connectionLost, "cut", mayHaveReachedServer: true)
            })
        _ = try await fixture.approve(.message("Lost"))
        _ = try await fixture.gatekeeper.perform(.message("Waiting"), consent: Fixture.nobody)
        _ = try await fixture.gatekeeper.perform(.message(to: ["+19005550123"]), consent: Fixture.nobody)
        let status = JSONValue.object(try await fixture.gatekeeper.status())
        #expect(status["profile"] == "guarded")
        #expect(status["textsGo"] == "08:00-21:00, the recipient's time")
        #expect(status["changes"]?["send"] == "approve")
        #expect(status["waitingForApproval"]?.arrayValue?.count == 1)
        #expect(status["waitingForApproval"]?[0]?["since"]?.stringValue == Timestamp.text(fixture.clock.time))
        #expect(status["outcomeUnknown"]?.arrayValue?.count == 1)
        #expect(status["outcomeUnknown"]?[0]?["tool"] == "send_message")
        #expect(status["lastRefusals"]?[0]?["tool"] == "send_message")
        #expect(status["lastRefusals"]?[0]?["rule"] == "number_kind")
        #expect(status["budgets"]?["sendsPerMinute"]?.stringValue?.hasSuffix("left") == true)
        #expect(status["budgets"]?["perRecipientPerDay"] == nil)
        for secret in ["Lost", "Waiting", "5550123"] { #expect(!status.text().contains(secret)) }
    }

    @Test func `an owner who wants no changes and keeps no hours is told so`() async throws {
        var policy = Policy()
        policy.readOnly = true
        policy.quietHours.isEnabled = false
        let fixture = try Fixture(policy: policy)
        let status = JSONValue.object(try await fixture.gatekeeper.status())
        #expect(status["profile"] == "read-only")
        #expect(status["textsGo"] == nil)
        #expect(status["outcomeUnknown"] == nil)
        #expect(status["changes"]?["send"] == "deny")
    }

    @Test func `the status tells that the sandbox leaves the hours out`() async throws {
        let status = try await Fixture(policy: Policy().inSandbox()).gatekeeper.status()
        let told = status["textsGo"]?.stringValue ?? ""
        #expect(told.contains("sandbox") && told.contains("08:00-21:00"), "\(told)")
    }
}
