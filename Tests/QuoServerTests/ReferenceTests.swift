import JSON
import QuoServer
import Sandbox
import Testing

@Suite struct ReferenceTests {
    @Test(arguments: ["Main Line", "main", "+16145550100", "(614) 555-0100"])
    func `an own number is named by name, part of it or number, and the answer says which it is`(
        reference: String
    ) async throws {
        let phone = try Phone(.sandbox)
        let answer = await phone.client.call("get_phone_number", ["inbox": .string(reference)]).structure
        #expect(answer["name"] == "Main Line", "\(answer)")
        #expect(answer["used"]?["inbox"] == "Main Line (+16145550100)", "\(answer)")
        let byID = await phone.client.call("get_phone_number", ["inbox": answer["id"] ?? .null]).structure
        #expect(byID["name"] == "Main Line" && byID["used"] == nil, "\(byID)")
    }

    @Test func `a member is named by name, first name or address`() async throws {
        let phone = try Phone(.sandbox)
        let member = try #require(await phone.page("list_users").first)
        let name = ["firstName", "lastName"].compactMap { member[$0]?.stringValue }.joined(separator: " ")
        for reference in [.string(name), member["firstName"] ?? .null, member["email"] ?? .null] {
            let answer = await phone.client.call("get_user", ["member": reference]).structure
            #expect(answer["id"] == member["id"], "\(reference): \(answer)")
            #expect(answer["used"]?["member"]?.stringValue?.hasPrefix(name) == true, "\(answer)")
        }
    }

    @Test(arguments: ["Maria Santos", "santos catering", "+1 614-555-0130", "santos"])
    func `a contact is named by name, company or number`(reference: String) async throws {
        let answer = try await Phone(.sandbox).client.call("get_contact", ["contact": .string(reference)]).structure
        #expect(answer["name"] == "Maria Santos", "\(answer)")
        #expect(answer["used"]?["contact"]?.stringValue?.hasPrefix("Maria Santos (") == true, "\(answer)")
    }

    @Test func `a list of numbers takes names, and the answer says each that was one`() async throws {
        let phone = try Phone(.sandbox)
        let answer = await phone.client.call(
            "list_messages", ["inbox": "Main", "participants": ["Maria Santos"]]
        ).structure
        #expect(answer["used"]?["participants"] == "Maria Santos, +16145550130", "\(answer)")
        #expect(answer["data"]?.arrayValue?.isEmpty == false)
        let plain = await phone.client.call(
            "list_messages", ["inbox": await phone.line()["id"] ?? .null, "participants": ["+16145550130"]]
        ).structure
        #expect(plain["used"] == nil && plain["data"] == answer["data"], "\(plain)")
    }

    @Test func `all lines is no name of a line`() async throws {
        let arguments: JSONObject = [
            "url": "https://example.com/hook", "events": ["message.received"], "resourceIds": ["*"],
        ]
        let form = try await Phone(.sandbox).client.call("create_message_webhook", arguments).form
        #expect(form.contains("From: ALL numbers of the workspace"), "\(form)")
    }

    @Test(
        arguments: [
            ("get_contact", ["contact": "Maria"], ["match \"Maria\"", "Maria Santos", "Maria Alvarez"]),
            ("get_contact", ["contact": "Zebulon Qwerty"], ["No contact matches \"Zebulon Qwerty\""]),
            ("get_phone_number", ["inbox": "Basement"], ["No line matches \"Basement\"", "Scheduling"]),
            ("get_user", ["member": "Nobody"], ["No member matches \"Nobody\""]),
            ("read_thread", ["with": ["Maria"]], ["Maria Santos", "Maria Alvarez"]),
            ("send_message", ["from": "Main", "to": "Maria", "text": "Hi"], ["Maria Santos", "Maria Alvarez"]),
            ("send_message", ["from": "Main", "to": "Marcus Bell", "text": "Hi"], ["several phone numbers"]),
            ("send_message", ["from": "Main", "to": "Maria Santoz", "text": "Hi"], ["No recipient matches"]),
            (
                "send_message", ["to": "Maria Santos", "text": "Hi"],
                ["- from: say which own number", "Main Line", "Field Crew"]
            ),
            ("send_message", ["from": "Main", "to": "555-0130", "text": "Hi"], ["cannot be texted"]),
        ] as [(String, JSONObject, [String])])
    func `what fits nobody or several is said with the choices, and nothing is done`(
        tool: String, arguments: JSONObject, words: [String]
    ) async throws {
        let result = try await Phone(.sandbox).client.call(tool, arguments)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        for word in words { #expect(result.resultText.contains(word), "\(result.resultText)") }
    }

    @Test(arguments: ["Maria Santos", "MARIA SANTOS", "Santos Catering", "(614) 555-0130", "+16145550130"])
    func `a text goes to an exact name or a number, and the form shows both`(to: String) async throws {
        let form = try await Phone(.sandbox).client.call(
            "send_message", ["from": "Main", "to": .string(to), "text": "Hi"]
        ).form
        #expect(form.contains("To: Maria Santos, +16145550130"), "\(form)")
        #expect(form.contains("From: Main Line, +16145550100"), "\(form)")
    }

    @Test func `nobody is named twice`() async throws {
        for tool in ["send_group_message", "send_messages"] {
            let result = try await Phone(.sandbox).client.call(
                tool, ["from": "Main", "to": ["Maria Santos", "+16145550130"], "text": "Hi"])
            #expect(result["isError"] == true && result.resultText.contains("- to[1]: is +16145550130"), "\(result)")
        }
    }

    @Test func `a change of a contact by name changes that contact and says so`() async throws {
        let phone = try Phone(.sandbox)
        let changed = await phone.client.call(
            "update_contact", ["contact": "Maria Santos", "role": "Chef"], choosing: 1)
        #expect(changed.structure["performed"] == true, "\(changed)")
        #expect(changed.structure["used"]?["contact"]?.stringValue?.hasPrefix("Maria Santos (") == true, "\(changed)")
        #expect(await phone.contact("Maria Santos")["defaultFields"]?["role"] == "Chef")
    }
}
