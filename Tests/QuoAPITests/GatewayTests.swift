import HTTP
import JSON
import QuoAPI
import Synchronization
import TestSupport
import Testing

@Suite struct `Maton's gateway` {
    private let key = "maton-key-0123456789"

    private func connection(
        to server: LoopbackServer, _ gateway: Gateway = .maton(connection: "C-1"), pacer: any Pacer = NoPacing()
    ) throws -> Connection {
        Connection(
            transport: CurlTransport(), baseURL: try BaseURL(server.url + "/quo"), credential: try Credential(key: key),
            pacer: pacer,
            options: ConnectionOptions(
                userAgent: "quo-mcp/test", gateway: gateway, retries: RetryPolicy(random: { 0.5 }),
                clock: ManualClock(advancesItself: true)))
    }

    @Test(arguments: ["C-1", nil])
    func `a request carries a bearer token and the connection that the owner chose`(id: String?) async throws {
        let server = try LoopbackServer { _ in .json(#"{"data":[]}"#) }
        defer { server.close() }
        let connection = try connection(to: server, .maton(connection: id))
        _ = try await Reader(connection).read(Sample.getContact, Sample.contactArguments)
        _ = try await Writer(connection).write(Sample.sendMessage, Sample.text)
        #expect(server.requests.map(\.target) == ["/quo/v1/contacts/CT1", "/quo/v1/messages"])
        for request in server.requests {
            #expect(request.header("Authorization") == "Bearer \(key)")
            #expect(request.header("User-Agent") == "quo-mcp/test")
            #expect(request.header("Maton-Connection") == id)
        }
    }

    @Test func `every operation of the first version goes out, and no other`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let connection = try connection(to: server)
        let error = await failure(of: Sample.listUsers, OperationArguments(), on: connection)
        #expect(error?.kind == .invalidRequest)
        #expect(error?.explanation.contains("carries the first version of Quo's API alone") == true)
        #expect(server.requests.isEmpty)
        let operations = Operation.all.filter { $0.path.hasPrefix("/v1/") }
        #expect(operations.count == 43)
        for operation in operations {
            var arguments = OperationArguments()
            for parameter in operation.parameters where parameter.isRequired {
                if parameter.location == .path { arguments.path[parameter.name] = "X1" }
                if parameter.location == .query { arguments.query.append(.init(parameter.name, "1")) }
            }
            if operation.method == .get {
                _ = try await Reader(connection).read(ReadOperation(operation), arguments)
            } else {
                _ = try await Writer(connection).write(WriteOperation(operation), arguments)
            }
        }
        #expect(server.requests.map(\.method) == operations.map(\.method.rawValue))
        #expect(server.requests.allSatisfy { $0.target.hasPrefix("/quo/v1/") })
    }

    @Test(arguments: [
        ("https://gateway.maton.ai/quo", "https://ctrl.maton.ai"), ("https://api.maton.ai/quo", "https://api.maton.ai"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    ])
    func `the connections of a key are asked for where Maton itself is`(address: String, itself: String) async throws {
        let transport = LastRequest()
        let connection = Connection(
            transport: transport, baseURL: try BaseURL(address), credential: try Credential(key: key),
            pacer: NoPacing(), options: ConnectionOptions(userAgent: "quo-mcp/test", gateway: .maton(connection: "C-1"))
        )
        _ = try await Reader(connection).read(.getConnection, OperationArguments(path: ["id": "C-2"]))
        let request = transport.request.withLock { $0 }
        #expect(request?.url == itself + "/connections/C-2")
        #expect(request?.headers.contains { $0.name == "Maton-Connection" } == false)
    }

    @Test func `connections of Maton are nothing that Quo is asked for`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let error = await failure(
            of: .getConnection, OperationArguments(path: ["id": "C-1"]), on: try connection(to: server, .none))
        #expect(error?.kind == .invalidRequest)
        #expect(error?.explanation.contains("QUO_GATEWAY is not maton. Nothing was sent.") == true)
        #expect(server.requests.isEmpty)
    }

    @Test func `a choice of a connection is kept, and nothing is sent`() async throws {
        let transport = LastRequest()
        let kept = Mutex<String?>(nil)
        var options = ConnectionOptions(userAgent: "quo-mcp/test", gateway: .maton(connection: nil))
        options.keepsChoice = { id in kept.withLock { $0 = id } }
        let connection = Connection(
            transport: transport, credential: try Credential(key: key), pacer: NoPacing(), options: options)
        let answer = try await Writer(connection).write(.chooseConnection, OperationArguments(path: ["id": "C-2"]))
        #expect(answer == ["id": "C-2"])
        #expect(kept.withLock { $0 } == "C-2")
        #expect(transport.request.withLock { $0 } == nil)
    }

    @Test(
        arguments: [
            (.none, .fails, "QUO_GATEWAY is not maton"),
            (.maton(connection: nil), .fails, "could not be kept: disk full"),
            (.maton(connection: "C-1"), .none, "MATON_CONNECTION decides"),
        ] as [(Gateway, Keeping, String)])
    func `a choice of a connection that cannot be kept is not made`(
        gateway: Gateway, keeping: Keeping, words: String
    ) async throws {
        var options = ConnectionOptions(userAgent: "quo-mcp/test", gateway: gateway)
        if keeping == .fails { options.keepsChoice = { _ in throw DiskFull() } }
        let connection = Connection(
            transport: LastRequest(), credential: try Credential(key: key), pacer: NoPacing(), options: options)
        let error = await failure(of: .chooseConnection, OperationArguments(path: ["id": "C-2"]), on: connection)
        #expect(error?.kind == .invalidRequest)
        #expect(error?.outcome == .notPerformed)
        #expect(error?.explanation.contains(words) == true)
    }

    /// Whether a choice can be kept.
    enum Keeping { case none, fails }

    /// Why a choice is not kept.
    private struct DiskFull: Error, CustomStringConvertible { let description = "disk full" }

    @Test func `a reader through another connection is like the one that it is made of`() async throws {
        let transport = LastRequest()
        let connection = Connection(
            transport: transport, baseURL: .maton, credential: try Credential(key: key), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "quo-mcp/test", gateway: .maton(connection: "C-1")))
        let other = Reader(connection).through(connection: "C-2")
        #expect(other.gateway == .maton(connection: "C-2"))
        _ = try await other.read(Sample.getContact, Sample.contactArguments)
        let request = try #require(transport.request.withLock { $0 })
        #expect(request.url == "https://api.maton.ai/quo/v1/contacts/CT1")
        #expect(request.headers.first { $0.name == "Maton-Connection" }?.value == "C-2")
        #expect(Reader(connection).gateway == .maton(connection: "C-1"))
    }

    /// Keeps the last request.
    private final class LastRequest: HTTPTransport {
        let request = Mutex<HTTPRequest?>(nil)

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            self.request.withLock { $0 = request }
            return HTTPResponse(status: 200, body: Array("{}".utf8))
        }
    }

    @Test(
        arguments: [
            ("C-1", 400, #"{"error":"No active connection for app quo"}"#, "the owner set (MATON_CONNECTION) or chose"),
            (nil, 400, #"{"message":"Missing connection"}"#, "no active connection to a Quo account for this key"),
            (nil, 401, #"{"message":"Invalid API key"}"#, "checks MATON_API_KEY"),
            (nil, 429, "{}", "Maton's limit of 10 requests a second for an account"),
            (nil, 400, #"{"message":"Bad input","code":"0200400"}"#, "refused the request as incorrect"),
            (nil, 404, "{}", "nothing by that identifier"),
        ] as [(String?, Int, String, String)])
    func `an error says whose it is and what to do`(id: String?, status: Int, body: String, words: String) async throws
    {
        let server = try LoopbackServer { _ in .json(body, status: status) }
        defer { server.close() }
        let error = await failure(
            of: Sample.sendMessage, Sample.text, on: try connection(to: server, .maton(connection: id)))
        #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "none")")
        #expect(error?.explanation.contains("Maton's gateway answered") == true)
        #expect(error?.explanation.contains(key) == false)
        #expect(error?.outcome == .notPerformed)
    }

    @Test(arguments: [("7", "It asks to wait 7 s."), ("0", "Try again in a few seconds, with fewer requests.")])
    func `a limit says how long to wait, where there is anything to wait for`(seconds: String, words: String)
        async throws
    {
        let server = try LoopbackServer { _ in .json("{}", status: 429, headers: [HTTPHeader("Retry-After", seconds)]) }
        defer { server.close() }
        let error = await failure(of: Sample.sendMessage, Sample.text, on: try connection(to: server))
        #expect(error?.explanation.contains("whichever service it calls. " + words) == true)
    }

    @Test func `a redirect is not followed, so the key stays`() async throws {
        let other = try LoopbackServer { _ in .json("{}") }
        defer { other.close() }
        let server = try LoopbackServer { _ in
            .json("{}", status: 302, headers: [HTTPHeader("Location", other.url + "/quo/v1/contacts/CT1")])
        }
        defer { server.close() }
        let error = await failure(of: Sample.getContact, Sample.contactArguments, on: try connection(to: server))
        #expect(error?.status == 302)
        #expect(other.requests.isEmpty)
    }

    @Test func `ten requests a second go out`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"data":[]}"#) }
        defer { server.close() }
        let clock = ManualClock(advancesItself: true)
        let connection = try connection(to: server, pacer: SlidingWindowPacer(clock: clock))
        for _ in 0..<10 { _ = try await Reader(connection).read(Sample.getContact, Sample.contactArguments) }
        #expect(clock.sleeps == [])
        _ = try await Reader(connection).read(Sample.getContact, Sample.contactArguments)
        #expect(clock.sleeps == [.milliseconds(1050)])
        #expect(server.requests.count == 11)
    }

    @Test func `the connections of an account share a limit, and nothing that is kept`() throws {
        let gateways: [Gateway] = [.maton(connection: nil), .maton(connection: "C-1"), .maton(connection: "C-2")]
        #expect(Set(gateways.map { $0.pacingDomain(at: .maton) }).count == 1)
        let domains = gateways.map { $0.workspaceDomain(at: .maton) } + [Gateway.none.workspaceDomain(at: .standard)]
        #expect(Set(domains).count == 4)
        #expect(Gateway.none.pacingDomain(at: .standard) == Gateway.none.workspaceDomain(at: .standard))
    }

    @Test func `the environment names the gateway and the connection`() throws {
        #expect(try Gateway.load(environment: [:]) == .none)
        #expect(try Gateway.load(environment: ["MATON_CONNECTION": "C-1", "QUO_GATEWAY": "${QUO_GATEWAY}"]) == .none)
        #expect(try Gateway.load(environment: ["QUO_GATEWAY": "maton"]) == .maton(connection: nil))
        let both = ["QUO_GATEWAY": "Maton", "MATON_CONNECTION": "C-1"]
        #expect(try Gateway.load(environment: both) == .maton(connection: "C-1"))
    }

    @Test(arguments: [
        ["QUO_GATEWAY": "other"], ["QUO_GATEWAY": "maton", "MATON_CONNECTION": "C 1"],
        ["QUO_GATEWAY": "maton", "MATON_CONNECTION": "C\r\nX: y"],
    ])
    func `what is no gateway or connection is refused`(environment: [String: String]) {
        #expect(throws: Gateway.Invalid.self) { try Gateway.load(environment: environment) }
    }

    @Test func `a key of Maton is found by its own names, and a key of Quo is never taken for one`() throws {
        let gateway = Gateway.maton(connection: nil)
        let environment = ["QUO_API_KEY": Sample.key, "MATON_API_KEY": key]
        #expect(try Credential.load(environment: environment, gateway: gateway).key == key)
        #expect(try Credential.load(environment: environment).key == Sample.key)
        let command = ["MATON_API_KEY_COMMAND": "echo \(key)"]
        #expect(try Credential.load(environment: command, gateway: gateway).key == key)
        let error = #expect(throws: CredentialError.self) {
            try Credential.load(environment: ["QUO_API_KEY": Sample.key], gateway: gateway)
        }
        #expect(error?.description.contains("set MATON_API_KEY to the key") == true)
    }

    @Test func `the address is Maton's, the older one where the owner says so`() throws {
        let gateway = Gateway.maton(connection: nil)
        func address(_ text: String) throws -> String {
            try BaseURL.load(environment: ["QUO_BASE_URL": text], gateway: gateway).description
        }
        #expect(try BaseURL.load(environment: [:], gateway: gateway).description == "https://api.maton.ai/quo")
        #expect(try address("https://gateway.maton.ai/quo/") == "https://gateway.maton.ai/quo")
        for loopback in ["http://127.0.0.1:8080/quo", "http://[::1]:8080", "http://localhost"] {
            #expect(try address(loopback) == loopback)
        }
    }

    @Test(arguments: [
        ("https://api.quo.com", true), ("https://maton.ai.example.com/quo", true), ("https://evilmaton.ai/quo", true),
        ("https://api.maton.ai/quo", false), ("https://gateway.maton.ai/quo", false),
    ])
    func `no key goes to the other's address`(url: String, isMaton: Bool) {
        #expect(throws: BaseURL.Invalid.self) {
            try BaseURL.load(environment: ["QUO_BASE_URL": url], gateway: isMaton ? .maton(connection: nil) : .none)
        }
    }
}
