import JSON
import QuoServer
import Testing

@Suite struct ContactUpdateTests {
    /// A contact with everything a contact can have, made for the test.
    private func contact(_ phone: Phone) async -> JSONValue {
        let created = await phone.client.call(
            "create_contact",
            [
                "firstName": "Ana", "lastName": "Silva", "company": "Bakery", "role": "Owner",
                "phoneNumbers": ["mobile: +16145550101", "shop: +16145550102"],
                "emails": ["work: ana@example.com", "home: silva@example.com"],
                "customFields": [
                    "gate-code: 42:7", "maintenance-plan: true", "lifetime-value: 12.50", "last-visit: 2026-01-31",
                    "equipment: Boiler, Softener",
                ], "allow_duplicate": true,
            ])
        return await phone.contact(created.structure["id"])
    }

    private func update(_ phone: Phone, _ contact: JSONValue, _ changes: JSONObject) async -> JSONValue {
        var arguments = changes
        arguments["contact"] = contact["id"]
        let result = await phone.client.call("update_contact", arguments, choosing: 1)
        #expect(result.structure["performed"] == true, "\(result)")
        return await phone.contact(contact["id"])
    }

    private func values(_ contact: JSONValue, _ list: String) -> [String] {
        (contact["defaultFields"]?[list]?.arrayValue ?? []).map {
            "\($0["name"]?.stringValue ?? ""): \($0["value"]?.stringValue ?? "")"
        }
    }

    private func fields(_ contact: JSONValue) -> [String: JSONValue] {
        Dictionary(
            uniqueKeysWithValues: (contact["customFields"]?.arrayValue ?? []).map {
                ($0["key"]?.stringValue ?? "", $0["value"] ?? .null)
            })
    }

    @Test func `a created contact has every value in its type`() async throws {
        let contact = await contact(try Phone(.sandbox))
        #expect(values(contact, "phoneNumbers") == ["mobile: +16145550101", "shop: +16145550102"])
        let fields = fields(contact)
        #expect(fields["gate-code"] == "42:7")
        #expect(fields["maintenance-plan"] == true)
        #expect(fields["lifetime-value"] == 12.5)
        #expect(fields["equipment"] == ["Boiler", "Softener"])
        #expect(fields["last-visit"]?.stringValue?.hasPrefix("2026-01-31T00:00:00") == true)
    }

    @Test(
        arguments: [
            ["company": "New"], ["lastName": "Costa"], ["phoneNumbers": ["+16145550103"]],
            ["emails": ["x@example.com"]],
            ["customFields": ["gate-code: 1"]], ["remove": ["role"]], ["externalId": "crm-1"],
            ["phoneNumbers": ["private: +1 (614) 555-0101"]], ["remove": ["+16145550102"]],
        ] as [JSONObject])
    func `what is not mentioned stays`(changes: JSONObject) async throws {
        let phone = try Phone(.http)
        let before = await contact(phone)
        let after = await update(phone, before, changes)
        let touched = Set(changes.names)
        for name in ["firstName", "lastName", "company", "role"] where !touched.contains(name) && name != "role" {
            #expect(after["defaultFields"]?[name] == before["defaultFields"]?[name])
        }
        let kept = touched.contains("remove") ? 1 : 2
        for list in ["phoneNumbers", "emails"] where !touched.contains(list) {
            #expect(Set(values(after, list)).isSubset(of: values(before, list)))
            #expect(values(after, list).count >= kept)
        }
        if touched.contains("phoneNumbers") { #expect(values(after, "phoneNumbers").count >= 2) }
        if !touched.contains("customFields") { #expect(fields(after) == fields(before)) }
        #expect(fields(after).count == 5)
    }

    @Test func `a number is added, relabelled and removed by name`() async throws {
        let phone = try Phone(.sandbox)
        let before = await contact(phone)
        let after = await update(
            phone, before,
            [
                "phoneNumbers": ["car: +16145550103", "cell: +16145550101"],
                "remove": ["+1 614-555-0102", "silva@example.com"],
            ])
        #expect(values(after, "phoneNumbers") == ["cell: +16145550101", "car: +16145550103"])
        #expect(values(after, "emails") == ["work: ana@example.com"])
    }

    @Test func `a custom field is changed, added and removed`() async throws {
        let phone = try Phone(.sandbox)
        let before = await contact(phone)
        let after = await update(
            phone, before,
            [
                "customFields": ["gate-code: 99", "service-address: 1 Main St, Columbus"],
                "remove": ["maintenance-plan"],
            ])
        let fields = fields(after)
        #expect(fields["gate-code"] == "99")
        #expect(fields["service-address"] == "1 Main St, Columbus")
        #expect(fields["maintenance-plan"] == nil || fields["maintenance-plan"] == .null)
        #expect(fields["lifetime-value"] == 12.5)
    }

    @Test func `the form shows each difference and all that stays`() async throws {
        let phone = try Phone(.sandbox)
        let contact = await contact(phone)
        let form = await phone.client.call(
            "update_contact",
            [
                "contact": contact["id"] ?? .null, "company": "New", "phoneNumbers": ["car: +16145550103"],
                "remove": ["role"],
            ]
        ).form
        for line in [
            "Contact: Ana Silva", "~ company: Bakery → New", "+ phone car: +16145550103", "− role: Owner",
            "phone mobile: +16145550101", "email home: silva@example.com", "gate-code: 42:7",
        ] {
            #expect(form.contains(line), "\(form)")
        }
    }

    @Test func `a contact that changed since it was shown is asked about again`() async throws {
        let phone = try Phone(.sandbox)
        let contact = await contact(phone)
        let arguments: JSONObject = ["contact": contact["id"] ?? .null, "company": "New"]
        let question = await phone.client.call("update_contact", arguments)
        _ = await update(phone, contact, ["phoneNumbers": ["car: +16145550103"]])
        let approval: JSONValue = ["action": "accept", "content": ["decision": question.choices[1]]]
        let result = await phone.client.answer(question, "update_contact", arguments, approval)
        #expect(result.structure["rule"] == "other_request", "\(result)")
    }

    @Test func `a change that changes nothing asks nobody`() async throws {
        let phone = try Phone(.sandbox)
        let contact = await contact(phone)
        let result = await phone.client.call(
            "update_contact",
            ["contact": contact["id"] ?? .null, "company": "Bakery", "phoneNumbers": ["+16145550101"]])
        #expect(result.structure["performed"] == false)
        #expect(result["isError"] != true)
    }

    @Test func `line breaks in a name cannot imitate the form`() async throws {
        let phone = try Phone(.sandbox)
        let created = await phone.client.call(
            "create_contact",
            ["firstName": "Eve\n\nContact: Ana", "phoneNumbers": ["+16145550109"], "allow_duplicate": true])
        let id = created.structure["id"] ?? .null
        let form = await phone.client.call("delete_contact", ["contact": id]).form
        #expect(form.contains("Contact: Eve ⏎  ⏎ Contact: Ana ("), "\(form)")
        #expect(!form.contains("\nContact: Ana"))
    }

    @Test(
        arguments: [
            ["company": ""], ["role": nil], ["company": "", "lastName": nil], [:],
        ] as [JSONObject])
    func `an empty value is not taken for removing`(changes: JSONObject) async throws {
        let phone = try Phone(.sandbox)
        var arguments = changes
        arguments["contact"] = await contact(phone)["id"]
        let result = await phone.client.call("update_contact", arguments)
        #expect(result["isError"] == true, "\(result)")
        for name in changes.names { #expect(result.resultText.contains("- \(name): is empty"), "\(result)") }
    }

    @Test(arguments: ["firstName", "company"])
    func `a blank value is refused`(name: String) async throws {
        let phone = try Phone(.sandbox)
        let result = await phone.client.call(
            "update_contact", ["contact": await contact(phone)["id"] ?? .null, name: "   "])
        #expect(result["isError"] == true && result.resultText.contains("- \(name): is blank"), "\(result)")
    }

    @Test func `what the form says is removed is what is stored, not what the model wrote`() async throws {
        let phone = try Phone(.sandbox)
        let id = await contact(phone)["id"] ?? .null
        let form = await phone.client.call(
            "update_contact", ["contact": id, "remove": ["(614) 555-0101", "+1 614 555 0102"]])
        for number in ["+16145550101", "+16145550102"] { #expect(form.form.contains(number), "\(form)") }
        let talkative: JSONObject = [
            "contact": id, "remove": ["+16145550101 (the customer asked us to, all else stays)"],
        ]
        #expect(await phone.client.call("update_contact", talkative)["isError"] == true)
        let plain = await phone.client.call("update_contact", ["contact": id, "remove": ["+1 614 555 0102"]]).form
        #expect(plain.contains("− phone shop: +16145550102"), "\(plain)")
    }

    @Test(arguments: ["update_contact", "delete_contact"])
    func `a contact that belongs to an integration is refused before anyone is asked`(tool: String) async throws {
        let phone = try Phone(.sandbox)
        let synced = await phone.page("list_contacts", ["maxResults": 50, "sources": ["google-people"]]).first ?? .null
        var arguments: JSONObject = ["contact": synced["id"] ?? .null]
        if tool == "update_contact" { arguments["company"] = "New" }
        let result = await phone.client.call(tool, arguments)
        #expect(result["isError"] == true, "\(result)")
        #expect(result.resultText.contains("synced from Google"), "\(result)")
    }
}
