import QuoAPI
import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Paces requests among all processes of this machine that use the same key.
///
/// Where the shared state cannot be used, requests are paced within this process, so that reading goes on.
struct StorePacer: Pacer {
    let store: Store
    let workspace: WorkspaceID
    private let alone = SlidingWindowPacer(clock: ContinuousClock())

    init(store: Store, workspace: WorkspaceID) {
        self.store = store
        self.workspace = workspace
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
}
