import Testing

@testable import Directory

@Suite struct `Folding of texts` {
    @Test(arguments: [
        ("  Ana \t LÓPEZ\n", "ana lopez"), ("Ana\u{A0}Lo\u{301}pez", "ana lopez"), ("O’Brien", "obrien"),
        ("O'Brien", "obrien"), ("Smith-Jones & Co.", "smith jones co"), ("Straße", "strasse"), ("STRAẞE", "strasse"),
        ("Ærø", "aero"), ("Łódź", "lodz"), ("Đặng Thị Hồng", "dang thi hong"), ("İstanbul", "istanbul"),
        ("ısparta", "isparta"), ("Œuvre", "oeuvre"), ("Þór", "thor"), ("ﬁsh", "fish"), ("Ａｎａ", "ana"),
        ("٣٤", "34"), ("Ёлка", "елка"), ("Ε\u{301}λλην", "ελλην"), ("Έλλην", "ελλην"), ("田中 花子", "田中 花子"),
        ("🦄", ""), ("Ana 🦄", "ana"), ("7-Eleven", "7 eleven"), ("", ""), ("an\u{AD}a", "ana"),
    ])
    func `case, accents, punctuation and white space do not count`(text: String, expected: String) {
        #expect(folded(text) == expected)
    }

    @Test func `what is folded stays as it is`() {
        for text in ["Đặng Thị", "STRAẞE", "Ёлка й", "ǅ Ǽ ŉ"] { #expect(folded(folded(text)) == folded(text)) }
    }
}

@Suite struct `Misspellings` {
    @Test(arguments: [
        ("lopez", "lopez", 0), ("lopez", "lpez", 1), ("lopez", "loppez", 1), ("lopez", "lobez", 1),
        ("lopez", "loepz", 1),
        ("lopez", "olpze", 2), ("christopher", "chirstohper", 2), ("ab", "abcd", 2),
    ])
    func `a typo is a letter too many, too few, another or swapped`(first: String, second: String, expected: Int) {
        #expect(distance(first, second, 2) == expected)
        #expect(distance(second, first, 2) == expected)
        #expect(distance(first, second, expected) == expected)
        if expected > 0 { #expect(distance(first, second, expected - 1) == nil) }
    }

    @Test(arguments: [
        ("ana", "anx", 0), ("lopez", "lopes", 40), ("lopez", "lupes", 0), ("kierkegard", "kierkegaard", 40),
        ("kirkegard", "kierkegaard", 30), ("krkegard", "kierkegaard", 0), ("1234", "1235", 0), ("лопес", "лапес", 40),
    ])
    func `longer words may have more`(word: String, other: String, expected: UInt8) {
        #expect(QueryWord(word).quality(of: other) == expected)
        #expect(QueryWord(word, allowsTypos: false).quality(of: other) == 0)
    }

    private func distance(_ first: String, _ second: String, _ limit: Int) -> Int? {
        Array(first.utf8).withUnsafeBufferPointer { first in
            Array(second.utf8).withUnsafeBufferPointer { editDistance(first, $0, limit: limit) }
        }
    }
}
