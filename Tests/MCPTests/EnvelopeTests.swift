import JSON
import MCP
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EnvelopeTests {
    private static let version = "io.modelcontextprotocol/protocolVersion"
    private static let capabilities = "io.modelcontextprotocol/clientCapabilities"
    private static let client = "io.modelcontextprotocol/clientInfo"

    private func ask(_ meta: JSONObject, _ method: String = "tools/list") async throws -> JSONValue {
        try await Conversation().ask(method, ["_meta": .object(meta)])
    }

    @Test func `a missing or malformed revision is named`() async throws {
        for meta in [[Self.capabilities: [:]], [Self.client: [:]], [Self.version: 1, Self.capabilities: [:]]]
            as [JSONObject]
        {
            let reply = try await ask(meta)
            #expect(reply.errorCode == -32602)
            #expect(reply.errorMessage.contains(Self.version))
        }
    }

    @Test func `missing or malformed capabilities are named`() async throws {
        for meta in [[Self.version: "2026-07-28"], [Self.version: "2026-07-28", Self.capabilities: []]] as [JSONObject]
        {
            let reply = try await ask(meta)
            #expect(reply.errorCode == -32602)
            #expect(reply.errorMessage.contains(Self.capabilities))
        }
    }

    @Test(arguments: ["2027-01-01", "1900-01-01", "2025-11-25"])
    func `another revision in an envelope is told the supported ones`(version: String) async throws {
        let reply = try await ask([Self.version: .string(version), Self.capabilities: [:]], "initialize")
        #expect(reply.errorCode == -32022)
        #expect(reply["error"]?["data"] == ["supported": ["2026-07-28"], "requested": .string(version)])
    }

    @Test func `the client's name is not required`() async throws {
        let reply = try await ask([Self.version: "2026-07-28", Self.capabilities: [:]])
        #expect(reply["result"]?["resultType"] == "complete")
    }

    @Test func `an unknown log level is refused`() async throws {
        var meta = Conversation.envelope()
        meta["io.modelcontextprotocol/logLevel"] = "loud"
        #expect(try await ask(meta).errorCode == -32602)
        meta["io.modelcontextprotocol/logLevel"] = "debug"
        #expect(try await ask(meta)["result"] != nil)
    }

    @Test func `the handler sees the client, its capabilities and its trace`() async throws {
        let conversation = Conversation()
        var meta = Conversation.envelope(capabilities: ["elicitation": [:]])
        meta["traceparent"] = "00-a-b-01"
        meta["baggage"] = "k=v"
        _ = try await conversation.ask("tools/call", ["name": "echo", "_meta": .object(meta)])
        let context = try #require(conversation.server.contexts.last)
        #expect(context.revision == .july2026)
        #expect(context.client == Implementation(name: "tester", version: "0"))
        #expect(context.canElicitForms)
        #expect(context.traceContext == TraceContext(traceparent: "00-a-b-01", baggage: "k=v"))
        #expect(!context.wantsProgress)
    }

    @Test(arguments: [true, false])
    func `a context that no client asked for says whether forms can be shown`(canElicitForms: Bool) {
        let context = RequestContext(revision: .july2026, canElicitForms: canElicitForms)
        #expect(context.canElicitForms == canElicitForms)
        #expect(!context.wantsProgress)
    }

    @Test(arguments: [
        ("{}", true), (#"{"form":{}}"#, true), (#"{"form":{},"url":{}}"#, true), (#"{"url":{}}"#, false), ("1", false),
    ])
    func `the capability says whether forms can be shown`(elicitation: String, expected: Bool) async throws {
        let capability: JSONValue = ["elicitation": try JSONValue(parsing: elicitation)]
        let modern = Conversation()
        _ = try await modern.askModern("tools/call", ["name": "echo"], capabilities: capability)
        #expect(modern.server.contexts.last?.canElicitForms == expected)
        for revision in ProtocolRevision.allCases where !revision.isModern {
            let legacy = try await Conversation.legacy(revision, capabilities: capability)
            _ = try await legacy.ask("tools/call", ["name": "echo"])
            let knows = expected && revision >= .june2025
            #expect(legacy.server.contexts.last?.canElicitForms == knows)
        }
    }
}
