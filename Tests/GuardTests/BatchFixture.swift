import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import TestSupport
import Testing

let ana = "+16145550123"
let bob = "+16145550124"
let cleo = "+16145550125"

extension Batch {
    /// Texts of a batch, one to each person.
    static func texts(
        _ texts: KeyValuePairs<String, String>, again: Bool = false,
        facts: [Effect.Fact] = [
            Effect.Fact("From", "Main, +16145550100")
        ]
    ) -> Batch {
        Batch(
            tool: "send_messages", messages: texts.map { .message($0.value, to: [$0.key], again: again) },
            question: { _ in "Send these text messages?" }, approval: "Send all", refusal: "Do not send", facts: facts)
    }

    /// The same text to several people.
    static func hello(to people: [String] = [ana, bob, cleo], again: Bool = false) -> Batch {
        Batch(
            tool: "send_messages", messages: people.map { .message(to: [$0], again: again) },
            question: { "Send these \($0) text messages?" }, approval: "Send all", refusal: "Do not send", facts: [])
    }
}

extension Fixture {
    static let nobody = Consent.none(canAsk: false)

    /// Asks for a batch and returns the form and the ticket.
    func ask(_ batch: Batch) async throws -> (form: ApprovalForm, ticket: String) {
        let outcome = try await gatekeeper.performAll(batch, consent: .none(canAsk: true))
        guard case .approvalNeeded(let form, let ticket) = outcome else { throw UnexpectedBatch(outcome: outcome) }
        clock.advance(by: .seconds(5))
        return (form, ticket)
    }

    /// The answer of a person who approves a form.
    func approval(_ form: ApprovalForm, _ ticket: String) -> Consent {
        .answered(.accepted(choice: form.approval, confirmation: form.confirmation), ticket: ticket)
    }

    /// Asks for a batch and approves it as a person would.
    func approve(_ batch: Batch) async throws -> [String] {
        let (form, ticket) = try await ask(batch)
        return try await gatekeeper.performAll(batch, consent: approval(form, ticket)).words
    }

    struct UnexpectedBatch: Error { let outcome: BatchOutcome }
}

extension BatchOutcome {
    /// The results in words, or the rule that refused all.
    var words: [String] {
        switch self {
        case .finished(let deliveries): deliveries.map(\.word)
        case .approvalNeeded: ["approval-needed"]
        case .refused(let refusal): ["all \(refusal.rule.rawValue)"]
        }
    }

    var deliveries: [Delivery] {
        if case .finished(let deliveries) = self { deliveries } else { [] }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

extension Delivery {
    /// What became of it in a word, or the rule.
    var word: String {
        switch result {
        case .sent: "sent"
        case .repeated: "repeated"
        case .refused(let refusal): refusal.rule.rawValue
        case .failed: "failed"
        case .uncertain: "uncertain"
        case .notAttempted: "not attempted"
        }
    }
}

extension RecordingTransport {
    /// Whom the writes that reached the API were for, in their order.
    var people: [String] {
        writes.compactMap { try? JSONValue(parsing: $0.body ?? [])["to"]?[0]?.stringValue }
    }
}

extension HTTPRequest {
    /// Whether it is a text to a person.
    func isText(to person: String) -> Bool { String(decoding: body ?? [], as: UTF8.self).contains(person) }
}
