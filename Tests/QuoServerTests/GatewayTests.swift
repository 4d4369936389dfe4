import HTTP
import JSON
import QuoServer
import TestSupport
import Testing

/// A server that reaches the API through a gateway, as the environment says.
@Suite struct GatewayTests {
    private func client(_ server: LoopbackServer, _ environment: [String: String]) throws -> Client {
        let address = ["QUO_BASE_URL": server.url + "/quo"]
        return try Client(.api(environment: environment.merging(address) { $1 }))
    }

    private static let answer = #"{"data":[{"id":"PN1","name":"Main","number":"+15550001111","users":[]}]}"#

    @Test func `tools read through the gateway with its key alone`() async throws {
        let server = try LoopbackServer { _ in .json(Self.answer) }
        defer { server.close() }
        let client = try client(
            server,
            [
                "QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "MATON_CONNECTION": "C-1",
                "QUO_API_KEY": "quo-key",
            ])
        let result = await client.call("list_phone_numbers")
        #expect(result["isError"] != true, "\(result)")
        #expect(!server.requests.isEmpty)
        for request in server.requests {
            #expect(request.target.hasPrefix("/quo/v1/"))
            #expect(request.header("Authorization") == "Bearer maton-key")
            #expect(request.header("Maton-Connection") == "C-1")
            #expect(!request.headers.contains { $0.value.contains("quo-key") })
        }
    }

    @Test(arguments: [
        (["QUO_GATEWAY": "maton", "QUO_API_KEY": "quo-key"], "set MATON_API_KEY"),
        (["QUO_GATEWAY": "zapier", "QUO_API_KEY": "quo-key"], "QUO_GATEWAY must be maton"),
    ])
    func `nothing is requested where the settings do not fit`(
        environment: [String: String], words: String
    ) async throws {
        let server = try LoopbackServer { _ in .json(Self.answer) }
        defer { server.close() }
        let result = await (try client(server, environment)).call("list_phone_numbers")
        #expect(result["isError"] == true && result.resultText.contains(words), "\(result)")
        #expect(server.requests.isEmpty)
    }
}
