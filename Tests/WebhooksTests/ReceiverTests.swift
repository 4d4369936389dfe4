import HTTP
import Store
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

/// A receiver behind a real socket, with a store of its own.
private struct Station {
    static let secret = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"
    static let now: Int64 = 1_795_183_500_250

    let folder: TemporaryFolder
    let store: Store
    let listener: HTTPListener
    let workspace = WorkspaceID(text: "w1")
    let transport = CurlTransport()

    init() throws {
        folder = try TemporaryFolder()
        store = Store(folder: try StateFolder(path: folder.path))
        let secrets = try WebhookSecret.list("\(Self.secret),AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY")
        let receiver = WebhookReceiver(
            secrets: { secrets }, store: store, workspace: workspace, time: { Self.now }, report: { _ in })
        listener = try HTTPListener(.init(port: 0, path: "/quo", maximumBodySize: 20_000)) { headers, body in
            await receiver.receive(headers, body)
        }
    }

    func send(
        _ body: String, headers: [HTTPHeader]? = nil, id: String = "msg_1", method: HTTPMethod = .post,
        path: String = "/quo", legacy: Bool = false
    ) async throws -> Int {
        let bytes = Array(body.utf8)
        let secret = try WebhookSecret(legacy ? String(Self.secret.dropFirst(6)) : Self.secret)
        let signed = try headers ?? WebhookSigner.headers(for: bytes, id: id, time: Self.now, secret: secret)
        let request = HTTPRequest(
            method: method, url: "http://127.0.0.1:\(listener.port)\(path)", headers: signed,
            body: method == .get ? nil : bytes, timeout: .seconds(120))
        return try await transport.send(request).status
    }

    func kept() async throws -> [WebhookRecord] {
        try await store.events(WebhookFilter(), limit: 100, in: workspace)
    }
}

@Suite struct `Receiving` {
    private func sample(_ id: String = "EV1", at time: String = "2026-11-20T14:05:00.250Z") -> WebhookSample {
        WebhookSample(.messageReceived, id: id, time: time)
    }

    @Test func `a signed event is kept as it came`() async throws {
        let station = try Station()
        #expect(try await station.send(sample().body) == 200)
        let kept = try await station.kept()
        #expect(kept.map(\.delivery) == ["msg_1"])
        #expect(kept.map(\.type) == ["message.received"])
        #expect(kept.map(\.resourceTime) == [Station.now])
        #expect(kept.map(\.content) == [sample().body])
        await station.listener.stop()
    }

    @Test func `a repeated delivery is acknowledged and not kept again`() async throws {
        let station = try Station()
        for _ in 0..<3 { #expect(try await station.send(sample().body) == 200) }
        #expect(try await station.send(sample("EV2").body, id: "msg_2") == 200)
        let kept = try await station.kept()
        #expect(kept.map(\.delivery) == ["msg_2", "msg_1"])
        // Whoever waits for what arrives after the first is not told of it again.
        #expect(kept.last?.sequence == 1)
        await station.listener.stop()
    }

    @Test func `an event that several webhooks deliver is kept once`() async throws {
        let station = try Station()
        for id in ["msg_1", "msg_2"] { #expect(try await station.send(sample().body, id: id) == 200) }
        let legacy = try #require(sample().legacyBody)
        #expect(try await station.send(legacy, legacy: true) == 200)
        #expect(try await station.kept().map(\.delivery) == ["msg_1"])
        await station.listener.stop()
    }

    @Test func `records without an event's id are told apart by their deliveries alone`() async throws {
        let store = Store(folder: try StateFolder(path: try TemporaryFolder().path))
        for delivery in ["1", "2", "2"] {
            let record = WebhookRecord(
                delivery: delivery, type: "a.b", resourceTime: 0, receivedAt: Station.now, content: "{}")
            _ = try await store.keepEvent(record, in: WorkspaceID(text: "w1"))
        }
        let kept = try await store.events(WebhookFilter(), limit: 9, in: WorkspaceID(text: "w1"))
        #expect(kept.map(\.delivery) == ["2", "1"])
    }

    @Test func `legacy deliveries are told apart by their events`() async throws {
        let station = try Station()
        for id in ["EV1", "EV1", "EV2"] {
            let body = try #require(sample(id).legacyBody)
            #expect(try await station.send(body, legacy: true) == 200)
        }
        #expect(try await station.kept().map(\.delivery) == ["EV2", "EV1"])
        await station.listener.stop()
    }

    @Test func `what is not believed or no event is refused and not kept`() async throws {
        let station = try Station()
        #expect(try await station.send(sample().body, headers: []) == 401)
        let other = try WebhookSecret("whsec_\(SignatureVector.all[4].secret)")
        let forged = try WebhookSigner.headers(
            for: Array(sample().body.utf8), id: "msg_1", time: Station.now, secret: other)
        #expect(try await station.send(sample().body, headers: forged) == 401)
        #expect(try await station.send(sample().body, headers: [HTTPHeader("webhook-signature", "v1,x")]) == 400)
        #expect(try await station.send("{\"half\":") == 400)
        #expect(try await station.send("") == 400)
        #expect(try await station.kept().isEmpty)
        await station.listener.stop()
    }

    @Test func `only POST at the one path is taken`() async throws {
        let station = try Station()
        for method in [HTTPMethod.get, .put, .delete] {
            #expect(try await station.send(sample().body, method: method) == 405)
        }
        #expect(try await station.send(sample().body, path: "/") == 404)
        #expect(try await station.send(sample().body, path: "/quo/x") == 404)
        #expect(try await station.send(sample().body, path: "/quo?x=1") == 200)
        await station.listener.stop()
    }

    @Test func `a body that is too large is refused`() async throws {
        let station = try Station()
        let large = sample().body.replacing("cake", with: String(repeating: "cake ", count: 4_000))
        #expect(try await station.send(large) == 413)
        let fitting = sample().body.replacing("cake", with: String(repeating: "cake ", count: 3_000))
        #expect(try await station.send(fitting) == 200)
        #expect(try await station.kept().count == 1)
        await station.listener.stop()
    }

    @Test func `events are read in the order of what happened, a page at a time`() async throws {
        let station = try Station()
        for minute in [3, 1, 5, 2, 4] {
            let body = sample("EV\(minute)", at: "2026-11-20T14:0\(minute):00Z").body
            #expect(try await station.send(body, id: "msg_\(minute)") == 200)
        }
        let first = try await station.store.events(WebhookFilter(), limit: 3, in: station.workspace)
        #expect(first.map(\.delivery) == ["msg_5", "msg_4", "msg_3"])
        let last = try #require(first.last)
        let rest = try await station.store.events(
            WebhookFilter(), before: WebhookPlace(resourceTime: last.resourceTime, sequence: last.sequence), limit: 3,
            in: station.workspace)
        #expect(rest.map(\.delivery) == ["msg_2", "msg_1"])
        let arrivals = try await station.store.arrivals(after: 2, of: [], limit: 9, in: station.workspace)
        #expect(arrivals.map(\.delivery) == ["msg_5", "msg_2", "msg_4"])
        #expect(try await station.store.latestArrival(in: station.workspace) == 5)
        #expect(
            try await station.store.arrivals(after: 0, of: ["call.missed"], limit: 9, in: station.workspace).isEmpty)
        await station.listener.stop()
    }

    @Test func `a hundred at once are all kept`() async throws {
        let station = try Station()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask { try await station.send(self.sample("EV\(number)").body, id: "msg_\(number % 50)") }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(try await station.kept().count == 50)
        await station.listener.stop()
    }

    @Test func `a listener answers what it began before it stops`() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let begun = AsyncStream<Void>.makeStream()
        let listener = try HTTPListener(.init(port: 0, path: "/")) { _, _ in
            begun.continuation.yield()
            for await _ in gate.stream { break }
            return HTTPResponse(status: 202)
        }
        let url = "http://127.0.0.1:\(listener.port)/"
        async let status = CurlTransport().send(HTTPRequest(method: .post, url: url, body: [1])).status
        for await _ in begun.stream { break }
        async let stopped: Void = listener.stop()
        gate.continuation.yield()
        await stopped
        #expect(try await status == 202)
        await #expect(throws: HTTPError.self) {
            _ = try await CurlTransport().send(HTTPRequest(method: .post, url: url, body: [1]))
        }
    }

    @Test func `an address that is taken is told`() async throws {
        let listener = try HTTPListener(.init(port: 0, path: "/")) { _, _ in HTTPResponse(status: 200) }
        #expect(throws: HTTPListenerError.self) {
            _ = try HTTPListener(.init(port: listener.port, path: "/")) { _, _ in HTTPResponse(status: 200) }
        }
        #expect(throws: HTTPListenerError.self) {
            _ = try HTTPListener(.init(host: "elsewhere.example", port: 0, path: "/")) { _, _ in
                HTTPResponse(status: 200)
            }
        }
        await listener.stop()
    }

    @Test func `a listener that is gone or silent is not counted on`() async throws {
        let station = try Station()
        let (store, place) = (station.store, station.workspace)
        #expect(try await !store.hasListener(in: place, now: 1_000))
        try await store.noteListener(in: place, now: 1_000)
        #expect(try await store.hasListener(in: place, now: 16_000))
        #expect(try await !store.hasListener(in: place, now: 16_001))
        #expect(try await !store.hasListener(in: WorkspaceID(text: "w2"), now: 1_000))
        try await store.noteListenerEnd(in: place)
        #expect(try await !store.hasListener(in: place, now: 1_000))
        let folder = try StateFolder(path: station.folder.path)
        let dead = Store(
            folder: folder,
            process: ProcessIdentity(text: ProcessIdentity.current.text.replacing("/", with: "/9", maxReplacements: 1)))
        try await dead.noteListener(in: place, now: 1_000)
        #expect(try await !store.hasListener(in: place, now: 1_000))
        await station.listener.stop()
    }

    @Test func `events are forgotten after thirty days`() async throws {
        let station = try Station()
        #expect(try await station.send(sample().body) == 200)
        let lifetime: Int64 = 30 * 86_400_000
        try await station.store.noteListener(in: station.workspace, now: Station.now + lifetime)
        #expect(try await station.kept().count == 1)
        try await station.store.noteListener(in: station.workspace, now: Station.now + lifetime + 1)
        #expect(try await station.kept().isEmpty)
        await station.listener.stop()
    }
}
