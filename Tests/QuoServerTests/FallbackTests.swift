import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import QuoServer
import Sandbox
import TestSupport
import Testing

/// A workspace whose dated version answers some requests with an error.
private struct Refusing: HTTPTransport {
    let sandbox = SandboxTransport()
    let status: Int
    let message: String
    let isRefused: @Sendable (HTTPMethod, String) -> Bool

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url.dropFirst("http://127.0.0.1".count).prefix { $0 != "?" }
        guard !path.hasPrefix("/v1/"), isRefused(request.method, String(path)) else {
            return try await sandbox.send(request)
        }
        let body: JSONValue = ["title": "No", "message": .string(message), "docs": "https://quo.com/docs"]
        return HTTPResponse(status: status, body: body.bytes())
    }
}

/// A client, over a real socket, of a workspace whose dated version refuses.
private struct RefusingPhone {
    let server: LoopbackServer
    let client: Client

    init(
        _ status: Int, _ api: APIVersion = .automatic, message: String = "No",
        isRefused: @escaping @Sendable (HTTPMethod, String) -> Bool = { _, _ in true }
    ) throws {
        server = try LoopbackServer(carriedBy: Refusing(status: status, message: message, isRefused: isRefused))
        var policy = Policy.forTests
        policy.api = api
        client = try Client(
            .transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)), policy: policy)
    }

    /// What was asked of the dated version, and of the first, in order: `GET /calls`.
    func asked(ofDated: Bool) -> [String] {
        server.requests.filter { $0.target.hasPrefix("/v1/") != ofDated }
            .map { "\($0.method) \($0.target.prefix { $0 != "?" })" }
    }

    static let yesterday: JSONObject = ["since": .string(Timestamp.text(Timestamp.now - 86_400_000))]
    static let thread: JSONObject = ["inbox": "Main Line", "participants": ["Maria Santos"]]
}

@Suite struct FallbackTests {
    @Test(arguments: [401, 403, 404])
    func `what the dated version refuses comes from the first, which is asked at once from then on`(
        status: Int
    ) async throws {
        let phone = try RefusingPhone(status)
        defer { phone.server.close() }
        let reason = "2026-03-30 answered \(status)"
        for tool in ["inbox_triage", "digest"] {
            let result = await phone.client.call(tool, RefusingPhone.yesterday)
            #expect(result.structure["api"]?.stringValue == "v1 (\(reason))", "\(result.resultText)")
        }
        #expect(phone.asked(ofDated: true) == ["GET /messages"])
        for _ in 1...2 {
            let calls = await phone.client.call("list_calls", RefusingPhone.thread)
            #expect(calls.structure["api"]?.stringValue == "v1 (\(reason))", "\(calls.resultText)")
            let webhooks = await phone.client.call("list_webhooks")
            #expect(webhooks.structure["note"]?.stringValue?.contains(reason) == true, "\(webhooks.resultText)")
        }
        #expect(phone.asked(ofDated: true) == ["GET /messages", "GET /calls", "GET /webhooks"])
        let texts = await phone.client.call("list_messages")
        #expect(texts["isError"] == true && texts.resultText.contains(reason), "\(texts.resultText)")
    }

    @Test func `a version that is refused by its header is not to be had`() async throws {
        let phone = try RefusingPhone(400, message: "The header Quo-Api-Version must name a supported version")
        defer { phone.server.close() }
        let result = await phone.client.call("digest", RefusingPhone.yesterday)
        #expect(result.structure["api"] == "v1 (2026-03-30 answered 400)", "\(result.resultText)")
    }

    @Test func `calls that are refused alone send the scan through the threads, too`() async throws {
        let phone = try RefusingPhone(404) { $1 == "/calls" }
        defer { phone.server.close() }
        let result = await phone.client.call("digest", RefusingPhone.yesterday)
        #expect(result.structure["api"] == "v1 (2026-03-30 answered 404)", "\(result.resultText)")
        let texts = await phone.client.call("list_messages")
        #expect(texts.structure["api"] == "2026-03-30", "\(texts.resultText)")
    }

    @Test func `a server that fails is told, and asked again`() async throws {
        let phone = try RefusingPhone(500)
        defer { phone.server.close() }
        let result = await phone.client.call("digest", RefusingPhone.yesterday)
        #expect(result["isError"] == true && result.resultText.contains("HTTP 500"), "\(result.resultText)")
        #expect(phone.asked(ofDated: true).allSatisfy { $0 == "GET /messages" })
        #expect(phone.asked(ofDated: true).count == 4)
        #expect(!phone.asked(ofDated: false).contains("GET /v1/messages"))
    }

    @Test(arguments: [404, 500])
    func `who wants the first version alone never meets the other`(status: Int) async throws {
        let phone = try RefusingPhone(status, .v1)
        defer { phone.server.close() }
        let result = await phone.client.call("digest", RefusingPhone.yesterday)
        #expect(result.structure["api"] == "v1", "\(result.resultText)")
        #expect(await phone.client.call("list_webhooks")["isError"] != true)
        #expect(phone.asked(ofDated: true) == [])
    }

    @Test(arguments: [401, 403, 404], ["inbox_triage", "digest", "list_calls", "list_messages", "list_webhooks"])
    func `who wants the dated version alone is told what to do`(status: Int, tool: String) async throws {
        let phone = try RefusingPhone(status, .dated)
        defer { phone.server.close() }
        let result = await phone.client.call(tool)
        #expect(result["isError"] == true)
        #expect(result.resultText.contains("The owner sets QUO_API to auto"), "\(result.resultText)")
        for path in ["GET /v1/messages", "GET /v1/calls", "GET /v1/conversations"] {
            #expect(!phone.asked(ofDated: false).contains(path))
        }
    }

    // MARK: Writes

    @Test(arguments: [401, 403, 404, 500])
    func `a deletion is never tried on the other version`(status: Int) async throws {
        let phone = try RefusingPhone(status) { method, _ in method == .delete }
        defer { phone.server.close() }
        let result = await phone.client.call("delete_webhook", ["webhookId": "101"], choosing: 1)
        #expect(result["isError"] == true, "\(result)")
        #expect(phone.server.requests.map(\.method).filter { $0 != "GET" } == ["DELETE"])
        #expect(phone.asked(ofDated: true).last == "DELETE /webhooks/101")
    }

    @Test(arguments: [404, 500])
    func `a mark is never tried on the other version`(status: Int) async throws {
        let phone = try RefusingPhone(status, .dated) { method, _ in method == .post }
        defer { phone.server.close() }
        let arguments: JSONObject = ["with": ["Maria Santos"], "inbox": "Main Line", "as": "done"]
        let result = await phone.client.call("mark_conversation", arguments)
        #expect(result["isError"] == true, "\(result)")
        #expect(phone.server.requests.map(\.method).filter { $0 != "GET" } == ["POST"])
        #expect(phone.asked(ofDated: true).contains { $0.hasSuffix("mark-as-done") })
    }

    // MARK: The gateway

    private static func gateway(_ api: APIVersion) throws -> (server: LoopbackServer, client: Client) {
        let server = try LoopbackServer { request in
            request.target.hasPrefix("/quo/v1/phone-numbers")
                ? .json(#"{"data":[{"id":"PN1","name":"Main","number":"+15550001111","users":[]}]}"#)
                : .json(#"{"data":[],"totalItems":0,"nextPageToken":null}"#)
        }
        var policy = Policy.forTests
        policy.api = api
        let environment = [
            "QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "QUO_BASE_URL": server.url + "/quo",
        ]
        return (server, try Client(.api(environment: environment), policy: policy))
    }

    @Test(arguments: [APIVersion.automatic, .v1])
    func `a gateway without the dated version is asked for the first`(api: APIVersion) async throws {
        let (server, client) = try Self.gateway(api)
        defer { server.close() }
        for tool in ["inbox_triage", "digest"] {
            let result = await client.call(tool)
            #expect(result.structure["api"] == "v1", "\(result.resultText)")
        }
        let texts = await client.call("list_messages")
        let reason = api == .v1 ? "QUO_API is v1" : "Maton's gateway carries v1 alone"
        #expect(texts["isError"] == true && texts.resultText.contains(reason), "\(texts.resultText)")
        #expect(server.requests.allSatisfy { $0.target.hasPrefix("/quo/v1/") })
    }

    @Test func `the dated version through such a gateway is an error that says what to do`() async throws {
        let (server, client) = try Self.gateway(.dated)
        defer { server.close() }
        let result = await client.call("inbox_triage")
        #expect(result["isError"] == true)
        #expect(result.resultText.contains("without QUO_GATEWAY"), "\(result.resultText)")
        #expect(server.requests.allSatisfy { $0.target.hasPrefix("/quo/v1/") })
    }

    // MARK: What the dated version says of one request

    private static let faulty = #"""
        {"title":"Bad Request","message":"Validation failed","trace":"tr-2",
         "errors":[{"path":"/createdAt/gt","message":"must be a date"}]}
        """#

    /// A server whose dated version refuses the requests that hold some words, and answers the others from the sandbox.
    private func server(refusing words: String, _ status: Int, _ body: String) throws -> LoopbackServer {
        struct Refusing: HTTPTransport {
            let sandbox = SandboxTransport()
            let words: String
            let response: HTTPResponse

            func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
                if !request.url.contains("/v1/"), request.url.contains(words) { return response }
                return try await sandbox.send(request)
            }
        }
        return try LoopbackServer(
            carriedBy: Refusing(words: words, response: HTTPResponse(status: status, body: Array(body.utf8))))
    }

    private func client(_ server: LoopbackServer) throws -> Client {
        try Client(.transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)))
    }

    @Test func `a fault of the request is told as the API told it, where the first version cannot serve`() async throws
    {
        let server = try server(refusing: "/messages", 400, Self.faulty)
        defer { server.close() }
        let result = await (try client(server)).call("list_messages", ["createdAfter": "2026-11-01T00:00:00Z"])
        #expect(result["isError"] == true)
        for words in ["/createdAt/gt: must be a date", "trace tr-2"] {
            #expect(result.resultText.contains(words), "\(result.resultText)")
        }
        #expect(!result.resultText.contains("nothing was requested"))
    }

    @Test func `a version that is not to be had is told with what the first one needs`() async throws {
        let server = try server(refusing: "/messages", 403, #"{"message":"No"}"#)
        defer { server.close() }
        let result = await (try client(server)).call("list_messages", ["direction": "incoming"])
        for words in ["name participants", "HTTP 403"] {
            #expect(result.resultText.contains(words), "\(result.resultText)")
        }
    }

    @Test func `one refused filter does not turn the version off for other requests`() async throws {
        let server = try server(refusing: "/calls?", 400, #"{"errors":[{"path":"/participant","message":"unknown"}]}"#)
        defer { server.close() }
        let client = try client(server)
        for _ in 0..<2 {
            let calls = await client.call("list_calls", RefusingPhone.thread)
            #expect(calls.structure["api"]?.stringValue?.hasPrefix("v1") == true, "\(calls.resultText)")
        }
        #expect(server.requests.filter { $0.target.hasPrefix("/calls?") }.count == 2)
    }

    @Test func `an operation of the dated version alone says that the version may be missing`() async throws {
        let server = try server(refusing: "/organization", 404, #"{"message":"Not found"}"#)
        defer { server.close() }
        let result = await (try client(server)).call("get_organization")
        #expect(result.resultText.contains("version 2026-03-30 of the API, which alone has it"), "\(result.resultText)")
        #expect(!result.resultText.contains("do not guess"))
    }

    @Test func `webhooks of one version are told where the key may not see those of the other`() async throws {
        struct Refusing: HTTPTransport {
            let sandbox = SandboxTransport()
            func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
                if request.url.contains("/v1/webhooks") { return HTTPResponse(status: 403, body: Array("{}".utf8)) }
                return try await sandbox.send(request)
            }
        }
        let server = try LoopbackServer(carriedBy: Refusing())
        defer { server.close() }
        let client = try client(server)
        let result = await client.call("list_webhooks")
        #expect(result.structure["data"]?.arrayValue?.isEmpty == false, "\(result.resultText)")
        #expect(result.structure["note"]?.stringValue?.contains("those of v1 are not told") == true)
        let ofMember = await client.call("list_webhooks", ["userId": "Dana Quarry"])
        #expect(ofMember["isError"] == true)
    }
}
