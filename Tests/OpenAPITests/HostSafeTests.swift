import JSON
import OpenAPI
import Testing

@Suite struct HostSafeTests {
    private func plain(_ schema: JSONValue, description: String? = nil) throws(HostSafeError) -> JSONValue? {
        let property = HostSafeSchema.Property(
            name: "a", schema: schema, description: description, isRequired: false)
        return try HostSafeSchema([property]).schema["properties"]?["a"]
    }

    @Test(
        arguments: [
            (
                ["type": "string", "pattern": "^PN", "minLength": 1, "examples": ["x"], "title": "T", "default": "x"],
                ["type": "string"]
            ),
            (["type": ["integer", "null"], "minimum": 1], ["type": "integer"]),
            (["type": ["integer", "number"]], ["type": "number"]),
            (["type": "number", "enum": [1, 2]], ["type": "integer"]),
            (["allOf": [["type": "integer"], ["type": ["number", "string"]]]], ["type": "integer"]),
            (["type": "string", "format": "date-time"], ["type": "string", "format": "date-time"]),
            (["type": "string", "format": "uri"], ["type": "string"]),
            (["enum": ["a", "b", nil]], ["type": "string", "enum": ["a", "b"]]),
            (["const": "a"], ["type": "string", "enum": ["a"]]),
            (["type": "integer", "enum": [1, 2]], ["type": "integer"]),
            (
                ["anyOf": [["type": "string", "pattern": "^PN"], ["type": "string"], ["type": "null"]]],
                ["type": "string"]
            ),
            (["anyOf": [["const": "a"], ["enum": ["b", "a"]]]], ["type": "string", "enum": ["a", "b"]]),
            (["anyOf": [["const": "a"], ["type": "string"]]], ["type": "string"]),
            (
                ["anyOf": [["type": "string", "format": "date-time"], ["type": "null"]]],
                ["type": "string", "format": "date-time"]
            ),
            (["allOf": [["type": "string"], ["enum": ["a"]]]], ["type": "string", "enum": ["a"]]),
            (
                ["type": "array", "maxItems": 1, "items": ["type": "string", "enum": ["a"]]],
                ["type": "array", "items": ["type": "string", "enum": ["a"]]]
            ),
            (
                [
                    "anyOf": [
                        ["type": "array", "items": ["type": "string"]], ["type": "array", "items": ["const": "*"]],
                    ]
                ],
                ["type": "array", "items": ["type": "string"]]
            ),
            (["type": "boolean", "description": "Own."], ["type": "boolean", "description": "Own."]),
        ] as [(JSONValue, JSONValue)])
    func `a schema is said plainly`(schema: JSONValue, expected: JSONValue) throws {
        #expect(try plain(schema) == expected)
    }

    @Test func `a given description takes the place of the schema's own`() throws {
        let result = try plain(["type": "string", "description": "Own."], description: "Given.")
        #expect(result == ["type": "string", "description": "Given."])
    }

    @Test(
        arguments: [
            ["type": "object"], ["type": ["string", "integer"]], [:], true, ["type": "array"],
            ["type": "array", "items": ["type": "object"]], ["type": "array", "items": ["type": "array"]],
            ["anyOf": [["type": "string"], ["type": "object"]]],
        ] as [JSONValue])
    func `what cannot be said plainly is an error`(_ schema: JSONValue) {
        #expect(throws: HostSafeError.self) { try plain(schema) }
    }

    @Test func `parts within parts are looked through in good time`() {
        // One that asked each part twice would not end.
        let inner: JSONValue = ["type": "array", "format": "uri", "items": ["enum": ["a"]]]
        let outline = SchemaOutline((0..<60).reduce(inner) { part, _ in ["allOf": [part]] })
        #expect(outline.format == "uri")
        #expect(outline.items?.stringValues == ["a"])
        #expect(outline.stringValues == nil)
    }

    @Test func `of alternatives each member is there, required where all require it`() {
        let outline = SchemaOutline([
            "required": ["z"], "properties": ["z": true],
            "oneOf": [
                ["properties": ["a": ["type": "string"], "b": true], "required": ["a", "b"]],
                ["properties": ["a": ["type": "integer"], "c": true], "required": ["a", "c"]], ["type": "null"],
            ],
        ])
        #expect(outline.members.map(\.name) == ["z", "a", "b", "c"])
        #expect(outline.members.map(\.isRequired) == [true, true, false, false])
        #expect(outline.members[1].schema == ["anyOf": [["type": "string"], ["type": "integer"]]])
    }

    @Test func `required properties come first and keep their order`() throws {
        let properties = [("a", false), ("b", true), ("c", false), ("d", true)].map { name, isRequired in
            HostSafeSchema.Property(name: name, schema: ["type": "string"], description: nil, isRequired: isRequired)
        }
        let schema = try HostSafeSchema(properties).schema
        #expect(schema["properties"]?.objectValue?.names == ["b", "d", "a", "c"])
        #expect(schema["required"] == ["b", "d"])
        #expect(try HostSafeSchema([]).schema == ["type": "object", "properties": [:]])
    }
}

@Suite struct HostSafeLintTests {
    private static func tool(_ properties: JSONValue = ["a": ["type": "string"]]) -> JSONObject {
        [
            "name": "send_message", "title": "Send", "description": "Sends.",
            "inputSchema": ["type": "object", "properties": properties],
            "outputSchema": ["type": "object"],
            "annotations": [
                "readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": true,
            ],
        ]
    }

    private static func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
        var tool = tool()
        tool[name] = value
        return .object(tool)
    }

    private static func property(_ schema: JSONValue, name: String = "a") -> JSONValue {
        .object(tool(.object([name: schema])))
    }

    private static func input(_ schema: JSONValue) -> JSONValue { changed("inputSchema", schema) }

    @Test func `a good tool breaks no rule`() {
        let properties: JSONValue = [
            "a": ["type": "string", "description": "A.", "enum": ["x"]],
            "b": ["type": "array", "items": ["type": "string", "format": "date-time"]], "c": ["type": "boolean"],
        ]
        #expect(HostSafeLint.violations(in: .object(Self.tool(properties))) == [])
    }

    static let violating: [(HostSafeLint.Rule, JSONValue)] = [
        (.toolName, changed("name", "sendMessage")), (.toolName, changed("name", "send.message")),
        (.toolName, changed("name", "send__message")), (.toolName, changed("name", "_send")),
        (.toolName, changed("name", "1send")), (.toolName, changed("name", "")), (.toolName, changed("name", nil)),
        (.toolName, changed("name", .string("a" + String(repeating: "b", count: 40)))),
        (.description, changed("description", nil)), (.description, changed("description", " ")),
        (.description, property(["type": "string", "description": nil])),
        (.title, changed("title", nil)), (.title, changed("title", "")),
        (
            .annotations,
            changed("annotations", ["readOnlyHint": true, "destructiveHint": false, "idempotentHint": true])
        ),
        (
            .annotations,
            changed(
                "annotations",
                ["readOnlyHint": "yes", "destructiveHint": false, "idempotentHint": true, "openWorldHint": false])
        ),
        (.objectRoot, changed("inputSchema", nil)), (.objectRoot, input(["type": "string"])),
        (.objectRoot, input(["anyOf": [["type": "object"]]])), (.objectRoot, input(["type": "object"])),
        (.outputRoot, changed("outputSchema", nil)), (.outputRoot, changed("outputSchema", ["type": "array"])),
        (.propertyName, property(["type": "string"], name: "field[in]")),
        (.propertyName, property(["type": "string"], name: "StartTime<")),
        (.propertyName, property(["type": "string"], name: "_a")),
        (.propertyName, property(["type": "string"], name: "")),
        (.propertyName, property(["type": "string"], name: String(repeating: "a", count: 65))),
        (.propertyName, property(["type": "string"], name: "é")),
        (.propertiesProperty, property(["type": "string"], name: "properties")),
        (.keyword, input(["type": "object", "properties": [:], "anyOf": []])),
        (.keyword, input(["type": "object", "properties": [:], "$schema": "x"])),
        (.keyword, input(["type": "object", "properties": [:], "additionalProperties": false])),
        (.singleType, property(["type": ["string", "null"]])), (.singleType, property(["description": "x"])),
        (.singleType, property(["type": "null"])), (.singleType, property(true)),
        (.flat, property(["type": "object"])), (.flat, property(["type": "array", "items": ["type": "array"]])),
        (.flat, property(["type": "array", "items": ["type": "object"]])),
        (.arrayItems, property(["type": "array"])), (.arrayItems, property(["type": "array", "items": []])),
        (.arrayItems, property(["type": "array", "items": true])),
        (.arrayItems, property(["type": "string", "items": ["type": "string"]])),
        (.stringEnum, property(["type": "integer", "enum": [1]])),
        (.stringEnum, property(["type": "string", "enum": []])),
        (.stringEnum, property(["type": "string", "enum": ["a", nil]])),
        (.stringEnum, property(["type": "array", "items": ["type": "string"], "enum": ["a"]])),
        (.format, property(["type": "string", "format": "uri"])),
        (.format, property(["type": "integer", "format": "date-time"])),
        (.required, input(["type": "object", "properties": [:], "required": ["a"]])),
        (.required, input(["type": "object", "properties": ["a": ["type": "string"]], "required": ["a", "a"]])),
        (.required, input(["type": "object", "properties": ["a": ["type": "string"]], "required": "a"])),
    ]

    @Test(arguments: violating)
    func `a violation names its rule alone`(rule: HostSafeLint.Rule, tool: JSONValue) {
        #expect(Set(HostSafeLint.violations(in: tool).map(\.rule)) == [rule])
    }

    @Test(arguments: [
        "$ref", "anyOf", "oneOf", "allOf", "not", "const", "default", "title", "pattern", "minLength", "maxLength",
        "minimum", "exclusiveMinimum", "additionalProperties", "examples", "nullable",
    ])
    func `a keyword that some host refuses is found in a property and in its items`(_ keyword: String) {
        var string: JSONObject = ["type": "string"]
        string[keyword] = "x"
        for property in [JSONValue.object(string), ["type": "array", "items": .object(string)]] {
            let violations = HostSafeLint.violations(in: Self.property(property))
            #expect(violations.map(\.rule) == [.keyword])
            #expect(violations.first?.description == "send_message.a: \(keyword) is not accepted everywhere [keyword]")
        }
    }

    @Test func `every rule has a tool that breaks it`() {
        #expect(Set(Self.violating.map(\.0)) == Set(HostSafeLint.Rule.allCases))
    }
}
