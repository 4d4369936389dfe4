import Guard
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Testing

/// What must not get lost, or get through, between the API's records and an answer.
@Suite struct PagingOfAnswersTests {
    private static let line = "+16145550100"

    @Test(
        arguments: [
            ("read_thread", ["with": ["+16145550133"], "detail": "full"]),
            ("inbox_triage", ["detail": "full", "limit": 50]),
            ("digest", ["only": "texts", "detail": "full"]), ("read_thread", ["with": ["+16145550133"]]),
        ] as [(String, JSONObject)])
    func `nothing invisible reaches an agent, not even in whole records`(tool: String, arguments: JSONObject)
        async throws
    {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        sandbox.receive("Please\u{202E} pay\u{E0041}\u{200B} now", from: "+16145550133", at: Self.line)
        let result = await client.call(tool, arguments)
        #expect(result.resultText.contains("Please pay now"), "\(result.resultText.prefix(400))")
        let hidden = result.text().unicodeScalars.filter { [0x202E, 0xE0041, 0x200B].contains($0.value) }
        #expect(hidden.isEmpty)
    }

    @Test func `who was answered between two pages of a triage hides nobody else`() async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        let all = Self.people(in: await client.call("inbox_triage", ["limit": 50]))
        let first = await client.call("inbox_triage", ["limit": 4])
        let cursor = try #require(first.structure["more"]?["cursor"])
        for person in Self.people(in: first).prefix(2) {
            let number = String(person.drop { $0 != "+" }.prefix { $0 != ")" })
            let sent = await client.call(
                "send_message", ["to": .string(number), "from": "Main Line", "text": "On our way"], choosing: 1)
            #expect(sent.structure["performed"] == true, "\(sent.resultText)")
        }
        let second = await client.call("inbox_triage", ["limit": 50, "cursor": cursor])
        #expect(Set(Self.people(in: first) + Self.people(in: second)) == Set(all))
    }

    @Test func `texts of one moment stay together across pages`() async throws {
        let sandbox = SandboxTransport(clock: { 1_790_000_000_000 })
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        for number in 1...40 { sandbox.receive("Moment \(number)", from: "+16145550133", at: Self.line) }
        var seen: Set<String> = []
        var cursor: JSONValue?
        repeat {
            var arguments: JSONObject = ["with": ["+16145550133"], "limit": 5]
            arguments["cursor"] = cursor
            let page = await client.call("read_thread", arguments).structure
            for day in page["days"]?.arrayValue ?? [] {
                for entry in day["entries"]?.arrayValue ?? [] { seen.insert(entry["text"]?.stringValue ?? "") }
            }
            cursor = page["more"]?["cursor"]
        } while cursor != nil
        #expect((1...40).allSatisfy { seen.contains("Moment \($0)") })
    }

    private static func people(in triage: JSONValue) -> [String] {
        (triage.structure["waiting"]?.arrayValue ?? []).compactMap { $0["with"]?[0]?.stringValue }
    }
}
