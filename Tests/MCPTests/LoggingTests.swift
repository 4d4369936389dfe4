import JSON
import Testing

@testable import MCP
@testable import mcp_fixture

@Suite(.timeLimit(.minutes(5)))
struct LoggingTests {
    private static let all = ["debug", "info", "warning", "error"]

    /// The levels of the messages that come before the answer of the tool that logs.
    private func levels(_ conversation: Conversation, level: JSONValue? = nil) async throws -> [String] {
        var parameters: JSONObject = ["name": "test_logging_tool"]
        if var envelope = conversation.envelope {
            envelope["io.modelcontextprotocol/logLevel"] = level
            parameters["_meta"] = .object(envelope)
        }
        var message = try await conversation.ask("tools/call", .object(parameters))
        var levels: [String] = []
        while message["method"] == "notifications/message" {
            levels.append(message["params"]?["level"]?.stringValue ?? "")
            #expect(message["params"]?["logger"] == "fixture")
            #expect(message["params"]?["data"]?["message"] != nil)
            message = try await conversation.recorder.next()
        }
        #expect(message.firstText == "Logged")
        return levels
    }

    @Test(arguments: ProtocolRevision.allCases.filter { !$0.isModern })
    func `a legacy client gets all messages, or those from its level up`(revision: ProtocolRevision) async throws {
        let conversation = try await Conversation.speaking(revision, to: ConformanceServer(key: [1]))
        #expect(try await levels(conversation) == Self.all)
        #expect(try await conversation.exchange("logging/setLevel", ["level": "warning"])["result"] == [:])
        #expect(try await levels(conversation) == ["warning", "error"])
        _ = try await conversation.exchange("initialize", ["protocolVersion": .string(revision.rawValue)])
        #expect(try await levels(conversation) == Self.all)
    }

    @Test func `a modern client gets messages only where its request says so`() async throws {
        let conversation = try await Conversation.speaking(.july2026, to: ConformanceServer(key: [1]))
        #expect(try await levels(conversation) == [])
        #expect(try await levels(conversation, level: "debug") == Self.all)
        #expect(try await levels(conversation, level: "error") == ["error"])
        #expect(try await levels(conversation, level: "emergency") == [])
    }

    @Test(arguments: [JSONValue.string("loud"), .null, 3])
    func `an unknown level is refused`(level: JSONValue) async throws {
        let legacy = try await Conversation.speaking(.november2025, to: ConformanceServer(key: [1]))
        #expect(try await legacy.exchange("logging/setLevel", ["level": level]).errorCode == -32602)
        #expect(try await legacy.exchange("logging/setLevel").errorCode == -32602)
        let modern = try await Conversation.speaking(.july2026, to: ConformanceServer(key: [1]))
        var envelope = try #require(modern.envelope)
        envelope["io.modelcontextprotocol/logLevel"] = level
        #expect(try await modern.ask("tools/list", ["_meta": .object(envelope)]).errorCode == -32602)
    }

    @Test func `nothing is logged after the answer`() async throws {
        let kept = Kept<RequestContext>()
        let server = StubServer { context in
            kept.set(context)
            return .complete(ToolResult(text: "done"))
        }
        let conversation = try await Conversation.speaking(.november2025, to: server)
        #expect(try await conversation.exchange("tools/call", ["name": "x"]).firstText == "done")
        kept.value?.log(.emergency, "too late")
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `a log that outlives its session tells of emergencies alone`() throws {
        let recorder = Recorder()
        func reporter() throws -> LogReporter? {
            let session = Session(handler: StubServer(), output: recorder)
            let peer = Peer(revision: .november2025, client: nil, capabilities: nil)
            return try session.logReporter(for: RequestMetadata([:]), from: peer)
        }
        let log = try #require(try reporter())
        for level in LogLevel.allCases { log.report(level, "x", nil) }
        #expect(recorder.untaken.map { $0["params"]?["level"] } == ["emergency"])
    }

    @Test func `levels rise in the order of syslog`() {
        for (index, level) in LogLevel.allCases.enumerated() {
            for (other, second) in LogLevel.allCases.enumerated() { #expect((level < second) == (index < other)) }
        }
    }

    @Test func `a server that declares no log sends none`() async throws {
        let server = StubServer([]) { context in
            context.log(.emergency, "unheard")
            return .complete(ToolResult(text: "done"))
        }
        let conversation = try await Conversation.speaking(.november2025, to: server)
        #expect(try await conversation.exchange("logging/setLevel", ["level": "loud"])["result"] == [:])
        #expect(try await conversation.exchange("tools/call", ["name": "x"]).firstText == "done")
    }
}
