import JSON
import MCP
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RoutingTests {
    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func `initialize echoes a legacy revision`(version: String) async throws {
        let conversation = Conversation()
        let reply = try await conversation.ask("initialize", ["protocolVersion": .string(version)], id: 0)
        #expect(reply["id"] == 0)
        #expect(reply["result"]?["protocolVersion"] == .string(version))
        #expect(reply["result"]?["instructions"] == "Use with care.")
        #expect(reply["result"]?["capabilities"] == ["tools": [:]])
        #expect(reply["result"]?["resultType"] == nil)
        #expect(reply["result"]?["_meta"] == nil)
        let title: JSONValue? = version >= "2025-06-18" ? "Fixture" : nil
        #expect(reply["result"]?["serverInfo"]?["title"] == title)
    }

    @Test(arguments: ["1999-01-01", "2026-07-28", ""])
    func `initialize answers the latest legacy revision to any other`(version: String) async throws {
        let reply = try await Conversation().ask("initialize", ["protocolVersion": .string(version)])
        #expect(reply["result"]?["protocolVersion"] == "2025-11-25")
    }

    @Test func `initialize may come again and changes what was agreed`() async throws {
        let conversation = try await Conversation.legacy(.november2024)
        #expect(try await conversation.ask("tools/list")["result"]?["tools"]?[0]?["title"] == nil)
        _ = try await conversation.ask("initialize", ["protocolVersion": "2025-11-25"])
        #expect(try await conversation.ask("tools/list")["result"]?["tools"]?[0]?["title"] == "Echo")
    }

    @Test func `discovery says all that a modern client needs`() async throws {
        let reply = try await Conversation().askModern("server/discover", id: "discover-1")
        #expect(
            reply == [
                "jsonrpc": "2.0", "id": "discover-1",
                "result": [
                    "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                    "instructions": "Use with care.", "ttlMs": 3_600_000, "cacheScope": "private",
                    "_meta": [
                        "io.modelcontextprotocol/serverInfo": [
                            "name": "fixture", "title": "Fixture", "version": "1.2.3",
                        ]
                    ],
                ],
            ])
    }

    @Test func `a modern list carries its type, its lifetime and the server`() async throws {
        let result = try await Conversation().askModern("tools/list")["result"]
        #expect(result?["resultType"] == "complete")
        #expect(result?["ttlMs"] == 3_600_000)
        #expect(result?["cacheScope"] == "private")
        #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "fixture")
        #expect(result?["tools"]?.arrayValue?.count == 2)
        #expect(result?["nextCursor"] == nil)
    }

    @Test func `a legacy list carries nothing but the tools`() async throws {
        let conversation = try await Conversation.legacy(.november2025)
        #expect(try await conversation.ask("tools/list")["result"]?.objectValue?.names == ["tools"])
    }

    @Test func `a modern call carries its type and the server`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "echo", "arguments": ["a": 1]])
        #expect(reply["result"]?["resultType"] == "complete")
        #expect(reply["result"]?["structuredContent"] == ["a": 1])
        #expect(reply["result"]?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "1.2.3")
    }

    @Test func `a legacy call carries only the result`() async throws {
        let conversation = try await Conversation.legacy(.november2025)
        let reply = try await conversation.ask("tools/call", ["name": "echo"])
        #expect(reply["result"]?.objectValue?.names == ["content", "structuredContent"])
    }

    @Test func `both eras are served on one connection`() async throws {
        let conversation = Conversation()
        let parameters: JSONObject = ["name": "echo"]
        #expect(try await conversation.askModern("server/discover")["result"] != nil)
        #expect(try await conversation.ask("initialize", ["protocolVersion": "2025-06-18"])["result"] != nil)
        #expect(try await conversation.ask("tools/call", .object(parameters))["result"]?["resultType"] == nil)
        #expect(try await conversation.askModern("tools/call", parameters)["result"]?["resultType"] == "complete")
        #expect(try await conversation.ask("tools/call", .object(parameters))["result"]?["resultType"] == nil)
        let revisions = conversation.server.contexts.map(\.revision)
        #expect(revisions == [.june2025, .july2026, .june2025])
    }

    @Test(arguments: ["tools/list", "tools/call", "resources/list", "server/discover", "logging/setLevel"])
    func `a bare request before initialize is told what is missing`(method: String) async throws {
        let conversation = Conversation()
        let reply = try await conversation.ask(method, [:], id: 7)
        #expect(reply.errorCode == -32602)
        #expect(reply["id"] == 7)
        #expect(reply.errorMessage.contains("io.modelcontextprotocol/protocolVersion"))
        #expect(try await conversation.ask("ping")["result"] == [:])
    }

    @Test(arguments: ["server/discover", "resources/list", "subscriptions/listen", "no/such"])
    func `a legacy connection does not know the method`(method: String) async throws {
        let conversation = try await Conversation.legacy(.november2025)
        #expect(try await conversation.ask(method).errorCode == -32601)
    }

    @Test(arguments: [
        "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
        "subscriptions/listen",
        "prompts/list", "no/such",
    ])
    func `a modern request does not find the method`(method: String) async throws {
        let reply = try await Conversation().askModern(method)
        #expect(reply.errorCode == -32601)
        #expect(reply.errorMessage.contains(method))
    }

    @Test func `a legacy client may set a log level`() async throws {
        let conversation = try await Conversation.legacy(.march2025)
        #expect(try await conversation.ask("logging/setLevel", ["level": "debug"])["result"] == [:])
    }

    @Test func `an unknown cursor is refused and null is none`() async throws {
        let conversation = try await Conversation.legacy(.november2025)
        #expect(try await conversation.ask("tools/list", ["cursor": ""]).errorCode == -32602)
        #expect(try await conversation.ask("tools/list", ["cursor": "x"]).errorCode == -32602)
        #expect(try await conversation.ask("tools/list", ["cursor": nil])["result"] != nil)
    }

    @Test(arguments: [
        #"{"arguments":{}}"#, #"{"name":1}"#, #"{"name":"echo","arguments":[]}"#, #"{"name":"echo","arguments":"x"}"#,
        #"{"name":"none"}"#, #"{"name":"tampered"}"#, #"{"name":"echo","_meta":3}"#,
    ])
    func `a malformed call is an error of the protocol`(parameters: String) async throws {
        let conversation = try await Conversation.legacy(.november2025)
        let reply = try await conversation.ask("tools/call", JSONValue(parsing: parameters), id: "x")
        #expect(reply.errorCode == -32602)
        #expect(reply["id"] == "x")
    }

    @Test(arguments: [#"{"name":"echo"}"#, #"{"name":"echo","arguments":null}"#])
    func `missing arguments are an empty object`(parameters: String) async throws {
        let conversation = try await Conversation.legacy(.november2025)
        let reply = try await conversation.ask("tools/call", JSONValue(parsing: parameters))
        #expect(reply["result"]?["structuredContent"] == [:])
    }

    @Test func `a tool's failure is a result`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "fail"])
        #expect(reply["result"]?["isError"] == true)
        #expect(reply.firstText == "no such number")
    }

    @Test func `an unknown tool is named`() async throws {
        let reply = try await Conversation().askModern("tools/call", ["name": "none"])
        #expect(reply.errorMessage == "Unknown tool: none")
    }
}
