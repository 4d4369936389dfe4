import JSON
import OpenAPI
import Testing

@Suite struct SchemaMessageTests {
    private static let number: JSONValue = [
        "type": "string", "pattern": #"^\+[1-9]\d{1,14}$"#, "examples": ["+15555550123"],
    ]
    private static let inbox: JSONValue = ["type": "string", "pattern": "^PN(.*)$", "examples": ["PN123abc"]]

    private func lines(_ schema: JSONValue, _ value: JSONValue) -> [String] {
        SchemaValidator(schema).faults(in: value).map(\.description)
    }

    @Test func `every fault is reported at once with its path and an example`() {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "content": ["type": "string", "minLength": 1, "maxLength": 5, "pattern": #".*\S.*"#],
                "from": ["anyOf": [Self.inbox, Self.number]],
                "to": ["type": "array", "minItems": 1, "maxItems": 1, "items": Self.number],
                "maxResults": ["type": "integer", "minimum": 1, "maximum": 100],
                "when": ["type": "string", "format": "date-time"],
            ],
            "required": ["content", "from", "to"], "additionalProperties": false,
        ]
        let value: JSONValue = [
            "content": "much too long", "to": ["+1555", "555-0123"], "maxResults": 0, "when": "tomorrow", "form": 1,
        ]
        #expect(
            lines(schema, value) == [
                #"from is required; for example "PN123abc""#,
                "content must be at most 5 characters long, not 13",
                "to must be at most 1 element long, not 2",
                #"to[1] must be a phone number in E.164 form, not "555-0123"; for example "+15555550123""#,
                "maxResults must be at least 1, not 0",
                #"when must be a date and time such as 2026-01-31T09:00:00Z, not "tomorrow""#,
                "form is not known; known are content, from, to, maxResults, when",
            ])
    }

    @Test(
        arguments: [
            (["type": "string"], 15_555_550_123, "the value must be a string, not 15555550123"),
            (["type": ["string", "null"]], ["a", "b"], "the value must be a string, not a list of 2"),
            (["type": ["string", "number"]], true, "the value must be a string or a number, not true"),
            (["type": "integer"], 1.5, "the value must be a whole number, not 1.5"),
            (inbox, "US1", #"the value must start with PN, unlike "US1"; for example "PN123abc""#),
            (["pattern": #"\S"#], " ", #"the value must be text that is not blank, not " ""#),
            (["pattern": "^a$"], "b", #"the value must be text that matches ^a$, not "b""#),
            (["enum": ["done"]], "open", #"the value must be "done", not "open"; for example "done""#),
            (["enum": ["a", "b"]], nil, #"the value must be one of "a", "b", not null; for example "a""#),
            (["uniqueItems": true], [1, 2, 1], "[2] repeats element 0"),
            (["contains": true], [], "the value must hold at least 1 such elements, not 0"),
            (["properties": ["a b": false]], ["a b": 1], #"["a b"] is not allowed"#),
            (
                ["propertyNames": ["maxLength": 1]], ["ab": 1],
                "ab has a name that must be at most 1 character long, not 2"
            ),
            (["minLength": 1, "pattern": #"\S"#], "", "the value must be at least 1 character long, not 0"),
        ] as [(JSONValue, JSONValue, String)])
    func `a message says what was wanted and what came`(schema: JSONValue, value: JSONValue, line: String) {
        #expect(lines(schema, value) == [line])
    }

    @Test(
        arguments: [
            (
                ["anyOf": [inbox, number]], "555",
                #"the value must be one of: a PN… id, a phone number in E.164 form, not "555"; for example "PN123abc""#
            ),
            (
                ["anyOf": [number, ["type": "null"]]], 5,
                #"the value must be a string, not 5; for example "+15555550123""#
            ),
            (
                ["anyOf": [["type": "integer"], ["type": "boolean"]]], "x",
                #"the value must be one of: a whole number, true or false, not "x""#
            ),
            (
                [
                    "anyOf": [
                        ["type": "array", "items": inbox],
                        ["type": "array", "items": ["type": "string", "const": "*"]],
                    ]
                ],
                ["XX"], #"[0] must be one of: a PN… id, "*", not "XX"; for example "PN123abc""#
            ),
            (
                ["anyOf": [["type": "string"], ["type": "object", "properties": ["a": ["type": "integer"]]]]],
                ["a": "x"],
                #"a must be a whole number, not "x""#
            ),
            (
                ["anyOf": [true], "oneOf": [["type": "null"], ["type": "string"]]], 5,
                "the value must be a string, not 5"
            ),
            (["oneOf": [["minimum": 1], ["minimum": 2]]], 3, "the value fits more than one alternative"),
        ] as [(JSONValue, JSONValue, String)])
    func `of alternatives the closest is told`(schema: JSONValue, value: JSONValue, line: String) {
        #expect(lines(schema, value) == [line])
    }

    @Test func `a path leads into objects and lists`() {
        let schema: JSONValue = [
            "properties": [
                "defaultFields": [
                    "properties": ["phoneNumbers": ["items": ["properties": ["value": ["type": "string"]]]]]
                ]
            ]
        ]
        let value: JSONValue = ["defaultFields": ["phoneNumbers": [[:], ["value": 1]]]]
        #expect(SchemaValidator(schema).faults(in: value).map(\.path) == ["defaultFields.phoneNumbers[1].value"])
    }

    @Test func `an element without an example of its own borrows its list's`() {
        let schema: JSONValue = [
            "items": ["type": "string", "pattern": #"\S"#], "examples": [["mobile: +15555550123"]],
        ]
        #expect(SchemaValidator(schema).faults(in: ["  "]).first?.example == "mobile: +15555550123")
    }

    @Test func `what came is short and cannot disguise itself`() {
        let long = String(repeating: "a", count: 50)
        #expect(lines(["type": "null"], .string(long)) == [#"the value must be null, not "\#(long.prefix(40))…""#])
        let bidirectional: JSONValue = "a\u{202E}\u{200B}\n\"\\"
        #expect(
            lines(["type": "null"], bidirectional) == [#"the value must be null, not "a\u{202e}\u{200b}\u{a}\"\\""#])
        let name: JSONValue = ["a\u{202E}": 1]
        #expect(lines(["additionalProperties": false], name) == [#"["a\u{202e}"] is not known; none is"#])
    }
}
