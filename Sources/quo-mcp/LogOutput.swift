import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Standard error as a log that nobody needs to read.
///
/// Some hosts never read what a server logs. Once the pipe is full a write would wait for ever, and with it every call, so
/// what does not fit is left out and counted.
final class LogOutput: Sendable {
    static let standard = LogOutput(descriptor: 2)

    private let descriptor: Int32
    /// The lines that were left out since the last that was written.
    private let missing = Mutex(0)

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes a line where it can be taken at once.
    func write(_ line: String) {
        missing.withLock { missing in
            if missing > 0 {
                guard put("warning \(missing) lines are missing here: nobody read the log") else {
                    missing += 1
                    return
                }
                missing = 0
            }
            if !put(line) { missing += 1 }
        }
    }

    /// Writes a line; false where it cannot be taken at once.
    ///
    /// Another process with the same pipe may fill it in between, and then this waits.
    private func put(_ line: String) -> Bool {
        // A pipe that can be written to takes this many bytes at once (POSIX, PIPE_BUF).
        var text = Array("quo-mcp: \(line)".utf8)
        if text.count > 4_000 {
            text = Array(String(decoding: text.prefix(4_000), as: UTF8.self).utf8) + Array("…".utf8)
        }
        text.append(0x0A)
        var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&target, 1, 0) == 1, target.revents == Int16(POLLOUT) else { return false }
        #if canImport(Darwin)
            return Darwin.write(descriptor, text, text.count) == text.count
        #else
            return Glibc.write(descriptor, text, text.count) == text.count
        #endif
    }
}
