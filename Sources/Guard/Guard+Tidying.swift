import Configuration
import Store
import Synchronization

extension Guard {
    private static let day: Int64 = 24 * 3_600_000
    /// How long a contact as it was can be put back, in milliseconds.
    static let snapshotLifetime = 90 * day
    /// How long it matters that a text was lost, in milliseconds.
    static let lossLifetime = day
    /// How far back the same text is looked for to find one that overtook another; no approval is older.
    static let similarityWindow: Int64 = 3_600_000
    /// How long it is remembered that a number came from outside, in milliseconds.
    static let memoryLifetime = 365 * day

    /// Forgets what is too old to be of use, once a day in each process.
    ///
    /// Of the audit and the ledger it is once a day among all processes.
    package func tidy() async {
        let now = here.time()
        let isDue = state.withLock { state in
            if let last = state.tidied, now - last < Self.day { return false }
            state.tidied = now
            return true
        }
        guard isDue else { return }
        do {
            try await here.store.forgetMemories(before: now - Self.memoryLifetime)
            try await here.store.pruneSnapshots(in: here.workspace, before: now - Self.snapshotLifetime)
            // What could not be read does not say how long the owner keeps them.
            guard here.policy.refusal == nil else { return }
            try await here.store.removeExpired(
                lifetime: Int64(here.policy.audit.keepDays) * Self.day, window: here.policy.ledgerWindow, now: now)
        } catch {
            // What needs the state says so itself.
            here.record("old memories could not be forgotten: \(error)")
        }
    }
}

extension Policy {
    /// How far back the guard looks in the ledger at most, in milliseconds.
    fileprivate var ledgerWindow: Int64 {
        let minutes = [
            duplicates.windowHours * 60, duplicates.nearMinutes, approvals.pendingMinutes + approvals.grantedMinutes,
        ]
        return (minutes.map { Int64($0) * 60_000 } + limits.map(\.window)).reduce(Guard.lossLifetime, max)
    }
}
