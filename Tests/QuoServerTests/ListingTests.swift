import Configuration
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Testing

/// The lists that one tool takes from whichever version of the API serves.
@Suite struct ListingTests {
    private static let person = "+16145550130"

    private static func client(_ api: APIVersion, _ sandbox: SandboxTransport = SandboxTransport()) throws -> Client {
        var policy = Policy.forTests
        policy.api = api
        return try Client(.transport(sandbox, try Credential(key: "key"), .standard), policy: policy)
    }

    private static func ids(_ result: JSONValue) -> [String] {
        (result.structure["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }

    @Test(arguments: ["list_messages", "list_calls"])
    func `the workspace is listed newest first, and every page goes on`(tool: String) async throws {
        let client = try Self.client(.automatic)
        let whole = await client.call(tool, ["maxResults": 50])
        #expect(whole.structure["api"] == "2026-03-30", "\(whole.resultText)")
        var seen: [String] = []
        var arguments: JSONObject = ["maxResults": 20]
        for _ in 1...3 {
            let page = await client.call(tool, arguments)
            seen += Self.ids(page)
            arguments["pageToken"] = page.structure["nextPageToken"]
        }
        #expect(seen.count > 30 && Set(seen).count == seen.count)
        #expect(Array(seen.prefix(50)) == Array(Self.ids(whole).prefix(seen.count)))
    }

    @Test(arguments: ["list_messages", "list_calls"])
    func `the thread of one person is the same from both versions`(tool: String) async throws {
        let sandbox = SandboxTransport()
        let arguments: JSONObject = ["inbox": "Main Line", "participants": [.string(Self.person)], "maxResults": 50]
        let first = await (try Self.client(.v1, sandbox)).call(tool, arguments).structure
        let dated = await (try Self.client(.automatic, sandbox)).call(tool, arguments).structure
        #expect(first["data"]?.arrayValue?.isEmpty == false)
        #expect(first["data"] == dated["data"])
        #expect(first["api"] == "v1")
        // A thread of texts is the first version's to list.
        #expect(dated["api"] == (tool == "list_calls" ? "2026-03-30" : "v1"))
    }

    @Test(
        arguments: [
            ("list_messages", [:], "participants"), ("list_calls", [:], "participants"),
            ("list_messages", ["status": "failed"], "participants"),
            ("list_calls", ["statuses": ["missed"]], "statuses"),
        ] as [(String, JSONObject, String)])
    func `without the dated version, what it alone can do is refused with the reason`(
        tool: String, arguments: JSONObject, place: String
    ) async throws {
        let result = await (try Self.client(.v1)).call(tool, arguments)
        #expect(result["isError"] == true)
        #expect(result.resultText.contains("- \(place): "), "\(result.resultText)")
        #expect(result.resultText.contains("QUO_API is v1"), "\(result.resultText)")
    }

    @Test func `filters hold, and names are taken`() async throws {
        let client = try Self.client(.automatic)
        let missed = await client.call(
            "list_calls", ["statuses": ["missed"], "include": ["voicemail"], "maxResults": 50])
        let calls = missed.structure["data"]?.arrayValue ?? []
        #expect(!calls.isEmpty && calls.allSatisfy { $0["status"] == "missed" })
        #expect(calls.contains { $0["voicemail"]?["said"] != nil }, "\(missed.resultText)")
        #expect(calls.allSatisfy { $0["with"]?.stringValue?.contains("+1") == true })
        let texts = await client.call("list_messages", ["from": "Maria Santos", "direction": "incoming"])
        #expect(texts.structure["used"]?["from"]?.stringValue?.contains("Maria Santos") == true, "\(texts.resultText)")
        let from = (texts.structure["data"]?.arrayValue ?? []).compactMap { $0["from"]?.stringValue }
        #expect(!from.isEmpty && from.allSatisfy { $0.contains(Self.person) })
        let both = await client.call(
            "list_messages", ["inbox": "Main Line", "participants": ["Maria Santos"], "direction": "incoming"])
        #expect(both.resultText.contains("- direction: does not go with participants"), "\(both.resultText)")
    }

    @Test(arguments: ["list_messages", "list_calls"])
    func `a time bounds the list of the workspace`(tool: String) async throws {
        let client = try Self.client(.automatic)
        let all = await client.call(tool, ["maxResults": 50, "detail": "full"]).structure["data"]?.arrayValue ?? []
        let times = all.compactMap { $0["createdAt"]?.stringValue }
        let (newest, oldest) = (try #require(times.first), try #require(times.last))
        let bounds: JSONObject = [
            "createdAfter": .string(oldest), "createdBefore": .string(newest), "maxResults": 50, "detail": "full",
        ]
        let result = await client.call(tool, bounds)
        #expect(result.structure["api"] == "2026-03-30", "\(result.resultText)")
        let inside = (result.structure["data"]?.arrayValue ?? []).compactMap { $0["createdAt"]?.stringValue }
        #expect(inside.count > 10 && inside.allSatisfy { $0 >= oldest && $0 <= newest })
        // Texts are told without the bounds themselves, calls with them.
        #expect(inside.contains(newest) == (tool == "list_calls"))
    }

    @Test(arguments: ["x", "v1/x", "2027-01-01/0.abc", "v1/0.abc"])
    func `a token that the list did not give is a fault`(token: String) async throws {
        let result = await (try Self.client(.automatic)).call("list_messages", ["pageToken": .string(token)])
        #expect(result["isError"] == true, "\(result)")
    }

    // MARK: Webhooks

    @Test func `webhooks of both versions are listed, read and deleted by one tool each`() async throws {
        let client = try Self.client(.automatic)
        let made = await client.call(
            "create_message_webhook",
            ["url": "https://example.com/hook", "events": ["message.received"], "resourceIds": ["*"]], choosing: 1)
        let first = try #require(made.structure["id"]?.stringValue)
        for (id, api, address) in [
            (first, "v1", "example.com/hook"), ("101", "2026-03-30", "board.brightwater.example"),
        ] {
            let listed = await client.call("list_webhooks").structure["data"]?.arrayValue ?? []
            let webhook = try #require(listed.first { $0["id"]?.stringValue == id })
            #expect(webhook["api"]?.stringValue == api)
            let single = await client.call("get_webhook", ["webhookId": .string(id)])
            #expect(single.structure["api"]?.stringValue == api)
            #expect(single.structure["url"]?.stringValue?.contains(address) == true)
            #expect(single.structure["key"] == nil)
            let question = await client.call("delete_webhook", ["webhookId": .string(id)])
            #expect(question.form.contains(address), "\(question)")
            let deleted = await client.call("delete_webhook", ["webhookId": .string(id)], choosing: 1)
            #expect(deleted.structure["performed"] == true, "\(deleted)")
            #expect(!Self.ids(await client.call("list_webhooks")).contains(id))
        }
    }

    @Test func `with the first version alone its webhooks are told, and that others are not`() async throws {
        let client = try Self.client(.v1)
        let result = await client.call("list_webhooks")
        #expect(result.structure["data"]?.arrayValue?.allSatisfy { $0["api"] == "v1" } == true)
        #expect(result.structure["note"]?.stringValue?.contains("QUO_API is v1") == true, "\(result.resultText)")
        let other = await client.call("get_webhook", ["webhookId": "101"])
        #expect(other["isError"] == true && other.resultText.contains("QUO_API is v1"), "\(other.resultText)")
    }
}
