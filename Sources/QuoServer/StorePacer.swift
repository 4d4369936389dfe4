import QuoAPI
import Store
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Paces requests among all processes of this machine that use the same key.
///
/// Where the shared state cannot be used, requests are paced within this process, so that reading goes on, and the owner is told
/// once.
final class StorePacer: Pacer {
    private let store: Store
    private let workspace: WorkspaceID
    private let log: @Sendable (String) -> Void
    private let alone = SlidingWindowPacer(clock: ContinuousClock())
    private let hasComplained = Atomic(false)

    /// - Parameter log: Takes the line for the owner's log.
    init(store: Store, workspace: WorkspaceID, log: @escaping @Sendable (String) -> Void) {
        self.store = store
        self.workspace = workspace
        self.log = log
    }

    /// Milliseconds of a clock that all processes share and nobody sets.
    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    func grant() async throws(CancellationError) {
        let ticket = store.newTicket(.interactive)
        while true {
            let answer: PacingAnswer
            do {
                answer = try await store.askForTurn(ticket, in: workspace, now: { Self.now })
            } catch {
                complain(of: error)
                try await alone.grant()
                return
            }
            guard case .wait(let until) = answer else { return }
            do {
                try await Task.sleep(for: .milliseconds(max(1, until - Self.now)))
            } catch {
                try? await store.withdraw(ticket, in: workspace)
                throw CancellationError()
            }
        }
    }

    private func complain(of error: StoreError) {
        // Whoever was cancelled finds the line held by another at its only try, which is no fault of the line.
        guard !Task.isCancelled, !hasComplained.exchange(true, ordering: .relaxed) else { return }
        log(
            "requests are paced within this process alone, so that several may together exceed Quo's limit: \(error) "
                + "quo-mcp doctor tells more")
    }
}
