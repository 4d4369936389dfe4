#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Lets one thread sleep in `poll` until another, or a signal, wakes it.
///
/// A wake-up that comes before the sleep is not lost.
final class WakePipe: Sendable {
    /// Readable once woken.
    let readEnd: Int32
    /// A byte written here wakes; it never blocks.
    let writeEnd: Int32

    init() throws(TransportError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TransportError("no pipe could be made", code: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the sleeper; a full pipe has woken it already.
    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Sleeps until woken.
    func wait() { sleep(milliseconds: -1) }

    /// Sleeps until woken or until the deadline; false where that has passed.
    func wait(until deadline: ContinuousClock.Instant) -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return false }
        sleep(milliseconds: Int32(clamping: Int64(left / .milliseconds(1)) + 1))
        return true
    }

    private func sleep(milliseconds: Int32) {
        var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, milliseconds)
        drain()
    }

    /// Forgets the wake-ups so far.
    func drain() {
        var bytes: [UInt8] = Array(repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) == bytes.count {}
    }
}

/// Why the transport cannot start.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// What failed, for the person who reads it.
    public let description: String

    init(_ what: String, code: Int32) {
        description = "\(what): \(String(cString: strerror(code)))"
    }
}
