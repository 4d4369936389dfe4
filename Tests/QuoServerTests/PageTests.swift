import JSON
import Testing

@testable import QuoServer

@Suite struct PageTests {
    private static func items(_ count: Int, bytes: Int) -> [JSONValue] {
        // Two quotes and a comma go with each.
        Array(repeating: .string(String(repeating: "x", count: bytes - 3)), count: count)
    }

    @Test func `as many items fit as the budget has bytes for`() {
        #expect(AnswerBudget.fitting(Self.items(23, bytes: 1_000)) == 23)
        #expect(AnswerBudget.fitting(Self.items(24, bytes: 1_000)) == 23)
        #expect(AnswerBudget.fitting(Self.items(24, bytes: 1_000), reserved: 0) == 24)
        #expect(AnswerBudget.fitting(Self.items(23, bytes: 1_001)) == 22)
        #expect(AnswerBudget.fitting([]) == 0)
    }

    @Test func `one item is told however large it is`() {
        #expect(AnswerBudget.fitting(Self.items(3, bytes: 100_000)) == 1)
        #expect(AnswerBudget.fitting(Self.items(2, bytes: 10), reserved: 100_000) == 1)
    }

    @Test(arguments: [(nil, 0, "0."), ("abc", 0, "0.abc"), ("a.b/c==", 7, "7.a.b/c==")] as [(String?, Int, String)])
    func `a cursor is read as it was written`(token: String?, skipped: Int, text: String) throws {
        #expect(PageCursor(token: token, skipped: skipped).text == text)
        let cursor = try #require(PageCursor(text))
        #expect(cursor.token == token && cursor.skipped == skipped)
    }

    @Test(arguments: ["", "abc", "-1.abc", "x.abc", "1"])
    func `what no answer gave is no cursor`(text: String) {
        #expect(PageCursor(text) == nil)
    }

    @Test func `a token of the API's is passed on, and one that leads into a page is taken apart`() {
        for token in [nil, "abc", "3.abc", "quo-mcp.nonsense"] as [String?] {
            let cursor = PageCursor(pageToken: token)
            #expect(cursor.token == token && cursor.skipped == 0)
        }
        for (token, skipped) in [(nil, 5), ("abc", 12)] as [(String?, Int)] {
            let cursor = PageCursor(pageToken: PageCursor(token: token, skipped: skipped).pageToken)
            #expect(cursor.token == token && cursor.skipped == skipped)
        }
    }

    @Test func `a page that is too large is told in parts, with nothing lost and nothing twice`() async throws {
        let contacts = (0..<40).map { place -> JSONValue in
            let name = String(repeating: "n\(place) ", count: 250)
            return ["id": .string("C\(place)"), "defaultFields": ["firstName": .string(name)]]
        }
        let api = try RecordingAPI(["/v1/contacts": ["data": .array(contacts)]])
        var seen: [String] = []
        var arguments: JSONObject = ["detail": "full"]
        for _ in 0..<10 {
            let result = await api.client.call("list_contacts", arguments)
            #expect(result.resultText.utf8.count <= AnswerBudget.bytes)
            seen += (result.structure["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
            arguments["pageToken"] = result.structure["nextPageToken"]
            if arguments["pageToken"] == nil { break }
        }
        #expect(seen == (0..<40).map { "C\($0)" })
    }

    @Test(arguments: [
        ("list_conversations", "x"), ("inbox_triage", "3"), ("digest", "-1"), ("find_contacts", "many"),
        ("read_thread", "yesterday-ish"), ("get_call", "1.5"),
    ])
    func `a cursor that no answer gave is a fault`(tool: String, cursor: String) async throws {
        var arguments: JSONObject = ["cursor": .string(cursor)]
        switch tool {
        case "find_contacts": arguments["query"] = "maria"
        case "read_thread": arguments["with"] = ["Maria Santos"]
        case "get_call": arguments["id"] = "AC123"
        default: break
        }
        let result = try await Phone(.sandbox).client.call(tool, arguments)
        #expect(result["isError"] == true && result.resultText.contains("- cursor: "), "\(result)")
    }

    @Test func `conversations go on where a page ended`() async throws {
        let client = try Phone(.sandbox).client
        func ids(_ page: JSONValue) -> [String] {
            (page["conversations"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        }
        let all = ids(await client.call("list_conversations", ["limit": 12]).structure)
        var seen: [String] = []
        var arguments: JSONObject = ["limit": 5]
        while seen.count < 12 {
            let page = await client.call("list_conversations", arguments).structure
            seen += ids(page)
            arguments["cursor"] = page["more"]?["cursor"]
            guard arguments["cursor"] != nil else { break }
        }
        #expect(Array(seen.prefix(12)) == all && all.count == 12)
    }
}
