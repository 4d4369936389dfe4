import JSON
import MCP
import Testing

@Suite(.timeLimit(.minutes(5)))
struct InputRequestTests {
    private static let everything: JSONValue = [
        "elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": ["listChanged": true],
    ]
    private static let questions: KeyValuePairs<String, InputRequest> = [
        "page": .page(ElicitationPage(message: "Sign in", url: "https://example.com/in", id: "e1")),
        "model": .sampling(
            SamplingRequest(
                messages: [PromptMessage(.text("Hello?"))], maximumTokens: 10, systemPrompt: "Be brief.",
                options: ["temperature": 0.5])),
        "roots": .roots,
    ]
    private static let sampled: JSONValue = [
        "role": "assistant", "content": ["type": "text", "text": "Hi"], "model": "m", "stopReason": "endTurn",
    ]
    private static let roots: JSONValue = ["roots": [["uri": "file:///a", "name": "a"]]]
    /// The requests that may ask, with what they need.
    private static let methods: [(String, JSONObject)] = [
        ("tools/call", ["name": "any"]), ("prompts/get", ["name": "any", "arguments": ["a": "x"]]),
        ("resources/read", ["uri": "test://a"]),
    ]

    /// A server that asks the questions until any is answered, and what it then saw.
    private func asking(
        _ questions: KeyValuePairs<String, InputRequest> = questions
    ) -> (server: StubServer, seen: Kept<RequestContext>) {
        let seen = Kept<RequestContext>()
        let server = StubServer { context in
            seen.set(context)
            guard context.answers.isEmpty, context.results.isEmpty else { return .complete(ToolResult(text: "done")) }
            return .inputRequired(questions, state: "s")
        }
        return (server, seen)
    }

    // MARK: Modern

    @Test(arguments: methods)
    func `each kind of question travels in the result`(method: String, parameters: JSONObject) async throws {
        let (server, seen) = asking()
        let conversation = try await Conversation.speaking(.july2026, to: server, capabilities: Self.everything)
        let question = try await conversation.exchange(method, parameters)["result"]
        #expect(question?["resultType"] == "input_required")
        #expect(question?["ttlMs"] == nil)
        #expect(
            question?["inputRequests"] == [
                "page": [
                    "method": "elicitation/create",
                    "params": ["mode": "url", "message": "Sign in", "url": "https://example.com/in"],
                ],
                "model": [
                    "method": "sampling/createMessage",
                    "params": [
                        "messages": [["role": "user", "content": ["type": "text", "text": "Hello?"]]],
                        "systemPrompt": "Be brief.", "maxTokens": 10, "temperature": 0.5,
                    ],
                ],
                "roots": ["method": "roots/list", "params": [:]],
            ])

        var parameters = parameters
        parameters["requestState"] = "s"
        parameters["inputResponses"] = [
            "page": ["action": "accept"], "model": Self.sampled, "roots": Self.roots, "other": Self.roots,
        ]
        #expect(try await conversation.exchange(method, parameters)["result"]?["resultType"] == "complete")
        let context = try #require(seen.value)
        #expect(context.answers == ["page": .accept([:])])
        #expect(try context.results["model"]?.get() == Self.sampled.objectValue)
        #expect(try context.results["roots"]?.get() == Self.roots.objectValue)
        #expect(context.requestState == "s")
    }

    @Test(arguments: [
        ("{}", #"{"elicitation":{"url":{}},"sampling":{},"roots":{}}"#),
        (#"{"elicitation":{}}"#, #"{"elicitation":{"url":{}},"sampling":{},"roots":{}}"#),
        (#"{"elicitation":{"url":{}},"roots":{}}"#, #"{"sampling":{}}"#),
    ])
    func `what the client did not declare is named`(declared: String, missing: String) async throws {
        let declared = try JSONValue(parsing: declared)
        let missing = try JSONValue(parsing: missing)
        for revision in [ProtocolRevision.november2025, .july2026] {
            let conversation = try await Conversation.speaking(revision, to: asking().server, capabilities: declared)
            let reply = try await conversation.exchange("tools/call", ["name": "any"])
            #expect(reply.errorCode == -32021)
            #expect(reply["error"]?["data"] == ["requiredCapabilities": missing])
        }
    }

    @Test(arguments: [
        #"{"roots":1}"#, #"{"roots":[{}]}"#, #"{"role":"assistant"}"#, "{}", "[]", #"{"content":"x"}"#,
    ])
    func `a response that answers nothing is refused`(response: String) async throws {
        let conversation = try await Conversation.speaking(.july2026, to: asking().server)
        let reply = try await conversation.exchange(
            "tools/call", ["name": "any", "inputResponses": ["roots": try JSONValue(parsing: response)]])
        #expect(reply.errorCode == -32602)
    }

    // MARK: Legacy

    @Test(arguments: methods)
    func `a legacy client is asked by requests`(method: String, parameters: JSONObject) async throws {
        let (server, seen) = asking()
        let conversation = try await Conversation.speaking(.november2025, to: server, capabilities: Self.everything)
        conversation.begin(method, parameters, id: 5)
        for _ in 1...3 {
            let question = try await conversation.recorder.next()
            switch question["method"] {
            case "elicitation/create":
                #expect(
                    question["params"] == [
                        "mode": "url", "message": "Sign in", "url": "https://example.com/in", "elicitationId": "e1",
                    ])
                conversation.answer(question, ["action": "decline"])
            case "sampling/createMessage": conversation.answer(question, Self.sampled)
            default:
                #expect(question["method"] == "roots/list")
                conversation.answer(question, Self.roots)
            }
        }
        let reply = try await conversation.recorder.next()
        #expect(reply["id"] == 5)
        #expect(reply["result"] != nil)
        let context = try #require(seen.value)
        #expect(context.answers == ["page": .decline])
        #expect(try context.results["model"]?.get() == Self.sampled.objectValue)
        #expect(try context.results["roots"]?.get() == Self.roots.objectValue)
    }

    @Test(arguments: ProtocolRevision.allCases)
    func `the context tells what the revision's client can be asked for`(revision: ProtocolRevision) async throws {
        let (server, seen) = asking([:])
        let conversation = try await Conversation.speaking(revision, to: server, capabilities: Self.everything)
        _ = try await conversation.exchange("tools/call", ["name": "any"])
        var expected: ClientAbilities = [.sampling, .roots]
        if revision >= .june2025 { expected.insert(.forms) }
        if revision >= .november2025 { expected.insert(.pages) }
        #expect(seen.value?.abilities == expected)
    }

    @Test(arguments: ProtocolRevision.allCases.filter { !$0.isModern })
    func `every legacy revision lets its model be asked`(revision: ProtocolRevision) async throws {
        let (server, seen) = asking(["model": .sampling(SamplingRequest(messages: [], maximumTokens: 1))])
        let conversation = try await Conversation.speaking(revision, to: server, capabilities: Self.everything)
        let question = try await conversation.exchange("tools/call", ["name": "any"])
        #expect(question["method"] == "sampling/createMessage")
        conversation.say([
            "jsonrpc": "2.0", "id": question["id"] ?? .null, "error": ["code": -1, "message": "User rejected"],
        ])
        #expect(try await conversation.recorder.next().firstText == "done")
        #expect(throws: ProtocolError.internalError("User rejected")) { try seen.value?.results["model"]?.get() }
    }

    @Test func `a malformed result or none in time is a failure`() async throws {
        let (server, seen) = asking(["roots": .roots])
        let conversation = try await Conversation.speaking(.november2025, to: server, capabilities: Self.everything)
        conversation.answer(try await conversation.exchange("tools/call", ["name": "any"]), ["roots": "none"])
        #expect(try await conversation.recorder.next().firstText == "done")
        #expect(throws: ProtocolError.self) { try seen.value?.results["roots"]?.get() }

        let question = try await conversation.exchange("tools/call", ["name": "any"])
        await conversation.clock.sleeps.wait(for: 2)
        conversation.clock.advance(by: .seconds(50))
        let withdrawal = try await conversation.recorder.next()
        #expect(withdrawal["params"]?["requestId"] == question["id"])
        #expect(try await conversation.recorder.next().firstText == "done")
        #expect(throws: ProtocolError.internalError("no answer in time")) { try seen.value?.results["roots"]?.get() }
    }
}
