import Testing

@testable import MCP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite(.timeLimit(.minutes(5)))
struct LineWriterTests {
    /// A writer into a pipe, whose ends are closed with the object.
    private final class Pipe: Sendable {
        let readEnd: Int32
        let writeEnd: Int32
        let writer: LineWriter

        init(flags: Int32 = 0, changed: @escaping @Sendable () -> Void = {}) throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (readEnd, writeEnd) = (ends[0], ends[1])
            _ = fcntl(writeEnd, F_SETFL, flags)
            writer = try LineWriter(descriptor: writeEnd, changed: changed)
        }

        deinit {
            writer.close()
            close(readEnd)
            close(writeEnd)
        }

        /// The next bytes, as many as asked for.
        func read(_ count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var start = 0
            while start < count {
                let got = bytes.withUnsafeMutableBytes { readBytes(readEnd, $0[start...]) }
                guard got > 0 else { break }
                start += got
            }
            return Array(bytes[..<start])
        }
    }

    private static let long = [UInt8](repeating: 0x78, count: 2 * LineWriter.backlogLimit)

    @Test func `an output that another owner made non-blocking is written whole`() async throws {
        let pipe = try Pipe(flags: O_NONBLOCK)
        pipe.writer.send(Self.long)
        let line = try await onThread { pipe.read(Self.long.count + 1) }
        #expect(line == Self.long + [0x0A])
    }

    @Test func `nothing is taken after the end`() async throws {
        let pipe = try Pipe()
        pipe.writer.send([0x61])
        pipe.writer.close()
        pipe.writer.send([0x62])
        #expect(try await onThread { pipe.read(2) } == [0x61, 0x0A])
        #expect(pipe.writer.hasRoom)
    }

    @Test func `whoever waits for room goes on at the end`() async throws {
        let (pipe, steps, passed) = (try Pipe(), StepExecutor(), Counter())
        pipe.writer.send(Self.long)
        Task(executorPreference: steps) {
            await pipe.writer.waitForRoom()
            passed.increment()
        }
        try await steps.run()
        #expect(passed.value == 0)
        pipe.writer.close()
        try await steps.run()
        #expect(passed.value == 1)
        // The thread writes still.
        #expect(try await onThread { pipe.read(Self.long.count) }.count == Self.long.count)
    }

    @Test func `whoever waits for room goes on when nobody reads any more`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let (failed, steps, passed) = (Counter(), StepExecutor(), Counter())
        let pipe = try Pipe { failed.increment() }
        pipe.writer.send(Self.long)
        Task(executorPreference: steps) {
            await pipe.writer.waitForRoom()
            passed.increment()
        }
        try await steps.run()
        #expect(passed.value == 0)
        // The number stays ours until the end of the test.
        let nowhere = open("/dev/null", O_RDONLY)
        dup2(nowhere, pipe.readEnd)
        close(nowhere)
        await failed.wait(for: 1)
        try await steps.run()
        #expect(passed.value == 1)
        #expect(pipe.writer.hasFailed)
        pipe.writer.send([0x61])
        #expect(pipe.writer.progress.isDone)
    }

    @Test func `many wake-ups are one`() throws {
        let pipe = try WakePipe()
        for _ in 0..<200 { pipe.wake() }
        pipe.wait()
        var descriptor = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        #expect(poll(&descriptor, 1, 0) == 0)
    }
}

/// The system call, by a name that the method above does not shadow.
private func readBytes(_ descriptor: Int32, _ buffer: Slice<UnsafeMutableRawBufferPointer>) -> Int {
    let target = UnsafeMutableRawBufferPointer(rebasing: buffer)
    return read(descriptor, target.baseAddress, target.count)
}
