import Configuration
import JSON
import QuoServer
import Testing

@Suite struct WebhookAddressTests {
    private func answer(
        _ url: String, _ more: JSONObject = [:], hosts: [String]? = nil
    ) async throws -> JSONValue {
        var arguments = more
        arguments["url"] = .string(url)
        arguments["events"] = ["message.received"]
        var policy = Policy.forTests
        policy.webhookHosts = hosts?.compactMap(HostPattern.init)
        return try await RecordingAPI([:], policy: policy).client.call("create_message_webhook", arguments)
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
        "https://printer/", "https://hooks.example.com./", "https://db.internal/", "https://nas.lan/",
        "https://nas.home/",
        "https://100.64.0.1/", "https://198.18.0.1/", "https://192.0.0.8/", "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://0x7f.1/", "https://1.2.3/", "https://01.2.3.4/", "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://[2001::1]/", "https://[fec0::1]/",
        "https://[ff02::1]/", "https://[fe80::1%25eth0]/", "https://b\u{FC}cher.example/",
        "https://xn--bcher-kva.example/",
        "https://hooks.xn--pple-43d.com/", "http://plain.example/", "HTTP://plain.example/",
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
        ("https://localhost.example/", "localhost.example"), ("https://172.15.255.255/", "172.15.255.255"),
        ("https://[64:ff9b::808:808]/", "[64:ff9b::808:808]"),
    ])
    func `the form has the host on a line of its own`(url: String, host: String) async throws {
        let form = try await answer(url).form
        #expect(form.contains("\nHost: \(host)\n"), "\(form)")
    }

    @Test(arguments: [
        "https://hooks.example.com/quo", "https://HOOKS.example.com:8443/", "https://a.example.org/",
        "https://b.a.example.org/",
        "https://xn--bcher-kva.example/",
    ])
    func `a host that the owner names may get data, once approved`(url: String) async throws {
        let form = try await answer(url, hosts: Self.hosts).form
        #expect(form.contains("\nAddress: \(url)\n"), "\(form)")
    }

    @Test(arguments: [
        "https://example.com/", "https://example.org/", "https://evil.example/",
        "https://hooks.example.com.evil.example/",
        "https://evilexample.org/", "https://8.8.8.8/", "https://[2001:db8::1]/", "https://a.xn--bcher-kva.example/",
    ])
    func `where the owner names hosts no other may get data`(url: String) async throws {
        let result = try await answer(url, hosts: Self.hosts)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("webhookHosts"), "\(result.resultText)")
        #expect(try await answer(url, hosts: []).resultText.contains("webhookHosts"))
    }

    @Test(arguments: ["https://10.0.0.5/quo", "https://localhost:8443/", "https://[fd00::5]/", "https://box.local/"])
    func `a host of a private network gets data where the owner wrote it out, and over https alone`(
        url: String
    ) async throws {
        let named = ["10.0.0.5", "localhost", "[fd00::5]", "box.local", "*.internal"]
        #expect(try await answer(url, hosts: named).form.contains("\nAddress: \(url)\n"))
        #expect(try await answer(url)["isError"] == true)
        let plain = "http" + url.dropFirst(5)
        #expect(try await answer(plain, hosts: named)["isError"] == true)
        #expect(try await answer("https://a.internal/", hosts: named)["isError"] == true)
    }

    private static let hosts = ["hooks.example.com", "*.example.org", "xn--bcher-kva.example"]

    @Test(arguments: ["http://127.0.0.1:4114/quo", "https://localhost/", "http://[::1]:8080/x"])
    func `the sandbox posts to this machine, and to no other private one`(url: String) async throws {
        let client = try Client(.sandbox)
        var arguments: JSONObject = ["url": .string(url), "events": ["message.received"]]
        #expect(await client.call("create_webhook", arguments).form.contains("\nAddress: \(url)\n"))
        arguments["url"] = "http://10.0.0.1/"
        #expect(await client.call("create_webhook", arguments)["isError"] == true)
    }

    @Test func `a webhook that leads elsewhere is not told more, but can be turned off`() async throws {
        var policy = Policy.forTests
        policy.webhookHosts = Self.hosts.compactMap(HostPattern.init)
        let client = try Client(.sandbox, policy: policy)
        let delivery = await client.call("list_webhook_deliveries", ["webhookId": "101"])
        let deliveryID = delivery.structure["data"]?[0]?["id"] ?? .null
        let refused: [(String, JSONObject)] = [
            ("send_webhook_test", ["webhookId": "101", "eventType": "call.missed"]),
            ("retry_webhook_delivery", ["webhookId": "101", "deliveryId": deliveryID]),
            ("update_webhook", ["webhookId": "101", "events": ["message.received"]]),
            ("update_webhook", ["webhookId": "101", "url": "https://evil.example/"]),
            ("update_webhook", ["webhookId": "101", "url": "https://evil.example/", "status": "disabled"]),
        ]
        for (tool, arguments) in refused {
            let result = await client.call(tool, arguments)
            #expect(result["isError"] == true && result.resultText.contains("webhookHosts"), "\(tool): \(result)")
        }
        for (tool, arguments) in [
            ("rotate_webhook_secret", ["webhookId": "101"]),
            ("update_webhook", ["webhookId": "101", "status": "disabled"]),
            ("update_webhook", ["webhookId": "101", "url": "https://hooks.example.com/"]),
        ] as [(String, JSONObject)] {
            #expect(!(await client.call(tool, arguments).form.isEmpty), "\(tool) \(arguments)")
        }
    }

    @Test func `a number that is not the workspace's is a fault`() async throws {
        let result = try await answer("https://example.com/", ["resourceIds": ["PN1", "PN2 (all fine)"]])
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("No line matches \"PN2 (all fine)\""), "\(result)")
    }
}
