import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Writes lines to a descriptor without holding up a task where the reader is slow.
///
/// A line that the system takes at once is written by who sends it, which saves waking a thread. The rest is written by a
/// thread of its own, which starts when there is some. Lines are joined in one buffer and leave it in order, so frames cannot
/// interleave. ``hasRoom`` and ``waitForRoom()`` bound the buffer: whoever adds to it waits before adding more.
final class LineWriter: LineOutput {
    /// Bytes that may wait before the output has no room.
    static let backlogLimit = 1 << 20
    /// The most that one system call is given, so that room is noticed while a long answer is written.
    private static let sliceLength = 256 << 10
    /// What a pipe or socket takes without waiting once it takes anything.
    private static let partLength = Int(PIPE_BUF)

    private struct State {
        var pending: [UInt8] = []
        /// Bytes that the thread has taken and not yet written.
        var inHand = 0
        var written = 0
        var hasThread = false
        /// Whether the thread sleeps until it is woken.
        var isIdle = false
        var isClosed = false
        var hasFailed = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        var backlog: Int { pending.count + inHand }
        var hasRoom: Bool { backlog < LineWriter.backlogLimit || isClosed || hasFailed }

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [] }
            return waiters
        }
    }

    private let descriptor: Int32
    /// Whether what `poll` reports as writable takes ``partLength`` bytes without waiting.
    private let tellsRoom: Bool
    private let wakePipe: WakePipe
    private let changed: @Sendable () -> Void
    private let state = Mutex(State())

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - descriptor: Where to write; left open and its flags alone.
    ///   - changed: Called when the output has room again, when it failed, and after each write once it is closed.
    init(descriptor: Int32, changed: @escaping @Sendable () -> Void) throws(TransportError) {
        self.descriptor = descriptor
        self.changed = changed
        var status = stat()
        tellsRoom = fstat(descriptor, &status) == 0 && [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
        wakePipe = try WakePipe()
    }

    func send(_ line: [UInt8]) {
        let (mustStart, mustWake) = state.withLock { state in
            guard !state.isClosed, !state.hasFailed else { return (false, false) }
            let isFirst = state.backlog == 0
            state.pending += line
            state.pending.append(0x0A)
            if isFirst {
                let count = state.pending.withUnsafeBytes { writeAtOnce($0) }
                state.written += count
                state.pending = Array(state.pending.dropFirst(count))
                if state.pending.isEmpty { return (false, false) }
            }
            let mustStart = !state.hasThread
            state.hasThread = true
            defer { state.isIdle = false }
            return (mustStart, state.isIdle)
        }
        if mustWake { wakePipe.wake() }
        if mustStart, !startThread({ @Sendable in self.run() }) { fail() }
    }

    /// Whether few enough bytes wait.
    var hasRoom: Bool { state.withLock(\.hasRoom) }

    func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if !state.hasRoom { state.waiters.append(continuation) }
                return state.hasRoom
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Whether nobody reads the output any more.
    var hasFailed: Bool { state.withLock(\.hasFailed) }

    /// Bytes written so far, and whether that is all.
    var progress: (written: Int, isDone: Bool) {
        state.withLock { ($0.written, $0.backlog == 0 || $0.hasFailed) }
    }

    /// Takes no further line; those taken before are still written.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            return state.takeWaiters()
        }
        waiters.forEach { $0.resume() }
        wakePipe.wake()
    }

    /// Writes as many bytes as are taken without waiting, and returns how many.
    ///
    /// The descriptor may be shared with other processes, so it is not made non-blocking for that.
    private func writeAtOnce(_ bytes: UnsafeRawBufferPointer) -> Int {
        var written = 0
        while tellsRoom, written < bytes.count {
            var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&target, 1, 0) == 1, target.revents == Int16(POLLOUT) else { break }
            let part = UnsafeRawBufferPointer(rebasing: bytes[written...].prefix(Self.partLength))
            let count = writeBytes(descriptor, part)
            guard count > 0 else { break }
            written += count
        }
        return written
    }

    private func run() {
        while true {
            let (batch, isOver) = state.withLock { state -> ([UInt8], Bool) in
                let batch = state.pending
                state.pending = []
                state.inHand = batch.count
                state.isIdle = batch.isEmpty
                return (batch, batch.isEmpty && state.isClosed)
            }
            if isOver { return }
            if batch.isEmpty {
                wakePipe.wait()
            } else if !write(batch) {
                return fail()
            }
        }
    }

    /// Writes a whole batch; false where the reader is gone.
    private func write(_ batch: [UInt8]) -> Bool {
        batch.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let slice = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.sliceLength))
                let count = writeBytes(descriptor, slice)
                if count > 0 {
                    rest = rest.dropFirst(count)
                    advance(by: count)
                } else if errno == EAGAIN {
                    // Another owner of the same open file made it non-blocking.
                    var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&target, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    private func advance(by count: Int) {
        let (waiters, mustTell) = state.withLock { state in
            let hadRoom = state.hasRoom
            state.inHand -= count
            state.written += count
            guard state.hasRoom else { return ([CheckedContinuation<Void, Never>](), false) }
            return (state.takeWaiters(), !hadRoom || state.isClosed)
        }
        waiters.forEach { $0.resume() }
        if mustTell { changed() }
    }

    private func fail() {
        let waiters = state.withLock { state in
            state.hasFailed = true
            state.pending = []
            state.inHand = 0
            return state.takeWaiters()
        }
        waiters.forEach { $0.resume() }
        changed()
    }
}

/// The system call, by a name that the method above does not shadow.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
