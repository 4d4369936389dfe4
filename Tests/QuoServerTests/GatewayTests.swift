import Guard
import HTTP
import JSON
import QuoServer
import Store
import TestSupport
import Testing
import Webhooks

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
        ["QUO_API_KEY": "quo-key"], ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key"],
        ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "MATON_CONNECTION": "C-1"],
    ])
    func `a server reads the events that a listener of the same settings keeps`(settings: [String: String]) async throws
    {
        let server = try LoopbackServer { _ in .json(Self.answer) }
        defer { server.close() }
        let folder = try TemporaryFolder()
        let environment = settings.merging(["QUO_BASE_URL": server.url]) { $1 }
        let body = WebhookSample(.messageReceived, id: "EV1", time: "2026-11-20T14:05:00Z").body
        let record = WebhookRecord(
            delivery: "1", type: "message.received", resourceTime: Timestamp.now, receivedAt: Timestamp.now,
            content: body)
        let store = Store(folder: try StateFolder(path: folder.path))
        let workspace = try WorkspaceAccess(environment: environment).workspace
        #expect(try await store.keepEvent(record, in: workspace))
        let client = try Client(.api(environment: environment), folder: folder)
        let told = await client.call("list_events").structure
        #expect(told["events"]?.arrayValue?.count == 1, "\(told)")
        let others = settings.merging(["QUO_BASE_URL": server.url, "MATON_CONNECTION": "C-2", "QUO_API_KEY": "other"]) {
            $1
        }
        #expect(try WorkspaceAccess(environment: others).workspace != workspace)
    }

    @Test func `the sandbox has no listener, and says what there is instead`() throws {
        for environment in [[:], ["QUO_WEBHOOK_SECRET": "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"]] {
            let result = try Program().run("--sandbox", "listen", environment: environment)
            #expect(result.status == 2 && result.errors.contains("list_events"), "\(result.errors)")
        }
    }

    private static let connections = #"""
        {"connections":[
          {"connection_id":"C-1","status":"ACTIVE","creation_time":"2026-01-01T00:00:00Z","app":"quo",
           "url":"https://connect.maton.ai/?session_token=secret","metadata":{}},
          {"connection_id":"C-2","status":"ACTIVE","app":"quo"}]}
        """#

    @Test func `connections are told without the address that signs in, and with the one in use`() async throws {
        let server = try LoopbackServer { request in
            request.target.hasPrefix("/connections/")
                ? .json(
                    #"{"connection":{"connection_id":"C-2","status":"PENDING","url":"https://x/?session_token=secret"}}"#
                )
                : .json(Self.connections)
        }
        defer { server.close() }
        let client = try client(
            server, ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "MATON_CONNECTION": "C-1"])
        let list = await client.call("list_connections")
        #expect(list.structure["data"]?[0]?["id"] == "C-1" && list.structure["data"]?[0]?["isInUse"] == true, "\(list)")
        #expect(list.structure["data"]?[1]?["isInUse"] == false)
        #expect(list.structure["toChoose"]?.stringValue?.contains("MATON_CONNECTION") == true)
        let one = await client.call("get_connection", ["connection": "C-2"])
        #expect(one.structure["status"] == "PENDING", "\(one)")
        for result in [list, one] { #expect(!result.text().contains("secret")) }
        #expect(server.requests.map(\.target) == ["/connections?app=quo&status=ACTIVE", "/connections/C-2"])
        for request in server.requests {
            #expect(request.header("Authorization") == "Bearer maton-key")
            #expect(request.header("Maton-Connection") == nil)
            #expect(request.header("Quo-Api-Version") == nil)
        }
    }

    @Test func `a connection is made and deleted by the guard alone`() async throws {
        let server = try LoopbackServer { request in
            request.method == "GET"
                ? .json(#"{"connection":{"connection_id":"C-2","status":"ACTIVE"}}"#)
                : .json(#"{"connection":{"connection_id":"C-3","url":"https://connect.example/sign-in"}}"#)
        }
        defer { server.close() }
        let client = try client(
            server, ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "MATON_CONNECTION": "C-1"])
        let question = await client.call("create_connection")
        #expect(question.form.contains("Connect another Quo account to Maton?"), "\(question)")
        #expect(server.requests.isEmpty)
        let created = await client.call("create_connection", choosing: 1)
        #expect(created.structure["performed"] == true, "\(created)")
        #expect(created.text().contains("https://connect.example/sign-in"))
        let deleted = await client.call("delete_connection", ["connection": "C-2"], choosing: 1)
        #expect(deleted.structure["performed"] == true, "\(deleted)")
        let writes = server.requests.filter { $0.method != "GET" }
        #expect(writes.map { "\($0.method) \($0.target)" } == ["POST /connections", "DELETE /connections/C-2"])
        #expect(writes.first.map { String(decoding: $0.body, as: UTF8.self) } == #"{"app":"quo"}"#)
    }

    @Test func `no connection is deleted while Maton chooses the account`() async throws {
        let server = try LoopbackServer { _ in .json(Self.connections) }
        defer { server.close() }
        let client = try client(server, ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key"])
        let result = await client.call("delete_connection", ["connection": "C-1"])
        #expect(result.resultText.contains("choose_connection first"), "\(result)")
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["retry_message", "get_organization", "create_webhook"])
    func `what the gateway does not carry is told to be that, and not the owner's choice of tools`(
        tool: String
    ) async throws {
        let server = try LoopbackServer { _ in .json(Self.connections) }
        defer { server.close() }
        let client = try client(server, ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key"])
        let answer = await client.request("tools/call", ["name": .string(tool), "arguments": [:]])
        #expect(answer["error"]?["message"]?.stringValue?.contains("carries v1 alone") == true, "\(answer)")
    }

    @Test func `the list of tools on the command line is that of the gateway`() throws {
        let settings = ["QUO_GATEWAY": "maton", "MATON_API_KEY": "x"]
        let listed = try Program().run("--toolsets", "all", "tools", environment: settings).output
        #expect(listed.contains("choose_connection") && !listed.contains("get_organization"), "\(listed)")
    }

    @Test func `a mistake in the configuration takes no tool away that the command line names`() throws {
        let result = try Program().run("--toolsets", "admin", "tools", environment: ["QUO_PROFILE": "careless"])
        #expect(result.errors.contains("reading goes on"))
        #expect(result.output.contains("list_phone_numbers"), "\(result.output)")
    }

    @Test func `without the gateway there are no connections`() async throws {
        let server = try LoopbackServer { _ in .json(Self.connections) }
        defer { server.close() }
        let client = try client(server, ["QUO_API_KEY": "quo-key"])
        let answer = await client.request("tools/call", ["name": "list_connections", "arguments": [:]])
        #expect(answer["error"]?["message"]?.stringValue?.contains("QUO_GATEWAY") == true, "\(answer)")
        #expect(server.requests.isEmpty)
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
