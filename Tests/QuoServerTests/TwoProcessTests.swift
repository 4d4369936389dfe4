import HTTP
import JSON
import QuoAPI
import QuoServer
import Sandbox
import TestSupport
import Testing

@Suite struct TwoProcessTests {
    @Test(arguments: 0..<5)
    func `two processes that change one contact at once lose neither approved change`(round: Int) async throws {
        let server = try LoopbackServer(carriedBy: SandboxTransport())
        let folder = try TemporaryFolder()
        func client() throws -> Client {
            let key = try Credential(key: "key")
            return try Client(
                .transport(CurlTransport(), key, try BaseURL(server.url)), folder: folder, keeping: server)
        }
        let (one, two) = (try client(), try client())
        let id = await one.call("list_contacts").structure["data"]?[0]?["id"] ?? .null
        async let first = one.call("update_contact", ["contact": id, "phoneNumbers": ["a: +16145550108"]], choosing: 1)
        async let second = two.call("update_contact", ["contact": id, "emails": ["b: b@example.com"]], choosing: 1)
        let results = [await first, await second]
        let performed = results.filter { $0.structure["performed"] == true }.count
        #expect(performed >= 1 || results.allSatisfy { $0.structure["rule"] == "other_request" }, "\(results)")
        let fields = await one.call("get_contact", ["contact": id, "detail": "full"]).structure["defaultFields"]
        let hasPhone = fields?["phoneNumbers"]?.text().contains("+16145550108") == true
        let hasEmail = fields?["emails"]?.text().contains("b@example.com") == true
        #expect([hasPhone, hasEmail].filter { $0 }.count == performed, "\(results)")
    }
}
