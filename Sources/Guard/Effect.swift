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
        /// Whether it may change between the question and the answer without making it another question.
        package let isPassing: Bool

        package init(_ label: String, _ value: String, isPassing: Bool = false) {
            self.label = label
            self.value = value
            self.isPassing = isPassing
        }
    }

    /// A text and the people whom it reaches.
    package struct Outreach: Sendable, Equatable {
        /// The id of the line that it would be sent from.
        package let lineID: String
        /// The line's number in E.164.
        package let lineNumber: String
        /// The people, in E.164, each once.
        package let recipients: [String]
        /// The whole text.
        package let text: String
        /// The workspace's own numbers, in E.164.
        package let ownNumbers: [String]

        package init(
            lineID: String, lineNumber: String, recipients: [String], text: String, ownNumbers: [String]
        ) {
            self.lineID = lineID
            self.lineNumber = lineNumber
            self.recipients = recipients
            self.text = text
            self.ownNumbers = ownNumbers
        }
    }

    /// A contact or a message as the API gave it.
    package struct Snapshot: Sendable, Equatable {
        /// Its id.
        package let id: String
        /// The whole of it.
        package let content: JSONValue

        package init(id: String, content: JSONValue) {
            self.id = id
            self.content = content
        }
    }

    /// The tool that asks, for example `send_message`.
    package let tool: String
    /// What is at stake.
    package let risk: Risk
    /// The operation that would be performed.
    package let operation: WriteOperation
    /// The exact arguments of that operation.
    package var arguments: OperationArguments
    /// The question put to the person, for example `Send this text message?`.
    package let question: String
    /// The words of the choice that approves, for example `Send it`.
    package let approval: String
    /// The words of the choice that does not, for example `Do not send`.
    package let refusal: String
    /// The resolved facts, in the order in which a person reads them.
    package var facts: [Fact]
    /// Whom it reaches and with what; nil where it reaches nobody.
    package var outreach: Outreach?
    /// The contact that it would change or delete, as it is now; kept, so that it can be put back.
    package var contact: Snapshot?
    /// The failed message that it would send again, as it is now; the request names it by its id alone.
    package var failedMessage: Snapshot?
    /// The addresses, besides recipients, that it names and that may have come from outside.
    package var addresses: [String] = []
    /// Whether the caller wants it although the same was done lately.
    ///
    /// It still needs an approval that says so.
    package var allowsDuplicate = false

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
