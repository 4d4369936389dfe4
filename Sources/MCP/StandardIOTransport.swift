import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Serves one client over a pair of descriptors, one message a line.
///
/// The calling thread reads, a second one writes, and requests run as tasks. When too many requests wait, or the client
/// does not read its answers, the reading pauses until there is room; see ``RequestGate`` for why that cannot deadlock.
/// The descriptors may be shared with other processes, so their flags are never changed and they are not closed.
public struct StandardIOTransport: Sendable {
    /// Why the serving ended.
    public enum Ending: Sendable, Hashable {
        /// The client closed the input, or reads the output no more.
        case inputClosed
        /// SIGTERM, SIGINT or SIGHUP came.
        case terminated
    }

    /// How long an output that takes no more bytes is waited for at the end.
    private static let stalledOutputLimit: Duration = .milliseconds(500)
    private static let chunkLength = 64 << 10

    private let input: Int32
    private let output: Int32
    private let drainLimit: Duration
    private let handlesSignals: Bool

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - input: Where messages come from.
    ///   - output: Where messages go.
    ///   - drainLimit: How long work in flight may take after the end.
    ///   - handlesSignals: Whether SIGTERM, SIGINT and SIGHUP end the serving in order; a second one ends the process. Only
    ///     one transport of a process may do so at a time.
    public init(
        input: Int32 = 0, output: Int32 = 1, drainLimit: Duration = .seconds(5), handlesSignals: Bool = true
    ) {
        self.input = input
        self.output = output
        self.drainLimit = drainLimit
        self.handlesSignals = handlesSignals
    }

    /// Serves until the input ends or a signal comes, and blocks the calling thread meanwhile.
    ///
    /// At the end of the input, calls in flight are cancelled and nothing is written for them. After a signal, those that
    /// run may still be answered. In both cases `drain` is then awaited, at most for the drain limit: it should let
    /// begun work that cannot be undone come to its end. SIGPIPE is ignored from here on.
    ///
    /// - Parameter executor: Where requests are served, or nil for the cooperative pool.
    /// - Throws: ``TransportError`` where the process has no descriptors left to start with.
    @discardableResult
    public func serve(
        _ handler: any ServerHandler, on executor: (any TaskExecutor)? = nil,
        drain: @escaping @Sendable () async -> Void = {}
    ) throws(TransportError) -> Ending {
        signal(SIGPIPE, SIG_IGN)
        let wakePipe = try WakePipe()
        let signals = handlesSignals ? TerminationSignals(waking: wakePipe) : nil
        defer { signals?.restore() }
        let wake: @Sendable () -> Void = { wakePipe.wake() }
        let writer = try LineWriter(descriptor: output, changed: wake)
        let session = Session(handler: handler, output: writer, executor: executor, roomAvailable: wake)

        let ending = read(into: session, writer, wakePipe, signals)
        switch ending {
        case .inputClosed: session.inputClosed()
        case .terminated: session.inputStopped()
        }
        finish(session, writer, wakePipe, drain)
        return ending
    }

    /// Gives the session its lines until there are no more.
    private func read(
        into session: Session, _ writer: LineWriter, _ wakePipe: WakePipe, _ signals: TerminationSignals?
    ) -> Ending {
        var lines = LineBuffer(limit: Session.maximumLineLength)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkLength, alignment: 16)
        defer { chunk.deallocate() }
        // Once the other side has hung up, what is left fits into the kernel's buffer, and is read without pausing so
        // that the end is noticed.
        var hasHungUp = false
        while true {
            if signals?.wereReceived ?? false { return .terminated }
            if writer.hasFailed { return .inputClosed }
            let mayRead = hasHungUp || !session.isFull && writer.hasRoom
            var descriptors = [
                pollfd(fd: input, events: mayRead ? Int16(POLLIN) : 0, revents: 0),
                pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, 2, -1) > 0 else { continue }
            if descriptors[1].revents != 0 {
                wakePipe.drain()
                continue
            }
            guard mayRead else {
                hasHungUp = descriptors[0].revents != 0
                continue
            }
            let count = readBytes(input, chunk)
            if count > 0 {
                lines.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                while let line = lines.next() { session.receive(line) }
            } else if count == 0 || errno != EINTR && errno != EAGAIN {
                if let line = lines.finish() { session.receive(line) }
                return .inputClosed
            }
        }
    }

    /// Lets begun work end, and writes what is still to be written.
    private func finish(
        _ session: Session, _ writer: LineWriter, _ wakePipe: WakePipe, _ drain: @escaping @Sendable () async -> Void
    ) {
        let isDrained = Flag()
        Task {
            async let answered: Void = session.waitUntilAnswered()
            await drain()
            await answered
            isDrained.set()
            wakePipe.wake()
        }
        let deadline = ContinuousClock.now + drainLimit
        while !isDrained.isSet, wakePipe.wait(until: deadline) {}

        // No line is taken any more; those from before are written as long as somebody reads.
        writer.close()
        var written = -1
        var patience = deadline
        while case let progress = writer.progress, !progress.isDone {
            if progress.written > written {
                written = progress.written
                patience = .now + Self.stalledOutputLimit
            }
            guard wakePipe.wait(until: patience) else { break }
        }
    }
}

extension Session {
    fileprivate func receive(_ line: LineBuffer.Line) {
        switch line {
        case .line(let bytes): receive(line: bytes)
        case .oversized: receiveOversizedLine()
        }
    }
}

/// Something that happens once.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// The system call, by a name that the method above does not shadow.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
