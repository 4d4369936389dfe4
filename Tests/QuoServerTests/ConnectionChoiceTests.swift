import Guard
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Store
import TestSupport
import Testing
import Webhooks

/// Choosing which of Maton's connections is used, which decides whose phone it is.
@Suite struct ConnectionChoiceTests {
    private static let settings = ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key"]

    /// Maton with two connections; where they share an account, both have its lines.
    private func maton(sharingAccount: Bool = false) throws -> LoopbackServer {
        try LoopbackServer { request in
            let connection = request.header("Maton-Connection") ?? "C-1"
            let line = sharingAccount || connection == "C-1" ? ("PN1", "+15550001111") : ("PN2", "+15550002222")
            let target = request.target.split(separator: "?")[0]
            switch (request.method, target) {
            case ("GET", "/connections/C-3"):
                return .json(#"{"connection":{"connection_id":"C-3","status":"PENDING"}}"#)
            case ("GET", _) where target.hasPrefix("/connections/"):
                return .json(
                    #"{"connection":{"connection_id":"\#(target.dropFirst(13))","status":"ACTIVE","app":"quo"}}"#)
            case ("GET", "/quo/v1/phone-numbers"):
                return .json(
                    #"{"data":[{"id":"\#(line.0)","name":"Of \#(connection)","number":"\#(line.1)","users":[]}]}"#)
            case ("POST", "/quo/v1/messages"): return .json(#"{"data":{"id":"AC1","status":"queued"}}"#, status: 202)
            default: return .json(#"{"data":[],"totalItems":0,"nextPageToken":null}"#)
            }
        }
    }

    private func client(
        _ server: LoopbackServer, _ folder: TemporaryFolder, _ settings: [String: String] = [:],
        showsForms: Bool = true
    ) throws -> Client {
        let environment = Self.settings.merging(["QUO_BASE_URL": server.url + "/quo"]) { $1 }
        return try Client(
            .api(environment: environment.merging(settings) { $1 }), showsForms: showsForms, folder: folder)
    }

    private func lastConnection(_ server: LoopbackServer) -> String? {
        server.requests.last { $0.target.hasPrefix("/quo/v1/phone-numbers") }?.header("Maton-Connection")
    }

    @Test func `a person sees the lines of the account, and every process uses it from its next call on`() async throws
    {
        let server = try maton()
        defer { server.close() }
        let folder = try TemporaryFolder()
        let (one, other) = (try client(server, folder), try client(server, folder))
        for client in [one, other] {
            #expect(await client.call("list_phone_numbers").resultText.contains("Of C-1"))
        }
        #expect(lastConnection(server) == nil)
        let question = await one.call("choose_connection", ["connection": "C-2"])
        #expect(question.form.contains("Of C-2 (+15550002222)"), "\(question)")
        #expect(question.form.contains("Every program on this computer"))
        #expect(await one.call("list_phone_numbers").resultText.contains("Of C-1"), "A question alone changes nothing")
        let chosen = await one.call("choose_connection", ["connection": "C-2"], choosing: 1)
        #expect(chosen.structure["performed"] == true, "\(chosen)")
        for client in [one, other] {
            #expect(await client.call("list_phone_numbers").resultText.contains("Of C-2"))
            #expect(lastConnection(server) == "C-2")
        }
        let list = await other.call("list_connections").structure
        #expect(list["inUse"] == "C-2, which was chosen", "\(list)")
        #expect(server.requests.allSatisfy { $0.method == "GET" }, "Maton itself keeps no choice")
        #expect(await one.call("choose_connection", ["connection": "C-2"]).resultText.contains("in use already"))
    }

    @Test func `nobody else than a person chooses`() async throws {
        let server = try maton()
        defer { server.close() }
        let folder = try TemporaryFolder()
        let declining = try client(server, folder)
        let declined = await declining.call("choose_connection", ["connection": "C-2"], choosing: 0)
        #expect(declined["isError"] == true, "\(declined)")
        let formless = try client(server, folder, showsForms: false)
        let waiting = await formless.call("choose_connection", ["connection": "C-2"])
        #expect(waiting.resultText.contains("approve"), "\(waiting)")
        _ = await formless.call("list_phone_numbers")
        #expect(lastConnection(server) == nil)
    }

    @Test func `what the owner set is not overridden`() async throws {
        let server = try maton()
        defer { server.close() }
        let folder = try TemporaryFolder()
        let chosen = try await client(server, folder)
            .call("choose_connection", ["connection": "C-2"], choosing: 1)
        #expect(chosen.structure["performed"] == true, "\(chosen)")
        let set = try client(server, folder, ["MATON_CONNECTION": "C-1"])
        let refused = await set.call("choose_connection", ["connection": "C-2"])
        #expect(refused.resultText.contains("no tool overrides it"), "\(refused)")
        _ = await set.call("list_phone_numbers")
        #expect(lastConnection(server) == "C-1")
    }

    @Test func `a connection that nobody signed in to is not chosen`() async throws {
        let server = try maton()
        defer { server.close() }
        let client = try client(server, try TemporaryFolder())
        let refused = await client.call("choose_connection", ["connection": "C-3"])
        #expect(refused.resultText.contains("its status is PENDING"), "\(refused)")
        #expect(server.requests.map(\.target) == ["/connections/C-3"])
    }

    @Test func `a text that went through one connection does not go again through another to the same account`()
        async throws
    {
        let server = try maton(sharingAccount: true)
        defer { server.close() }
        let client = try client(server, try TemporaryFolder())
        let text: JSONObject = ["to": "+16145550123", "text": "Hello", "from": "PN1"]
        #expect(await client.call("send_message", text, choosing: 1).structure["performed"] == true)
        let chosen = await client.call("choose_connection", ["connection": "C-2"], choosing: 1)
        #expect(chosen.structure["performed"] == true, "\(chosen)")
        let again = await client.call("send_message", text, choosing: 1)
        #expect(again.structure["duplicate"] == true, "\(again)")
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
    }

    @Test func `a form that was shown for one account sends nothing in another`() async throws {
        let server = try maton(sharingAccount: true)
        defer { server.close() }
        let client = try client(server, try TemporaryFolder())
        let text: JSONObject = ["to": "+16145550123", "text": "Hello", "from": "PN1"]
        let question = await client.call("send_message", text)
        #expect(question.choices.count == 2, "\(question)")
        _ = await client.call("choose_connection", ["connection": "C-2"], choosing: 1)
        let response: JSONValue = ["action": "accept", "content": ["decision": question.choices[safe: 1] ?? .null]]
        let answered = await client.answer(question, "send_message", text, response)
        #expect(answered.structure["performed"] != true, "\(answered)")
        #expect(server.requests.allSatisfy { $0.method == "GET" })
    }

    @Test func `a listener keeps events for the account that was chosen`() async throws {
        let server = try maton()
        defer { server.close() }
        let folder = try TemporaryFolder()
        let client = try client(server, folder)
        _ = await client.call("choose_connection", ["connection": "C-2"], choosing: 1)
        let store = Store(folder: try StateFolder(path: folder.path))
        let access = try WorkspaceAccess(
            environment: Self.settings.merging(["QUO_BASE_URL": server.url + "/quo"]) { $1 })
        let workspace = try await store.chosenWorkspace(of: access)
        #expect(workspace != access.workspace)
        let record = WebhookRecord(
            delivery: "1", type: "message.received", resourceTime: Timestamp.now, receivedAt: Timestamp.now,
            content: WebhookSample(.messageReceived, id: "EV1", time: "2026-11-20T14:05:00Z").body)
        #expect(try await store.keepEvent(record, in: workspace))
        let told = await client.call("list_events").structure
        #expect(told["events"]?.arrayValue?.count == 1, "\(told)")
    }

    @Test(arguments: ["", "C 2", "C-2\r\nX: y", "../v1/users", String(repeating: "C", count: 129)])
    func `what cannot be the id of a connection is not asked for`(id: String) async throws {
        let server = try maton()
        defer { server.close() }
        let client = try client(server, try TemporaryFolder())
        for tool in ["choose_connection", "get_connection"] {
            let refused = await client.call(tool, ["connection": .string(id)])
            #expect(refused["isError"] == true, "\(refused)")
        }
        #expect(server.requests.filter { $0.target.contains("connections") }.isEmpty)
    }

    @Test func `a connection that Maton answers for another one is not chosen`() async throws {
        let server = try LoopbackServer { _ in
            .json(#"{"connection":{"connection_id":"C-9","status":"ACTIVE","app":"quo"}}"#)
        }
        defer { server.close() }
        let client = try client(server, try TemporaryFolder())
        let refused = await client.call("choose_connection", ["connection": "C-2"])
        #expect(refused["isError"] == true, "\(refused)")
        #expect(refused.resultText.contains("not of the connection that was asked for"), "\(refused)")
    }

    @Test func `what happened in an account of the sandbox is there again on coming back`() async throws {
        let client = try Client(.simulated(.maton(connection: nil)))
        let line = await client.call("list_phone_numbers").structure["data"]?[0]?["id"] ?? .null
        let text: JSONObject = [
            "to": .string(MarkedNumber.repliesAtOnce.number), "from": line, "text": "Can you come at 3?",
        ]
        let sent = await client.call("send_message", text, choosing: 1)
        #expect(sent.structure["performed"] == true, "\(sent)")
        let arguments: JSONObject = ["types": ["message.received"], "after": "0", "seconds": 20]
        #expect(await client.call("wait_for_event", arguments).structure["happened"] == true)
        let ids = await client.call("list_connections").structure["data"]?.arrayValue?.compactMap { $0["id"] } ?? []
        try #require(ids.count == 2)
        for id in ids.reversed() {
            let chosen = await client.call("choose_connection", ["connection": id], choosing: 1)
            #expect(chosen.structure["performed"] == true, "\(chosen)")
            let events = await client.call("list_events").structure["events"]?.arrayValue ?? []
            #expect(events.isEmpty == (id == ids[1]), "\(events)")
        }
    }

    @Test func `the sandbox tells of a connection that is none`() throws {
        let result = try Program().run(
            "--sandbox", "call", "whoami", environment: ["QUO_GATEWAY": "maton", "MATON_CONNECTION": "no id!"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("MATON_CONNECTION is no connection of Maton"), "\(result.errors)")
    }

    @Test func `the sandbox has accounts to choose among`() async throws {
        let client = try Client(.simulated(.maton(connection: nil)))
        let first = await client.call("list_phone_numbers").structure["data"]
        let connections = await client.call("list_connections").structure["data"]?.arrayValue ?? []
        #expect(connections.count == 2, "\(connections)")
        let second = try #require(connections.last?["id"])
        let chosen = await client.call("choose_connection", ["connection": second], choosing: 1)
        #expect(chosen.structure["performed"] == true, "\(chosen)")
        let there = await client.call("list_phone_numbers").structure["data"]
        #expect(there?.arrayValue?.isEmpty == false && there != first, "\(String(describing: there))")
        let made = await client.call("create_connection", choosing: 1)
        #expect(made.text().contains("https://connect.maton.example/"), "\(made)")
        let pending = await client.call("list_connections", ["status": "PENDING"]).structure["data"]?.arrayValue
        #expect(pending?.count == 1)
        let oldest = try #require(connections.first?["id"])
        let deleted = await client.call("delete_connection", ["connection": oldest], choosing: 1)
        #expect(deleted.structure["performed"] == true, "\(deleted)")
        #expect(await client.call("list_connections").structure["data"]?.arrayValue?.count == 1)
    }
}

extension Store {
    fileprivate func chosenWorkspace(of access: WorkspaceAccess) throws(StoreError) -> WorkspaceID {
        try access.workspace(chosenIn: self)
    }
}
