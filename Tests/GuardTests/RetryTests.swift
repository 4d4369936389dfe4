import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Testing

/// Sending a failed message again, where the request holds neither people nor words.
@Suite struct RetryTests {
    private static func retry(of content: JSONValue, path: String = "AC9", snapshot: String = "AC9") -> Effect {
        let text = Effect.message()
        var effect = Effect(
            tool: "retry_message", risk: .send, operation: .retryMessageDated,
            arguments: OperationArguments(path: ["messageId": path]), question: text.question, approval: text.approval,
            refusal: text.refusal, facts: text.facts)
        effect.outreach = text.outreach
        effect.failedMessage = Effect.Snapshot(id: snapshot, content: content)
        effect.allowsDuplicate = true
        return effect
    }

    /// The message that the sample text would be.
    private static func message(to number: String? = nil, text: String? = nil, line: String? = nil) throws -> JSONValue
    {
        let outreach = try #require(Effect.message().outreach)
        return [
            "to": .array((number.map { [$0] } ?? outreach.recipients).map { .string($0) }),
            "text": .string(text ?? outreach.text), "phoneNumberId": .string(line ?? outreach.lineID),
        ]
    }

    @Test func `it is asked about as any text is, and goes by its id`() async throws {
        let fixture = try Fixture()
        let retry = Self.retry(of: try Self.message())
        let (form, _) = try await fixture.ask(retry)
        #expect(form.message.contains(retry.question))
        #expect(fixture.transport.writes.isEmpty)
        #expect(try await fixture.approve(retry).isPerformed)
        #expect(fixture.transport.writes.map(\.url) == ["https://api.quo.com/messages/AC9/retry"])
    }

    @Test func `it is refused where the message is another than was judged`() async throws {
        let others = [
            Self.retry(of: try Self.message(to: "+16145559999")), Self.retry(of: try Self.message(text: "Other words")),
            Self.retry(of: try Self.message(line: "PN2")), Self.retry(of: [:]),
            Self.retry(of: try Self.message(), path: "AC8"), Self.retry(of: try Self.message(), snapshot: "AC8"),
        ]
        for other in others {
            let fixture = try Fixture()
            let outcome = try await fixture.gatekeeper.perform(other, consent: .none(canAsk: true))
            #expect(outcome.rule == .malformed)
            #expect(fixture.transport.writes.isEmpty)
        }
    }
}
