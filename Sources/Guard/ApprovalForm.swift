/// The form that asks a person to approve one effect.
///
/// A required choice whose first value is not to do it, and no default: a program that fills forms with the first value,
/// or accepts them empty, approves nothing.
package struct ApprovalForm: Sendable, Equatable {
    /// The name of the form's only field.
    package static let field = "decision"

    /// The question and the resolved facts, one to a line.
    package let message: String
    /// The choice that declines, shown first.
    package let refusal: String
    /// The choice that approves.
    package let approval: String

    /// Composes the form of an effect.
    package init(for effect: Effect, notice: String?) {
        var lines: [String] = []
        if let notice { lines += [notice, ""] }
        lines += [effect.question, ""]
        for fact in effect.facts {
            let value = fact.value.madeVisible().split(separator: "\n", omittingEmptySubsequences: false)
            if value.count == 1 {
                lines.append("\(fact.label): \(value[0])")
            } else {
                // Indented, so that no line of a text passes for a fact.
                lines.append("\(fact.label):")
                lines += value.map { "    \($0)" }
            }
        }
        message = lines.joined(separator: "\n")
        refusal = effect.refusal
        approval = effect.approval
    }
}

/// What came back from the form.
package enum ApprovalAnswer: Sendable, Equatable {
    /// The form was sent off, with whatever stood in its field.
    case accepted(choice: String?)
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
