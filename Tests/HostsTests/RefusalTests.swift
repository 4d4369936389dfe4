import Testing

@testable import Hosts

/// A text that is not to be changed, and what the refusal says.
struct Refusal: Sendable, CustomTestStringConvertible {
    let host: String
    let text: String
    let reason: String

    var testDescription: String { "\(host): \(text.debugDescription)" }
}

@Suite struct RefusalTests {
    static let malformed = [
        Refusal(
            host: "cursor", text: "{\n  \"a\": 1\n  \"b\": 2\n}", reason: "line 3, column 3: there should be a comma"),
        Refusal(host: "cursor", text: "{\"a\": tru}", reason: "line 1, column 7: this is no value"),
        Refusal(host: "cursor", text: "{\"a\": \"x\n\"}", reason: "line 1, column 7: this string has no end"),
        Refusal(host: "cursor", text: "{\"a\": \"\\x\"}", reason: "line 1, column 7: this string is not JSON"),
        Refusal(host: "cursor", text: "{ \"a\": 1", reason: "line 1, column 1: this bracket is never closed"),
        Refusal(host: "cursor", text: "{} {}", reason: "line 1, column 4: there is text after the end"),
        Refusal(host: "cursor", text: "{ /* }", reason: "line 1, column 3: this comment has no end"),
        Refusal(host: "cursor", text: "{ a: 1 }", reason: "line 1, column 3: a name in double quotes"),
        Refusal(host: "cursor", text: "{ \"a\" 1 }", reason: "line 1, column 7: there should be a colon"),
        Refusal(host: "cursor", text: "{,}", reason: "line 1, column 2: a name in double quotes"),
        Refusal(host: "cursor", text: "\u{FEFF}{", reason: "this bracket is never closed"),
        Refusal(host: "codex", text: "a = 1\nb", reason: "line 2, column 2: there should be an equals sign"),
        Refusal(host: "codex", text: "[a\n", reason: "line 1, column 3: the header of a table should end"),
        Refusal(host: "codex", text: "a = \"x\n", reason: "line 1, column 5: this text has no end"),
        Refusal(host: "codex", text: "a = [1\n", reason: "line 1, column 5: this bracket is never closed"),
        Refusal(host: "codex", text: "a = 1 b = 2\n", reason: "line 1"),
        Refusal(host: "goose", text: "a: \"x\n", reason: "line 1, column 4: this value has no end"),
        Refusal(host: "goose", text: "a:\n\tb: 1\n", reason: "line 2, column 1: a tab indents"),
        Refusal(host: "goose", text: "- a\n", reason: "line 1, column 1: it should begin with a name"),
        Refusal(host: "goose", text: "a: 1\nb\n", reason: "line 2, column 1: there should be a name"),
    ]

    static let notUnderstood = [
        Refusal(host: "cursor", text: "[]", reason: "it holds no object"),
        Refusal(
            host: "cursor", text: "{\"mcpServers\": null}", reason: "line 1, column 16: mcpServers is not an object"),
        Refusal(
            host: "cursor", text: "{\"mcpServers\": {}, \"mcp\\u0053ervers\": {}}", reason: "mcpServers is there twice"),
        Refusal(
            host: "cursor", text: "{\"mcpServers\": {\"quo\": {}, \"quo\": {\"command\": \"x\"}}}",
            reason: "quo is there twice"),
        Refusal(host: "vscode", text: "{\"inputs\": {}}", reason: "line 1, column 12: inputs is not an array"),
        Refusal(
            host: "codex", text: "mcp_servers = {}\n",
            reason: "line 1, column 1: mcp_servers is written without a header"),
        Refusal(host: "codex", text: "mcp_servers.quo.command = \"x\"\n", reason: "written without a header"),
        Refusal(host: "codex", text: "[[mcp_servers]]\ncommand = \"x\"\n", reason: "written as an array of tables"),
        Refusal(
            host: "codex", text: "[mcp_servers]\nquo = { command = \"x\" }\n",
            reason: "line 2, column 1: mcp_servers has quo written without a header"),
        Refusal(
            host: "codex", text: "[mcp_servers]\nquo.command = \"x\"\n", reason: "has quo written without a header"),
        Refusal(
            host: "goose", text: "extensions: {a: {type: builtin}}\n",
            reason: "line 1, column 13: extensions is written"),
        Refusal(
            host: "goose", text: "extensions: &all\n  a: {}\n",
            reason: "extensions is written on one line or with an anchor"),
        Refusal(host: "goose", text: "extensions:\n  <<: *all\n", reason: "line 2, column 1: there should be the name"),
        Refusal(host: "goose", text: "extensions:\n- a\n", reason: "line 2, column 1: there should be the name"),
        Refusal(host: "goose", text: "extensions:\n  a:\n    b: c\n d: e\n", reason: "line 4, column 1"),
        Refusal(host: "goose", text: "a: 1\n---\nb: 2\n", reason: "line 2, column 1: --- divides"),
        Refusal(host: "goose", text: "--- {a: b}\n", reason: "line 1, column 1: --- divides"),
        Refusal(host: "goose", text: "{a: b}\n", reason: "line 1, column 1: it should begin with a name"),
        Refusal(host: "goose", text: "extensions:\n  quo: *x\n", reason: "quo has an anchor"),
        Refusal(host: "goose", text: "extensions: {}\nextensions: {}\n", reason: "extensions is there twice"),
        Refusal(
            host: "goose", text: "extensions:\n  a:\n    t: |+\n      x\n\n",
            reason: "line 3, column 1: nothing can be added after this text"),
        Refusal(
            host: "goose", text: "extensions:\n  a:\n    t: |\n      x",
            reason: "line 3, column 1: nothing can be added"),
        Refusal(host: "goose", text: "a: >\n  x", reason: "line 1, column 1: nothing can be added"),
    ]

    @Test(arguments: malformed + notUnderstood)
    func `what is malformed or not understood is refused with its place`(refusal: Refusal) throws {
        let host = try #require(Host.named(refusal.host))
        var entry = HostEntry(name: "quo", command: "/usr/bin/quo-mcp")
        if host.asksForInputs { entry.environment["QUO_API_KEY"] = host.inputReference(of: "quo") }
        let error = #expect(throws: HostFileError.self) { try host.installing(entry, in: Array(refusal.text.utf8)) }
        let message = try #require(error?.message)
        #expect(message.contains(refusal.reason), "\(message)")
    }

    @Test(arguments: Sample.all) func `any beginning of a file is read or refused, and never trapped on`(
        sample: Sample
    ) throws {
        let host = try #require(Host.named(sample.host))
        let entry = HostEntry(name: "quo", command: "/usr/bin/quo-mcp", environment: ["A": "b"])
        let bytes = Array(sample.text.utf8)
        for end in stride(from: 1, to: bytes.count, by: bytes.count > 100 ? 7 : 1) {
            let part = Array(bytes[..<end])
            _ = host.masked(part)
            guard let installed = try? host.installing(entry, in: part) else { continue }
            #expect((try? host.removing("quo", from: installed, backups: [part])) == part, "\(end) bytes")
        }
    }
}
