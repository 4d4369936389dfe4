import JSON
import QuoServer
import Testing

/// What is written of a contact that came in this or that shape.
@Suite struct ContactShapeTests {
    private static let fields = oddContact["defaultFields"]?.objectValue ?? [:]

    private static func fields(_ name: String, _ value: JSONValue?) -> JSONValue {
        ["data": oddContact.with("defaultFields", fields.with(name, value))]
    }

    /// Answers that say nothing certain about the contact, with a word of the cause.
    static let unknown: [(answer: JSONValue, cause: String)] = [
        (["data": nil], "data"), ([:], "defaultFields"), (["data": [.object(oddContact)]], "data"),
        (["data": ["id": "C1"]], "defaultFields"), (["data": oddContact.with("defaultFields", [])], "defaultFields"),
        (["data": oddContact.with("id", "C2")], "id"), (["data": oddContact.with("id", nil)], "id"),
        (oddContact.with("id", "C2"), "id"),
        (fields("firstName", 7), "firstName"), (fields("emails", ["a@example.com"]), "emails[0]"),
        (fields("emails", ["work": "a@example.com"]), "emails"), (fields("emails", nil), "emails"),
        (fields("phoneNumbers", [["id": "p1", "name": "m", "value": 15_555_550_123]]), "phoneNumbers[0].value"),
        (fields("phoneNumbers", [["id": "p1", "name": "m", "number": "+15555550123"]]), "phoneNumbers[0].value"),
        (fields("phoneNumbers", [["id": 1, "name": "m", "value": "+15555550123"]]), "phoneNumbers[0].id"),
        (["data": oddContact.with("customFields", ["plan": "gold"])], "customFields"),
        (["data": oddContact.with("customFields", nil)], "customFields"),
        (["data": oddContact.with("customFields", ["gold"])], "customFields[0]"),
        (["data": oddContact.with("customFields", [["name": "Plan", "value": "gold"]])], "customFields[0]"),
        (["data": oddContact.with("customFields", [["key": "plan", "value": ["a": 1]]])], "customFields[0].value"),
        (["data": oddContact.with("customFields", [["key": "plan", "value": [1]]])], "customFields[0].value"),
        (["data": oddContact.with("customFields", [["key": "plan"]])], "customFields[0].value"),
    ]

    @Test(arguments: unknown)
    func `a contact in an unknown shape is neither changed nor deleted, and nobody is asked`(
        answer: JSONValue, cause: String
    ) async throws {
        let api = try RecordingAPI(contact: answer)
        let update = await api.answer(toUpdate: ["company": "New"])
        let deletion = await api.client.call("delete_contact", ["contact": RecordingAPI.contact])
        for result in [update, deletion] {
            #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
            for part in ["Nothing was done", "in a way that quo-mcp does not know (", "without risking", cause] {
                #expect(result.resultText.contains(part), "\(result.resultText)")
            }
        }
        #expect(api.written.isEmpty)
    }

    @Test(arguments: [.object(oddContact), ["data": .object(oddContact)]] as [JSONValue])
    func `the whole contact is written back, whether it came wrapped or not`(answer: JSONValue) async throws {
        let body = try await RecordingAPI(contact: answer).update(["company": "New"])
        let expected: JSONValue = [
            "defaultFields": [
                "firstName": "Ana", "lastName": "Ruiz", "company": "New", "role": nil, "birthday": "1990-01-01",
                "addresses": [["id": "a1", "value": "1 Main St"]],
                "emails": [
                    ["id": "e1", "name": "work", "value": "a@example.com"],
                    ["name": "home", "value": "b@example.com"],
                ],
                "phoneNumbers": [
                    ["id": "p1", "name": "main", "value": "+15555550101"],
                    ["id": "p2", "name": "phone", "value": "555 0199"], ["id": "p3", "name": "", "value": "911"],
                ],
            ],
            "customFields": [
                ["id": "f1", "key": "plan", "value": "gold"], ["id": "f2", "key": "options", "value": ["a,b", "c"]],
                ["id": "f3", "value": "kept"],
            ],
        ]
        #expect(body == expected, "\(body)")
    }

    @Test func `a single value that the API left out is not emptied`() async throws {
        let body = try await RecordingAPI(contact: Self.fields("lastName", nil)).update(["company": "New"])
        #expect(body["defaultFields"]?["company"] == "New")
        #expect(body["defaultFields"]?["lastName"] == nil, "\(body)")
    }

    @Test func `a list that is null is an empty one`() async throws {
        let body = try await RecordingAPI(contact: Self.fields("emails", .null)).update(["company": "New"])
        #expect(body["defaultFields"]?["emails"] == [], "\(body)")
    }

    @Test func `the forms name everything that is stored`() async throws {
        let api = try RecordingAPI(contact: ["data": .object(oddContact)])
        let update = await api.answer(toUpdate: ["company": "New"]).form
        let deletion = await api.client.call("delete_contact", ["contact": RecordingAPI.contact]).form
        for form in [update, deletion] {
            for line in [
                "firstName: Ana", "lastName: Ruiz", "birthday: 1990-01-01",
                #"addresses: {"id":"a1","value":"1 Main St"}"#,
                "email work: a@example.com",
                "email home: b@example.com", "phone main: +15555550101", "phone without a label: 555 0199",
                "phone without a label: 911", "plan: gold", "options: \"a,b\", \"c\"", "Keyless: kept",
                "externalId: crm-1",
            ] {
                #expect("\(form)\n".contains("\n    \(line)\n"), "\(line): \(form)")
            }
        }
        #expect(update.contains("~ company: Bakery → New"))
        #expect(deletion.contains("    company: Bakery"))
    }
}
