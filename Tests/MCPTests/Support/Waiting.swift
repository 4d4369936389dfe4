import Synchronization

/// A count that a test can wait for.
final class Counter: Sendable {
    private let state = Mutex<(value: Int, waiters: [(Int, CheckedContinuation<Void, Never>)])>((0, []))

    var value: Int { state.withLock(\.value) }

    @discardableResult
    func increment() -> Int {
        let (value, ready) = state.withLock { state in
            state.value += 1
            let value = state.value
            let ready = state.waiters.filter { $0.0 <= value }
            state.waiters.removeAll { $0.0 <= value }
            return (value, ready)
        }
        ready.forEach { $0.1.resume() }
        return value
    }

    func wait(for value: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.value < value { state.waiters.append((value, continuation)) }
                return state.value >= value
            }
            if isReached { continuation.resume() }
        }
    }
}

/// Holds tasks until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var next = 0
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        waiters.values.forEach { $0.resume(returning: true) }
    }

    /// Waits; false where the task was cancelled instead.
    func pass() async -> Bool {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiters[number] = continuation }
                    return state.isOpen
                }
                if isOpen { continuation.resume(returning: true) }
                if Task.isCancelled { release(number) }
            }
        } onCancel: {
            release(number)
        }
    }

    /// Waits, whatever happens to the task.
    func passUncancelled() async {
        _ = await Task { await pass() }.value
    }

    private func release(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: false)
    }
}

/// A clock that moves only when a test says so.
final class ManualClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var now = ContinuousClock.now
        var next = 0
        var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let state = Mutex(State())
    /// Counts the sleeps that began.
    let sleeps = Counter()

    var now: Instant { state.withLock(\.now) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.sleepers[number] = (deadline, continuation) }
                sleeps.increment()
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let now = state.now
            let woken = state.sleepers.filter { $0.value.deadline <= now }
            for number in woken.keys { state.sleepers[number] = nil }
            return woken
        }
        woken.values.forEach { $0.continuation.resume() }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}

/// Something that a closure keeps for a test.
final class Kept<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? { state.withLock { $0 } }

    func set(_ value: Value) {
        state.withLock { $0 = value }
    }
}

/// Runs tasks only when a test says so, and then up to where they wait.
final class StepExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs what can go on, and returns when nothing can.
    func run() async throws {
        try await onThread {
            while let job = self.jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                job.runSynchronously(on: self.asUnownedTaskExecutor())
            }
        }
    }
}
