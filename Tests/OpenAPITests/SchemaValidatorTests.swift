import JSON
import OpenAPI
import Testing

/// A schema with values that it accepts and values that it refuses, all as JSON.
struct KeywordCase: Sendable, CustomTestStringConvertible {
    let name: String
    let schema: String
    let accepted: [String]
    let refused: [String]
    var testDescription: String { name }

    init(_ name: String, _ schema: String, accepts accepted: [String], refuses refused: [String]) {
        self.name = name
        self.schema = schema
        self.accepted = accepted
        self.refused = refused
    }
}

func check(_ each: KeywordCase, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let schema = try JSONValue(parsing: each.schema)
    #expect(SchemaValidator.unclaimed(in: schema) == [], sourceLocation: sourceLocation)
    let validator = SchemaValidator(schema)
    for text in each.accepted {
        let faults = validator.faults(in: try JSONValue(parsing: text))
        #expect(faults == [], "\(each.schema) must accept \(text)", sourceLocation: sourceLocation)
    }
    for text in each.refused {
        let faults = validator.faults(in: try JSONValue(parsing: text))
        #expect(!faults.isEmpty, "\(each.schema) must refuse \(text)", sourceLocation: sourceLocation)
    }
}

@Suite struct SchemaValidatorTests {
    static let anyValue: [KeywordCase] = [
        KeywordCase("true", "true", accepts: ["1", "null", "{}"], refuses: []),
        KeywordCase("false", "false", accepts: [], refuses: ["1", "null", "{}"]),
        KeywordCase("empty", "{}", accepts: ["1", "null", "{}"], refuses: []),
        KeywordCase(
            "type integer", #"{"type":"integer"}"#,
            accepts: ["1", "1.0", "1e2", "-0", "123456789012345678901234567890"],
            refuses: ["1.1", #""1""#, "null", "true", "[]", "{}"]),
        KeywordCase("type number", #"{"type":"number"}"#, accepts: ["1", "1.0", "1.1"], refuses: [#""1.1""#, "null"]),
        KeywordCase("type string", #"{"type":"string"}"#, accepts: [#""""#, #""1""#], refuses: ["1", "null", "[]"]),
        KeywordCase("type object", #"{"type":"object"}"#, accepts: ["{}"], refuses: ["[]", "null"]),
        KeywordCase("type array", #"{"type":"array"}"#, accepts: ["[]"], refuses: ["{}", "null"]),
        KeywordCase("type boolean", #"{"type":"boolean"}"#, accepts: ["true", "false"], refuses: ["0", "1", #""""#]),
        KeywordCase("type null", #"{"type":"null"}"#, accepts: ["null"], refuses: ["0", "false", #""""#]),
        KeywordCase("type list", #"{"type":["string","null"]}"#, accepts: ["null", #""a""#], refuses: ["1", "[]"]),
        KeywordCase(
            "enum", #"{"enum":[6,"foo",[],true,{"foo":12}]}"#, accepts: ["6", "6.0", "[]", #"{"foo":12}"#],
            refuses: ["4", #""FOO""#, #"{"foo":12,"boo":42}"#, "1"]),
        KeywordCase("enum of false", #"{"enum":[false]}"#, accepts: ["false"], refuses: ["0", "null", #""""#]),
        KeywordCase("const", #"{"const":{"a":1,"b":2}}"#, accepts: [#"{"b":2,"a":1.0}"#], refuses: [#"{"a":1}"#, "5"]),
        KeywordCase("const null", #"{"const":null}"#, accepts: ["null"], refuses: ["0", "false"]),
        KeywordCase(
            "allOf", #"{"allOf":[{"required":["a"]},{"required":["b"]}]}"#, accepts: [#"{"a":1,"b":2}"#, "1"],
            refuses: [#"{"a":1}"#, "{}"]),
        KeywordCase("allOf with false", #"{"allOf":[true,false]}"#, accepts: [], refuses: ["1"]),
        KeywordCase(
            "anyOf", #"{"anyOf":[{"type":"integer"},{"minimum":2}]}"#, accepts: ["1", "2.5", "3", #""x""#],
            refuses: ["1.5"]),
        KeywordCase(
            "oneOf", #"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, accepts: ["1", "2.5"], refuses: ["3", "1.5"]),
        KeywordCase("not", #"{"not":{"type":["integer","boolean"]}}"#, accepts: [#""x""#], refuses: ["1", "true"]),
        KeywordCase("not false", #"{"not":false}"#, accepts: ["1"], refuses: []),
        KeywordCase(
            "if then else", #"{"if":{"exclusiveMaximum":0},"then":{"minimum":-10},"else":{"multipleOf":2}}"#,
            accepts: ["-1", "4"], refuses: ["-100", "3"]),
        KeywordCase("then without if", #"{"then":{"const":0}}"#, accepts: ["1"], refuses: []),
        KeywordCase("if without then", #"{"if":{"const":0}}"#, accepts: ["0", "1"], refuses: []),
        KeywordCase(
            "$ref", ##"{"properties":{"a":{"$ref":"#/$defs/a~1b%25"}},"$defs":{"a/b%":{"type":"integer"}}}"##,
            accepts: [#"{"a":1}"#], refuses: [#"{"a":"x"}"#]),
        KeywordCase(
            "$ref with escapes", ##"{"$ref":"#/$defs/a~01b","$defs":{"a~1b":{"type":"null"},"a/b":true}}"##,
            accepts: ["null"], refuses: ["1"]),
        KeywordCase(
            "$ref with siblings", ##"{"$ref":"#/$defs/a","maxItems":2,"$defs":{"a":{"type":"array"}}}"##,
            accepts: ["[1]"], refuses: ["[1,2,3]", "1"]),
        KeywordCase(
            "$ref to the root", ##"{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##,
            accepts: [#"{"a":{"a":{}}}"#], refuses: [#"{"a":{"b":1}}"#]),
    ]

    static let numbers: [KeywordCase] = [
        KeywordCase("minimum", #"{"minimum":1.1}"#, accepts: ["2.6", "1.1", #""x""#], refuses: ["0.6"]),
        KeywordCase("maximum", #"{"maximum":3}"#, accepts: ["2.6", "3", "3.0"], refuses: ["3.5", "4"]),
        KeywordCase(
            "maximum beyond 2^53", #"{"maximum":9007199254740992}"#, accepts: ["9007199254740992"],
            refuses: ["9007199254740993", "1e400"]),
        KeywordCase("exclusiveMinimum", #"{"exclusiveMinimum":1}"#, accepts: ["1.2"], refuses: ["1", "1.0", "0"]),
        KeywordCase("exclusiveMaximum", #"{"exclusiveMaximum":3}"#, accepts: ["2.9"], refuses: ["3", "3.5"]),
        KeywordCase(
            "multipleOf", #"{"multipleOf":2}"#, accepts: ["10", "0", "-4", "1e3", #""x""#], refuses: ["7", "0.5"]),
        KeywordCase("multipleOf 1.5", #"{"multipleOf":1.5}"#, accepts: ["0", "4.5"], refuses: ["35"]),
        KeywordCase("multipleOf 0.0001", #"{"multipleOf":0.0001}"#, accepts: ["0.0075"], refuses: ["0.00751"]),
        KeywordCase(
            "multipleOf 0.01", #"{"multipleOf":0.01}"#, accepts: ["0.29", "19.99", "4.35"], refuses: ["4.355"]),
        KeywordCase("multipleOf small", #"{"multipleOf":1e-8}"#, accepts: ["12391239123"], refuses: ["1e-9"]),
        KeywordCase(
            "multipleOf of large", #"{"type":"integer","multipleOf":0.123456789}"#, accepts: [],
            refuses: ["1e308", "1e999999999999999999999"]),
    ]

    static let strings: [KeywordCase] = [
        KeywordCase("minLength", #"{"minLength":2}"#, accepts: [#""fo""#, "1"], refuses: [#""f""#, #""💩""#]),
        KeywordCase(
            "maxLength counts scalars", #"{"maxLength":2}"#, accepts: [#""💩💩""#, #""e\u0301""#, "100"],
            refuses: [#""foo""#, #""👍🏽a""#]),
        KeywordCase("maxLength with a fraction", #"{"maxLength":2.0}"#, accepts: [#""f""#], refuses: [#""foo""#]),
        KeywordCase(
            "pattern", #"{"pattern":"^a*$"}"#, accepts: [#""aaa""#, #""""#, "1", "null"], refuses: [#""abc""#]),
        KeywordCase("pattern is not anchored", #"{"pattern":"a+"}"#, accepts: [#""xxaayy""#], refuses: [#""xx""#]),
    ]

    static let arrays: [KeywordCase] = [
        KeywordCase("items", #"{"items":{"type":"integer"}}"#, accepts: ["[1,2]", "{}", "[]"], refuses: [#"[1,"x"]"#]),
        KeywordCase("items false", #"{"items":false}"#, accepts: ["[]"], refuses: ["[1]"]),
        KeywordCase(
            "prefixItems", #"{"prefixItems":[{"type":"integer"},{"type":"string"}]}"#,
            accepts: [#"[1,"x"]"#, "[1]", "[]", #"[1,"x",true]"#], refuses: [#"["x",1]"#]),
        KeywordCase(
            "prefixItems with items", #"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#,
            accepts: [#"["x",2,3]"#], refuses: [#"["x","y"]"#]),
        KeywordCase("contains", #"{"contains":{"minimum":5}}"#, accepts: ["[3,5]", "{}"], refuses: ["[2,3]", "[]"]),
        KeywordCase(
            "minContains", #"{"contains":{"const":1},"minContains":2}"#, accepts: ["[1,1]"], refuses: ["[1,2]"]),
        KeywordCase(
            "minContains 0", #"{"contains":{"const":1},"minContains":0}"#, accepts: ["[]", "[2]"], refuses: []),
        KeywordCase(
            "maxContains", #"{"contains":{"const":1},"maxContains":1}"#, accepts: ["[1]"], refuses: ["[1,1]", "[]"]),
        KeywordCase("minItems", #"{"minItems":1}"#, accepts: ["[1]", #""""#], refuses: ["[]"]),
        KeywordCase("maxItems", #"{"maxItems":2}"#, accepts: ["[1,2]"], refuses: ["[1,2,3]"]),
        KeywordCase(
            "uniqueItems", #"{"uniqueItems":true}"#,
            accepts: ["[1,2]", "[1,true]", "[0,false]", #"[{"a":1},{"a":2}]"#, #"["1",1]"#, "[[1],[true]]"],
            refuses: ["[1,1]", "[1.0,1.00,1]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#, "[[],[]]", "[{},[1],true,null,{},1]"]),
        KeywordCase("uniqueItems false", #"{"uniqueItems":false}"#, accepts: ["[1,1]"], refuses: []),
    ]

    static let objects: [KeywordCase] = [
        KeywordCase(
            "properties", #"{"properties":{"foo":{"type":"integer"},"bar":{"type":"string"}}}"#,
            accepts: [#"{"foo":1,"bar":"baz"}"#, #"{"quux":[]}"#, "[]"], refuses: [#"{"foo":"x","bar":{}}"#]),
        KeywordCase("properties false", #"{"properties":{"a":false}}"#, accepts: ["{}"], refuses: [#"{"a":1}"#]),
        KeywordCase(
            "patternProperties", #"{"patternProperties":{"^f":{"type":"integer"},"o$":{"minimum":5}}}"#,
            accepts: [#"{"fa":1}"#, #"{"foo":6}"#, #"{"bar":"x"}"#], refuses: [#"{"foo":1}"#, #"{"fa":"x"}"#]),
        KeywordCase(
            "additionalProperties false",
            #"{"properties":{"foo":{}},"patternProperties":{"^v":{}},"additionalProperties":false}"#,
            accepts: [#"{"foo":1}"#, #"{"foo":1,"vroom":2}"#, "1"], refuses: [#"{"foo":1,"quux":true}"#]),
        KeywordCase(
            "additionalProperties schema", #"{"properties":{"foo":{}},"additionalProperties":{"type":"boolean"}}"#,
            accepts: [#"{"foo":1,"bar":true}"#], refuses: [#"{"foo":1,"bar":12}"#]),
        KeywordCase(
            "additionalProperties sees no allOf",
            #"{"allOf":[{"properties":{"foo":{}}}],"additionalProperties":{"type":"boolean"}}"#,
            accepts: [#"{"foo":true}"#], refuses: [#"{"foo":1}"#]),
        KeywordCase(
            "propertyNames", #"{"propertyNames":{"maxLength":3}}"#, accepts: [#"{"f":{},"foo":{}}"#, "{}"],
            refuses: [#"{"foobar":{}}"#]),
        KeywordCase(
            "required", #"{"required":["foo"]}"#, accepts: [#"{"foo":null}"#, "[]"], refuses: ["{}", #"{"fo":1}"#]),
        KeywordCase("minProperties", #"{"minProperties":1}"#, accepts: [#"{"a":1}"#, "[]"], refuses: ["{}"]),
        KeywordCase("maxProperties", #"{"maxProperties":1}"#, accepts: [#"{"a":1}"#], refuses: [#"{"a":1,"b":2}"#]),
        KeywordCase(
            "dependentRequired", #"{"dependentRequired":{"quux":["foo","bar"]}}"#,
            accepts: ["{}", #"{"foo":1}"#, #"{"foo":1,"bar":2,"quux":3}"#], refuses: [#"{"foo":1,"quux":2}"#]),
        KeywordCase(
            "dependentSchemas", #"{"dependentSchemas":{"bar":{"properties":{"foo":{"type":"integer"}}}}}"#,
            accepts: [#"{"foo":"x"}"#, #"{"foo":1,"bar":2}"#], refuses: [#"{"foo":"x","bar":2}"#]),
    ]

    @Test(arguments: anyValue + numbers + strings + arrays + objects)
    func `a keyword accepts and refuses what the draft says`(_ each: KeywordCase) throws {
        try check(each)
    }

    @Test(arguments: [
        ##"{"$dynamicRef":"#a"}"##, #"{"unevaluatedProperties":false}"#, #"{"unevaluatedItems":{}}"#, #"{"$id":"x"}"#,
        ##"{"$anchor":"x"}"##, #"{"format":"hostname"}"#, #"{"dependencies":{}}"#, #"{"additionalItems":false}"#,
        #"{"items":[{}]}"#, #"{"type":"text"}"#, #"{"exclusiveMinimum":true}"#, #"{"minLength":"5"}"#,
        #"{"required":"a"}"#,
        #"{"pattern":"(a+)+$"}"#, #"{"patternProperties":{"[":{}}}"#, #"{"$ref":"other.json"}"#, #"{"allOf":[]}"#,
        #"{"properties":{"a":{"nullable":true}}}"#, #"{"items":{"not":{"foo":1}}}"#, #"{"uniqueItems":1}"#, "[]",
        #"{"properties":{"a":1}}"#, #"{"$schema":"http://json-schema.org/draft-07/schema#"}"#,
    ])
    func `what is not claimed is reported`(_ text: String) throws {
        #expect(!SchemaValidator.unclaimed(in: try JSONValue(parsing: text)).isEmpty)
    }

    @Test func `an unclaimed keyword is named with its place, and plain data is not searched`() throws {
        let text = #"{"properties":{"a/b":{"nullable":true,"examples":[{"foo":1}],"x-hint":1}},"enum":[{"foo":1}]}"#
        let lines = SchemaValidator.unclaimed(in: try JSONValue(parsing: text))
        #expect(lines == ["#/properties/a~1b/nullable: is not claimed"])
    }

    @Test func `a reference that goes in circles ends in a fault`() throws {
        let schema: JSONValue = ["$ref": "#/$defs/a", "$defs": ["a": ["not": ["$ref": "#/$defs/a"]]]]
        let faults = SchemaValidator(schema).faults(in: 1)
        #expect(faults.first?.message == "is too large or too deep to check")
    }

    @Test func `work that explodes ends in a fault`() throws {
        var definitions = JSONObject()
        for level in 0..<30 {
            let next: JSONValue = ["$ref": .string("#/$defs/\(level + 1)")]
            definitions[String(level)] = ["not": ["anyOf": [["not": next], ["not": next]]]]
        }
        definitions["30"] = true
        let schema: JSONValue = .object(["$ref": "#/$defs/0", "$defs": .object(definitions)])
        #expect(SchemaValidator(schema).faults(in: 1).first?.message == "is too large or too deep to check")
    }

    @Test func `the faults of a hostile list are bounded`() {
        let schema: JSONValue = ["type": "array", "items": ["type": "string"]]
        let list = JSONValue.array(Array(repeating: 1, count: 200_000))
        #expect(SchemaValidator(schema).faults(in: list).count == SchemaValidator.maximumFaults)
        let good = JSONValue.array(Array(repeating: "x", count: 200_000))
        #expect(SchemaValidator(schema).faults(in: good).map(\.message) == ["is too large or too deep to check"])
    }
}
