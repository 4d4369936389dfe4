import Guard
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Testing

/// What a model reads of much at once, beside what the API itself says.
@Suite struct AnswerSizeTests {
    private static let line = "+16145550100"

    @Test func `50 contacts are told in a fraction of the API's words`() async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        let told = await client.call("find_contacts", ["query": "", "limit": 50])
        #expect(told.structure["contacts"]?.arrayValue?.count == 50)
        let raw = try await OneToOne(sandbox).perform(["contactPage"])
        try compare("50 contacts", told, raw, share: 3)
    }

    @Test func `100 messages are told in a fraction of the API's words`() async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        for number in 1...100 {
            sandbox.receive(
                "Message \(number): could you come by on Thursday at three?", from: "+16145550133", at: Self.line)
        }
        let told = await client.call("read_thread", ["with": ["Ingrid Olsen"], "limit": 100])
        #expect(told.structure["shown"] == 100)
        let raw = try await OneToOne(sandbox).perform(["messagePage +16145550133"])
        try compare("100 messages", told, raw, share: 3)
    }

    @Test func `a long transcript comes in one answer or says how to go on`() async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        let thread = await client.call("read_thread", ["with": ["Elena Petrova"]])
        let id = thread.structure["days"]?[0]?["entries"]?[0]?["id"] ?? .null
        let told = await client.call("get_call", ["id": id, "include": ["transcript"]])
        let transcript = told.structure["transcript"] ?? .null
        let count = Int64(transcript["lines"]?.arrayValue?.count ?? 0)
        #expect(transcript["of"]?.integerValue == count || told.structure["more"] != nil)
        #expect(told.resultText.utf8.count <= 24_000)
        let raw = try await OneToOne(sandbox).perform(["transcript +16145550139"])
        try compare("a call of 327 turns", told, raw, share: 1)
    }

    @Test func `what waits is told in a fraction of what is looked through`() async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        let told = await client.call("inbox_triage", ["since": .string(Timestamp.text(Timestamp.now - 86_400_000))])
        let raw = try await OneToOne(sandbox).perform(["phoneNumbers", "conversations", "callsOfAll", "messagesOfAll"])
        try compare("triage of a day", told, raw, share: 10)
    }

    private func compare(_ name: String, _ told: JSONValue, _ raw: [String], share: Int) throws {
        #expect(told["isError"] != true, "\(told.resultText)")
        let size = told.resultText.utf8.count
        let rawSize = raw.map(\.utf8.count).reduce(0, +)
        #expect(size * share <= rawSize, "\(size) bytes of \(rawSize)")
        try AnswerRecord.write("size-\(name.filter { $0.isLetter || $0.isNumber })", name, [told.resultText], raw)
    }
}
