import JSON
import Testing

@testable import ContractDiff

/// Which spellings of a schema are the same, and the words for those that are not.
@Suite struct SchemaFormTests {
    @Test(
        arguments: [
            (["type": ["string", "null"]], ["anyOf": [["type": "string"], ["type": "null"]]]),
            (
                ["type": ["string", "null"], "maxLength": 9],
                ["oneOf": [["type": "null"], ["type": "string", "maxLength": 9]]]
            ),
            (["type": "string", "nullable": true], ["type": ["null", "string"]]),
            (["const": "a"], ["type": "string", "enum": ["a"]]),
            (["anyOf": [["const": "a"], ["const": "b"]]], ["type": "string", "enum": ["b", "a"]]),
            (["allOf": [["type": "integer", "minimum": 1]]], ["minimum": 1.0, "type": "integer"]),
            (
                ["allOf": [["properties": ["a": ["type": "string"]]], ["type": "object", "required": ["a"]]]],
                ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"]]
            ),
            (["anyOf": [["anyOf": [["type": "string"]]], ["type": "null"]]], ["type": ["string", "null"]]),
            (["type": "object", "additionalProperties": true], ["type": "object", "required": []]),
            (["type": "array", "items": [:]], ["type": "array", "minItems": 0, "uniqueItems": false]),
            (["type": "integer", "minimum": 0, "exclusiveMinimum": true], ["type": "integer", "exclusiveMinimum": 0]),
            (["type": "string", "description": "a", "examples": "a", "x-a": 1], ["type": "string", "title": "b"]),
        ] as [(JSONValue, JSONValue)])
    func `spellings that mean the same are the same`(first: JSONValue, second: JSONValue) {
        #expect(SchemaForm(first) == SchemaForm(second))
        #expect(SchemaForm(first).changes(to: SchemaForm(second), at: "body") == [])
    }

    @Test(
        arguments: [
            (["type": "string"], ["type": ["string", "null"]], "body: may now be null"),
            (["type": ["string", "null"]], ["type": "string"], "body: may no longer be null"),
            (["type": "string"], ["type": "integer"], "body: type: was string, now integer"),
            (["enum": ["a", "b"]], ["enum": ["b", "c"]], #"body: values: added "c"; removed "a""#),
            (["type": "string"], ["const": "c"], #"body: values: now only "c""#),
            (["const": "c"], ["type": "string"], #"body: values: any is now allowed, was "c""#),
            (["type": "string"], ["type": "string", "maxLength": 5], "body: maxLength: was none, now 5"),
            (
                ["type": "string", "pattern": "^A"], ["type": "string", "pattern": "^B"],
                #"body: pattern: was "^A", now "^B""#
            ),
            (["type": "integer", "default": 1], ["type": "integer", "default": 2], "body: default: was 1, now 2"),
            (["items": ["type": "string"]], ["items": ["type": "boolean"]], "body[]: type: was string, now boolean"),
            (["properties": ["a": [:]]], ["properties": ["a": [:]], "required": ["a"]], "body.a: became required"),
            (["properties": ["a": [:]], "required": ["a"]], ["properties": ["a": [:]]], "body.a: became optional"),
            (["properties": ["a": [:]]], ["type": "object"], "body.a: removed"),
            (
                ["type": "object"], ["properties": ["a": ["type": "string", "maxLength": 3]]],
                "body.a: added, optional: string (maxLength 3)"
            ),
            (
                ["type": "object"], ["type": "object", "additionalProperties": false],
                "body: members that are not listed are no longer allowed"
            ),
            (
                ["type": "string", "pattern": "^A"],
                ["anyOf": [["type": "string", "pattern": "^A"], ["type": "string", "pattern": "^B"]]],
                #"body: an alternative was added: string (pattern "^B")"#
            ),
            (
                ["properties": ["title": ["type": "string"]]],
                ["properties": ["title": ["type": "string", "minLength": 2]]],
                "body.title: minLength: was none, now 2"
            ),
        ] as [(JSONValue, JSONValue, String)])
    func `a change is told in words`(first: JSONValue, second: JSONValue, words: String) {
        let changes = SchemaForm(first).changes(to: SchemaForm(second), at: "body")
        #expect(changes.map { "\($0.place): \($0.words)" } == [words])
    }
}
