import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct RaceTests {
    @Test func `of two stores that want an approved effect one gets it, 200 times`() async throws {
        let shelf = try Shelf()
        let (first, second) = (try shelf.store(), try shelf.store())
        for round in 0..<200 {
            let digest = "d\(round)"
            let planned = try await first.plan(message(digest), expiresAt: 1000, now: 1)
            _ = try await first.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2)
            async let one = first.take(digest, in: workspace, limits: [], duplicatesSince: nil, now: 3)
            async let two = second.take(digest, in: workspace, limits: [], duplicatesSince: nil, now: 3)
            let admitted = [try await one, try await two].filter { $0.record != nil }
            try #require(admitted.count == 1)
        }
    }

    @Test func `of two stores that plan the same at once both find one effect`() async throws {
        let shelf = try Shelf()
        let (first, second) = (try shelf.store(), try shelf.store())
        for round in 0..<50 {
            async let one = first.plan(message("d\(round)"), expiresAt: 1000, now: 1)
            async let two = second.plan(message("d\(round)"), expiresAt: 1000, now: 1)
            #expect(try await one == two)
        }
    }

    @Test func `of many that want the last of a budget one gets it`() async throws {
        let shelf = try Shelf()
        let stores = [try shelf.store(), try shelf.store(), try shelf.store()]
        let limit = BudgetLimit(name: "hourly", measure: .messages, window: 3_600_000, maximum: 5)
        let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<30 {
                let store = stores[index % stores.count]
                group.addTask {
                    try await store.reserve(
                        message("d\(index)"), limits: [limit], duplicatesSince: nil, now: 10
                    ).record != nil
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 5)
    }

    @Test func `many stores may make the database at once`() async throws {
        let shelf = try Shelf()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                let store = try shelf.store()
                group.addTask { try await store.open() }
            }
            try await group.waitForAll()
        }
    }
}

/// Real processes, each a copy of this program.
@Suite struct ProcessTests {
    @Test func `what was in flight in a process that was killed becomes unknown`() async throws {
        let shelf = try Shelf()
        let path = shelf.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = Store(folder: try StateFolder(path: path))
            _ = try await store.reserve(message("theirs"), now: 5)
            kill(getpid(), SIGKILL)
        }
        let store = try shelf.store()
        let own = try #require(try await store.reserve(message("own"), now: 6).record)
        let orphans = try await store.recoverOrphans(startedBefore: 0, now: 7)
        #expect(orphans.map(\.proposal.digest) == ["theirs"])
        #expect(orphans.first?.state == .unknown)
        #expect(orphans.first?.proposal.request == message().request)
        #expect(try await store.effect(own.id)?.state == .inFlight)
        #expect(try await store.recoverOrphans(startedBefore: 0, now: 8).isEmpty)
    }

    @Test func `what has been in flight for too long becomes unknown wherever it was`() async throws {
        let shelf = try Shelf()
        let foreign = ProcessIdentity(text: "1/1/another-machine")
        let old = try #require(try await shelf.store(foreign).reserve(message("old"), now: 5).record)
        let new = try #require(try await shelf.store(foreign).reserve(message("new"), now: 6).record)
        let orphans = try await shelf.store().recoverOrphans(startedBefore: 6, now: 7)
        #expect(orphans.map(\.id) == [old.id])
        #expect(try await shelf.store().effect(new.id)?.state == .inFlight)
    }

    @Test func `what waits in a simulated workspace ends with its process`() async throws {
        let shelf = try Shelf()
        let scope = ProcessIdentity.current.text.split(separator: "/", maxSplits: 2)[2]
        let ended = ProcessIdentity(text: "999999999/1/\(scope)")
        let (gone, here) = (try shelf.store(ended), try shelf.store())
        let simulated = try WorkspaceID.simulated()
        let waiting = try await gone.plan(message("waiting", in: simulated), expiresAt: 100, now: 1)
        let granted = try await gone.plan(message("granted", in: simulated), expiresAt: 100, now: 1)
        _ = try await gone.grant(granted.id, approver: "me", method: "terminal", expiresAt: 100, now: 1)
        let real = try await gone.plan(message("real"), expiresAt: 100, now: 2)
        let living = try await here.plan(message("living", in: try .simulated()), expiresAt: 100, now: 3)
        #expect(try await here.expireSimulated(now: 4) == 2)
        #expect(try await here.pendingEffects(in: nil, now: 4).map(\.id) == [real.id, living.id])
        for id in [waiting.id, granted.id] {
            let record = try await here.effect(id)
            #expect(record?.state == .expired && record?.proposal.facts.isEmpty == true)
        }
        #expect(
            try await here.grant(waiting.id, approver: "me", method: "terminal", expiresAt: 100, now: 5).record == nil)
        #expect(try await here.expireSimulated(now: 6) == 0)
    }

    @Test func `a process is told from another with its number`() {
        let current = ProcessIdentity.current
        #expect(!current.hasEnded)
        let parts = current.text.split(separator: "/", maxSplits: 2).map(String.init)
        #expect(ProcessIdentity(text: "\(parts[0])/\((UInt64(parts[1]) ?? 0) + 1)/\(parts[2])").hasEnded)
        #expect(ProcessIdentity(text: "999999999/\(parts[1])/\(parts[2])").hasEnded)
        #expect(!ProcessIdentity(text: "999999999/1/elsewhere").hasEnded)
        #expect(!ProcessIdentity(text: "nonsense").hasEnded)
    }

    @Test func `of several processes that want an approved effect one gets it`() async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        for round in 0..<40 {
            let planned = try await store.plan(message("d\(round)"), expiresAt: 1000, now: 1)
            _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2)
        }
        let path = shelf.path
        await withTaskGroup { group in
            for child in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String, child = child as Int] in
                        let store = Store(folder: try StateFolder(path: path))
                        for round in 0..<40 {
                            let taken = try await store.take(
                                "d\(round)", in: workspace, limits: [], duplicatesSince: nil, now: 3)
                            guard let record = taken.record else { continue }
                            try await store.appendAudit(
                                AuditEntry(time: 3, workspace: workspace, event: record.id, client: "\(child)"))
                        }
                    }
                }
            }
        }
        let taken = try await store.auditRecords(limit: 1000).map(\.entry.event)
        #expect(taken.count == 40)
        #expect(Set(taken).count == 40)
        guard case .intact(count: 40, _, _) = try await store.verifyAudit() else {
            Issue.record("The chain broke.")
            return
        }
    }
}
