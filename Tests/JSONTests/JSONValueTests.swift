import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ("9007199254740993", 9_007_199_254_740_993),
        ("1.0", 1), ("1e2", 100), ("-0", 0), ("0.0", 0),
    ])
    func `integers are exact to 64 bits`(text: String, value: Int64) throws {
        #expect(try JSONValue(parsing: text).integerValue == value)
    }

    @Test(arguments: ["9223372036854775808", "1.5", "1e-1", "1e400", "9007199254740993.0"])
    func `what is no 64-bit integer is not made into one`(text: String) throws {
        #expect(try JSONValue(parsing: text).integerValue == nil)
    }

    @Test(arguments: [
        ("1", "integer"), ("1.0", "integer"), ("1e300", "integer"), ("1.5", "number"), ("1e-1", "number"),
    ])
    func `a number without a fraction is an integer to JSON Schema`(text: String, type: String) throws {
        #expect(try JSONValue(parsing: text).typeName == type)
    }

    @Test func `equal numbers are equal and hash alike however they are written`() throws {
        let values = try ["1", "1.0", "1e0"].map { try JSONValue(parsing: $0) }
        #expect(Set(values).count == 1)
        #expect(JSONValue(1.5) == 1.5)
        #expect(try JSONValue(parsing: "9007199254740993") != JSONValue(parsing: "9007199254740992"))
    }

    @Test func `objects are equal whatever the order of their members`() throws {
        let first = try JSONValue(parsing: #"{"a":1,"b":[2]}"#)
        let second = try JSONValue(parsing: #"{"b":[2],"a":1}"#)
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
        #expect(try first != JSONValue(parsing: #"{"a":1,"b":[3]}"#))
    }

    @Test func `objects that differ at the bottom of a deep nesting are told apart`() {
        // A comparison that looked twice at each level would not end.
        func nested(_ bottom: JSONValue) -> JSONValue { (0..<100).reduce(bottom) { value, _ in ["a": value] } }
        #expect(nested(1) != nested(2))
        #expect(nested(1) == nested(1))
    }

    @Test func `setting keeps the place, removes with nil and appends what is new`() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = "two"
        object["a"] = nil
        object["d"] = 4
        #expect(JSONValue.object(object).text() == #"{"b":"two","c":3,"d":4}"#)
    }

    @Test func `control characters and quotes are escaped and nothing else`() {
        let text = JSONValue.string("\u{0}\u{1F}\"\\/\u{7F}\u{2028}é\n\r\t\u{8}\u{C}").text()
        #expect(text == "\"\\u0000\\u001f\\\"\\\\/\u{7F}\u{2028}é\\n\\r\\t\\b\\f\"")
    }

    @Test func `what is written reads back the same and stays on one line`() throws {
        let value: JSONValue = ["text": "line\nbreak\u{2028}", "list": [1, 2.5, nil, true], "empty": [:]]
        let text = value.text()
        #expect(!text.contains("\n"))
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: value.text(isPretty: true)) == value)
    }

    @Test func `pretty text is indented by two spaces`() {
        let value: JSONValue = ["a": [1, [:]], "b": []]
        #expect(value.text(isPretty: true) == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
    }
}
