import Configuration
import Testing

struct DecisionTests {
    /// A profile with what it says to a write, a send, a destructive and an exposing change.
    static let profiles: [(Profile, [Decision])] = [
        (.readOnly, [.deny, .deny, .deny, .deny]), (.guarded, [.allow, .approve, .approve, .approve]),
        (.replyOnly, [.allow, .approve, .approve, .approve]), (.unattended, [.allow, .allow, .deny, .deny]),
    ]

    @Test func `the stricter of two decisions is their maximum`() {
        #expect(max(Decision.allow, .approve) == .approve)
        #expect(max(Decision.deny, .approve) == .deny)
        #expect(Decision.allCases.sorted() == [.allow, .approve, .deny])
    }

    @Test(arguments: profiles) func `a profile decides by risk`(profile: Profile, decisions: [Decision]) {
        var policy = Policy()
        policy.profile = profile
        policy.recipients.allow = ["+1614"].compactMap(NumberPattern.init)
        #expect(Risk.allCases.map { policy.decision(tool: "any", risk: $0).decision } == decisions)
    }

    @Test func `a tool's override goes before its risk's, and that before the profile`() throws {
        let policy = try policy(
            #"{"overrides": {"risks": {"destructive": "deny"}, "tools": {"update_contact": "allow"}}}"#)
        #expect(policy.decision(tool: "update_contact", risk: .destructive).decision == .allow)
        #expect(policy.decision(tool: "delete_contact", risk: .destructive).decision == .deny)
        #expect(policy.decision(tool: "create_message_webhook", risk: .exposing).decision == .approve)
    }

    @Test(arguments: [#"{"profile": "read-only","#, #"{"readOnly": true, "profile": "guarded","#])
    func `read-only beats every override`(start: String) throws {
        let overrides = """
             "recipients": {"allow": ["+1614"]}, "overrides": {"tools": {"send_message": "allow"},
                "risks": {"write": "allow", "send": "allow", "destructive": "allow", "exposing": "allow"}}}
            """
        let policy = try policy(start + overrides)
        #expect(policy.isReadOnly)
        for risk in Risk.allCases { #expect(policy.decision(tool: "send_message", risk: risk).decision == .deny) }
    }

    @Test func `a tool that may send without a person needs one where nobody is on the allow-list`() throws {
        let unbounded = try policy(#"{"overrides": {"tools": {"send_message": "allow"}}}"#)
        let ruling = unbounded.decision(tool: "send_message", risk: .send)
        #expect(ruling.decision == .approve)
        #expect(ruling.rule.hasSuffix(", but recipients.allow names nobody, so a person must approve"))
        let bounded = try policy(
            #"{"recipients": {"allow": ["+1614"]}, "overrides": {"tools": {"send_message": "allow"}}}"#)
        #expect(bounded.decision(tool: "send_message", risk: .send).decision == .allow)
    }

    @Test func `a reply goes without a person only where the owner says so`() throws {
        let standard = try policy(#"{"profile": "reply-only"}"#)
        #expect(standard.decision(tool: "send_message", risk: .send).decision == .approve)
        let allowed = try policy(#"{"profile": "reply-only", "overrides": {"risks": {"send": "allow"}}}"#)
        #expect(allowed.decision(tool: "send_message", risk: .send).decision == .allow)
    }

    @Test func `a ruling names the rule and where it came from`() throws {
        #expect(Policy().decision(tool: "send_message", risk: .send).rule == #"profile is "guarded" (default)"#)
        let folder = try Folder()
        let file = try folder.write(
            #"{"overrides": {"risks": {"send": "deny"}, "tools": {"delete_contact": "deny"}}}"#)
        let policy = try Policy.load(file: file, environment: ["QUO_PROFILE": "reply-only"])
        #expect(policy.decision(tool: "a", risk: .send).rule == #"overrides.risks.send is "deny" (\#(file))"#)
        #expect(
            policy.decision(tool: "delete_contact", risk: .destructive).rule
                == #"overrides.tools.delete_contact is "deny" (\#(file))"#)
        #expect(policy.decision(tool: "a", risk: .write).rule == #"profile is "reply-only" (QUO_PROFILE)"#)
        let readOnly = try Policy.load(file: file, environment: ["QUO_READ_ONLY": "1"])
        #expect(readOnly.decision(tool: "a", risk: .write).rule == "readOnly is true (QUO_READ_ONLY)")
    }

    @Test func `a policy that refuses everything gives the reason, and hides no tools`() {
        let policy = Policy.refusingEverything(because: "config.json is not JSON.")
        for risk in Risk.allCases {
            #expect(
                policy.decision(tool: "any", risk: risk) == Ruling(decision: .deny, rule: "config.json is not JSON."))
        }
        #expect(!policy.isReadOnly)
    }
}

struct NumberPatternTests {
    @Test(arguments: [
        ("+16145550123", "+16145550123", true), ("+16145550123", "+161455501234", false),
        ("+1614", "+16145550123", true),
        ("+1614", "+16155550123", false), ("+1", "+16145550123", true), ("+493012345", "+4930123456", false),
        ("+493012345*", "+4930123456", true), ("+1614555", "+16145550123", true), ("+16145550", "+16145550123", false),
    ])
    func `a pattern means a number or the beginning of many`(pattern: String, number: String, isMeant: Bool) throws {
        #expect(try #require(NumberPattern(pattern)).matches(number) == isMeant)
    }

    @Test func `a denial goes before a permission, and a list of permissions shuts out the others`() throws {
        let policy = try policy(#"{"recipients": {"allow": ["+1614"], "deny": ["+16145550123"]}}"#)
        let denied = try #require(NumberPattern("+16145550123"))
        #expect(policy.recipients.admission(of: "+16145550124") == .admitted)
        #expect(policy.recipients.admission(of: "+16145550123") == .denied(denied))
        #expect(policy.recipients.admission(of: "+442079460123") == .unlisted)
        #expect(Policy().recipients.admission(of: "+442079460123") == .admitted)
    }
}
