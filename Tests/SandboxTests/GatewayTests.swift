import HTTP
import JSON
import Sandbox
import Synchronization
import Testing

/// Maton's gateway, simulated.
@Suite struct GatewayTests {
    private final class Time: Sendable {
        let now = Atomic<Int64>(1_781_107_200_000)
    }

    private func send(
        _ gateway: SandboxGateway, _ path: String, by method: HTTPMethod = .get, connection: String? = nil,
        authorization: String = "Bearer key"
    ) async throws -> (status: Int, body: JSONValue) {
        var headers = [HTTPHeader("Authorization", authorization)]
        if let connection { headers.append(HTTPHeader("Maton-Connection", connection)) }
        let response = try await gateway.send(
            HTTPRequest(
                method: method, url: "https://api.maton.ai" + path, headers: headers,
                body: method == .post ? Array(#"{"app":"quo"}"#.utf8) : nil, timeout: .seconds(1)))
        return (response.status, try JSONValue(parsing: response.body))
    }

    @Test func `it carries the first version to the account of the connection, or of the oldest`() async throws {
        let gateway = SandboxGateway()
        let listed = try await send(gateway, "/connections?app=quo&status=ACTIVE").body["connections"]?.arrayValue ?? []
        let ids = listed.compactMap { $0["connection_id"]?.stringValue }
        #expect(ids.count == 2 && ids.first == gateway.oldest)
        let unnamed = try await send(gateway, "/quo/v1/phone-numbers")
        #expect(unnamed.status == 200)
        #expect(try await send(gateway, "/quo/v1/phone-numbers", connection: ids.first).body == unnamed.body)
        #expect(try await send(gateway, "/quo/v1/phone-numbers", connection: ids.last).body != unnamed.body)
    }

    @Test(arguments: [
        ("/quo/v1/phone-numbers", "key", nil, 401), ("/quo/v1/phone-numbers", "Bearer key", "nobody", 400),
        ("/slack/x", "Bearer key", nil, 404), ("/connections/nobody", "Bearer key", nil, 404),
        ("/connections/a/b/c", "Bearer key", nil, 404), ("/quo/%zz", "Bearer key", nil, 400),
    ])
    func `it refuses as Maton does`(
        path: String, authorization: String, connection: String?, status: Int
    ) async throws {
        let answer = try await send(SandboxGateway(), path, connection: connection, authorization: authorization)
        #expect(answer.status == status && answer.body["error"]?["message"] != nil, "\(answer)")
    }

    @Test func `a connection that is made leads to an account once somebody has signed in, and to none once deleted`()
        async throws
    {
        let time = Time()
        let gateway = SandboxGateway(clock: { time.now.load(ordering: .relaxed) })
        let made = try await send(gateway, "/connections", by: .post).body["connection"]
        let id = try #require(made?["connection_id"]?.stringValue)
        #expect(made?["status"] == "PENDING" && made?["url"] != nil)
        #expect(try await send(gateway, "/quo/v1/phone-numbers", connection: id).status == 400)
        time.now.add(5_000, ordering: .relaxed)
        let active = try await send(gateway, "/connections/\(id)").body["connection"]
        #expect(active?["status"] == "ACTIVE" && active?["url"] == nil)
        #expect(try await send(gateway, "/quo/v1/phone-numbers", connection: id).status == 200)
        #expect(try await send(gateway, "/connections/\(id)", by: .delete).status == 200)
        #expect(try await send(gateway, "/quo/v1/phone-numbers", connection: id).status == 400)
        #expect(try await send(gateway, "/connections/\(id)", by: .delete).status == 404)
    }
}
