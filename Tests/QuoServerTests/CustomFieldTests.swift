import JSON
import QuoServer
import Testing

@Suite struct CustomFieldTests {
    private static let definitions: JSONValue = [
        ["key": "tier2", "name": "tier", "type": "string"], ["key": "tier", "name": "tier2", "type": "string"],
        ["key": "gate", "name": "Gate", "type": "string"],
        ["key": "gate:code", "name": "Gate: code", "type": "string"],
        ["key": "options", "name": "Options", "type": "multi-select"],
    ]

    private func written(_ text: String) async throws -> JSONValue {
        let contact = oddContact.with("customFields", [])
        let api = try RecordingAPI(contact: ["data": contact], fields: Self.definitions)
        let body = await api.update(["customFields": [.string(text)]])
        return body["customFields"]?[0] ?? .null
    }

    @Test(arguments: [
        ("gate:code: 42:7", "gate:code", "42:7"), ("gate: 42:7", "gate", "42:7"), ("gate:code:x", "gate:code", "x"),
        ("Gate: code: 7", "gate:code", "7"), ("Gate: 7", "gate", "7"), ("gate : 7", "gate", "7"),
        ("tier: gold", "tier", "gold"), ("tier2: gold", "tier2", "gold"),
    ])
    func `the longest key counts, and a key before a name`(text: String, key: String, value: String) async throws {
        let item = try await written(text)
        #expect(item == ["key": .string(key), "value": .string(value)], "\(item)")
    }

    @Test(
        arguments: [
            ("options: a, b", ["a", "b"]), (#"options: ["a,b","c"]"#, ["a,b", "c"]), (#"options: ["a"]"#, ["a"]),
            ("options: one", ["one"]),
        ] as [(String, JSONValue)])
    func `options are written with commas or as a list`(text: String, options: JSONValue) async throws {
        #expect(try await written(text) == ["key": "options", "value": options])
    }

    @Test(arguments: ["options: [a", #"options: ["a", 1]"#, #"options: ["a"#])
    func `a list that is none is a fault`(text: String) async throws {
        let api = try RecordingAPI(contact: .object(oddContact), fields: Self.definitions)
        let result = await api.answer(toUpdate: ["customFields": [.string(text)]])
        #expect(result["isError"] == true && result.resultText.contains("- customFields[0]: "), "\(result)")
    }

    @Test func `options with a comma can be told apart in the form`() async throws {
        let api = try RecordingAPI(contact: .object(oddContact), fields: Self.definitions)
        let form = await api.answer(toUpdate: ["customFields": ["options: c, d"]]).form
        #expect(form.contains(#"~ options: "a,b", "c" → c, d"#), "\(form)")
    }

    @Test func `a stored key is removed before a stored name`() async throws {
        let contact = oddContact.with(
            "customFields",
            [
                ["id": "f1", "key": "tier2", "name": "tier", "value": "by name"],
                ["id": "f2", "key": "tier", "name": "tier2", "value": "by key"],
            ])
        let body = try await RecordingAPI(contact: contact).update(["remove": ["tier"]])
        #expect(body["customFields"]?[0]?["value"] == "by name", "\(body)")
        #expect(body["customFields"]?[1]?["value"] == .null, "\(body)")
    }
}
