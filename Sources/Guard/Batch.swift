import Configuration
import JSON
package import QuoAPI
package import Store

/// Several texts, each to one person, that are asked about once.
package struct Batch: Sendable {
    /// How many texts make a batch.
    package static let sizes = 2...40

    /// The tool that asks, for example `send_messages`.
    ///
    /// The owner's decision on it and the one on each message's own tool count both, so that forbidding either forbids this.
    package let tool: String
    /// The texts in the order in which they go, each a complete effect with an outreach to one person, who is in no other.
    package let messages: [Effect]
    /// The question put to the person about so many texts, for example `Send these 12 text messages?`.
    ///
    /// It is asked of those that the rules let pass.
    package let question: @Sendable (_ count: Int) -> String
    /// The words of the choice that approves, for example `Send all`.
    package let approval: String
    /// The words of the choice that does not, for example `Do not send`.
    package let refusal: String
    /// The resolved facts about all of it, for example the line.
    package let facts: [Effect.Fact]

    package init(
        tool: String, messages: [Effect], question: @escaping @Sendable (_ count: Int) -> String, approval: String,
        refusal: String, facts: [Effect.Fact] = []
    ) {
        self.tool = tool
        self.messages = messages
        self.question = question
        self.approval = approval
        self.refusal = refusal
        self.facts = facts
    }
}

/// What became of a batch.
package enum BatchOutcome: Sendable {
    /// Each person's text was decided, in the order of the batch; nobody is left to ask about.
    case finished([Delivery])
    /// A person must decide first; nothing has happened, and whom the rules leave out is listed in the form.
    ///
    /// Come again with the answer and the ticket.
    case approvalNeeded(ApprovalForm, ticket: String)
    /// No text of the batch was attempted by this call.
    case refused(Refusal)
}

/// What became of one person's text.
package struct Delivery: Sendable {
    /// What can become of it.
    package enum Result: Sendable {
        /// The API took it, with its id and status.
        case sent(id: String?, status: String?)
        /// It went before, and not again.
        case repeated(EffectRecord)
        /// A rule left it out.
        case refused(Refusal)
        /// The API did not take it.
        case failed(APIError)
        /// Nobody knows whether it went; it must not be tried again before someone has looked.
        case uncertain(APIError)
        /// It did not go, because the batch stopped before it; with the reason.
        case notAttempted(String)
    }

    /// The person's number in E.164.
    package let recipient: String
    /// What became of it.
    package let result: Result

    /// Whether the API took it now.
    package var isSent: Bool { if case .sent = result { true } else { false } }
}

extension Batch {
    /// The texts, each with its one person.
    ///
    /// - Throws: ``Refusal`` of what is no batch: too few or too many, more than one person in a text, or a person in more than
    ///   one.
    func texts() throws(Refusal) -> [BatchText] {
        guard Self.sizes.contains(messages.count) else {
            throw Refusal(
                .malformed,
                "Nothing was sent: a batch is of \(Self.sizes.lowerBound) to \(Self.sizes.upperBound) texts, and this has "
                    + "\(messages.count).")
        }
        var texts: [BatchText] = []
        for message in messages {
            guard let outreach = message.outreach, let recipient = outreach.recipients.first,
                outreach.recipients.count == 1, message.risk == .send
            else { throw Refusal(.malformed, "Nothing was sent: each text of a batch goes to exactly one person.") }
            guard !texts.contains(where: { $0.recipient == recipient }) else {
                throw Refusal(
                    .malformed, "Nothing was sent: \(recipient) is in this batch more than once. Name everybody once.")
            }
            texts.append(BatchText(effect: message, recipient: recipient, text: outreach.text))
        }
        return texts
    }
}

/// A text of a batch.
struct BatchText: Sendable {
    let effect: Effect
    /// The one person whom it reaches.
    let recipient: String
    let text: String
}

extension Effect {
    /// Refuses a text whose request is not what the outreach says, by which it is judged.
    func checkOutreach() throws(Refusal) {
        guard let outreach else { return }
        // A message that goes again has said what it says since it was made; its id leads to no other.
        let message = failedMessage.flatMap {
            arguments.body == nil && arguments.path["messageId"] == $0.id ? $0.content : nil
        }
        let people = ((message ?? arguments.body)?["to"]?.arrayValue ?? []).compactMap(\.stringValue)
        let from = message?["phoneNumberId"]?.stringValue ?? arguments.body?["from"]?.stringValue
        let text = (message?["text"] ?? arguments.body?["content"])?.stringValue ?? ""
        guard people.sorted() == outreach.recipients.sorted(), Set(people).count == people.count,
            from == outreach.lineID || from == outreach.lineNumber,
            Array(text.utf8) == Array(outreach.text.utf8)
        else {
            throw Refusal(.malformed, "Nothing was sent: the request is not for the people and words that were judged.")
        }
    }
}
