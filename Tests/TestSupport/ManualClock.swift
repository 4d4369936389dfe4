import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: Clock {
    /// A time since the clock was made.
    public struct Instant: InstantProtocol {
        /// How long after the clock was made.
        public let offset: Duration

        /// The instant so much later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// How long from this instant to another.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one is earlier.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var lastID = 0
        var sleepers: [(id: Int, deadline: Instant, continuation: CheckedContinuation<Bool, Never>)] = []
        var sleeps: [Duration] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let advancesItself: Bool
    private let state = Mutex(State())

    /// Makes a clock.
    ///
    /// - Parameter advancesItself: Whether a sleep moves the clock to its end at once instead of waiting for the test.
    public init(advancesItself: Bool = false) { self.advancesItself = advancesItself }

    /// The current time.
    public var now: Instant { state.withLock { $0.now } }

    /// Zero.
    public var minimumResolution: Duration { .zero }

    /// How long each sleep so far was to be.
    public var sleeps: [Duration] { state.withLock { $0.sleeps } }

    /// Sleeps until the test has moved the clock that far.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isDueNow, met) = state.withLock { state in
                    state.sleeps.append(state.now.duration(to: deadline))
                    if advancesItself, deadline > state.now { state.now = deadline }
                    if deadline <= state.now { return (true, [CheckedContinuation<Void, Never>]()) }
                    state.sleepers.append((id, deadline, continuation))
                    let count = state.sleepers.count
                    let met = state.waiters.filter { $0.count <= count }.map(\.continuation)
                    state.waiters.removeAll { $0.count <= count }
                    return (false, met)
                }
                if isDueNow { continuation.resume(returning: true) }
                for waiter in met { waiter.resume() }
                if Task.isCancelled { wake(id) }
            }
        } onCancel: {
            wake(id)
        }
        if !isDue { throw CancellationError() }
    }

    /// Moves the clock, and wakes who is due.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }.map(\.continuation)
            state.sleepers.removeAll { $0.deadline <= now }
            return due
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    /// Returns once that many tasks sleep.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isMetNow = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isMetNow { continuation.resume() }
        }
    }

    private func wake(_ id: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
            return state.sleepers.remove(at: index).continuation
        }
        continuation?.resume(returning: false)
    }
}
