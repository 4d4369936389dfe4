import ContractDiff
import JSON
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The first version's contract as a file, with single edits as a vendor might make them.
@Suite struct ContractDiffTests {
    private static func contract() throws -> String {
        let end = try #require(#filePath.firstRange(of: "/Tests/ContractDiffTests")).lowerBound
        let file = try #require(fopen(#filePath[..<end] + "/schemas/quo-v1.openapi.json", "rb"))
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

    @Test func `the contract's own file is no different`() throws {
        let comparison = try comparison(Self.contract())
        #expect(comparison.differences == [])
        #expect(comparison.warnings == [])
        #expect(comparison.sharedCount == 43)
        #expect(comparison.lines == ["0 differences, 43 operations compared"])
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
        #expect(comparison.warnings.first?.contains("must be a list, and is of the type string") == true)
    }

    @Test(
        arguments: [
            (["$ref": "#/components/schemas/Nowhere"], "names nothing"),
            (["$ref": "other.json"], "is not a reference into this document"),
            (["type": "integer", "minimum": 1, "maximum": 100, "default": 50, "fancy": true], "fancy: is not claimed"),
            ("number", "a schema must be an object or a Boolean"),
        ] as [(JSONValue, String)])
    func `what cannot be read is a warning, and the rest is compared`(schema: JSONValue, words: String) throws {
        let comparison = try edited(["paths", "/v1/tasks", "get", "parameters", "0", "schema"], to: schema)
        #expect(comparison.warnings.contains { $0.contains(words) }, "\(comparison.warnings)")
        #expect(comparison.sharedCount == 43)
        #expect(Set(comparison.differences.map(\.place)).isSubset(of: ["parameter maxResults"]))
    }

    @Test func `a schema that refers to itself is a warning`() throws {
        let json = try JSONValue(parsing: Self.contract())
            .setting(["components", "schemas", "Loop"], to: ["items": ["$ref": "#/components/schemas/Loop"]])
            .setting(
                ["paths", "/v1/tasks", "get", "parameters", "0", "schema"], to: ["$ref": "#/components/schemas/Loop"])
        let comparison = try comparison(json.text())
        #expect(comparison.warnings.contains { $0.contains("a cycle of references") })
        #expect(comparison.differences == [])
    }

    @Test(arguments: ["", "openapi: 3.1.0", "[]", "{}", #"{"openapi":"3.1.0"}"#, #"{"openapi":"2.0","paths":{}}"#])
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
