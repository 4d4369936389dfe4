import JSON
import QuoServer
import Testing

@Suite struct WebhookAddressTests {
    private func answer(_ url: String, _ more: JSONObject = [:]) async throws -> JSONValue {
        var arguments = more
        arguments["url"] = .string(url)
        arguments["events"] = ["message.received"]
        return try await RecordingAPI([:]).client.call("create_message_webhook", arguments)
    }

    @Test(arguments: [
        "https://hooks.quo.com@evil.example/x", "https://user:secret@evil.example/", "https://@evil.example/",
        "https://127.0.0.1/", "https://127.9.9.9:8443/x", "https://10.0.0.1/", "https://172.16.0.1/",
        "https://172.31.255.255/", "https://192.168.1.1/", "https://169.254.169.254/latest", "https://0.0.0.0/",
        "https://[::1]/", "https://[::]/", "https://[fc00::1]/", "https://[fd12:3456::1]:8443/",
        "https://[fe80::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:a00:1]/", "https://localhost/",
        "https://LOCALHOST:8080/x", "https://localhost./", "https://a.localhost/", "https://printer.local/",
        "https://Printer.LOCAL./", "https://2130706433/", "https://0x7f000001/", "https://127.1/",
        "https://0177.0.0.1/",
        "https://1.2.3.256/", "http://127.0.0.1:1/", "https:///x", "https://:443/", "https://host:/", "https://host:x/",
        "https://host:0/", "https://host:65536/", "https://[::1", "https://[zz]/", "https://ho%73t.example/",
        "https://good.example\\@evil.example/", "https:good.example", "javascript:alert(1)", "ftp://example.com/x",
    ])
    func `an address that hides its host, or is not on the open internet, is refused`(url: String) async throws {
        let result = try await answer(url)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("- url: "), "\(result.resultText)")
    }

    @Test(arguments: [
        ("https://evil.example/x@hooks.quo.com", "evil.example"),
        ("https://Hooks.Example.com:8443/x", "hooks.example.com"),
        ("https://evil.example?@hooks.quo.com", "evil.example"), ("https://8.8.8.8/", "8.8.8.8"),
        ("https://172.32.0.1/", "172.32.0.1"), ("https://[2001:db8::1]:443/x", "[2001:db8::1]"),
        ("https://localhost.example/", "localhost.example"), ("http://plain.example/", "plain.example"),
    ])
    func `the form has the host on a line of its own`(url: String, host: String) async throws {
        let form = try await answer(url).form
        #expect(form.contains("\nHost: \(host)\n"), "\(form)")
        #expect(form.contains("plain http: anyone on the way can read it") == url.hasPrefix("http:"))
    }

    @Test func `a number that is not the workspace's is a fault`() async throws {
        let result = try await answer("https://example.com/", ["resourceIds": ["PN1", "PN2 (all fine)"]])
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("No line matches \"PN2 (all fine)\""), "\(result)")
    }
}
