import Synchronization

/// Says when the next request may go out.
///
/// Every attempt takes one grant, a repeated one too, so that the API's limit for a key holds whatever happens.
package protocol Pacer: Sendable {
    /// Waits for the next request's turn.
    ///
    /// - Throws: `CancellationError` where the task was cancelled while it waited.
    func grant() async throws(CancellationError)
}

/// Grants at once; for the sandbox, which has no limit.
package struct NoPacing: Pacer {
    /// Makes a pacer that never waits.
    package init() {}

    /// Returns at once.
    package func grant() async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
    }
}

/// Grants at most so many requests in any window of time, in the order in which they were asked for.
package final class SlidingWindowPacer<PacingClock: Clock>: Pacer where PacingClock.Duration == Duration {
    private struct State {
        /// The newest grants, oldest first, at most `limit` of them.
        var grants: [PacingClock.Instant] = []
        /// Whether a task is at the head of the line.
        var hasHead = false
        /// Those behind the head; resumed with false where cancelled.
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Names the waiting tasks.
        var lastID: UInt64 = 0
    }

    private let limit: Int
    private let window: Duration
    private let clock: PacingClock
    private let state = Mutex(State())

    /// Makes a pacer.
    ///
    /// The API allows 10 requests a second for a key. The default window is 5 % longer, because requests that leave
    /// evenly may arrive bunched.
    ///
    /// - Parameters:
    ///   - limit: The grants in any window; at least 1.
    ///   - window: The window's length.
    ///   - clock: Measures and waits.
    package init(limit: Int = 10, window: Duration = .milliseconds(1050), clock: PacingClock) {
        self.limit = max(1, limit)
        self.window = window
        self.clock = clock
    }

    /// How many tasks wait for a grant, the one at the head included.
    package var lineLength: Int {
        state.withLock { $0.waiting.count + ($0.hasHead ? 1 : 0) }
    }

    /// Waits for the next request's turn.
    ///
    /// - Throws: `CancellationError` where the task was cancelled while it waited; then it used up no grant.
    package func grant() async throws(CancellationError) {
        try await becomeHead()
        defer { leaveHead() }
        while let opening = nextOpening() {
            do {
                try await clock.sleep(until: opening, tolerance: nil)
            } catch {
                throw CancellationError()
            }
        }
    }

    /// Takes a grant and returns nil, or returns the time at which to ask again.
    private func nextOpening() -> PacingClock.Instant? {
        let now = clock.now
        return state.withLock { state in
            if state.grants.count == limit, let oldest = state.grants.first {
                let opening = oldest.advanced(by: window)
                if now < opening { return opening }
                state.grants.removeFirst()
            }
            state.grants.append(now)
            return nil
        }
    }

    private func becomeHead() async throws(CancellationError) {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isHead = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isHeadNow = state.withLock { state in
                    guard state.hasHead else {
                        state.hasHead = true
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return false
                }
                if isHeadNow { continuation.resume(returning: true) }
                // The handler may have run before this task stood in line, and found nothing to remove.
                if Task.isCancelled { abandon(id) }
            }
        } onCancel: {
            abandon(id)
        }
        guard isHead else { throw CancellationError() }
        if Task.isCancelled {
            leaveHead()
            throw CancellationError()
        }
    }

    private func abandon(_ id: UInt64) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index).continuation
        }
        continuation?.resume(returning: false)
    }

    private func leaveHead() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.hasHead = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
