package import JSON
import QuoAPI
package import Store

/// The reading of all contacts by this process, and who waits for it.
struct SyncProgress {
    /// Why a wait is over.
    enum Wake: Sendable {
        case ended(Result<Void, any Error>)
        case timedOut
    }

    var isRunning = false
    /// What became of the last one.
    var result: Result<Void, any Error> = .success(())
    var count = 0
    /// When the last reading failed, in milliseconds since 1970.
    var failedAt: Int64?
    var lastTicket = 0
    var observers: [Int: @Sendable (Int) -> Void] = [:]
    var waiters: [Int: CheckedContinuation<Wake, Never>] = [:]

    mutating func ticket() -> Int {
        lastTicket += 1
        return lastTicket
    }
}

/// Milliseconds after which what is known is used no more, or not without asking anew.
enum Age {
    /// The index is read anew in the background.
    static let stale: Int64 = 600_000
    /// Whether somebody is a contact is not told by an older one.
    static let trusted: Int64 = 900_000
    /// The claim of a process that says nothing more is void.
    static let claim: Int64 = 60_000
    /// After a failure nothing is read in the background.
    static let failure: Int64 = 30_000
}

// MARK: State

extension Directory {
    /// How far the index is.
    package func state() async throws(StoreError) -> IndexState {
        let head = try await store.contactIndex(of: workspace, now: time())
        if let head, let completedAt = head.completedAt { return .complete(at: completedAt, count: head.count) }
        // What an earlier reading left counts as little as nothing until it is gone through again.
        guard sync.isRunning || head?.isSyncing == true else { return .none }
        return .syncing(count: max(sync.count, head?.count ?? 0))
    }

    /// Waits for a complete index, and tells how it stands.
    ///
    /// One that was completed in the last ten minutes is used as it is; an older one too, while it is read anew in the background.
    ///
    /// - Throws: `APIError` or `StoreError` where there is none and the contacts cannot be read.
    package func ensureIndex(within limit: Duration) async throws -> IndexState {
        try await ensureIndex(within: limit, age: .max)
    }

    /// Waits for an index that was completed lately enough, and tells how it stands.
    ///
    /// - Parameter age: The greatest age in milliseconds that is not waited for.
    func ensureIndex(within limit: Duration, age: Int64) async throws -> IndexState {
        let state = try await state()
        var known: Int64?
        if case .complete(let completedAt, _) = state {
            known = completedAt
            let now = time()
            if (0...Age.stale).contains(now - completedAt) { return state }
            if (0...age).contains(now - completedAt) {
                if !(0..<Age.failure).contains(now - (sync.failedAt ?? .min / 2)) { startSync(after: completedAt) }
                return state
            }
        }
        startSync(after: known)
        if case .ended(let result) = await waitForSync(limit: limit) { try result.get() }
        return try await self.state()
    }

    /// Reads all contacts anew, whatever the index's age; joins a reading that is under way.
    ///
    /// - Parameter progress: Is told how many contacts were read so far, after every page.
    /// - Throws: `APIError` or `StoreError`; `CancellationError` where the task was cancelled, and the reading goes on.
    package func refresh(progress: (@Sendable (Int) -> Void)? = nil) async throws {
        let ticket = sync.ticket()
        sync.observers[ticket] = progress
        defer { sync.observers[ticket] = nil }
        startSync(after: try await store.contactIndex(of: workspace, now: time())?.completedAt)
        guard case .ended(let result) = await waitForSync(limit: nil) else { throw CancellationError() }
        try result.get()
    }
}

// MARK: Reading all contacts

extension Directory {
    /// Begins to read where this process does not already.
    ///
    /// - Parameter known: When the last reading was completed that the caller knows of.
    private func startSync(after known: Int64?) {
        guard !sync.isRunning else { return }
        sync.isRunning = true
        sync.count = 0
        Task {
            do {
                try await syncContacts(after: known)
                endSync(.success(()))
            } catch {
                endSync(.failure(error))
            }
        }
    }

    private func endSync(_ result: Result<Void, any Error>) {
        sync.isRunning = false
        sync.result = result
        if case .failure = result { sync.failedAt = time() } else { sync.failedAt = nil }
        let waiters = sync.waiters.values
        sync.waiters = [:]
        for waiter in waiters { waiter.resume(returning: .ended(result)) }
    }

    /// Waits until the reading ends, the time is up or the task is cancelled.
    private func waitForSync(limit: Duration?) async -> SyncProgress.Wake {
        let ticket = sync.ticket()
        let timer = limit.map { limit in
            Task { [clock] in
                // Where the wait is over before, nobody is left to wake.
                try? await clock.sleep(for: limit)
                wake(ticket)
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if sync.isRunning {
                    sync.waiters[ticket] = continuation
                } else {
                    continuation.resume(returning: .ended(sync.result))
                }
            }
        } onCancel: {
            Task { await wake(ticket) }
        }
    }

    private func wake(_ ticket: Int) { sync.waiters.removeValue(forKey: ticket)?.resume(returning: .timedOut) }

    /// Reads all contacts into the store, or waits until another process has.
    ///
    /// - Parameter known: When the last reading was completed that the caller knows of.
    private func syncContacts(after known: Int64?) async throws {
        while true {
            let now = time()
            let claim = try await store.beginContactSync(
                of: workspace, after: known, expiresAt: now + Age.claim, now: now)
            if let claim {
                do {
                    if try await readContacts(claim) { return }
                } catch {
                    try? await store.abandonContactSync(claim, of: workspace)
                    throw error
                }
            }
            let head = try await store.contactIndex(of: workspace, now: now)
            if head?.completedAt != known { return }
            report(head?.count ?? 0)
            try await clock.sleep(for: .milliseconds(250))
        }
    }

    /// Reads page after page; returns whether the claim held to the end.
    private func readContacts(_ claim: ContactSync) async throws -> Bool {
        let region = await region()
        var count = 0
        var pages = Pages(of: .listContacts, reader)
        var askedAt = time()
        while let page = try await pages.next() {
            let contacts = try elements(of: page, .listContacts) { IndexedContact($0, region: region) }
            let expiresAt = time() + Age.claim
            guard
                try await store.writeContactPage(
                    contacts, of: workspace, sync: claim, askedAt: askedAt, expiresAt: expiresAt)
            else { return false }
            count += contacts.count
            report(count)
            askedAt = time()
        }
        return try await store.finishContactSync(claim, of: workspace, now: time())
    }

    private func report(_ count: Int) {
        sync.count = count
        for observer in sync.observers.values { observer(count) }
    }
}

// MARK: Single contacts

extension Directory {
    /// Takes a contact that this server has made or changed into the index.
    ///
    /// - Parameter contact: The whole contact as the API gave it, with or without its envelope; what has no id is ignored.
    package func noteChange(of contact: JSONValue) async throws(StoreError) {
        guard let contact = IndexedContact(contact, region: await region()) else { return }
        try await store.noteContact(contact, of: workspace, now: time())
    }

    /// Takes a contact that this server has deleted out of the index.
    package func noteRemoval(_ id: String) async throws(StoreError) {
        try await store.noteContactRemoval(id, of: workspace, now: time())
    }

    /// Deletes the index of this workspace, as when its key is given up.
    package func forget() async throws(StoreError) {
        try await store.forgetContacts(of: workspace)
        contacts = LoadedIndex()
    }

    /// The names by number that are known without any request: the lines as they were read last, and the contacts of the index.
    ///
    /// A number without a name, and one that several contacts of different names have, is left out.
    package func names(of numbers: [String]) async -> [String: String] {
        let lines = await lineAnswer.latest ?? []
        var names: [String: String] = [:]
        var others: Set<String> = []
        for number in numbers {
            if let line = lines.first(where: { $0.number == number }), !line.name.isEmpty {
                names[number] = line.name
            } else {
                others.insert(number)
            }
        }
        if others.isEmpty { return names }
        for (number, found) in (try? await store.contactNames(of: others, in: workspace)) ?? [:]
        where Set(found).count == 1 { names[number] = found[0] }
        return names
    }

    /// The name of a number in E.164 that is known without any request; see ``names(of:)``.
    package func name(of number: String) async -> String? { await names(of: [number])[number] }

    /// Whether a contact has a number in E.164, by an index that was completed in the last quarter of an hour.
    ///
    /// Nil where contacts are still being read at the end of the wait, so that nobody can tell.
    ///
    /// - Throws: `APIError` or `StoreError`.
    package func isKnownContact(_ number: String, within limit: Duration = .seconds(40)) async throws -> Bool? {
        let state = try await ensureIndex(within: limit, age: Age.trusted)
        guard case .complete(let completedAt, _) = state, (0...Age.trusted).contains(time() - completedAt) else {
            return nil
        }
        return try await !store.contactNames(of: number, in: workspace).isEmpty
    }
}

extension IndexedContact {
    /// Reads a contact as the API describes it, with or without its envelope; nil where it has no id.
    init?(_ answer: JSONValue, region: String?) {
        guard let person = Person(answer, region: region) else { return nil }
        self.init(
            id: person.id, name: person.name, numbers: person.numbers.map(\.value),
            content: (answer["data"] ?? answer).text())
    }
}
