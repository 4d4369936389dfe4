import HTTP
import QuoServer
import Sandbox
import Store
import TestSupport
import Testing

@testable import quo_mcp

/// What `quo-mcp doctor` finds out about the key and the API, over real sockets.
@Suite struct DoctorConnectionTests {
    private static let lines = #"{"data": [{"id": "PN1", "name": "Main Line", "number": "+16145550100"}]}"#
    private static let sunday = HTTPHeader("Date", "Fri, 15 Jan 2027 08:00:00 GMT")

    /// What is found where the API gives an answer to every request.
    private func findings(
        timeout: Duration = .seconds(20), now: Int64 = 1_800_000_000_000, variables: [String: String] = [:],
        _ answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
    ) async throws -> (findings: [Finding], requests: [LoopbackServer.Request]) {
        let server = try LoopbackServer(answer)
        defer { server.close() }
        let surroundings = try Surroundings()
        let examination = surroundings.examination(
            at: server.url, variables: variables, timeout: timeout, now: now)
        return (await examination.api(), server.requests)
    }

    @Test func `a key that is accepted is fine, and was only read with`() async throws {
        let (found, requests) = try await findings { _ in .json(Self.lines, headers: [Self.sunday]) }
        #expect(found.map(\.check) == ["api-key", "api-v1", "api-2026-03-30", "latency", "clock"])
        #expect(found.allSatisfy { $0.state == .ok }, "\(found)")
        #expect(found["api-key"]?.seen.contains("1 of the workspace's numbers") == true)
        #expect(requests.map(\.method) == ["GET", "GET"])
        #expect(requests.map(\.target) == ["/v1/phone-numbers", "/users?limit=1"])
    }

    @Test func `a key that is not accepted fails, though the API answers`() async throws {
        let (found, _) = try await findings { _ in .json(#"{"message": "+16145550100"}"#, status: 401) }
        #expect(found["api-key"]?.state == .failed && found["api-v1"]?.state == .ok, "\(found)")
    }

    @Test(arguments: [500, 503])
    func `an API in trouble fails, and says nothing of the key`(status: Int) async throws {
        let (found, requests) = try await findings { _ in .json("{}", status: status) }
        #expect(found["api-v1"]?.state == .failed && found["api-v1"]?.seen.contains("HTTP \(status)") == true)
        #expect(found["api-key"]?.state == .skipped)
        #expect(requests.count == 2, "nothing is tried again while a person waits")
    }

    @Test func `an API that cannot be reached fails`() async throws {
        let port = try ClosedPort()
        let surroundings = try Surroundings()
        let found = await surroundings.examination(at: "http://127.0.0.1:\(port.port)").api()
        #expect(found["api-v1"]?.state == .failed && found["api-v1"]?.seen.contains("cannot be reached") == true)
        #expect(found["api-key"]?.state == .skipped && found["latency"]?.state == .skipped)
    }

    @Test func `an API that does not answer in time fails`() async throws {
        let (found, _) = try await findings(timeout: .milliseconds(300)) { _ in .never }
        #expect(found["api-v1"]?.state == .failed && found["api-v1"]?.seen.contains("in time") == true, "\(found)")
    }

    @Test func `a page of something else fails`() async throws {
        let (found, _) = try await findings { _ in .response(status: 200, body: Array("<html>".utf8)) }
        #expect(found["api-v1"]?.state == .failed, "\(found)")
    }

    @Test func `a version that does not answer is a warning, unless it is the chosen one or is not used`() async throws
    {
        let answer: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer = { request in
            request.target.hasPrefix("/v1/") ? .json(Self.lines) : .json("{}", status: 404)
        }
        for (choice, state) in [("auto", Finding.State.warning), ("2026-03-30", .failed), ("v1", .skipped)] {
            let (found, _) = try await findings(variables: ["QUO_API": choice], answer)
            #expect(found["api-2026-03-30"]?.state == state, "\(choice)")
            #expect(found["api-v1"]?.state == .ok)
        }
    }

    @Test(arguments: [(Int64(0), Finding.State.ok), (59, .ok), (61, .warning), (-3600, .warning)])
    func `a clock that is more than a minute off is a warning`(seconds: Int64, state: Finding.State) async throws {
        let (found, _) = try await findings(now: 1_800_000_000_000 + seconds * 1000) { _ in
            .json(Self.lines, headers: [Self.sunday])
        }
        #expect(found["clock"]?.state == state, "\(found)")
    }

    @Test func `a key that is missing, or there twice, fails without a request`() async throws {
        let surroundings = try Surroundings()
        let none = await surroundings.examination(key: nil).api()
        #expect(none["api-key"]?.state == .failed && none["api"]?.state == .skipped)
    }

    @Test func `the account of Maton that was chosen is the one that is asked`() async throws {
        let server = try LoopbackServer { _ in .json(Self.lines, headers: [Self.sunday]) }
        defer { server.close() }
        let surroundings = try Surroundings()
        let connection = ["QUO_GATEWAY": "maton", "MATON_API_KEY": "maton-key", "QUO_BASE_URL": server.url + "/quo"]
        let access = try WorkspaceAccess(environment: connection)
        let key = try #require(access.choosing)
        let store = Store(folder: try StateFolder { ["HOME": surroundings.home][$0] })
        try await store.choose(connection: "C-2", of: key, time: 1)
        let usual = surroundings.examination(key: nil)
        let examination = Examination(
            environment: ["HOME": surroundings.home].merging(connection) { $1 }, connection: connection,
            isSandbox: false, configurationFile: nil, transport: CurlTransport(), timeout: .seconds(5),
            executable: usual.executable, workingFolder: usual.workingFolder, surroundings: usual.surroundings,
            now: usual.now)
        let found = await examination.api()
        #expect(found["connection"]?.seen.contains("C-2") == true, "\(found)")
        #expect(server.requests.map { $0.header("Maton-Connection") } == ["C-2"])
    }

    @Test func `the simulated workspace answers as well`() async throws {
        let surroundings = try Surroundings()
        let usual = surroundings.examination(key: nil)
        let examination = Examination(
            environment: usual.environment, connection: [:], isSandbox: true, configurationFile: nil,
            transport: SandboxTransport(), timeout: .seconds(5), executable: usual.executable,
            workingFolder: usual.workingFolder, surroundings: usual.surroundings, now: usual.now)
        let found = await examination.findings()
        #expect(found.allSatisfy { $0.state != .failed }, "\(found)")
        #expect(found["api-v1"]?.state == .ok && found["api-2026-03-30"]?.state == .ok)
    }
}
