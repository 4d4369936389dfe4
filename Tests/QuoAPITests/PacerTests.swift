import QuoAPI
import Synchronization
import TestSupport
import Testing

@Suite struct `Pacing` {
    @Test func `no window holds more grants than the limit, and none is wasted`() async throws {
        let clock = ManualClock(advancesItself: true)
        let pacer = SlidingWindowPacer(limit: 10, window: .seconds(1), clock: clock)
        var times: [Duration] = []
        for index in 0..<45 {
            let asked = clock.now.offset
            try await pacer.grant()
            let granted = clock.now.offset
            let opening = index < 10 ? .zero : times[index - 10] + .seconds(1)
            #expect(granted == max(asked, opening))
            times.append(granted)
            if index % 7 == 3 { clock.advance(by: .milliseconds(130)) }
        }
    }

    @Test func `the standard window leaves room under the API's limit`() async throws {
        let clock = ManualClock(advancesItself: true)
        let pacer = SlidingWindowPacer(clock: clock)
        for _ in 0..<11 { try await pacer.grant() }
        #expect(clock.now.offset == .milliseconds(1050))
    }

    @Test func `grants are given in the order in which they were asked for`() async throws {
        let clock = ManualClock()
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        try await pacer.grant()
        let order = Mutex<[Int]>([])
        let tasks = try await waitingTasks(5, on: pacer) { number in order.withLock { $0.append(number) } }
        for _ in 0..<5 {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
        }
        for task in tasks { try await task.value }
        #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test func `a task that is cancelled while it waits uses up no grant`() async throws {
        let clock = ManualClock()
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        try await pacer.grant()
        let order = Mutex<[Int]>([])
        let tasks = try await waitingTasks(4, on: pacer) { number in order.withLock { $0.append(number) } }
        // The first is at the head and sleeps; the second stands in line behind it.
        await clock.waitForSleepers(1)
        for task in tasks.prefix(2).reversed() {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        for _ in 0..<2 {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
        }
        for task in tasks.dropFirst(2) { try await task.value }
        #expect(order.withLock { $0 } == [2, 3])
        #expect(clock.now.offset == .seconds(2))
    }

    @Test func `without a limit a cancelled task still gets no grant`() async throws {
        try await NoPacing().grant()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await NoPacing().grant()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: [true, false])
    func `a task that was cancelled before it asked gets no grant`(isLineEmpty: Bool) async throws {
        let clock = ManualClock()
        let pacer = SlidingWindowPacer(limit: 1, window: .seconds(1), clock: clock)
        var head: [Task<Void, any Error>] = []
        if !isLineEmpty {
            try await pacer.grant()
            head = try await waitingTasks(1, on: pacer) { _ in }
        }
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await pacer.grant()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pacer.lineLength == head.count)
        await clock.waitForSleepers(head.count)
        clock.advance(by: .seconds(1))
        for task in head { try await task.value }
        #expect(pacer.lineLength == 0)
    }

    /// Starts tasks that ask for a grant, each once the one before stands in line.
    private func waitingTasks(
        _ count: Int, on pacer: SlidingWindowPacer<ManualClock>, _ done: @escaping @Sendable (Int) -> Void
    ) async throws -> [Task<Void, any Error>] {
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<count {
            tasks.append(
                Task {
                    try await pacer.grant()
                    done(number)
                })
            while pacer.lineLength < number + 1 { await Task.yield() }
        }
        return tasks
    }
}
