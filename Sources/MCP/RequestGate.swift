import Synchronization

/// The requests that were read and are not yet done: which ids are taken, how many run, how many wait.
///
/// Only so many run at once, and a request runs until its answer has found room in the output. What comes beyond that
/// waits here, and once too much waits the gate is full, which tells the reader of the input to pause.
///
/// A call that waits for an answer from the client gives its place away (``yieldingPlace(of:_:)``): that answer comes
/// over the same input, so if such calls filled the gate nobody would ever read it. Whatever keeps a place ends by
/// itself, hence the gate always opens again. The places are taken back without waiting, so for a moment more may run
/// than the limit says, by at most the number of questions that may be open.
final class RequestGate: Sendable {
    /// How much is let in.
    struct Limits: Sendable {
        /// Requests that run at once.
        var running = 64
        /// Requests that wait for a place before the gate is full.
        var waiting = 256
        /// Bytes of the lines of both before the gate is full.
        var bytes = 64 << 20
    }

    /// One admission; ids may come again, serial numbers do not.
    struct Ticket: Sendable {
        let id: RequestID
        let serial: Int
        let size: Int
    }

    /// How the input ended.
    enum Ending: Sendable {
        /// The client closed it: nobody waits for the answers of calls.
        case closed
        /// The process was asked to stop: calls that run may still be answered.
        case terminated
    }

    private struct Entry {
        let serial: Int
        let isCall: Bool
        /// Stops what is sent beside the answer.
        let silence: @Sendable () -> Void
        var task: Task<Void, Never>?
        var isWaitingForClient = false
    }

    private struct Job {
        let ticket: Ticket
        let operation: @Sendable (Ticket) async -> Void
    }

    private struct State {
        var entries: [RequestID: Entry] = [:]
        var running = 0
        /// Requests that are done and whose answers are being given to the output.
        var answering = 0
        var bytes = 0
        var waiting: [Job] = []
        var nextSerial = 0
        var ending: Ending?
        var observers: [CheckedContinuation<Void, Never>] = []

        /// Whether every request was answered or cancelled.
        var isIdle: Bool { entries.isEmpty && answering == 0 }

        mutating func setWaitingForClient(_ isWaiting: Bool, _ ticket: Ticket) {
            guard entries[ticket.id]?.serial == ticket.serial else { return }
            entries[ticket.id]?.isWaitingForClient = isWaiting
        }
    }

    private let limits: Limits
    private let executor: (any TaskExecutor)?
    private let roomAvailable: @Sendable () -> Void
    private let state = Mutex(State())

    init(limits: Limits, executor: (any TaskExecutor)?, roomAvailable: @escaping @Sendable () -> Void) {
        self.limits = limits
        self.executor = executor
        self.roomAvailable = roomAvailable
    }

    /// Whether no further input should be read for now.
    var isFull: Bool { state.withLock { isFull($0) } }

    private func isFull(_ state: State) -> Bool {
        state.waiting.count >= limits.waiting || state.bytes >= limits.bytes
    }

    /// Takes a request in, to run now or when a place is free; false where its id is taken.
    func admit(
        _ id: RequestID, isCall: Bool, size: Int, silence: @escaping @Sendable () -> Void,
        operation: @escaping @Sendable (Ticket) async -> Void
    ) -> Bool {
        state.withLock { state in
            guard state.entries[id] == nil else { return false }
            let ticket = Ticket(id: id, serial: state.nextSerial, size: size)
            state.nextSerial += 1
            state.entries[id] = Entry(serial: ticket.serial, isCall: isCall, silence: silence)
            state.bytes += size
            let job = Job(ticket: ticket, operation: operation)
            if state.running < limits.running {
                start(job, &state)
            } else {
                state.waiting.append(job)
            }
            return true
        }
    }

    /// Whether a request of that id is still to be answered.
    func holds(_ id: RequestID) -> Bool {
        state.withLock { $0.entries[id] != nil }
    }

    /// Whether the request is still to be answered.
    func isOpen(_ ticket: Ticket) -> Bool {
        state.withLock { $0.entries[ticket.id]?.serial == ticket.serial }
    }

    /// Ends a request and answers it; false where it was cancelled, so that nothing may be written for it.
    func complete(_ ticket: Ticket, answer: () -> Void) -> Bool {
        let isOpen = state.withLock { state in
            guard let entry = state.entries[ticket.id], entry.serial == ticket.serial else { return false }
            entry.silence()
            state.entries[ticket.id] = nil
            state.answering += 1
            return true
        }
        guard isOpen else { return false }
        answer()
        // Only now, because whoever waits for this closes the output.
        let observers = state.withLock { state in
            state.answering -= 1
            return Self.observersIfIdle(&state)
        }
        observers.forEach { $0.resume() }
        return true
    }

    /// Cancels the request of that id, if there is one.
    func cancel(_ id: RequestID) {
        remove { entryID, _ in entryID == id }
    }

    /// Cancels what nobody waits for any more.
    func end(_ ending: Ending) {
        state.withLock { $0.ending = ending }
        remove { _, entry in
            switch ending {
            case .closed: entry.isCall
            case .terminated: entry.isCall && (entry.task == nil || entry.isWaitingForClient)
            }
        }
    }

    /// How the input ended, or nil while it is read.
    var ending: Ending? { state.withLock(\.ending) }

    /// Returns when every request was answered or cancelled.
    func waitUntilAnswered() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if !state.isIdle { state.observers.append(continuation) }
                return state.isIdle
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Waits for something that comes over the input, without holding a place meanwhile.
    func yieldingPlace<Value: Sendable>(of ticket: Ticket, _ wait: () async -> Value) async -> Value {
        state.withLock { $0.setWaitingForClient(true, ticket) }
        leave(ticket)
        let value = await wait()
        state.withLock { state in
            state.setWaitingForClient(false, ticket)
            state.running += 1
            state.bytes += ticket.size
        }
        return value
    }

    private func start(_ job: Job, _ state: inout State) {
        state.running += 1
        let ticket = job.ticket
        let task = Task(executorPreference: executor) {
            await job.operation(ticket)
            self.leave(ticket)
        }
        if state.entries[ticket.id]?.serial == ticket.serial {
            state.entries[ticket.id]?.task = task
        }
    }

    /// Gives a place to the next that waits.
    private func leave(_ ticket: Ticket) {
        let hasOpened = state.withLock { state in
            let wasFull = isFull(state)
            state.running -= 1
            state.bytes -= ticket.size
            if state.running < limits.running, !state.waiting.isEmpty {
                start(state.waiting.removeFirst(), &state)
            }
            return wasFull && !isFull(state)
        }
        if hasOpened { roomAvailable() }
    }

    /// Forgets and cancels requests; one that has not started yet finds its ticket closed when it does.
    private func remove(where isRemoved: (RequestID, Entry) -> Bool) {
        let (tasks, observers) = state.withLock { state in
            var tasks: [Task<Void, Never>] = []
            for (id, entry) in state.entries where isRemoved(id, entry) {
                entry.silence()
                if let task = entry.task { tasks.append(task) }
                state.entries[id] = nil
            }
            return (tasks, Self.observersIfIdle(&state))
        }
        // Outside the lock: cancelling runs the handlers' own code.
        tasks.forEach { $0.cancel() }
        observers.forEach { $0.resume() }
    }

    private static func observersIfIdle(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.isIdle else { return [] }
        defer { state.observers = [] }
        return state.observers
    }
}
