import Synchronization
import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A generator whose numbers are the same in every run.
private struct Lottery {
    var state: UInt64

    mutating func next(below bound: Int64) -> Int64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64(state >> 33) % bound
    }
}

/// The least time that so many requests and one more took.
private func tightest(_ times: [Int64], _ limit: Int) -> Int64 {
    let times = times.sorted()
    return zip(times, times.dropFirst(limit)).map { $1 - $0 }.min() ?? .max
}

@Suite struct PacingQueueTests {
    private let rate = PacingRate(limit: 10, window: 1050)

    private func ticket(_ id: String, _ owner: String = "p", _ pacingClass: PacingClass = .interactive) -> PacingTicket
    {
        PacingTicket(id: id, owner: owner, pacingClass: pacingClass)
    }

    @Test func `numbers that nobody can reckon with are left out of a line that was changed by hand`() {
        var queue = PacingQueue(
            text: """
                granted o i 9223372036854775807 9223372036854775807
                a o i 9223372036854775807 1 1
                b o b 1 1 -9223372036854775808
                """)
        #expect(queue.count == 0)
        #expect(queue.ask(ticket("t", "o"), rate: rate, now: 1000) == .granted)
    }

    /// Plays processes that each have so many requests waiting at a time; returns whose grant was when.
    private func play(
        requests: [String: Int], waitingAtOnce: Int, lateness: Int64, until end: Int64 = .max, seed: UInt64
    ) -> [(time: Int64, owner: String)] {
        var queue = PacingQueue()
        var lottery = Lottery(state: seed)
        var grants: [(time: Int64, owner: String)] = []
        var wakes: [(time: Int64, ticket: PacingTicket)] = []
        var left = requests
        var number = 0
        func begin(_ owner: String, at time: Int64) {
            guard let count = left[owner], count > 0 else { return }
            left[owner] = count - 1
            number += 1
            wakes.append((time, ticket("\(number)", owner)))
        }
        for owner in requests.keys.sorted() { for _ in 0..<waitingAtOnce { begin(owner, at: 1000) } }
        while let index = wakes.indices.min(by: { wakes[$0].time < wakes[$1].time }) {
            let (now, ticket) = wakes.remove(at: index)
            if now > end { break }
            // As the store does, each time anew.
            queue = PacingQueue(text: queue.text)
            switch queue.ask(ticket, rate: rate, now: now) {
            case .granted:
                grants.append((now, ticket.owner))
                begin(ticket.owner, at: now + lottery.next(below: 30))
            case .wait(let time): wakes.append((time + lottery.next(below: lateness), ticket))
            }
        }
        return grants
    }

    @Test(arguments: [1, 2], [Int64(2), 15, 120])
    func `no second sees more than ten, however late the waiters wake`(seed: UInt64, lateness: Int64) {
        let grants = play(
            requests: ["a": 60, "b": 60, "c": 60, "d": 60], waitingAtOnce: 3, lateness: lateness, seed: seed)
        #expect(grants.count == 240)
        #expect(tightest(grants.map(\.time), 10) >= rate.window - PacingQueue.tolerance)
    }

    @Test(arguments: [(1, 8), (2, 1), (4, 1), (4, 16)])
    func `at least 95 of 100 possible requests go out`(owners: Int, waitingAtOnce: Int) throws {
        let requests = Dictionary(uniqueKeysWithValues: (0..<owners).map { ("p\($0)", 400 / owners) })
        let grants = play(requests: requests, waitingAtOnce: waitingAtOnce, lateness: 15, seed: 7)
        let (first, last) = (try #require(grants.first), try #require(grants.last))
        #expect(grants.count == 400)
        // At ten a second, 400 requests take 40 seconds.
        #expect(last.time - first.time <= 40_000 * 100 / 95)
    }

    @Test func `processes take turns, however many requests each has waiting`() {
        let grants = play(
            requests: ["a": 200, "b": 200, "c": 200], waitingAtOnce: 20, lateness: 5, until: 20_000, seed: 3)
        // The first ten went at once, before anyone had to wait.
        let counts = Dictionary(grouping: grants.filter { $0.time > 2000 }, by: \.owner).mapValues(\.count)
        #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) <= 1, "\(counts)")
        // One that comes later with a single request is not behind all of them.
        var queue = PacingQueue()
        for index in 0..<100 { _ = queue.ask(ticket("\(index)", "busy"), rate: rate, now: 1000) }
        #expect(queue.ask(ticket("new", "quiet"), rate: rate, now: 1001) == .wait(until: 2050))
    }

    @Test func `an idle line grants at once, up to the limit`() {
        var queue = PacingQueue()
        for index in 0..<10 { #expect(queue.ask(ticket("\(index)"), rate: rate, now: 5000) == .granted) }
        #expect(queue.ask(ticket("10"), rate: rate, now: 5000) == .wait(until: 6050))
        #expect(queue.ask(ticket("10"), rate: rate, now: 6049) == .wait(until: 6050))
        #expect(queue.ask(ticket("10"), rate: rate, now: 6050) == .granted)
        #expect(queue.count == 0)
    }

    @Test func `reads go before bulk, whoever came first`() {
        var queue = PacingQueue()
        for index in 0..<10 {
            _ = queue.ask(
                ticket("\(index)", "p", index == 9 ? .bulk : .interactive), rate: rate, now: 1000 + 100 * Int64(index))
        }
        let bulk = ticket("bulk", "p", .bulk)
        #expect(queue.ask(bulk, rate: rate, now: 1950) == .wait(until: 2050))
        #expect(queue.ask(ticket("read", "q"), rate: rate, now: 1960) == .wait(until: 2050))
        #expect(queue.ask(bulk, rate: rate, now: 2050) == .wait(until: 2150))
        #expect(queue.ask(ticket("read", "q"), rate: rate, now: 2050) == .granted)
        #expect(queue.ask(bulk, rate: rate, now: 2150) == .granted)
    }

    @Test func `bulk has one turn in ten even where others never stop`() {
        var queue = PacingQueue()
        var granted: [PacingClass] = []
        var now: Int64 = 0
        var number = 0
        var waiting = [ticket("bulk0", "p", .bulk), ticket("read0", "q"), ticket("read1", "q"), ticket("read2", "q")]
        while granted.count < 60 {
            var next: Int64 = .max
            // The readers first: each that is granted asks for the next at once.
            for index in waiting.indices.reversed() {
                while true {
                    let ticket = waiting[index]
                    guard case .wait(let time) = queue.ask(ticket, rate: rate, now: now) else {
                        granted.append(ticket.pacingClass)
                        number += 1
                        waiting[index] = PacingTicket(
                            id: "t\(number)", owner: ticket.owner, pacingClass: ticket.pacingClass)
                        continue
                    }
                    next = min(next, time)
                    break
                }
            }
            now = max(now, next)
        }
        let late = granted.dropFirst(20)
        #expect(late.count { $0 == .bulk } == late.count / 10)
    }

    @Test func `one who leaves gives the place to the next`() {
        var queue = PacingQueue()
        for index in 0..<10 { _ = queue.ask(ticket("\(index)"), rate: rate, now: Int64(1000 + 100 * index)) }
        #expect(queue.ask(ticket("first"), rate: rate, now: 2000) == .wait(until: 2050))
        #expect(queue.ask(ticket("second"), rate: rate, now: 2000) == .wait(until: 2150))
        queue.withdraw(ticket("first"))
        #expect(queue.ask(ticket("second"), rate: rate, now: 2001) == .wait(until: 2050))
    }

    @Test func `one who died holds the others up for half a second at most`() {
        var queue = PacingQueue()
        for _ in 0..<10 { _ = queue.ask(ticket("x"), rate: rate, now: 1000) }
        for index in 0..<10 { _ = queue.ask(ticket("dead\(index)"), rate: rate, now: 1001) }
        let alive = ticket("alive")
        #expect(queue.ask(alive, rate: rate, now: 1002) == .wait(until: 3100))
        // The dead did not come at 2050.
        #expect(queue.ask(alive, rate: rate, now: 2550) == .wait(until: 3600))
        #expect(queue.ask(alive, rate: rate, now: 2551) == .granted)
        #expect(queue.count == 0)
    }

    @Test func `a clock that was set back stops nothing for longer than a window`() {
        var queue = PacingQueue()
        for index in 0..<12 { _ = queue.ask(ticket("\(index)"), rate: rate, now: 1_000_000) }
        #expect(queue.ask(ticket("new"), rate: rate, now: 5000) == .wait(until: 6050))
        #expect(queue.ask(ticket("new"), rate: rate, now: 6050) == .granted)
    }

    @Test func `what is written is read again, and nonsense is left out`() {
        var queue = PacingQueue()
        for index in 0..<14 {
            _ = queue.ask(ticket("\(index)", "o", index > 11 ? .bulk : .interactive), rate: rate, now: 9)
        }
        #expect(queue.count == 4)
        #expect(PacingQueue(text: queue.text) == queue)
        #expect(PacingQueue(text: queue.text + "\nnonsense\n1 2 3 4 5") == queue)
        #expect(PacingQueue(text: "") == PacingQueue())
    }
}

@Suite struct PacingTests {
    /// A second would make the tests slow; the arithmetic is the same.
    private static let rate = PacingRate(limit: 10, window: 250)

    @Test func `stores on one file share the rate`() async throws {
        let shelf = try Shelf()
        let stores = try (0..<3).map { try shelf.store(ProcessIdentity(text: "p\($0)")) }
        let times = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for store in stores { group.addTask { try await takeTurns(15, store, Self.rate) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(times.count == 45)
        #expect(tightest(times, 10) >= Self.rate.window - PacingQueue.tolerance)
    }

    @Test func `four processes share the rate`() async throws {
        let shelf = try Shelf()
        let path = shelf.path
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String] in
                        let store = Store(folder: try StateFolder(path: path))
                        for time in try await takeTurns(12, store, PacingRate(limit: 10, window: 250)) {
                            try await store.appendAudit(
                                AuditEntry(time: time, workspace: workspace, event: "granted"))
                        }
                    }
                }
            }
        }
        let times = try await shelf.store().auditRecords(limit: 1000).map(\.entry.time)
        #expect(times.count == 48)
        #expect(tightest(times, 10) >= Self.rate.window - PacingQueue.tolerance)
    }

    @Test func `workspaces do not wait for each other`() async throws {
        let store = try Shelf().store()
        for _ in 0..<10 {
            #expect(
                try await store.askForTurn(
                    store.newTicket(.bulk), in: workspace, rate: PacingRate(limit: 10, window: 1050), now: { 1000 })
                    == .granted)
        }
        let ticket = store.newTicket(.interactive)
        #expect(
            try await store.askForTurn(ticket, in: workspace, rate: PacingRate(limit: 10, window: 1050), now: { 1000 })
                == .wait(until: 2050))
        #expect(try await store.askForTurn(store.newTicket(.bulk), in: elsewhere, now: { 1000 }) == .granted)
        try await store.withdraw(ticket, in: workspace)
        #expect(
            try await store.askForTurn(
                store.newTicket(.bulk), in: workspace, rate: PacingRate(limit: 10, window: 1050), now: { 1000 })
                == .wait(until: 2050))
    }
}

@Suite struct PacingFileTests {
    private static let name = "pace-\(workspace.text)"

    private func ask(_ store: Store) async throws -> PacingAnswer {
        try await store.askForTurn(
            store.newTicket(.interactive), in: workspace, rate: PacingRate(limit: 1, window: 100), now: { 1000 })
    }

    @Test func `the line is the owner's alone`() async throws {
        let shelf = try Shelf()
        #expect(try await ask(try shelf.store()) == .granted)
        #expect(permissions(of: "\(shelf.path)/\(Self.name)") == 0o600)
        #expect(access(shelf.file, F_OK) != 0)
    }

    @Test func `a line that another process holds is waited for, and only so long`() async throws {
        let shelf = try Shelf()
        let path = try shelf.folder.write("", to: Self.name)
        let holder = open(path, O_RDWR)
        #expect(flock(holder, LOCK_EX) == 0)
        let impatient = try shelf.store(busyTimeout: 5)
        await #expect(throws: StoreError.locked(path: path)) { try await ask(impatient) }
        async let answer = ask(try shelf.store())
        close(holder)
        #expect(try await answer == .granted)
    }

    @Test(.timeLimit(.minutes(1)))
    func `whoever was cancelled while another process holds the line does not try again and again`() async throws {
        let shelf = try Shelf()
        let path = try shelf.folder.write("", to: Self.name)
        let holder = open(path, O_RDWR)
        defer { close(holder) }
        #expect(flock(holder, LOCK_EX) == 0)
        let store = try shelf.store(busyTimeout: .max)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.withdraw(store.newTicket(.interactive), in: workspace)
        }
        await #expect(throws: StoreError.locked(path: path)) { try await task.value }
    }

    @Test func `no more is read of a spoiled line than one can be long, and it is used again`() async throws {
        let shelf = try Shelf()
        let path = try shelf.folder.write(String(repeating: "nonsense ", count: 117_000), to: Self.name)
        // What comes after a mebibyte would be waited behind.
        let descriptor = open(path, O_WRONLY | O_APPEND)
        let late = Array("\ngranted p i 0 999\n".utf8)
        #expect(write(descriptor, late, late.count) == late.count)
        close(descriptor)
        let store = try shelf.store()
        #expect(try await ask(store) == .granted)
        #expect(try await ask(store) == .wait(until: 1100))
    }

    @Test func `what a longer line left behind does not count`() async throws {
        let shelf = try Shelf()
        let path = try shelf.folder.write(
            "granted p i 0 1\0granted p i 0 999\nt p i 0 999 999", to: Self.name, mode: 0o644)
        #expect(try await ask(try shelf.store()) == .granted)
        #expect(permissions(of: path) == 0o600)
        let text = String(decoding: contents(of: path), as: UTF8.self)
        #expect(text.hasPrefix("granted \(ProcessIdentity.current.text) i 0 1000\0"))
    }

    @Test(arguments: ["link", "name", "pipe", "folder"])
    func `a line that is no file of its own is refused`(_ kind: String) async throws {
        let shelf = try Shelf()
        let target = try shelf.folder.write("", to: "elsewhere")
        let path = "\(shelf.path)/\(Self.name)"
        let result =
            switch kind {
            case "link": symlink(target, path)
            case "name": link(target, path)
            case "pipe": mkfifo(path, 0o600)
            default: mkdir(path, 0o700)
            }
        #expect(result == 0)
        await #expect(throws: StoreError.self) { try await ask(try shelf.store()) }
        #expect(contents(of: target).isEmpty)
        if kind == "folder" { rmdir(path) }
    }
}

/// Takes so many turns one after another; returns the times that the store was told when it granted them.
private func takeTurns(_ count: Int, _ store: Store, _ rate: PacingRate) async throws -> [Int64] {
    let asked = Mutex(Int64(0))
    var times: [Int64] = []
    for _ in 0..<count {
        let ticket = store.newTicket(.interactive)
        while true {
            let answer = try await store.askForTurn(ticket, in: workspace, rate: rate) {
                let now = monotonicMilliseconds()
                asked.withLock { $0 = now }
                return now
            }
            guard case .wait(let time) = answer else { break }
            try await Task.sleep(for: .milliseconds(max(0, time - monotonicMilliseconds())))
        }
        times.append(asked.withLock(\.self))
    }
    return times
}

private func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
