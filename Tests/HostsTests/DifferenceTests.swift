import Testing

@testable import Hosts

@Suite struct DifferenceTests {
    static let entry = HostEntry(
        name: "quo", command: "/usr/bin/quo-mcp",
        environment: ["QUO_API_KEY_FILE": "/home/ana/key", "QUO_API_KEY": "k3y"])

    @Test(arguments: Sample.all) func `no value of another server is shown, and the entry is`(sample: Sample) throws {
        let host = try #require(Host.named(sample.host))
        let before = Array(sample.text.utf8)
        let after = try host.installing(Self.entry, in: before)
        var shown = Self.entry
        shown.environment["QUO_API_KEY"] = nil
        let text = LineDifference(from: before, to: after, of: host, entries: [shown]).lines.joined(separator: "\n")
        for secret in ["ghp_", "ctx7sk", "hf_x", "postgres://", "Bearer", "oauth-personal", "gpt-", "Keep this", "k3y"]
        {
            #expect(!text.contains(secret), "\(text)")
        }
        #expect(text.contains("+"))
        if after.count(where: { $0 == .lineFeed }) > 4 { #expect(text.contains("/usr/bin/quo-mcp"), "\(text)") }
    }

    @Test func `a difference is shown with two lines around it`() throws {
        let host = try #require(Host.named("codex"))
        let before = Array("a = 1\nb = 2\nc = 3\n\n[mcp_servers.x]\ncommand = \"x\"\n".utf8)
        let entry = HostEntry(name: "quo", command: "/usr/bin/quo-mcp")
        let after = try host.installing(entry, in: before)
        let lines = LineDifference(from: before, to: after, of: host, entries: [entry]).lines
        #expect(
            lines == [
                "@@ -5 +5 @@", " [mcp_servers.x]", " command = …", "+", "+[mcp_servers.quo]",
                "+command = \"/usr/bin/quo-mcp\"", "+args = []",
            ])
        #expect(LineDifference(from: before, to: before, of: host, entries: [entry]).lines.isEmpty)
    }

    /// A text in the middle of others that looks like a name with a value, or has none.
    @Test(arguments: [
        ("codex", "k = '''\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7==\n'''\n"),
        ("codex", "token=\"abc\"\n"), ("codex", "a.b = \"abc\" # abc\n"), ("codex", "[\"abc$%/\"]\n"),
        ("goose", "a: abc\n"), ("goose", "a: |\n  abc\n"), ("goose", "- abc\n"), ("goose", "# abc\n"),
        ("cursor", "{\"k\": \"abc\"} // abc"), ("cursor", "{ \"k\": [\"abc\", 123123] /* abc */ }"), ("cursor", "abc"),
    ])
    func `a value is masked`(name: String, text: String) throws {
        let host = try #require(Host.named(name))
        let masked = String(decoding: host.masked(Array(text.utf8)), as: UTF8.self)
        #expect(!masked.contains("abc") && !masked.contains("MII") && !masked.contains("123"), "\(masked)")
        #expect(masked.contains("…"))
        #expect(masked.count { $0 == "\n" } == text.count { $0 == "\n" })
    }
}
