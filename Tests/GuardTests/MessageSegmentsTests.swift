import Guard
import Testing

@Suite struct MessageSegmentsTests {
    @Test(arguments: [
        ("", MessageSegments.Encoding.gsm7, 1), ("Hello", .gsm7, 1), (String(repeating: "a", count: 160), .gsm7, 1),
        (String(repeating: "a", count: 161), .gsm7, 2), (String(repeating: "a", count: 306), .gsm7, 2),
        (String(repeating: "a", count: 307), .gsm7, 3), (String(repeating: "€", count: 80), .gsm7, 1),
        (String(repeating: "€", count: 81), .gsm7, 2), ("é ü ñ ß à\r\n", .gsm7, 1), ("“quoted”", .ucs2, 1),
        (String(repeating: "й", count: 70), .ucs2, 1), (String(repeating: "й", count: 71), .ucs2, 2),
        (String(repeating: "й", count: 134), .ucs2, 2), (String(repeating: "й", count: 135), .ucs2, 3),
        (String(repeating: "😀", count: 35), .ucs2, 1), (String(repeating: "😀", count: 36), .ucs2, 2),
    ])
    func `a text is counted in the segments of its encoding`(
        text: String, encoding: MessageSegments.Encoding, count: Int
    ) {
        let segments = MessageSegments(of: text)
        #expect(segments.encoding == encoding)
        #expect(segments.count == count)
    }

    @Test func `the characters that force the expensive encoding are named once each`() {
        #expect(MessageSegments(of: "It’s “it’s” 😀 ok").specialCharacters == ["’", "“", "”", "😀"])
        #expect(MessageSegments(of: "It's fine").specialCharacters == [])
    }

    @Test func `the estimate says segments, encoding, cause and price`() {
        #expect(
            MessageSegments(of: "Hi").estimate == "1 segment (GSM-7), about $0.01 to the US and Canada, more elsewhere")
        #expect(
            MessageSegments(of: String(repeating: "й", count: 71)).estimate
                == "2 segments (UCS-2, because of “й”), about $0.02 to the US and Canada, more elsewhere")
    }

    @Test(arguments: [(9, "$0.09"), (10, "$0.10"), (99, "$0.99"), (100, "$1.00"), (110, "$1.10")])
    func `a price is in dollars and cents`(segments: Int, price: String) {
        let text = String(repeating: "a", count: segments * 153)
        #expect(MessageSegments(of: text).estimate.contains("about \(price) to"))
    }

    @Test func `plain quotes are advised where they save a segment`() {
        let long = String(repeating: "It\u{2019}s fine. ", count: 9)
        #expect(MessageSegments(of: long).estimate.hasSuffix("; with plain quotes, dashes and dots it would be 1"))
        #expect(!MessageSegments(of: long + "😀").estimate.contains("it would be"))
        #expect(!MessageSegments(of: "It\u{2019}s fine").estimate.contains("it would be"))
    }

    @Test(arguments: [
        ("plain\ntext\tstays", "plain\ntext\tstays"), ("👩‍👩‍👧 ❤️ é", "👩‍👩‍👧 ❤️ é"), ("a\u{0}b\u{7F}", "a\\u{0}b\\u{7F}"),
        ("a\u{200B}b\u{FEFF}", "a\\u{200B}b\\u{FEFF}"), ("\u{202E}x\u{2066}y", "\\u{202E}x\\u{2066}y"),
        ("t\u{E0061}g", "t\\u{E0061}g"), ("\u{1B}[31m", "\\u{1B}[31m"), ("soft\u{AD}hyphen", "soft\\u{AD}hyphen"),
    ])
    func `what a reader cannot see is spelled out`(text: String, shown: String) {
        #expect(text.madeVisible() == shown)
    }

    @Test(arguments: [
        ("two\r\nlines\r\n", "two\nlines\n"), ("a\u{200B}b", "ab [1 invisible characters removed]"),
        ("a\u{200B}b\r\n", "ab\n [2 invisible characters removed]"), ("plain", "plain"),
    ])
    func `what a reader cannot see is taken out, and that is said where it may hide something`(
        text: String, cleaned: String
    ) {
        #expect(text.cleaned == cleaned)
    }
}
