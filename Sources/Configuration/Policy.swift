/// What the owner lets agents do.
///
/// A plain value; ``load(file:environment:names:)`` reads it. A policy made here has every default.
package struct Policy: Sendable, Equatable {
    /// The table that decides where nothing more specific is configured.
    package var profile: Profile = .guarded
    /// Whether ``isReadOnly`` regardless of the profile.
    package var readOnly = false
    /// What the owner decided otherwise than the profile.
    package var overrides = Overrides()
    /// Whom texts may reach.
    package var recipients = Recipients()
    /// Whom ``Profile/replyOnly`` lets texts reach.
    package var replies = Replies()
    /// When texts may go.
    package var quietHours = QuietHours()
    /// Who asked for no more texts.
    package var optOut = OptOut()
    /// What counts as sent before.
    package var duplicates = Duplicates()
    /// How much may happen.
    package var budgets = Budgets()
    /// How a person's approval is asked for.
    package var approvals = Approvals()
    /// What the audit keeps.
    package var audit = Audit()
    /// The only hosts that webhooks may post to; nil for any on the open internet.
    package var webhookHosts: [HostPattern]?
    /// The names of the toolsets, or tools, to offer; empty means the usual ones.
    package var toolsets: [String] = []
    /// The names of tools to offer besides the toolsets.
    package var tools: [String] = []
    /// The names of tools not to offer.
    package var excludedTools: [String] = []
    /// The most tools to offer; nil for as many as there are.
    package var toolLimit: Int?
    /// Which version of the API is used.
    package var api: APIVersion = .automatic
    /// The name of the zone in which times are told; nil for the machine's.
    package var timeZone: String?

    /// Where each setting that is no default came from, by its path: `quietHours.from`.
    package internal(set) var origins: [String: Origin] = [:]
    /// What the owner should know about how the values came to be, one sentence each.
    package internal(set) var notices: [String] = []
    /// Why nothing may be sent or changed; nil where there is no such reason.
    package private(set) var refusal: String?

    /// Makes a policy of the defaults.
    package init() {}

    /// The policy of a configuration that could not be read: reads go on, and every change is refused with the reason.
    ///
    /// Its tools are not hidden as under ``isReadOnly``, so that an agent gets to see the reason.
    ///
    /// - Parameters:
    ///   - reason: What is wrong and where, for a person.
    ///   - environment: The variables, of which those count that say how reading goes on: what is offered, and times told in which zone.
    package static func refusingEverything(
        because reason: String, environment: [String: String] = [:]
    ) -> Policy {
        var reader = PolicyReader()
        let names: Set = [
            "QUO_TOOLSETS", "QUO_TOOLS", "QUO_EXCLUDE_TOOLS", "QUO_TOOL_LIMIT", "QUO_API", "QUO_TIME_ZONE",
        ]
        reader.read(environment.withoutPlaceholders.filter { names.contains($0.key) })
        var policy = reader.policy
        policy.refusal = reason
        return policy
    }

    /// This policy as it counts in the sandbox: without quiet hours where the owner set none, so that it can be tried at any hour.
    package func inSandbox() -> Policy {
        let paths = ["quietHours.enabled", "quietHours.from", "quietHours.to"]
        guard paths.allSatisfy({ origin(of: $0) == .standard }) else { return self }
        var policy = self
        policy.quietHours.isEnabled = false
        policy.origins["quietHours.enabled"] = .sandbox
        policy.notices.append(
            "The sandbox leaves out the default quiet hours, so that it can be tried at any time; a real workspace keeps them. "
                + "Those that quietHours or QUO_QUIET_HOURS sets are kept in the sandbox too.")
        return policy
    }

    /// Whether quiet hours are kept by a real workspace and left out because this is the sandbox.
    package var leavesOutQuietHours: Bool { origin(of: "quietHours.enabled") == .sandbox }

    /// Whether nothing may be sent or changed because the owner wants it so; tools that do are not offered.
    package var isReadOnly: Bool { readOnly || profile == .readOnly }

    /// Where the value of a setting came from.
    ///
    /// - Parameter path: For example `quietHours.from`.
    package func origin(of path: String) -> Origin { origins[path] ?? .standard }
}

// MARK: - Deciding

extension Policy {
    /// Decides what happens to a change.
    ///
    /// The first that says something decides: a configuration that could not be read, read-only, the tool's override, the
    /// risk's override, the profile. A send that would go without a person although nothing bounds whom it reaches needs
    /// one after all. Whom, when and how much is judged by the other rules, after this one.
    ///
    /// - Parameters:
    ///   - tool: The tool that asks, for example `send_message`.
    ///   - risk: What is at stake.
    package func decision(tool: String, risk: Risk) -> Ruling {
        if let refusal { return Ruling(decision: .deny, rule: refusal) }
        if readOnly { return ruling(.deny, "readOnly", "true") }
        if profile == .readOnly { return ruling(.deny, "profile", profile.rawValue) }
        let chosen = configuredDecision(tool: tool, risk: risk)
        guard chosen.decision == .allow, risk == .send, !boundsUnattendedSends else { return chosen }
        return Ruling(
            decision: .approve, rule: "\(chosen.rule), but recipients.allow names nobody, so a person must approve")
    }

    /// Whether something other than a person bounds whom a text may reach.
    var boundsUnattendedSends: Bool { !recipients.allow.isEmpty || profile == .replyOnly }

    private func configuredDecision(tool: String, risk: Risk) -> Ruling {
        if let decision = overrides.tools[tool] {
            let origin = origin(of: "overrides.tools")
            return Ruling(decision: decision, rule: "overrides.tools.\(tool) is \"\(decision.rawValue)\" (\(origin))")
        }
        if let decision = overrides[risk] {
            return ruling(decision, "overrides.risks.\(risk.rawValue)", decision.rawValue)
        }
        return ruling(profile.decision(for: risk), "profile", profile.rawValue)
    }

    private func ruling(_ decision: Decision, _ path: String, _ value: String) -> Ruling {
        let shown = value == "true" ? value : "\"\(value)\""
        return Ruling(decision: decision, rule: "\(path) is \(shown) (\(origin(of: path)))")
    }
}
