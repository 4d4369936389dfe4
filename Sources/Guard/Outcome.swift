package import JSON
package import QuoAPI
package import Store

/// What became of an effect.
package enum Outcome: Sendable {
    /// It was performed; the value is the API's answer, nil where it has none.
    ///
    /// A webhook's signing secret is taken out of the answer; what became of it is told beside.
    case performed(JSONValue?, secret: WebhookSecretFate? = nil)
    /// The same was performed before, and was not performed again.
    case repeated(EffectRecord)
    /// A person must decide first.
    ///
    /// Nothing has happened; come again with the answer and the ticket.
    case approvalNeeded(ApprovalForm, ticket: String)
    /// It was not performed.
    case refused(Refusal)
    /// The API did not perform it.
    case failed(APIError)
    /// The API may or may not have performed it; it must not be tried again before someone has looked.
    case uncertain(APIError)
}

/// What became of a request that was made.
enum Performance: Sendable {
    /// The API performed it; with its answer, and what became of a webhook's signing secret.
    case performed(JSONValue?, secret: WebhookSecretFate?)
    /// The API did not perform it.
    case failed(APIError)
    /// The API may or may not have performed it.
    case uncertain(APIError)
}

extension Outcome {
    init(_ performance: Performance) {
        self =
            switch performance {
            case .performed(let answer, let secret): .performed(answer, secret: secret)
            case .failed(let error): .failed(error)
            case .uncertain(let error): .uncertain(error)
            }
    }
}

extension JSONValue {
    /// What an answer is about, which the API puts under `data`.
    var withoutEnvelope: JSONValue { self["data"] ?? self }
}

/// Why the guard did not let an effect pass.
///
/// A refusal is an answer: nothing was sent or changed.
package struct Refusal: Error, Sendable, Equatable {
    /// The rule that decided.
    package enum Rule: String, Sendable, CaseIterable {
        /// The owner's policy denies it.
        case policy
        /// The request is not what it is said to be, or a batch is none.
        case malformed
        /// The owner does not let this line send.
        case line
        /// The number is of a kind that is not texted: a short code, a premium or shared-cost number, or no number at all.
        case numberKind = "number_kind"
        /// The owner denies this recipient, or allows others only.
        case recipient
        /// The owner wants known contacts only, and this is none.
        case unknownContact = "unknown_contact"
        /// The owner wants replies only, and this person has not been in touch lately.
        case notAReply = "not_a_reply"
        /// The person asked for no more texts.
        case optedOut = "opted_out"
        /// It is night where the recipient is.
        case quietHours = "quiet_hours"
        /// The same request is being made, or nobody knows yet what became of it.
        case unresolved
        /// A budget is used up.
        case budget
        /// No person could be asked here, so the effect waits for one in a terminal.
        case pending
        /// The person chose not to.
        case declined
        /// The form was closed without a decision.
        case cancelled
        /// Nobody answered in time.
        case timedOut = "timed_out"
        /// The approval was given too late.
        case expired
        /// The approval was used before, or is not of this process.
        case alreadyUsed = "already_used"
        /// The approval was for a different request.
        case otherRequest = "other_request"
        /// The caller went away before anything was sent.
        case abandoned
        /// What the rules need to know could not be found out.
        case unavailable
    }

    /// The rule that decided.
    package let rule: Rule
    /// What the guard saw and what to do next, for the agent.
    package let explanation: String
    /// When the effect would pass, in milliseconds since 1970, where the rule knows.
    package let passesAt: Int64?

    package init(_ rule: Rule, _ explanation: String, passesAt: Int64? = nil) {
        self.rule = rule
        self.explanation = explanation
        self.passesAt = passesAt
    }
}
