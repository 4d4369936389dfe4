import JSON
import Testing

@Suite struct JSONParserTests {
    @Test func `member order and number text survive a round trip`() throws {
        let text = #"{"z":1.10,"a":[9007199254740993,1e400,-0],"é":"\u0000\n😀"}"#
        #expect(try JSONValue(parsing: text).text() == text)
    }
}
