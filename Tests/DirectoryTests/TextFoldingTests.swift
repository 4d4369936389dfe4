import Testing

@testable import Directory

@Suite struct `Folding of texts` {
    @Test(arguments: [("Ana  LÓPEZ", "ana lópez")])
    func `case and white space do not count`(text: String, expected: String) {
        #expect(folded(text) == expected)
    }
}
