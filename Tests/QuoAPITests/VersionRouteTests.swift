import HTTP
import JSON
import QuoAPI
import TestSupport
import Testing

/// An API whose dated lists answer as a test says, while the first version serves.
private struct TwoVersions {
    let server: LoopbackServer
    let clock = ManualClock(advancesItself: true)
    let reader: Reader

    init(
        _ preference: VersionPreference = .automatic, gateway: Gateway = .none, first: Int = 200,
        dated: @escaping @Sendable (Int) -> LoopbackServer.Answer
    ) throws {
        server = try LoopbackServer { request in
            if request.target.contains("/v1/") { return .json(#"{"data":["first"]}"#, status: first) }
            return dated(request.connection)
        }
        let options = ConnectionOptions(
            userAgent: "quo-mcp/test", gateway: gateway, retries: RetryPolicy(random: { 0.5 }), versions: preference,
            clock: clock)
        reader = Reader(
            Connection(
                transport: CurlTransport(), baseURL: try BaseURL(server.url),
                credential: try Credential(key: Sample.key),
                pacer: NoPacing(), options: options))
    }

    /// Reads messages by whichever version the route leads to.
    func read() async throws -> Routed<JSONValue> {
        try await reader.routed([.listMessagesDated]) {
            try await reader.read(.listMessagesDated, OperationArguments())
        } first: { _ in
            try await reader.read(Sample.listMessages, Sample.messagesArguments)
        }
    }

    /// Which versions were asked, in order.
    var asked: [String] { server.requests.map { $0.target.contains("/v1/") ? "v1" : "dated" } }
}

/// The error that work ends with.
private func failure(_ work: () async throws -> Routed<JSONValue>) async -> APIError? {
    do {
        _ = try await work()
        return nil
    } catch { return error as? APIError }
}

@Suite struct `The route between the versions` {
    @Test func `the dated version is asked first, and alone where it serves`() async throws {
        let api = try TwoVersions { _ in .json(#"{"data":["dated"]}"#) }
        defer { api.server.close() }
        let routed = try await api.read()
        #expect(routed.value == ["data": ["dated"]])
        #expect(routed.api == "2026-03-30")
        #expect(api.asked == ["dated"])
    }

    @Test(arguments: [400, 401, 403, 404])
    func `what the dated version refuses is read from the first, and that is remembered for ten minutes`(
        status: Int
    ) async throws {
        let api = try TwoVersions { _ in .json(#"{"title":"No","message":"No"}"#, status: status) }
        defer { api.server.close() }
        for _ in 1...2 {
            let routed = try await api.read()
            #expect(routed.value == ["data": ["first"]])
            #expect(routed.api == "v1 (2026-03-30 answered \(status))")
        }
        #expect(api.asked == ["dated", "v1", "v1"])
        api.clock.advance(by: .seconds(599))
        _ = try await api.read()
        #expect(api.asked.count == 4)
        api.clock.advance(by: .seconds(1))
        _ = try await api.read()
        #expect(api.asked.suffix(2) == ["dated", "v1"])
    }

    @Test func `a page of some other service is no list`() async throws {
        let api = try TwoVersions { _ in .response(status: 200, body: Array("<html></html>".utf8)) }
        defer { api.server.close() }
        #expect(try await api.read().api == "v1 (2026-03-30 gave no list)")
    }

    @Test(arguments: [429, 500, 503])
    func `a limit or a failure says nothing about the version`(status: Int) async throws {
        let api = try TwoVersions { _ in .json(#"{"message":"No"}"#, status: status) }
        defer { api.server.close() }
        #expect(await failure { try await api.read() }?.status == status)
        #expect(api.asked == ["dated", "dated", "dated", "dated"])
        #expect(await failure { try await api.read() }?.status == status)
        #expect(!api.asked.contains("v1"))
    }

    @Test func `a connection that breaks says nothing about the version`() async throws {
        let api = try TwoVersions { _ in .hangUp }
        defer { api.server.close() }
        #expect(await failure { try await api.read() } != nil)
        #expect(!api.asked.contains("v1"))
    }

    @Test func `where both refuse, the first one's words count and nothing is remembered`() async throws {
        let api = try TwoVersions(first: 401) { _ in .json(#"{"message":"No"}"#, status: 401) }
        defer { api.server.close() }
        for _ in 1...2 { #expect(await failure { try await api.read() }?.operationID == "listMessages_v1") }
        #expect(api.asked == ["dated", "v1", "dated", "v1"])
    }

    @Test func `who wants the first version alone never asks the other`() async throws {
        let api = try TwoVersions(.v1) { _ in .json(#"{"data":["dated"]}"#) }
        defer { api.server.close() }
        #expect(try await api.read().api == "v1")
        #expect(api.asked == ["v1"])
    }

    @Test(arguments: [400, 401, 403, 404])
    func `who wants the dated version alone gets an error that says what to do`(status: Int) async throws {
        let api = try TwoVersions(.dated) { _ in .json(#"{"message":"No"}"#, status: status) }
        defer { api.server.close() }
        let error = await failure { try await api.read() }
        #expect(error?.status == status)
        #expect(error?.explanation.contains("The owner sets QUO_API to auto") == true, "\(error?.explanation ?? "")")
        #expect(api.asked == ["dated"])
    }

    @Test func `a gateway that carries the first version alone is not asked for the other`() async throws {
        let api = try TwoVersions(gateway: .maton(connection: nil)) { _ in .json("{}") }
        defer { api.server.close() }
        #expect(try await api.read().api == "v1")
        #expect(api.asked == ["v1"])
    }

    @Test func `the dated version alone through such a gateway is an error before any request`() async throws {
        let api = try TwoVersions(.dated, gateway: .maton(connection: nil)) { _ in .json("{}") }
        defer { api.server.close() }
        let error = await failure { try await api.read() }
        #expect(error?.explanation.contains("carries the first version of Quo's API alone") == true)
        #expect(api.asked == [])
    }

    @Test func `a member's list that only the dated version may tell says what to do where it is not there`()
        async throws
    {
        let api = try TwoVersions(.dated) { _ in .json(#"{"message":"No"}"#, status: 404) }
        defer { api.server.close() }
        let error = await failure(
            of: .listUsers, OperationArguments(query: [.init("maxResults", "5")]), on: api.reader)
        #expect(error?.explanation.contains("The owner sets QUO_API to auto") == true)
        #expect(api.asked == ["dated"])
    }
}

private func failure(
    of operation: ReadOperation, _ arguments: OperationArguments, on reader: Reader
) async -> APIError? {
    do {
        _ = try await reader.read(operation, arguments)
        return nil
    } catch { return error }
}
