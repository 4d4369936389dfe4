import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import TestSupport
import Testing

/// Changes of one contact by several processes.
@Suite struct ContactRaceTests {
    /// A change of a contact that reads as the fixture's API tells every contact: as an empty list.
    private static func change(to name: String) -> Effect {
        let text = Effect.message()
        var effect = Effect(
            tool: "update_contact", risk: .destructive, operation: .updateContactById,
            arguments: OperationArguments(path: ["id": "C1"], body: ["defaultFields": ["firstName": .string(name)]]),
            question: "Change this contact?", approval: text.approval, refusal: text.refusal, facts: [])
        effect.contact = Effect.Snapshot(id: "C1", content: .array([]))
        return effect
    }

    @Test func `while a contact is being written nobody else writes it, even with a clock that is behind`() async throws
    {
        let folder = try TemporaryFolder()
        let begun = AsyncStream<Void>.makeStream()
        let gate = AsyncStream<Void>.makeStream()
        let ahead = try Fixture(
            RecordingTransport { _ throws(HTTPError) in
                begun.continuation.yield()
                for await _ in gate.stream { break }
                return HTTPResponse(status: 200, body: Array(#"{"data":{"id":"C1"}}"#.utf8))
            }, folder: folder)
        ahead.clock.advance(by: .seconds(60))
        let behind = try Fixture(folder: folder)
        async let first = ahead.approve(Self.change(to: "Ana"))
        for await _ in begun.stream { break }
        #expect(try await behind.approve(Self.change(to: "Bea")).rule == .otherRequest)
        #expect(behind.transport.writes.isEmpty)
        gate.continuation.yield()
        #expect(try await first.isPerformed)
    }
}
