import JSON
import OpenAPI
import Testing

@Suite struct ArgumentCoercionTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "text": ["type": "string"], "count": ["type": "integer"], "size": ["type": "number"],
            "flag": ["type": "boolean"], "list": ["type": "array", "items": ["type": "string"]],
            "numbers": ["type": "array", "items": ["type": "integer"]], "object": ["type": "object"],
            "objects": ["type": "array", "items": ["type": "object"]],
            "either": ["anyOf": [["type": "string"], ["type": "integer"]]], "any": [:],
            "optional": ["type": ["integer", "null"]],
            "ids": [
                "anyOf": [
                    ["type": "array", "items": ["type": "string", "pattern": "^PN"]],
                    ["type": "array", "items": ["const": "*"]],
                ]
            ],
        ],
    ]

    @Test(
        arguments: [
            ("text", "", nil), ("text", nil, nil), ("list", "", nil), ("unknown", nil, nil), ("unknown", "x", "x"),
            ("text", " ", " "), ("text", 15_555_550_123, 15_555_550_123), ("text", true, true), ("text", "5", "5"),
            ("text", "[1]", "[1]"), ("text", ["Ana"], "Ana"), ("text", [""], nil),
            ("text", ["Ana", "Ben"], ["Ana", "Ben"]),
            ("text", [], []), ("text", [5], [5]), ("text", [["Ana"]], [["Ana"]]), ("either", ["5"], ["5"]),
            ("text", #"["Ana"]"#, #"["Ana"]"#), ("count", ["5"], ["5"]), ("list", ["a"], ["a"]),
            ("count", "5", 5), ("count", " 5 ", 5), ("count", "5.0", 5), ("count", "5.5", 5.5),
            ("count", "five", "five"),
            ("count", "05", "05"), ("count", "+5", "+5"), ("count", "0x5", "0x5"), ("count", true, true),
            ("optional", "5", 5),
            ("size", "5.5", 5.5), ("size", "NaN", "NaN"), ("size", "1,5", "1,5"),
            ("flag", "true", true), ("flag", "False", false), ("flag", "yes", "yes"), ("flag", "1", "1"),
            ("flag", 1, 1),
            ("list", "+15555550123", ["+15555550123"]), ("list", #"["a","b"]"#, ["a", "b"]), ("list", "a,b", "a,b"),
            ("list", #"["a""#, #"["a""#), ("list", ["", nil], ["", nil]), ("list", 5, [5]),
            ("list", #"{"a":1}"#, #"{"a":1}"#),
            ("numbers", "5", [5]), ("numbers", 5, [5]), ("numbers", ["5", "x"], [5, "x"]), ("numbers", #"["5"]"#, [5]),
            ("object", #"{"a":1}"#, ["a": 1]), ("object", #"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#), ("object", "[]", "[]"),
            ("objects", #"[{"a":1}]"#, [["a": 1]]), ("objects", "x", "x"),
            ("either", "5", "5"), ("any", "5", "5"), ("ids", "PN1", ["PN1"]), ("ids", "*", ["*"]),
            ("ids", #"["PN1"]"#, ["PN1"]),
        ] as [(String, JSONValue, JSONValue?)])
    func `an argument of another type is put right where only one reading is possible`(
        name: String, value: JSONValue, expected: JSONValue?
    ) {
        var arguments = JSONObject()
        arguments[name] = value
        let result = ArgumentCoercion.coerce(arguments, schema: Self.schema)
        #expect(result[name] == expected)
        #expect(result[name]?.typeName == expected?.typeName)
    }

    @Test func `a whole number written with a fraction becomes plain`() throws {
        let arguments = try JSONValue(parsing: #"{"count":1e1,"numbers":[2.0],"size":2.0}"#).objectValue ?? [:]
        let result = ArgumentCoercion.coerce(arguments, schema: Self.schema)
        #expect(JSONValue.object(result).text() == #"{"count":10,"numbers":[2],"size":2.0}"#)
    }
}
