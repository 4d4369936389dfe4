import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(arguments: [
        #"{"z":1.10,"a":[9007199254740993,1e400,-0],"é":"\u0000\n😀"}"#,
        "[123456789012345678901234567890,1E+2,0.10]",
        #"{"":"","b":{},"c":[]}"#,
    ])
    func `member order and number text survive a round trip`(text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
    }

    /// The accepting cases of the public parsing corpora, rebuilt by their rules.
    @Test(arguments: [
        "[]", "[[]   ]", "{}", "null", "true", "false", "\"\"", "\"asd\"", "42", "-0.1", " [] ", "[\n]\r\n\t",
        "[-0]", "[-1]", "[0e+1]", "[0e1]", "[20e1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
        #"["\u0060\u012a\u12AB"]"#, #"["\uD801\udc37"]"#, #"["\ud83d\ude39\ud83d\udc8d"]"#,
        #"["\"\\\/\b\f\n\r\t"]"#, #"["\\u0000"]"#, #"["\""]"#, "[\"a/*b*/c\"]", #"["\\a"]"#, #"["\\n"]"#,
        #"["\u0012"]"#,
        #"["\uFFFF"]"#, #"["\uDBFF\uDFFF"]"#, "[\"\u{7F}\"]", "[\"\u{2028}\u{2029}\"]", "[\"\u{10FFFF}\"]",
        #"["new\u000Aline"]"#, #"["\u0000"]"#, #"["\uA66D"]"#, "[\"⍂㈴⍂\"]", #"["\u005C"]"#, #"["\u200B"]"#,
        #"{"asd":"sdf","dfg":"fgh"}"#, #"{"a":[]}"#, #"{"":0}"#, #"{"foo\u0000bar":42}"#, "[1,null,null,null,2]",
        "[2] ", "[\"é\",\"e\u{301}\"]", #"{"é":1,"é":2}"#.replacingFirst("é", "e\u{301}"),
    ])
    func `valid text is read`(text: String) throws {
        _ = try JSONValue(parsing: text)
    }

    /// The refusing cases of the public parsing corpora, rebuilt by their rules.
    @Test(arguments: [
        "", " ", "[1 true]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[\"x\"",
        "[x", "[3[4]]",
        "[1:2]", "[,]", "[-]", "[   , \"\"]", "[1,]", "[1,,]", "[*]", "[1\n,1\n,1", "[{}", "[fals]", "[nul]", "[tru]",
        "[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]",
        "[0.3e]", "[0.e1]", "[0E+]", "[0E]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]", "[2.e+3]", "[2.e3]",
        "[2.e-3]",
        "[9.e+]", "[Inf]", "[NaN]", "[Infinity]", "[0x1]", "[0x42]", "[1+2]", "[-foo]", "[- 1]", "[-012]", "[-.123]",
        "[1.]", "[.123]", "[1.2a-3]", "[1.8011670033376514H-308]", "[012]", "[1ea]", "[1e1", "[\u{FF11}]", "[1.e1]",
        "[\"x\", truth]", "{[: \"x\"}\n", "{\"x\", null}", "{\"x\"::\"b\"}", "{\"a\":\"a\" 123}", "{key: 'value'}",
        "{\"a\" b}",
        "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":", "{\"a\"", "{1:1}", "{9999E9999:1}", "{null:null}", "{\"id\":0,,,,,}",
        "{'a':0}",
        "{\"id\":0,}", "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}//", "{\"a\":\"b\",,\"c\":\"d\"}", "{a: \"b\"}", "{\"a\":\"a",
        "{\"a\":\"b\"}#",
        #"["\uD800\"]"#, #"["\uD800\u"]"#, #"["\uD800\u1"]"#, #"["\uD800\u1x"]"#, "[é]", #"["\x00"]"#, #"["\\\"]"#,
        "[\"\\\t\"]", "[\"\\🌀\"]", #"["\"]"#, #"["\u00A"]"#, #"["\uD834\uDd"]"#, #"["\uD800\uD800\x"]"#, #"["\a"]"#,
        #"["\uqqqq"]"#, "[\\u0020\"asd\"]", "[\\n]", "\"", "['single quote']", "abc", "[\"\\", "[\"a\nb\"]", "[\"\t\"]",
        #""\UA66D""#, "<.>", "[<null>]", "[1]x", "[1]]", "[\"asd]", "aå", "[True]", "1]", "{\"x\": true,", "[][]", "]",
        "{]", "[}",
        "{\"\":", "[1,{\"a\":1", "*", "{\"a\":\"b\"}#{}", "[\u{C}]", "[\u{2060}]", "\u{FEFF}{}", "[\"\u{0}\"]", "\u{0}",
        "nul",
        #"["\uD800"]"#, #"["\uDC00\uD800"]"#, #"["\uD83D x"]"#, #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#,
    ])
    func `invalid text is refused`(text: String) {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x80, 0x80, 0x80],
            [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        let text = Array("[\"".utf8) + bytes + Array("\"]".utf8)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    }

    @Test func `UTF-16 text is refused`() {
        #expect(throws: JSONParseError.self) {
            try JSONValue(parsing: [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00] as [UInt8])
        }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x00, 0x5B, 0x00, 0x5D] as [UInt8]) }
    }

    @Test func `nesting is followed to its limit and no further`() throws {
        let depth = JSONValue.maximumDepth
        let allowed = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        _ = try JSONValue(parsing: allowed)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: "[" + allowed + "]") }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `a name that occurs twice is refused among many`() throws {
        let members = (0..<200).map { "\"k\($0)\":0" }
        _ = try JSONValue(parsing: "{" + members.joined(separator: ",") + "}")
        for repeated in [0, 15, 16, 17, 199] {
            let text = "{" + (members + ["\"k\(repeated)\":1"]).joined(separator: ",") + "}"
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
        }
    }

    @Test(arguments: [
        ("[1,]", 3), ("{\"a\" 1}", 5), ("[\"a\nb\"]", 3), ("[01]", 1), ("[1] x", 4), ("{\"a\":1,\"a\":2}", 7),
    ])
    func `an error tells where`(text: String, offset: Int) {
        #expect {
            try JSONValue(parsing: text)
        } throws: { error in
            (error as? JSONParseError)?.offset == offset
        }
    }
}

extension String {
    fileprivate func replacingFirst(_ old: Character, _ new: String) -> String {
        guard let index = firstIndex(of: old) else { return self }
        return String(self[..<index]) + new + String(self[self.index(after: index)...])
    }
}
