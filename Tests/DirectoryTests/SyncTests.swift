import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import TestSupport
import Testing

@testable import Directory

@Suite struct `Reading all contacts` {
    private func crowd(_ count: Int) -> [JSONValue] {
        (0..<count).map { index in
            let tail = String(10_000 + index).dropFirst()
            return contact("c\(index)", "Name\(index)", numbers: ["+1614555\(tail)"])
        }
    }

    @Test func `a page holds 50, and progress is told after each`() async throws {
        let fixture = try Fixture(crowd(120))
        let counts = Mutex<[Int]>([])
        #expect(try await fixture.directory.state() == .none)
        try await fixture.directory.refresh { count in counts.withLock { $0.append(count) } }
        #expect(counts.withLock { $0 } == [50, 100, 120])
        #expect(fixture.book.count("/v1/contacts") == 3)
        #expect(try await fixture.directory.state() == .complete(at: fixture.time.now, count: 120))
    }

    @Test func `all who wait share one reading`() async throws {
        let fixture = try Fixture(crowd(120))
        let directory = fixture.directory
        let totals = try await withThrowingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask { try await directory.ensureIndex(within: .seconds(200)).count }
                group.addTask { try await directory.find("name", limit: 1, within: .seconds(200)).total }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(totals == [Int](repeating: 120, count: 20))
        #expect(fixture.book.count("/v1/contacts") == 3)
    }

    @Test func `two processes share one reading and what they learn`() async throws {
        let one = try Fixture(crowd(120))
        let two = try Fixture(book: one.book, folder: one.folder, time: one.time)
        async let first = one.directory.ensureIndex(within: .seconds(20))
        async let second = two.directory.ensureIndex(within: .seconds(20))
        let expected = IndexState.complete(at: one.time.now, count: 120)
        #expect(try await first == expected)
        #expect(try await second == expected)
        #expect(one.book.count("/v1/contacts") == 3)
        #expect(try await two.directory.find("name100", limit: 1).matches.first?.person.id == "c100")
        try await one.directory.noteChange(of: ["data": contact("c110", "Renamed")])
        try await one.directory.noteRemoval("c111")
        #expect(try await two.directory.find("renamed", limit: 1).matches.first?.person.id == "c110")
        #expect(try await two.directory.find("+16145550111", limit: 1).total == 0)
        #expect(await two.directory.names(of: ["+16145550110", "+16145550111", "+16145550112"]).count == 1)
        #expect(one.book.count("/v1/contacts") == 3)
    }

    @Test func `an index of ten minutes is used, and read anew behind it`() async throws {
        let fixture = try Fixture(crowd(10))
        _ = try await fixture.directory.ensureIndex(within: .seconds(20))
        fixture.time.advance(by: .seconds(600))
        #expect(try await fixture.directory.find("name1", limit: 1).total == 1)
        #expect(fixture.book.count("/v1/contacts") == 1)
        fixture.time.advance(by: .seconds(1))
        fixture.book.setContacts([contact("c1", "Other")])
        let gate = Gate()
        fixture.book.intervene { target in if target.hasPrefix("/v1/contacts") { await gate.wait() } }
        #expect(try await fixture.directory.find("name1", limit: 1).total == 1)
        await gate.waitForGuest()
        gate.open()
        try await fixture.directory.refresh()
        #expect(try await fixture.directory.find("name1", limit: 1).total == 0)
        #expect(try await fixture.directory.find("other", limit: 1).total == 1)
        #expect(try await fixture.directory.state().count == 1)
    }

    @Test func `what was noted while a page was on its way is newer than the page`() async throws {
        let fixture = try Fixture(crowd(3))
        let gate = Gate()
        fixture.book.intervene { target in if target.hasPrefix("/v1/contacts") { await gate.wait() } }
        let directory = fixture.directory
        let reading = Task { try await directory.refresh() }
        await gate.waitForGuest()
        fixture.time.advance(by: .seconds(1))
        try await directory.noteChange(of: contact("c0", "Changed"))
        try await directory.noteChange(of: contact("new", "Made"))
        try await directory.noteRemoval("c1")
        gate.open()
        try await reading.value
        #expect(try await directory.find("changed", limit: 1).total == 1)
        #expect(try await directory.find("made", limit: 1).total == 1)
        #expect(try await directory.find("name1", limit: 1).total == 0)
        #expect(try await directory.find("name2", limit: 1).total == 1)
    }

    @Test func `a failed reading leaves what was complete, and is not repeated at once`() async throws {
        let fixture = try Fixture(crowd(60))
        let directory = fixture.directory
        fixture.book.fail("/v1/contacts", with: 500)
        await #expect(throws: APIError.self) { try await directory.ensureIndex(within: .seconds(20)) }
        #expect(try await directory.state() == .none)
        fixture.book.fail("/v1/contacts", with: nil)
        _ = try await directory.ensureIndex(within: .seconds(20))
        let completedAt = fixture.time.now
        fixture.time.advance(by: .seconds(700))
        fixture.book.fail("/v1/contacts", with: 500)
        await #expect(throws: APIError.self) { try await directory.refresh() }
        let requests = fixture.book.count("/v1/contacts")
        #expect(try await directory.ensureIndex(within: .zero) == .complete(at: completedAt, count: 60))
        #expect(try await directory.find("name59", limit: 1).total == 1)
        #expect(fixture.book.count("/v1/contacts") == requests)
    }

    @Test(arguments: [#"{"data":null}"#, #"{"data":[{"id":7}]}"#, #"{}"#])
    func `a page that is not understood completes nothing`(page: String) async throws {
        let server = try LoopbackServer { request in
            .json(request.target.hasPrefix("/v1/contacts") ? page : #"{"data":[]}"#)
        }
        defer { server.close() }
        let folder = try TemporaryFolder()
        let directory = try remote(server, folder)
        await #expect(throws: APIError.self) { try await directory.ensureIndex(within: .seconds(20)) }
        #expect(try await directory.state() == .none)
    }

    @Test func `a page that comes again ends the reading`() async throws {
        let server = try LoopbackServer { request in
            .json(request.target.hasPrefix("/v1/contacts") ? #"{"data":[],"nextPageToken":"x"}"# : #"{"data":[]}"#)
        }
        defer { server.close() }
        let folder = try TemporaryFolder()
        let directory = try remote(server, folder)
        await #expect(throws: APIError.self) { try await directory.ensureIndex(within: .seconds(20)) }
        #expect(server.requests.filter { $0.target.hasPrefix("/v1/contacts") }.count == 2)
    }

    @Test func `one who gives up leaves the reading to the others`() async throws {
        let fixture = try Fixture(crowd(3))
        let gate = Gate()
        fixture.book.intervene { target in if target.hasPrefix("/v1/contacts") { await gate.wait() } }
        let directory = fixture.directory
        let reading = Task { try await directory.refresh() }
        await gate.waitForGuest()
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        gate.open()
        try await directory.refresh()
        #expect(fixture.book.count("/v1/contacts") <= 2)
        #expect(try await directory.state().count == 3)
    }

    @Test func `what is forgotten is read anew`() async throws {
        let fixture = try Fixture(crowd(3))
        let directory = fixture.directory
        #expect(try await directory.find("name1", limit: 1).total == 1)
        try await directory.forget()
        #expect(try await directory.state() == .none)
        #expect(await directory.name(of: "+16145550001") == nil)
        #expect(try await directory.find("name1", limit: 1).total == 1)
        #expect(fixture.book.count("/v1/contacts") == 2)
    }

    @Test func `names need no request`() async throws {
        let fixture = try Fixture(crowd(3))
        let directory = fixture.directory
        #expect(await directory.names(of: ["+16145550001", "+16145550100"]).isEmpty)
        #expect(fixture.book.requests.isEmpty)
        _ = try await directory.ensureIndex(within: .seconds(20))
        let requests = fixture.book.requests.count
        #expect(
            await directory.names(of: ["+16145550001", "+16145550100", "+16145559999"])
                == ["+16145550001": "Name1", "+16145550100": "Front desk"])
        #expect(try await directory.isKnownContact("+16145550001") == true)
        #expect(try await directory.isKnownContact("+16145550100") == false)
        #expect(fixture.book.requests.count == requests)
    }

    private func remote(_ server: LoopbackServer, _ folder: TemporaryFolder) throws -> Directory {
        let connection = Connection(
            transport: CurlTransport(), baseURL: try BaseURL(server.url), credential: try Credential(key: "key"),
            pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "tests", retries: RetryPolicy(maximumRetries: 0)))
        return Directory(
            reader: Reader(connection), store: Store(folder: try StateFolder(path: folder.path)),
            workspace: WorkspaceID(text: "w1"), time: { 1_781_107_200_000 })
    }
}
