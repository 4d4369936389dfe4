import JSON
import OpenAPI
import Testing

@Suite struct SchemaTextTests {
    static func patternCase(_ pattern: String, accepts: [String], refuses: [String]) -> KeywordCase {
        let schema: JSONValue = ["type": "string", "pattern": .string(pattern)]
        return KeywordCase(
            pattern, schema.text(), accepts: accepts.map { JSONValue.string($0).text() },
            refuses: refuses.map { JSONValue.string($0).text() })
    }

    /// The shapes that are matched without an expression, each also in a spelling that needs one.
    static let shapes: [KeywordCase] =
        [#"^\+[1-9]\d{1,14}$"#, #"^[+][1-9]\d{1,14}$"#].map { pattern in
            patternCase(
                pattern, accepts: ["+15555550123", "+12", "+123456789012345"],
                refuses: [
                    "+15555550123\n", "+15555550123\r\n", "\n+15555550123", "+1555555012٣", "+05555550123",
                    "15555550123",
                    "+1234567890123456", "+1", "+15555550123\u{301}", "+1 5555550123", "", "+15555550123\u{2028}",
                    "＋15555550123", "++5555550123",
                ])
        }
        + ["^PN(.*)$", "^P[N](.*)$"].map { pattern in
            patternCase(
                pattern, accepts: ["PN", "PN123abc", "PN\u{85}", "PN\u{B}", "PNe\u{301}", "PN\u{301}"],
                refuses: ["XPN1", "pn1", "PN1\n", "PN\na", "PN\r", "PN\u{2028}", "PN\r\n", "", "P", "PN\u{2029}a"])
        }
        + [#".*\S.*"#, #"\S"#, #"[^\s]"#, #".*\S{1}.*"#].map { pattern in
            patternCase(
                pattern, accepts: ["a", " a ", "\n\na", "\u{85}", "👍🏽", "\u{200B}", " \u{301}"],
                refuses: ["", " ", "\n\t\r\u{B}\u{C}", "\u{A0}", "\u{3000}\u{FEFF}\u{2028}\u{2029}\u{2003}", "\r\n"])
        }

    static let patterns: [KeywordCase] = [
        patternCase(#"^\d$"#, accepts: ["0"], refuses: ["٣", "00"]),
        patternCase(#"^\D$"#, accepts: ["٣", "a", "\n"], refuses: ["0"]),
        patternCase(#"^\w$"#, accepts: ["a", "_", "Z", "9"], refuses: ["é", "-", "\u{212A}"]),
        patternCase(#"^\W$"#, accepts: ["é", "-"], refuses: ["a"]),
        patternCase(#"^[\w-]+$"#, accepts: ["a-b"], refuses: ["a b", "é"]),
        patternCase(#"^[^\d]$"#, accepts: ["٣", "\n"], refuses: ["3"]),
        patternCase(#"^[\D]$"#, accepts: ["a"], refuses: ["3"]),
        patternCase(#"^[\s]$"#, accepts: ["\u{FEFF}", " "], refuses: ["\u{85}", "a"]),
        patternCase("^[[a&&b]$", accepts: ["[", "&", "a"], refuses: ["c"]),
        patternCase("^[a-c-]$", accepts: ["b", "-"], refuses: ["d"]),
        patternCase("^.$", accepts: ["💩", "\u{B}"], refuses: ["\n", "\r", "👍🏽", ""]),
        patternCase(#"^a\.b$"#, accepts: ["a.b"], refuses: ["axb"]),
        patternCase(#"^\u0061\x62\u{63}\cA\/\0$"#, accepts: ["abc\u{1}/\0"], refuses: ["abc"]),
        patternCase(#"^\p{L}+$"#, accepts: ["é", "K"], refuses: ["1"]),
        patternCase(#"^(?<x>a|b)\k<x>\1$"#, accepts: ["aaa", "bbb"], refuses: ["aab"]),
        patternCase("^(?=a)(?!ab)a.$", accepts: ["ac"], refuses: ["ab", "bc"]),
        patternCase("^a{2,3}?$", accepts: ["aa", "aaa"], refuses: ["a", "aaaa"]),
        patternCase(#"\bfoo\b"#, accepts: ["a foo b", "foo", "éfoo"], refuses: ["food", "_foo"]),
        patternCase("^a b#c$", accepts: ["a b#c"], refuses: ["ab"]),
        patternCase("^(ab|c){1,2}$", accepts: ["abc", "c"], refuses: ["ababab"]),
        patternCase(#"\\.*"#, accepts: [#"\"#], refuses: ["."]),
        patternCase(#"a\.*"#, accepts: ["a", "a."], refuses: ["b"]),
    ]

    @Test(arguments: shapes + patterns)
    func `a pattern means what ECMA-262 says`(_ each: KeywordCase) throws { try check(each) }

    @Test(arguments: [
        "(a+)+$", "(a|a)*$", "(a?){2,}", "((a)*)*", "[]", "[^]", "(", ")", "a{", "a{b}", "*a", "a**", "a++", #"\"#,
        #"\q"#, "[a",
        "(?i)a", "(?#a)", "]", #"\xZZ"#, #"\u12"#, #"\u{110000}"#, #"\A"#, #"\z"#, "[b-a]", "^*",
    ])
    func `a pattern that is none, or could take for ever, is refused and fails closed`(_ pattern: String) {
        let schema: JSONValue = ["pattern": .string(pattern)]
        #expect(SchemaValidator.unclaimed(in: schema).count == 1)
        #expect(!SchemaValidator(schema).faults(in: "aaaa").isEmpty)
    }

    static func format(_ name: String, accepts: [String], refuses: [String]) -> KeywordCase {
        let schema: JSONValue = ["format": .string(name)]
        return KeywordCase(
            name, schema.text(), accepts: accepts.map { JSONValue.string($0).text() } + ["12", "null", "{}"],
            refuses: refuses.map { JSONValue.string($0).text() })
    }

    static let formats: [KeywordCase] = [
        format(
            "date-time",
            accepts: [
                "1963-06-19T08:30:06.283185Z", "1963-06-19T08:30:06Z", "1990-12-31T15:59:50.123-08:00",
                "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00", "1963-06-19t08:30:06.283185z",
                "2024-02-29T00:00:00+23:59",
            ],
            refuses: [
                "1990-02-31T15:59:59.123-08:00", "1990-12-31T15:59:59-24:00", "1998-12-31T22:59:60Z",
                "2023-02-29T00:00:00Z",
                "1998-12-31T23:59:61Z", "06/19/1963 08:30:06 PST", "2013-350T01:01:01", "1963-6-19T08:30:06Z",
                "1963-06-19T08:30:06", "1963-06-1৪T00:00:00Z", "1963-06-19T08:30:06.Z", "+11963-06-19T08:30:06Z",
                "1963-06-19 08:30:06Z", "1963-06-19T24:00:00Z", "1963-06-19T08:30:06Z\n", "1963-13-19T08:30:06Z", "",
                "1990-12-31T15:59:59+0800", "0000-00-00T00:00:00Z",
            ]),
        format(
            "date", accepts: ["1963-06-19", "2020-01-31", "2000-02-29"],
            refuses: [
                "2020-01-32", "2021-02-29", "1900-02-29", "2020-04-31", "2020-13-01", "06/19/1963", "2013-350",
                "1998-1-20",
                "1998-01-1", "1963-06-1৪", "20230328", "2023-03-28\n", "2023-00-01",
            ]),
        format(
            "email",
            accepts: [
                "joe.bloggs@example.com", "te~st@example.com", "~test@example.com", "te.s.t@example.com",
                #""joe bloggs"@example.com"#, #""joe..bloggs"@example.com"#, #""joe@bloggs"@example.com"#,
                "joe.bloggs@[127.0.0.1]", "a@b",
            ],
            refuses: [
                "2962", ".test@example.com", "test.@example.com", "te..st@example.com", "joe.bloggs@invalid=domain.com",
                "joe.bloggs@[127.0.0.300]", "@example.com", "joe@", "joe bloggs@example.com", "joe@-a.com",
                "joe@a..com", "",
                "Joe <joe@example.com>", "joe@example.com\n",
            ]),
        format(
            "uri",
            accepts: [
                "http://foo.bar/?baz=qux#quux", "http://foo.com/blah_(wikipedia)_blah#cite-1",
                "http://foo.bar/?q=Test%20URL",
                "http://xn--nw2a.xn--j6w193g/", "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com",
                "http://223.255.255.254", "ftp://ftp.is.co.za/rfc/rfc1808.txt",
                "ldap://[2001:db8::7]/c=GB?objectClass?one",
                "mailto:John.Doe@example.com", "news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212",
                "urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "https://example.com:8443/",
            ],
            refuses: [
                "//foo.bar/?baz=qux#quux", "/abc", #"\\WINDOWS\fileshare"#, "abc", "http:// shouldfail.com",
                ":// should fail",
                "bar,baz:foo", "https://[@example.org/test.txt", #"https://example.org/foobar\.txt"#,
                "https://example.org/foobar<>.txt", "https://example.org/foobar{}.txt",
                "https://example.org/foobar^.txt",
                "https://example.org/foobar`.txt", "https://example.org/foo bar.txt", "https://example.org/foobar|.txt",
                "",
                #"https://example.org/foobar".txt"#, "https://example.org/%zz", "https://example.org:port/", "1a:b",
                "https://bücher.example/", "https://example.org/#a#b", "https://example.org/\n",
            ]),
        format(
            "uri-reference",
            accepts: [
                "http://foo.bar/?baz=qux#quux", "//foo.bar/?baz=qux#quux", "/abc", "abc", "#fragment", "", "?a=b",
            ],
            refuses: [#"\\WINDOWS\fileshare"#, #"#frag\ment"#, "/foo bar", "1:b"]),
    ]

    @Test(arguments: formats)
    func `a format is asserted`(_ each: KeywordCase) throws { try check(each) }
}
