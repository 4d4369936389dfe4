import QuoAPI
import Testing

@Suite struct `The API's address` {
    @Test(arguments: [
        ("https://api.quo.com", "https://api.quo.com"), ("https://api.quo.com/", "https://api.quo.com"),
        ("HTTPS://API.Quo.com//", "https://api.quo.com"),
        ("https://gateway.example:8443/quo/", "https://gateway.example:8443/quo"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://127.1.2.3", "http://127.1.2.3"),
        ("http://localhost:1/x", "http://localhost:1/x"), ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ])
    func `an address is taken without its last slash`(text: String, address: String) throws {
        #expect(try BaseURL(text).description == address)
    }

    @Test(arguments: [
        "http://api.quo.com", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://1270.0.0.1",
        "http://127.0.0", "http://127.0.0.0x1", "http://127.-0.0.1", "http://127.00.0.1", "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0", "http://10.0.0.1", "http://127.0.0.1@evil.example", "https://user@api.quo.com",
        "https://user:word@api.quo.com", "https://api.quo.com?x=1", "https://api.quo.com/#x", "ftp://api.quo.com",
        "api.quo.com", "https://", "https:///v1", "https://api.quo.com:", "https://api.quo.com:0",
        "https://api.quo.com:65536",
        "https://api.quo.com:+80", "https://api.quo.com:8a", "https://api.quo.com/../x", "https://api quo.com",
        "https://api.quo.com\r\nX: y", "https://api.quo.com\\@evil.example", "https://[::1", "https://[]",
        "https://[:f:fff:10.0.0.1]", "https://[1]",
        "https://a%2eb",
        "https://é.example",
    ])
    func `an address that could give the key away is refused`(text: String) {
        let error = #expect(throws: BaseURL.Invalid.self) { try BaseURL(text) }
        #expect(error?.description.hasPrefix("QUO_BASE_URL ") == true)
    }

    @Test(arguments: [[:], ["QUO_BASE_URL": ""], ["QUO_BASE_URL": " "], ["QUO_BASE_URL": "${QUO_BASE_URL}"]])
    func `an address that is left blank is the vendor's`(environment: [String: String]) throws {
        #expect(try BaseURL.load(environment: environment) == .standard)
    }

    @Test func `an address of the environment is used`() throws {
        let environment = ["QUO_BASE_URL": "http://localhost:9/"]
        #expect(try BaseURL.load(environment: environment).description == "http://localhost:9")
    }
}
