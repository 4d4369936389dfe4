import Configuration
import JSON
import QuoServer
import Testing

@Suite struct LocalToolTests {
    @Test func `the guard's status says what is allowed and what is left`() async throws {
        let phone = try Phone(.sandbox)
        let status = await phone.client.call("guard_status").structure
        #expect(status["profile"] == "guarded")
        #expect(status["changes"]?["send"] == "approve")
        #expect(status["budgets"]?["sendsPerDay"] == "200 of 200 left")
        #expect(status["waitingForApproval"] == [])
    }

    @Test func `a faulty setting is told without what it says`() async throws {
        let client = try Client(.sandbox, policy: .refusingEverything(because: "recipients.allow names +16145550177"))
        for tool in ["guard_status", "whoami"] {
            let told = await client.call(tool).structure["settings"]?.stringValue ?? ""
            #expect(told.contains("quo-mcp doctor") && !told.contains("5550177"), "\(tool): \(told)")
        }
        let right = try Client(.sandbox)
        for tool in ["guard_status", "whoami"] { #expect(await right.call(tool).structure["settings"] == nil) }
    }

    @Test func `a changed contact is put back`() async throws {
        let phone = try Phone(.http)
        let before = await phone.page("list_contacts")[0]
        let id = before["id"] ?? .null
        let changed = await phone.client.call(
            "update_contact", ["contact": id, "company": "Elsewhere", "phoneNumbers": ["new: +16145550109"]],
            choosing: 1)
        #expect(changed.structure["performed"] == true, "\(changed)")
        let restored = await phone.client.call("restore_contact", ["contact": id], choosing: 1)
        #expect(restored.structure["performed"] == true, "\(restored)")
        let after = await phone.contact(id)
        #expect(after["defaultFields"] == before["defaultFields"])
        #expect(after["customFields"] == before["customFields"])
    }

    @Test func `a deleted contact is brought back under a new id`() async throws {
        let phone = try Phone(.http)
        let before = await phone.page("list_contacts")[0]
        let id = before["id"] ?? .null
        #expect(await phone.client.call("delete_contact", ["contact": id], choosing: 1).structure["performed"] == true)
        let restored = await phone.client.call("restore_contact", ["contact": id], choosing: 1)
        #expect(restored.structure["performed"] == true, "\(restored)")
        let after = await phone.contact(restored.structure["id"])
        for name in ["firstName", "lastName", "company", "role"] {
            #expect(after["defaultFields"]?[name] == before["defaultFields"]?[name])
        }
        let values = { (contact: JSONValue) in
            (contact["defaultFields"]?["phoneNumbers"]?.arrayValue ?? []).compactMap { $0["value"] }
        }
        #expect(values(after) == values(before))
    }

    @Test func `what was never changed here cannot be put back`() async throws {
        let phone = try Phone(.sandbox)
        let result = await phone.client.call("restore_contact", ["contact": "nobody"])
        #expect(result["isError"] == true && result.resultText.contains("nothing was requested"), "\(result)")
    }

    @Test(arguments: [
        ("Call me at 614-555-0150 please", ["+16145550150"]),
        ("+44 20 7946 0958 or (614) 555-0151.", ["+442079460958", "+16145550151"]),
        ("see https://evil.example/x?y=1 now", ["https://evil.example/x?y=1"]), ("order 2047, 3 pm, $1,180.00", []),
    ])
    func `numbers and addresses in a text are found`(text: String, values: [String]) {
        #expect(IncomingContent.numbers(in: text) + IncomingContent.addresses(in: text) == values)
    }

    @Test func `a read-only server offers no tool that changes anything, and performs none`() async throws {
        var policy = Policy.forTests
        policy.profile = .readOnly
        let client = try Client(.sandbox, policy: policy)
        let tools = await client.request("tools/list")["result"]?["tools"]?.arrayValue ?? []
        #expect(tools.count == 35)
        #expect(tools.allSatisfy { $0["annotations"]?["readOnlyHint"] == true })
        let result = await client.call("create_contact", ["firstName": "Ana"])
        #expect(result.structure["rule"] == "policy", "\(result)")
    }

    @Test func `two approved changes of one contact at once lose neither`() async throws {
        let phone = try Phone(.http)
        let id = await phone.page("list_contacts")[0]["id"] ?? .null
        async let first = phone.client.call(
            "update_contact", ["contact": id, "phoneNumbers": ["a: +16145550108"]], choosing: 1)
        async let second = phone.client.call(
            "update_contact", ["contact": id, "emails": ["b: b@example.com"]], choosing: 1)
        var performed = 0
        for result in [await first, await second] {
            if result.structure["performed"] == true {
                performed += 1
            } else {
                #expect(result.structure["rule"] == "other_request", "\(result)")
            }
        }
        let fields = await phone.contact(id)["defaultFields"]
        let hasPhone = fields?["phoneNumbers"]?.text().contains("+16145550108") == true
        let hasEmail = fields?["emails"]?.text().contains("b@example.com") == true
        #expect([hasPhone, hasEmail].filter { $0 }.count == performed)
    }
}
