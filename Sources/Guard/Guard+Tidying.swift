import Store
import Synchronization

extension Guard {
    private static let day: Int64 = 24 * 3_600_000
    /// How long a contact as it was can be put back, in milliseconds.
    static let snapshotLifetime = 90 * day
    /// How long it is remembered that a number came from outside, in milliseconds.
    static let memoryLifetime = 365 * day

    /// Forgets what is too old to be of use, once a day in each process.
    func tidy() async {
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
        } catch {
            // What needs the state says so itself.
            here.record("old memories could not be forgotten: \(error)")
        }
    }
}
