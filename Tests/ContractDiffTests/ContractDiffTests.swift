import ContractDiff
import JSON
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The contracts as files, with single edits as a vendor might make them.
@Suite struct ContractDiffTests {
    private static func contract(_ name: String = "quo-v1") throws -> String {
        let end = try #require(#filePath.firstRange(of: "/Tests/ContractDiffTests")).lowerBound
        let file = try #require(fopen(#filePath[..<end] + "/schemas/\(name).openapi.json", "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private func comparison(_ text: String) throws -> ContractComparison {
        try ContractComparison(Array(text.utf8))
    }

    /// The contract with one value of it changed; nil removes it.
    private func edited(_ path: [String], to value: JSONValue?) throws -> ContractComparison {
        let json = try JSONValue(parsing: Self.contract())
        return try comparison(json.setting(path[...], to: value).text())
    }

    @Test(arguments: [("quo-v1", 43), ("quo-2026-03-30", 62)])
    func `the contract's own file is no different`(name: String, count: Int) throws {
        let comparison = try comparison(Self.contract(name))
        #expect(comparison.differences == [])
        #expect(comparison.warnings == [])
        #expect(comparison.sharedCount == count)
        #expect(comparison.lines == ["0 differences, \(count) operations compared"])
    }

    static let edits: [(path: [String], value: JSONValue?, place: String, change: String)] = [
        (["paths", "/v1/tasks", "get"], nil, "", "operation removed"),
        (
            ["paths", "/v1/tasks/{taskId}/star"], ["post": ["operationId": "star", "responses": [:]]], "",
            "operation added"
        ),
        (
            ["paths", "/v1/tasks", "get", "parameters", "0", "schema", "maximum"], 20, "parameter maxResults",
            "maximum: was 100, now 20"
        ),
        (
            ["paths", "/v1/conversations", "get", "parameters", "5", "required"], true, "parameter excludeInactive",
            "became required"
        ),
        (
            ["paths", "/v1/conversations", "get", "parameters", "5", "name"], "cursor", "parameter excludeInactive",
            "removed"
        ),
        (
            ["paths", "/v1/conversations", "get", "parameters", "5", "name"], "cursor", "parameter cursor",
            "added, in the query, optional: boolean"
        ),
        (["paths", "/v1/users", "get", "responses", "429"], ["description": "x"], "status 429", "added"),
        (["paths", "/v1/users", "get", "deprecated"], true, "", "became deprecated"),
        (
            ["paths", "/v1/tasks", "get", "parameters", "0", "deprecated"], true, "parameter maxResults",
            "became deprecated"
        ),
        (
            ["paths", "/v1/tasks", "get", "parameters", "0", "schema", "deprecated"], true, "parameter maxResults",
            "became deprecated"
        ),
        (
            ["paths", "/v1/conversations", "get", "parameters", "0", "deprecated"], nil, "parameter phoneNumber",
            "is no longer deprecated"
        ),
        (
            ["components", "schemas", "NewMessage", "properties", "content", "deprecated"], true, "body.content",
            "deprecated: was none, now true"
        ),
        (
            ["paths", "/v1/users", "get", "security"], [[:]], "security",
            "was apiKey in the header authorization, now none"
        ),
        (
            ["security"], [], "security", "was apiKey in the header authorization, now none"
        ),
        (["security"], nil, "security", "was apiKey in the header authorization, now none"),
        (
            ["components", "securitySchemes", "apiKey"], ["type": "http", "scheme": "bearer"], "security",
            "was apiKey in the header authorization, now http bearer"
        ),
    ]

    @Test(arguments: edits)
    func `a single edit is told in words`(
        edit: (path: [String], value: JSONValue?, place: String, change: String)
    ) throws {
        let comparison = try edited(edit.path, to: edit.value)
        #expect(
            comparison.differences.contains { $0.place == edit.place && $0.change == edit.change },
            "\(comparison.differences.map(\.text))")
        #expect(Set(comparison.differences.map(\.operation)).count == 1)
    }

    @Test func `prose is no difference`() throws {
        let path = ["paths", "/v1/tasks", "get"]
        #expect(try edited(path + ["description"], to: "Other words").differences == [])
        #expect(try edited(path + ["x-anything"], to: ["a": 1]).differences == [])
        #expect(try edited(path + ["parameters", "0", "schema", "title"], to: "Other").differences == [])
    }

    @Test func `a text where examples wants a list is a warning`() throws {
        let comparison = try edited(["paths", "/v1/tasks", "get", "parameters", "0", "schema", "examples"], to: "10")
        #expect(comparison.differences == [])
        #expect(comparison.warnings.count == 1)
        #expect(comparison.warnings.first?.hasSuffix("must be a list, and is of the type string") == true)
    }

    @Test func `many such texts are one warning, which counts them`() throws {
        let text = try JSONValue(parsing: Self.contract())
            .setting(["paths", "/v1/conversations", "get", "parameters", "5", "schema", "examples"], to: "true")
            .setting(["paths", "/v1/tasks", "get", "parameters", "0", "schema", "examples"], to: "10").text()
        let one = try comparison(text)
        #expect(one.warnings.count == 1)
        #expect(
            one.warnings.first?.hasSuffix(
                "/5/schema/examples: must be a list, and is of the type string; so in 1 other place") == true)
    }

    @Test func `security by another name is the same`() throws {
        let json = try JSONValue(parsing: Self.contract())
        let scheme = try #require(json["components"]?["securitySchemes"]?["apiKey"])
        let renamed = json.setting(["components", "securitySchemes"], to: ["key": scheme])
            .setting(["security"], to: [["key": []]])
            .setting(["paths", "/v1/users", "get", "security"], to: [["key": []]])
        #expect(try comparison(renamed.text()).differences == [])
    }

    @Test func `security that each operation says itself needs none of the document`() throws {
        var json = try JSONValue(parsing: Self.contract()).setting(["security"], to: nil)
        for path in try #require(json["paths"]?.objectValue) {
            for member in path.value.objectValue ?? [:] where member.value["responses"] != nil {
                json = json.setting(["paths", path.name, member.name, "security"], to: [["apiKey": []]])
            }
        }
        #expect(try comparison(json.text()).differences == [])
    }

    @Test(
        arguments: [
            (["$ref": "#/components/schemas/Nowhere"], "names nothing"),
            (["$ref": "other.json"], "is not a reference into this document"),
            ("number", "a schema must be an object or a Boolean"),
        ] as [(JSONValue, String)])
    func `what cannot be read is a difference, and the rest is compared`(schema: JSONValue, words: String) throws {
        let comparison = try edited(["paths", "/v1/tasks", "get", "parameters", "0", "schema"], to: schema)
        #expect(comparison.sharedCount == 43)
        #expect(comparison.differences.map(\.place) == ["parameter maxResults"])
        let change = try #require(comparison.differences.first?.change)
        #expect(change.hasPrefix("could not be compared: #/paths/") && change.contains(words), "\(change)")
    }

    private static let nowhere: JSONValue = ["$ref": "#/components/schemas/Nowhere"]

    static let unreadable: [(path: [String], value: JSONValue, operation: String, place: String)] = [
        (
            ["paths", "/v1/messages", "post", "requestBody", "content", "application/json", "schema"], nowhere,
            "POST /v1/messages", "body"
        ),
        (["paths", "/v1/messages", "post", "requestBody"], nowhere, "POST /v1/messages", "body"),
        (["paths", "/v1/messages", "post", "requestBody", "content"], ["text/csv": [:]], "POST /v1/messages", "body"),
        (
            ["paths", "/v1/users", "get", "responses", "200", "content", "application/json", "schema"], nowhere,
            "GET /v1/users", "answer"
        ),
        (["paths", "/v1/users", "get", "responses", "200"], "bad", "GET /v1/users", "answer"),
        (["paths", "/v1/users", "get", "responses", "404"], nowhere, "GET /v1/users", "status 404"),
        (["paths", "/v1/users", "get", "responses", "4XX"], ["description": "x"], "GET /v1/users", "status 4XX"),
        (["paths", "/v1/users", "get", "responses"], [], "GET /v1/users", "answer"),
        (["paths", "/v1/users", "get", "parameters"], "nope", "GET /v1/users", "parameters"),
        (["paths", "/v1/users", "get", "parameters", "0"], nowhere, "GET /v1/users", "parameters"),
        (["paths", "/v1/users", "get", "security"], "key", "GET /v1/users", "security"),
        (["paths", "/v1/users", "get"], "bad", "GET /v1/users", ""),
        (["paths", "/v1/users"], nowhere, "/v1/users", ""),
        (["paths", "/v1/parcels"], .null, "/v1/parcels", ""),
        (["components", "securitySchemes"], [:], "every operation", "security"),
        (["webhooks"], [], "webhooks", ""),
    ]

    @Test(arguments: unreadable)
    func `no part that cannot be read passes for equal`(
        edit: (path: [String], value: JSONValue, operation: String, place: String)
    ) throws {
        let comparison = try edited(edit.path, to: edit.value)
        let flaws = comparison.differences.filter { $0.change.hasPrefix("could not be compared: ") }
        #expect(flaws.map(\.operation) == [edit.operation], "\(comparison.lines)")
        #expect(flaws.map(\.place) == [edit.place])
        // What is there and cannot be read is not removed.
        #expect(!comparison.differences.contains { $0.change.hasSuffix("removed") }, "\(comparison.lines)")
    }

    @Test func `a keyword that is not known is a warning and a difference`() throws {
        let comparison = try edited(
            ["paths", "/v1/tasks", "get", "parameters", "0", "schema"],
            to: ["type": "integer", "minimum": 1, "maximum": 100, "default": 50, "fancy": true])
        #expect(comparison.warnings.contains { $0.contains("fancy: is not claimed") }, "\(comparison.warnings)")
        #expect(comparison.differences.map(\.change) == ["fancy: was none, now true"])
    }

    @Test func `a schema that refers to itself cannot be compared`() throws {
        let json = try JSONValue(parsing: Self.contract())
            .setting(["components", "schemas", "Loop"], to: ["items": ["$ref": "#/components/schemas/Loop"]])
            .setting(
                ["paths", "/v1/tasks", "get", "parameters", "0", "schema"], to: ["$ref": "#/components/schemas/Loop"])
        let comparison = try comparison(json.text())
        #expect(comparison.differences.map(\.place) == ["parameter maxResults"])
        #expect(comparison.differences.first?.change.contains("a cycle of references") == true)
    }

    // MARK: Events

    private static let events = [
        "message.received", "message.delivered", "call.ringing", "call.completed", "call.recording.completed",
        "call.summary.completed", "call.transcript.completed", "contact.updated", "contact.deleted",
    ]

    private func comparison(ofEvents names: [String], _ webhook: JSONValue = ["post": [:]]) throws -> [String] {
        var webhooks: JSONObject = [:]
        for name in names { webhooks[name] = webhook }
        return try edited(["webhooks"], to: .object(webhooks)).differences.map { "\($0.operation) \($0.text)" }
    }

    @Test func `types of events that come and go are told`() throws {
        #expect(try comparison(ofEvents: Self.events) == [])
        #expect(
            try comparison(ofEvents: Self.events.filter { $0 != "call.ringing" } + ["fax.received"]) == [
                "webhooks call.ringing: event removed", "webhooks fax.received: event added",
            ])
    }

    @Test func `the types that a webhook's body lists count, and not its name`() throws {
        let body: JSONValue = [
            "type": "object",
            "properties": ["type": ["enum": .array((Self.events + ["fax.received"]).map { .string($0) })]],
        ]
        let webhook: JSONValue = ["post": ["requestBody": ["content": ["application/json": ["schema": body]]]]]
        #expect(try comparison(ofEvents: ["anything"], webhook) == ["webhooks fax.received: event added"])
    }

    @Test func `an event that cannot be read is told, and is not removed`() throws {
        let told = try comparison(ofEvents: Self.events, Self.nowhere)
        #expect(told.count == Self.events.count)
        #expect(told.allSatisfy { $0.contains(": could not be compared: ") }, "\(told)")
    }

    @Test func `the contract of 2026-03-30 knows 28 types of events`() throws {
        let text = try JSONValue(parsing: Self.contract("quo-2026-03-30")).setting(["webhooks"], to: [:]).text()
        let removed = try comparison(text).differences
        #expect(removed.count == 28)
        #expect(removed.allSatisfy { $0.operation == "webhooks" && $0.change == "event removed" })
    }

    @Test(arguments: [
        "", "openapi: 3.1.0", "[]", "{}", #"{"openapi":"3.1.0"}"#, #"{"openapi":"2.0","paths":{}}"#,
        #"{"openapi":"3.1.0","paths":{}}"#, #"{"openapi":"3.1.0","paths":{"/v1/users":{}}}"#,
        #"{"openapi":"3.1.0","paths":{"/v1/users":{"get":7}}}"#,
    ])
    func `what is no OpenAPI document is not readable`(text: String) {
        #expect(throws: UnreadableContract.self) { try comparison(text) }
    }

    @Test func `a document of other paths is compared with nothing of the first version`() throws {
        let comparison = try comparison(
            #"{"openapi":"3.0.3","paths":{"/parcels":{"get":{"responses":{"200":{"description":"x"}}}}}}"#)
        #expect(comparison.differences.contains { $0.operation == "GET /parcels" && $0.text == "operation added" })
        #expect(!comparison.differences.contains { $0.operation.contains("/v1/") })
    }

    @Test func `a program gets what a person gets`() throws {
        let comparison = try edited(["paths", "/v1/tasks", "get"], to: nil)
        #expect(
            comparison.json == [
                "compared": 42, "warnings": [],
                "differences": [["operation": "GET /v1/tasks", "place": "", "change": "operation removed"]],
            ])
        #expect(
            comparison.lines == ["GET /v1/tasks", "  operation removed", "1 difference, 42 operations compared"])
    }
}

extension JSONValue {
    /// This value with what stands at a path replaced, or removed where nil.
    func setting(_ path: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let step = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        if case .array(var elements) = self, let index = Int(step) {
            elements[index] = elements[index].setting(rest, to: value)
            return .array(elements)
        }
        var object = objectValue ?? [:]
        object[step] = rest.isEmpty ? value : (object[step] ?? [:]).setting(rest, to: value)
        return .object(object)
    }
}
