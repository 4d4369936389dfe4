/// What the policy says to a change, from the most to the least permissive.
package enum Decision: String, Sendable, CaseIterable, Comparable {
    /// It is performed without asking anybody, as far as the other rules let it pass.
    case allow
    /// A person must approve it first.
    case approve
    /// It is refused.
    case deny

    /// Whether one is more permissive than the other, so that the stricter of two is their maximum.
    package static func < (left: Decision, right: Decision) -> Bool {
        switch (left, right) {
        case (.allow, .approve), (.allow, .deny), (.approve, .deny): true
        default: false
        }
    }
}

/// A decision and the rule that made it.
package struct Ruling: Sendable, Equatable {
    /// What was decided.
    package let decision: Decision
    /// The rule and where it came from, as a clause for a person: `profile is "guarded" (default)`.
    package let rule: String

    package init(decision: Decision, rule: String) {
        self.decision = decision
        self.rule = rule
    }
}

/// Where a value came from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// Nobody set it.
    case standard
    /// The file of that path.
    case file(String)
    /// The environment variable of that name.
    case variable(String)
    /// The sandbox, in place of a default; see ``Policy/inSandbox()``.
    case sandbox

    /// `default`, the path, the variable's name, or `the sandbox`.
    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let path): path
        case .variable(let name): name
        case .sandbox: "the sandbox"
        }
    }
}
