import HTTP
import JSON
import QuoAPI
import TestSupport
import Testing

@Suite struct `Striking out the key` {
    /// The key with a text before each of its characters, and after the last.
    private static func sprinkled(_ text: String) -> String {
        text + Sample.key.map { String($0) + text }.joined()
    }

    @Test(
        arguments: [
            "\u{301}", "\u{200D}", "\u{600}", "\u{200B}", "\u{FEFF}", "\u{E0041}", "\u{20E3}", "\u{7F}", " ", "é",
        ])
    func `nothing beside or within the key saves it in an error`(odd: String) async throws {
        for text in [odd + Sample.key, Sample.key + odd, Self.sprinkled(odd), "x" + Sample.key + odd + Sample.key] {
            let body = JSONValue.object([
                "message": .string(text), "title": .string(text), "code": .string(text), "trace": .string(text),
                "errors": [["path": .string(text), "message": .string(text), "schema": ["type": .string(text)]]],
            ])
            let error = try await error(Array(body.text().utf8))
            let shown = error.explanation.unicodeScalars.filter { (0x21...0x7E).contains($0.value) }
            #expect(!String(String.UnicodeScalarView(shown)).contains(Sample.key))
            #expect(error.message.contains("•••"))
        }
    }

    @Test func `an escaped key is struck out of an error`() async throws {
        let escaped = Sample.key.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
        let error = try await error(Array(#"{"message":"key \#(escaped)!"}"#.utf8))
        #expect(error.message == "key ••••!")
    }

    @Test func `a web page that repeats the key does not show it`() async throws {
        let error = try await error(Array("<html><title>no \(Sample.key)\u{200D}</title></html>".utf8))
        #expect(error.message == "no •••• (a web page)")
    }

    @Test func `an answer that repeats the key comes without it`() async throws {
        let body = #"{"\#(Sample.key)":1,"data":["\#(Sample.key)\#(Sample.key)","a \#(Sample.key)\u0301","b"]}"#
        let server = try LoopbackServer { _ in .json(body) }
        defer { server.close() }
        let connection = try connection(to: server)
        let expected: JSONValue = ["••••": 1, "data": ["••••••••", "a ••••\u{301}", "b"]]
        #expect(try await Reader(connection).read(Sample.getContact, Sample.contactArguments) == expected)
        #expect(try await Writer(connection).write(Sample.sendMessage, Sample.text) == expected)
    }

    @Test(arguments: ["\u{200B}", "\u{AD}", "\u{E0041}", "\\u0000", "\\u200b"])
    func `what a later cleaning takes out does not bring the key back`(odd: String) async throws {
        let key = Sample.key.prefix(5) + odd + Sample.key.dropFirst(5)
        let escaped = Sample.key.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
        let server = try LoopbackServer { _ in .json(#"{"data":["a \#(key)","\#(escaped)"],"\#(escaped)":1}"#) }
        defer { server.close() }
        let value = try await Reader(connection(to: server)).read(Sample.getContact, Sample.contactArguments)
        #expect(value == ["data": ["a ••••", "••••"], "••••": 1])
    }

    @Test func `only what holds the key is changed`() async throws {
        let body = #"{"n":1.50,"b":true,"z":null,"a":[1,"\#(Sample.key)",{"x":[]}],"e":"                         "}"#
        let server = try LoopbackServer { _ in .json(body) }
        defer { server.close() }
        let value = try await Reader(connection(to: server)).read(Sample.getContact, Sample.contactArguments)
        #expect(value.text() == body.replacing(Sample.key, with: "••••"))
    }

    @Test func `the key is found behind whatever begins as it does`() async throws {
        for prefix in ["e", "ex", "example-key-012345678", String(Sample.key.dropLast()), Sample.key + "e"] {
            let server = try LoopbackServer { _ in .json(#"{"a":"\#(prefix)\#(Sample.key)"}"#) }
            defer { server.close() }
            let value = try await Reader(connection(to: server)).read(Sample.getContact, Sample.contactArguments)
            #expect(value["a"]?.stringValue?.contains(Sample.key) == false)
            #expect(value["a"]?.stringValue?.hasSuffix("••••") == true)
        }
    }

    @Test func `a key that is an ordinary word leaves answers whole`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"key":"sandbox"}"#) }
        defer { server.close() }
        for word in ["key", "sandbox"] {
            let connection = Connection(
                transport: CurlTransport(), baseURL: try BaseURL(server.url), credential: try Credential(key: word),
                pacer: NoPacing(), options: ConnectionOptions(userAgent: "quo-mcp/test"))
            let value = try await Reader(connection).read(Sample.getContact, Sample.contactArguments)
            #expect(value == ["key": "sandbox"])
        }
    }

    @Test func `the report of a broken connection does not show the key`() async throws {
        let connection = Connection(
            transport: Echo(), credential: try Credential(key: Sample.key), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "quo-mcp/test"))
        let error = try #require(await failure(of: Sample.sendMessage, Sample.text, on: connection))
        #expect(error.message == "Cannot read ••••.")
        #expect(error.explanation.contains("Cannot read ••••."))
    }

    /// A transport that fails with the key in its report.
    private struct Echo: HTTPTransport {
        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            throw HTTPError(.connectionLost, "Cannot read \(Sample.key).", mayHaveReachedServer: true)
        }
    }

    /// The error of a send that is answered so.
    private func error(_ body: [UInt8]) async throws -> APIError {
        let server = try LoopbackServer { _ in .response(status: 400, body: body) }
        defer { server.close() }
        return try #require(await failure(of: Sample.sendMessage, Sample.text, on: try connection(to: server)))
    }
}
