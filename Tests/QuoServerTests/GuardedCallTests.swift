import Configuration
import JSON
import QuoServer
import Sandbox
import Testing

@Suite struct GuardedCallTests {
    private func sent(_ phone: Phone, _ text: String) async -> Int {
        let line = await phone.line()
        let person = await phone.conversation(on: line).person
        let arguments: JSONObject = ["inbox": line["id"] ?? .null, "participants": [person], "maxResults": 20]
        return await phone.page("list_messages", arguments).filter { $0["text"]?.stringValue == text }.count
    }

    private func message(_ phone: Phone, _ text: String) async -> JSONObject {
        let line = await phone.line()
        return [
            "from": line["id"] ?? .null, "to": await phone.conversation(on: line).person, "text": .string(text),
        ]
    }

    @Test func `the form of a message states line, recipient, history, whole text, size and cost`() async throws {
        let phone = try Phone(.sandbox)
        let line = await phone.line()
        let arguments = await message(phone, "First line\nsecond “line”")
        let form = await phone.client.call("send_message", arguments).form
        for part in [
            "Send this text message?",
            "From: \(line["name"]?.stringValue ?? "?"), \(line["number"]?.stringValue ?? "?")",
            "\(arguments["to"]?.stringValue ?? "?")", "Local time there: ", "Earlier texts: yes, the latest on",
            "    First line\n    second “line”", "1 segment (UCS-2, because of ““” “””), about $0.01",
        ] {
            #expect(form.contains(part), "\(form)")
        }
    }

    @Test func `a first text to a stranger says so`() async throws {
        let phone = try Phone(.sandbox)
        var arguments = await message(phone, "Hello")
        arguments["to"] = "+16145550109"
        #expect(await phone.client.call("send_message", arguments).form.contains("a first text to this number"))
    }

    @Test(
        arguments: [
            ["action": "decline"], ["action": "cancel"], ["action": "accept"], ["action": "accept", "content": [:]],
            ["action": "accept", "content": ["decision": "Do not send"]],
            ["action": "accept", "content": ["decision": true]],
            ["action": "accept", "content": ["decision": ""]], ["action": "accept", "content": ["Send it": "Send it"]],
            ["action": "accept", "content": ["approve": true, "confirm": true]],
        ] as [JSONValue])
    func `any answer but the approving choice sends nothing and says so`(response: JSONValue) async throws {
        let phone = try Phone(.sandbox)
        let arguments = await message(phone, "Must not arrive")
        let question = await phone.client.call("send_message", arguments)
        let result = await phone.client.answer(question, "send_message", arguments, response)
        #expect(result["isError"] == true, "\(result)")
        #expect(result.resultText.contains("Nothing was done"))
        #expect(await sent(phone, "Must not arrive") == 0)
    }

    @Test func `an approved message is sent once, and its approval is used up`() async throws {
        let phone = try Phone(.sandbox)
        let arguments = await message(phone, "Once")
        let question = await phone.client.call("send_message", arguments)
        let approval: JSONValue = ["action": "accept", "content": ["decision": question.choices[1]]]
        let first = await phone.client.answer(question, "send_message", arguments, approval)
        #expect(first.structure["status"] == "queued")
        let second = await phone.client.answer(question, "send_message", arguments, approval)
        #expect(second.structure["duplicate"] == true)
        #expect(second.structure["id"] == first.structure["id"])
        #expect(await sent(phone, "Once") == 1)
    }

    @Test func `an approval cannot be carried over to other arguments or another tool`() async throws {
        let phone = try Phone(.sandbox)
        let arguments = await message(phone, "Approved")
        let question = await phone.client.call("send_message", arguments)
        let approval: JSONValue = ["action": "accept", "content": ["decision": question.choices[1]]]
        let other = await message(phone, "Not approved")
        let result = await phone.client.answer(question, "send_message", other, approval)
        #expect(result.structure["rule"] == "other_request")
        let contact = await phone.page("list_contacts").first?["id"] ?? .null
        let next = await phone.client.call("send_message", arguments)
        let deleted = await phone.client.answer(next, "delete_contact", ["contact": contact], approval)
        #expect(deleted["isError"] == true)
        #expect(await phone.client.call("get_contact", ["contact": contact])["isError"] != true)
        #expect(await sent(phone, "Not approved") == 0)
    }

    @Test(arguments: ["", "v1.a.b.c", "AAAA"])
    func `a state that this server did not make is an error of the protocol`(state: String) async throws {
        let phone = try Phone(.sandbox)
        let arguments = await message(phone, "Forged")
        let answer = await phone.client.request(
            "tools/call",
            [
                "name": "send_message", "arguments": .object(arguments), "requestState": .string(state),
                "inputResponses": ["approval": ["action": "accept", "content": ["decision": "Send it"]]],
            ])
        #expect(answer["error"]?["code"] == -32602, "\(answer)")
        #expect(await sent(phone, "Forged") == 0)
    }

    @Test func `no argument is consent`() async throws {
        let phone = try Phone(.sandbox)
        for name in ["decision", "approved", "confirm", "force", "approval"] {
            var arguments = await message(phone, "Self-approved")
            arguments[name] = "Send it"
            let result = await phone.client.call("send_message", arguments)
            #expect(result["isError"] == true && result.resultText.contains(name), "\(result)")
        }
        #expect(await sent(phone, "Self-approved") == 0)
    }

    @Test func `a client without forms is told the command for a terminal`() async throws {
        let phone = try Phone(.sandbox, showsForms: false)
        let result = await phone.client.call("send_message", await message(phone, "Hello"))
        #expect(result["isError"] == true)
        #expect(result.structure["rule"] == "pending")
        #expect(result.structure["command"]?.stringValue == "quo-mcp approve")
        #expect(result.resultText.contains("Nothing was done yet"))
    }

    @Test(arguments: [
        (MarkedNumber.notEnoughCredits, "credit"), (.registrationNotApproved, "regist"), (.dailyCapReached, "cap"),
        (.internationalDisabled, "nternational"),
    ])
    func `a refusal of the API says what happened and what to do`(number: MarkedNumber, word: String) async throws {
        let phone = try Phone(.sandbox)
        var arguments = await message(phone, "Hello")
        arguments["to"] = .string(number.number)
        let result = await phone.client.call("send_message", arguments, choosing: 1)
        #expect(result["isError"] == true)
        #expect(result.resultText.contains(word), "\(result.resultText)")
    }

    @Test(arguments: [MarkedNumber.answerLost, .serverError])
    func `a send that nobody knows the outcome of is reported as unknown`(number: MarkedNumber) async throws {
        let phone = try Phone(.sandbox)
        var arguments = await message(phone, "Lost")
        arguments["to"] = .string(number.number)
        let result = await phone.client.call("send_message", arguments, choosing: 1)
        #expect(result["isError"] == true)
        #expect(result.resultText.hasPrefix("UNKNOWN OUTCOME"), "\(result.resultText)")
    }

    @Test func `a signing key never reaches the agent`() async throws {
        let phone = try Phone(.sandbox)
        let created = await phone.client.call(
            "create_message_webhook", ["url": "https://example.com/hook", "events": ["message.received"]], choosing: 1)
        #expect(created.structure["performed"] == true, "\(created)")
        let listed = await phone.client.call("list_webhooks")
        let single = await phone.client.call("get_webhook", ["webhookId": created.structure["id"] ?? .null])
        for result in [created, listed, single] {
            #expect(result["isError"] != true)
            #expect(!result.resultText.contains("\"key\""), "\(result)")
        }
    }

    @Test func `the form of a webhook states the address, what it gets, from which lines and from when`() async throws {
        let phone = try Phone(.sandbox)
        let line = await phone.line()
        let arguments: JSONObject = ["url": "https://example.com/hook", "events": ["message.received"]]
        let all = await phone.client.call("create_message_webhook", arguments).form
        for part in [
            "Address: https://example.com/hook", "the whole text of every message received",
            "From: ALL numbers of the workspace", "From when: at once",
        ] {
            #expect(all.contains(part), "\(all)")
        }
        var narrow = arguments
        narrow["resourceIds"] = [line["id"] ?? .null]
        narrow["status"] = "disabled"
        let one = await phone.client.call("create_message_webhook", narrow).form
        for part in ["From: \(line["name"]?.stringValue ?? "?")", "not until it is enabled"] {
            #expect(one.contains(part), "\(one)")
        }
    }

    @Test func `a webhook goes to a web address only`() async throws {
        let result = try await Phone(.sandbox).client.call(
            "create_message_webhook", ["url": "ftp://example.com/x", "events": ["message.received"]])
        #expect(result["isError"] == true && result.resultText.contains("- url: "), "\(result)")
    }

    @Test func `what goes in the sandbox without a form says where it is too late or too early`() async throws {
        var policy = Policy()
        policy.overrides.send = .allow
        policy.recipients.allow = try ["+1", "+44", "+81"].map { try #require(NumberPattern($0)) }
        let client = try Client(.sandbox, policy: policy, showsForms: false)
        // At any time it is night for at least one of them, and never for all.
        var noted = 0
        for number in ["+16145550177", "+442079460177", "+81312345678"] {
            let result = await client.call(
                "send_message", ["from": "Main Line", "to": .string(number), "text": "Hello"])
            #expect(result.structure["performed"] == true, "\(result)")
            let next = result.structure["next"]?.stringValue ?? ""
            if next.contains("quiet_hours would refuse this now: it is ") { noted += 1 }
            let arguments: JSONObject = ["from": "Main Line", "to": [.string(number)], "text": "Hello again"]
            let preview = await client.call("preview_message", arguments).structure.text()
            #expect(preview.contains("quiet_hours would refuse") == next.contains("quiet_hours"), "\(preview)")
        }
        #expect((1...2).contains(noted))
    }

    @Test func `every answer of the sandbox says that it is the sandbox`() async throws {
        let client = try Client(.sandbox)
        let read = await client.call("list_users")
        let wrong = await client.call("get_user", ["member": "USnobody"])
        let line = await client.call("list_phone_numbers").structure["data"]?[0]?["id"] ?? .null
        let question = await client.call("send_message", ["from": line, "to": "+16145550109", "text": "x"])
        for text in [read.resultText, wrong.resultText, question.form] {
            #expect(text.contains("SANDBOX"), "\(text)")
        }
    }
}
