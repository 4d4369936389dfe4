import JSON
import QuoServer
import Testing

@Suite struct ContactRemovalTests {
    private static let definitions: JSONValue = [
        ["key": "plan", "name": "Plan", "type": "string"], ["key": "other", "name": "Other", "type": "string"],
    ]

    private func api() throws -> RecordingAPI {
        try RecordingAPI(contact: ["data": .object(oddContact)], fields: Self.definitions)
    }

    @Test(
        arguments: [
            (["company": "New", "remove": ["company"]], "company"), (["role": "Owner", "remove": ["role"]], "role"),
            (["company": "Bakery", "remove": ["company"]], "company"),
            (["phoneNumbers": ["+15555550777"], "remove": ["+1 555 555 0777"]], "phoneNumbers[0]"),
            (["phoneNumbers": ["car: +15555550101"], "remove": ["+15555550101"]], "phoneNumbers[0]"),
            (["emails": ["x@example.com", "new@example.com"], "remove": ["NEW@example.com"]], "emails[1]"),
            (["emails": ["a@example.com"], "remove": ["a@example.com"]], "emails[0]"),
            (["customFields": ["plan: silver"], "remove": ["plan"]], "customFields[0]"),
            (["customFields": ["plan: gold"], "remove": ["Plan"]], "customFields[0]"),
            (["customFields": ["other: x"], "remove": ["other"]], "customFields[0]"),
        ] as [(JSONObject, String)])
    func `what is given and removed in one call is a contradiction`(changes: JSONObject, giver: String) async throws {
        let api = try api()
        let result = await api.answer(toUpdate: changes)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("- remove[0]: "), "\(result.resultText)")
        #expect(result.resultText.contains("given in \(giver)"), "\(result.resultText)")
    }

    @Test func `a removed item with an id is written empty, one without is left out`() async throws {
        let api = try api()
        let body = await api.update(["remove": ["a@example.com", "b@example.com", "plan"]])
        #expect(body["defaultFields"]?["emails"] == [["id": "e1", "name": "work", "value": nil]], "\(body)")
        #expect(body["customFields"]?[0] == ["id": "f1", "key": "plan", "value": nil], "\(body)")
    }

    @Test(arguments: ["555 0199", "911"])
    func `a number that is stored in another form is removed by what is stored`(number: String) async throws {
        let form = try await api().answer(toUpdate: ["remove": [.string(number)]]).form
        #expect(form.contains("− phone without a label: \(number)"), "\(form)")
    }

    @Test func `of two forms of a number the one that is named is removed`() async throws {
        var fields = oddContact["defaultFields"]?.objectValue ?? [:]
        fields["phoneNumbers"] = [
            ["id": "p1", "name": "main", "value": "+15555550101"],
            ["id": "p2", "name": "old", "value": "+1 (555) 555-0101"],
        ]
        let api = try RecordingAPI(contact: oddContact.with("defaultFields", .object(fields)))
        let body = await api.update(["remove": ["+1 (555) 555-0101"]])
        #expect(body["defaultFields"]?["phoneNumbers"]?[0]?["value"] == "+15555550101", "\(body)")
        #expect(body["defaultFields"]?["phoneNumbers"]?[1]?["value"] == .null, "\(body)")
    }

    @Test(arguments: ["", "  "])
    func `a blank text removes nothing, not even what has a blank key`(text: String) async throws {
        let contact = oddContact.with(
            "customFields", [["id": "f1", "key": .string(text), "name": "", "value": "kept"]])
        let result = try await RecordingAPI(contact: contact).answer(toUpdate: ["remove": [.string(text)]])
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
    }

    @Test func `the same custom field is not written twice because it came without a key`() async throws {
        let contact = oddContact.with("customFields", [["id": "f1", "name": "Plan", "value": "gold"]])
        let api = try RecordingAPI(contact: ["data": contact], fields: Self.definitions)
        let body = await api.update(["customFields": ["plan: silver"]])
        #expect(body["customFields"] == [["id": "f1", "value": "silver"]], "\(body)")
    }
}
