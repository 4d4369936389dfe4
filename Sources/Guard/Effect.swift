package import Configuration
package import JSON
package import QuoAPI

/// One change to the workspace that someone asks for: what would be requested, and what a person must know to judge it.
///
/// The facts are written by the server from what it resolved, never by the model.
package struct Effect: Sendable {
    /// One line of the approval form.
    package struct Fact: Sendable, Equatable {
        /// What the line is about, for example `To`.
        package let label: String
        /// What it says.
        ///
        /// Text from outside is made visible before it is shown.
        package let value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    /// The tool that asks, for example `send_message`.
    package let tool: String
    /// What is at stake.
    package let risk: Risk
    /// The operation that would be performed.
    package let operation: WriteOperation
    /// The exact arguments of that operation.
    package let arguments: OperationArguments
    /// The question put to the person, for example `Send this text message?`.
    package let question: String
    /// The words of the choice that approves, for example `Send it`.
    package let approval: String
    /// The words of the choice that does not, for example `Do not send`.
    package let refusal: String
    /// The resolved facts, in the order in which a person reads them.
    package let facts: [Fact]

    package init(
        tool: String, risk: Risk, operation: WriteOperation, arguments: OperationArguments, question: String,
        approval: String, refusal: String, facts: [Fact]
    ) {
        self.tool = tool
        self.risk = risk
        self.operation = operation
        self.arguments = arguments
        self.question = question
        self.approval = approval
        self.refusal = refusal
        self.facts = facts
    }
}

/// What became of an effect.
package enum Outcome: Sendable {
    /// It was performed; the value is the API's answer, nil where it has none.
    case performed(JSONValue?)
    /// A person must decide first. Nothing has happened; come again with the answer and the ticket.
    case approvalNeeded(ApprovalForm, ticket: String)
    /// It was not performed, and will not be.
    case refused(Refusal)
    /// The API did not perform it.
    case failed(APIError)
    /// The API may or may not have performed it; it must not be tried again before someone has looked.
    case uncertain(APIError)
}

/// Why the guard did not let an effect pass.
///
/// A refusal is an answer: nothing was sent or changed.
package struct Refusal: Sendable, Equatable {
    /// The rule that decided.
    package enum Rule: String, Sendable {
        /// The client cannot show a form, so no person can be asked through it.
        case noForm = "no_form"
        /// The person chose not to.
        case declined
        /// The form was closed without a decision.
        case cancelled
        /// Nobody answered in time.
        case timedOut = "timed_out"
        /// The form came back accepted, but without the choice that approves.
        case noChoice = "no_choice"
        /// The approval was given too late.
        case expired
        /// The approval was used before, or is not of this process.
        case alreadyUsed = "already_used"
        /// The approval was for a different request.
        case otherRequest = "other_request"
        /// The caller went away before anything was sent.
        case abandoned
        /// The approval could not be made or checked.
        case unavailable
    }

    /// The rule that decided.
    package let rule: Rule
    /// What the guard saw and what to do next, for the agent.
    package let explanation: String

    package init(_ rule: Rule, _ explanation: String) {
        self.rule = rule
        self.explanation = explanation
    }
}
