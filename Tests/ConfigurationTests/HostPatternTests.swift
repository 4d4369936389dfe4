import Configuration
import Testing

@Suite struct HostPatternTests {
    @Test(arguments: [
        ("hooks.example.com", "hooks.example.com", true), ("Hooks.Example.COM", "hooks.example.com", true),
        ("hooks.example.com", "example.com", false), ("hooks.example.com", "a.hooks.example.com", false),
        ("hooks.example.com", "hooks.example.com.evil.example", false), ("*.example.com", "a.example.com", true),
        ("*.example.com", "a.b.example.com", true), ("*.example.com", "example.com", false),
        ("*.example.com", ".example.com", false), ("*.example.com", "evilexample.com", false),
        ("*.example.com", "example.com.evil.example", false), ("example.com", "203.0.113.7", false),
    ])
    func `a pattern means its host, or what is below it`(pattern: String, host: String, isMeant: Bool) throws {
        #expect(try #require(HostPattern(pattern)).matches(host) == isMeant)
    }
}
