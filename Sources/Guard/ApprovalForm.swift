import JSON

/// The form that asks a person to approve one effect.
///
/// A required choice whose first value is not to do it, and no default: a program that fills forms with the first value,
/// or accepts them empty, approves nothing. For the riskiest effects the person also types a number that stands nowhere else.
package struct ApprovalForm: Sendable, Equatable {
    /// The name of the field with the choice.
    package static let decisionField = "decision"
    /// The name of the field with the number to type, where there is one.
    package static let confirmationField = "confirmation"

    /// The question, the resolved facts, the warnings and why it is asked, one to a line.
    package private(set) var message: String
    /// The question alone.
    package let question: String
    /// The choice that declines, shown first.
    package let refusal: String
    /// The choice that approves.
    package let approval: String
    /// The number that the person must type; nil where the choice is enough.
    package private(set) var confirmation: String?

    /// Composes the form of an effect.
    ///
    /// - Parameters:
    ///   - effect: What is asked about.
    ///   - notice: A line to put above everything, for example that this is the sandbox.
    ///   - findings: What the rules want the person to know.
    init(for effect: Effect, notice: String?, findings: Rules.Findings) {
        var lines: [String] = []
        if let notice { lines += [notice, ""] }
        lines += [effect.question, ""]
        lines += effect.facts.flatMap(\.lines) + findings.notes
        if !findings.reasons.isEmpty { lines += ["", findings.cause] }
        self.init(lines: lines, question: effect.question, refusal: effect.refusal, approval: effect.approval)
    }

    init(lines: [String], question: String, refusal: String, approval: String) {
        message = lines.joined(separator: "\n")
        self.question = question
        self.refusal = refusal
        self.approval = approval
        confirmation = nil
    }

    /// This form with a number that the person must type besides choosing.
    func confirmed(by number: String) -> ApprovalForm {
        var form = self
        form.message += "\n\nTo go on, also type this number: \(number)"
        form.confirmation = number
        return form
    }

    /// The form as another process needs it to show it, for the ledger, with the digest of its facts.
    func record(facts digest: String) -> JSONValue {
        [
            "message": .string(message), "question": .string(question), "refusal": .string(refusal),
            "approval": .string(approval), "facts": .string(digest),
        ]
    }
}

extension Effect.Fact {
    /// The fact as lines of a form.
    var lines: [String] {
        let value = value.madeVisible().split(separator: "\n", omittingEmptySubsequences: false)
        if value.count == 1 { return ["\(label): \(value[0])"] }
        // Indented, so that no line of a text passes for a fact.
        return ["\(label):"] + value.map { "    \($0)" }
    }
}

extension Rules.Findings {
    /// The warnings as lines of a form.
    var notes: [String] { warnings.map { "Note: \($0.madeVisible())" } }

    /// Why a person is asked, as a line of a form.
    var cause: String { "You are asked because " + reasons.joined(separator: ", and because ") + "." }
}

/// What came back from the form.
package enum ApprovalAnswer: Sendable, Equatable {
    /// The form was sent off, with whatever stood in its fields.
    case accepted(choice: String?, confirmation: String? = nil)
    /// The person declined.
    case declined
    /// The form was closed.
    case cancelled
    /// Nobody answered in time.
    case timedOut
    /// The client said that it cannot show the form.
    case unavailable
}

/// What a caller brings along to have an effect performed.
package enum Consent: Sendable, Equatable {
    /// Nothing yet; whether a form can be shown to a person.
    case none(canAsk: Bool)
    /// The answer to a form and the ticket that came with it.
    case answered(ApprovalAnswer, ticket: String)
}
