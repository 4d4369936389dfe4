import JSON
import QuoServer
import Testing

@Suite struct ArgumentTests {
    @Test(
        arguments: [
            ["maxResults": "5"], ["maxResults": 5.0], ["maxResults": "5", "pageToken": ""],
            ["maxResults": 5, "pageToken": nil],
            ["maxResults": 5, "sources": "[\"public-api\"]"], ["maxResults": 5, "sources": "public-api"],
        ] as [JSONObject])
    func `arguments that hosts bend are put right`(arguments: JSONObject) async throws {
        let result = try await Phone(.sandbox).client.call("list_contacts", arguments)
        #expect(result["isError"] != true, "\(result.resultText)")
        #expect(result.structure["data"]?.arrayValue?.count == 5)
    }

    @Test func `a tool without arguments is called with none, with null and with an empty object`() async throws {
        let client = try Phone(.sandbox).client
        for arguments in [nil, JSONValue.null, [:]] as [JSONValue?] {
            var parameters: JSONObject = ["name": "list_phone_numbers"]
            parameters["arguments"] = arguments
            let answer = await client.request("tools/call", parameters)
            #expect(answer["result"]?["isError"] != true, "\(answer)")
        }
    }

    @Test func `all faults come back at once, each with its path and an example`() async throws {
        let result = try await Phone(.sandbox).client.call(
            "send_message", ["from": ["Main", "Crew"], "text": "  ", "colour": "red"])
        #expect(result["isError"] == true)
        let text = result.resultText
        for part in ["- to: ", "- from: ", "- text: ", "- colour: ", "Example: ", "nothing was requested"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test(
        arguments: [
            ("get_contact", ["contact": "../webhooks"]), ("get_contact", ["contact": ".."]),
            ("get_contact", ["contact": "a/b?c#d"]), ("get_user", ["member": "US/../../v1/contacts"]),
            ("get_call", ["id": "AC%2F..%2F"]), ("get_contact", ["contact": "a\r\nX-Injected: 1"]),
            ("get_contact", ["contact": "a\u{0}b"]), ("get_message", ["id": "AC/../../v1/contacts"]),
            ("get_webhook", ["webhookId": "../webhooks"]), ("get_webhook", ["webhookId": "a\r\nX-Injected: 1"]),
            ("get_task", ["taskId": "../../v1/contacts"]),
            ("mark_conversation", ["with": ["CN/../../contacts"], "as": "read"]),
        ] as [(String, JSONObject)])
    func `an id cannot leave its place in the path`(tool: String, arguments: JSONObject) async throws {
        let result = try await Phone(.http).client.call(tool, arguments)
        #expect(result["isError"] == true, "\(result)")
        #expect(!result.resultText.contains("example.com"))
    }

    @Test(
        arguments: [
            (["customFields": ["nickname: Bo"]], "customFields[0]"),
            (["customFields": ["gate-code"]], "customFields[0]"),
            (["customFields": ["lifetime-value: much"]], "customFields[0]"),
            (["phoneNumbers": ["mobile: 555-1234"]], "phoneNumbers[0]"),
            (["phoneNumbers": ["+16145550101", "call me"]], "phoneNumbers[1]"),
            (["emails": ["work: nobody"]], "emails[0]"),
            (["remove": ["twitter"]], "remove[0]"), (["remove": ["firstName"]], "remove[0]"),
        ] as [(JSONObject, String)])
    func `an item that does not fit is named by its place`(changes: JSONObject, path: String) async throws {
        let phone = try Phone(.sandbox)
        var arguments = changes
        arguments["contact"] = await phone.page("list_contacts").first?["id"]
        let result = await phone.client.call("update_contact", arguments)
        #expect(result["isError"] == true, "\(result)")
        #expect(result.resultText.contains("- \(path): "), "\(result.resultText)")
    }
}
