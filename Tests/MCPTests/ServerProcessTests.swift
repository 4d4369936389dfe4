import JSON
import Synchronization
import Testing

@testable import MCP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What happens to the process as a whole, in a process of its own for each test.
@Suite(.timeLimit(.minutes(5)))
struct ServerProcessTests {
    @Test func `an output that nobody takes is not waited for at the end`() async {
        await #expect(processExitsWith: .success) {
            var input: [Int32] = [0, 0]
            var output: [Int32] = [0, 0]
            try #require(pipe(&input) == 0 && pipe(&output) == 0)
            // A pipe holds these lines, and not their answers.
            let line = Array((#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"# + "\n").utf8)
            for _ in 0..<1_000 { #expect(write(input[1], line, line.count) == line.count) }
            close(input[1])
            let ends = (input[0], output[1])
            let ending = try await onThread {
                try StandardIOTransport(input: ends.0, output: ends.1, handlesSignals: false).serve(FixtureServer())
            }
            #expect(ending == .inputClosed)
        }
    }

    @Test func `a process without descriptors is told why it cannot serve`() async {
        await #expect(processExitsWith: .success) {
            var before = rlimit()
            getrlimit(limitOfDescriptors, &before)
            var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
            setrlimit(limitOfDescriptors, &none)
            let error = #expect(throws: TransportError.self) { try StandardIOTransport().serve(FixtureServer()) }
            setrlimit(limitOfDescriptors, &before)
            #expect(error?.description == "no pipe could be made: Too many open files")
        }
    }

    @Test(arguments: [SIGHUP, SIGINT])
    func `a signal that whoever started the process had it ignore stays ignored`(number: Int32) async {
        await #expect(processExitsWith: .success) { [number] in
            signal(number, SIG_IGN)
            let client = try PipeClient(handlesSignals: true)
            try await onThread {
                for _ in 1...2 {
                    client.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n")
                    #expect(client.next()?["id"] == 1)
                    kill(getpid(), number)
                }
                client.closeInput()
                #expect(client.next() == nil)
                #expect(client.ending == .inputClosed)
                kill(getpid(), number)
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
    func `the signals that end a process end the serving`(number: Int32) async {
        await #expect(processExitsWith: .success) { [number] in
            // Hosts that ignore it themselves still mean it for their servers.
            signal(SIGTERM, SIG_IGN)
            let client = try PipeClient(handlesSignals: true)
            try await onThread {
                client.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n")
                #expect(client.next()?["id"] == 1)
                kill(getpid(), number)
                #expect(client.next() == nil)
                #expect(client.ending == .terminated)
            }
        }
    }

    #if os(Linux)
        // The address sanitizer ends a process in which it finds no memory for what it notes of a thread.
        @Test(.enabled(if: dlsym(nil, "__asan_init") == nil))
        func `a process without memory for a thread ends instead of keeping its answers`() async {
            await #expect(processExitsWith: .success) {
                let output = open("/dev/null", O_WRONLY)
                let failed = Counter()
                let writer = try LineWriter(descriptor: output) { failed.increment() }
                var before = rlimit()
                getrlimit(limitOfMemory, &before)
                var none = rlimit(rlim_cur: 0, rlim_max: before.rlim_max)
                setrlimit(limitOfMemory, &none)
                writer.send([0x61])
                setrlimit(limitOfMemory, &before)
                #expect(failed.value == 1)
                #expect(writer.hasFailed)
            }
        }

        @Test func `a signal that is none of the server's does not end it`() async {
            await #expect(processExitsWith: .success) {
                signal(SIGUSR2) { _ in wasHandled.store(true, ordering: .sequentiallyConsistent) }
                let client = try PipeClient(
                    beginning: {
                        // The threads that run tasks let no signals in, nor do those that they start.
                        var signals = sigset_t()
                        sigaddset(&signals, SIGUSR2)
                        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                        serving.set((pthread_self(), threadFolder()))
                    })
                try await onThread {
                    let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n"
                    client.send(ping)
                    #expect(client.next() != nil)
                    let (thread, folder) = try #require(serving.value)
                    while !isAsleep(folder) { usleep(1_000) }
                    pthread_kill(thread, SIGUSR2)
                    while !wasHandled.load(ordering: .sequentiallyConsistent) { usleep(1_000) }
                    client.send(ping)
                    #expect(client.next() != nil)
                    client.closeInput()
                    #expect(client.next() == nil)
                    #expect(client.ending == .inputClosed)
                }
            }
        }
    #endif
}

#if os(Linux)
    private let limitOfDescriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    private let limitOfMemory = __rlimit_resource_t(RLIMIT_AS.rawValue)
#else
    private let limitOfDescriptors = RLIMIT_NOFILE
#endif

#if os(Linux)
    /// Whether the signal has reached its handler.
    private let wasHandled = Atomic(false)

    /// The thread of the server, and what the kernel tells of it.
    private let serving = Kept<(pthread_t, String)>()

    /// Where the kernel tells of the calling thread.
    private func threadFolder() -> String {
        var path = [CChar](repeating: 0, count: 100)
        readlink("/proc/thread-self", &path, path.count - 1)
        return "/proc/" + String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether a thread waits for something.
    private func isAsleep(_ folder: String) -> Bool {
        guard let file = fopen(folder + "/stat", "r") else { return false }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 500)
        let count = fread(&text, 1, text.count, file)
        return String(decoding: text.prefix(count), as: UTF8.self).contains(") S ")
    }
#endif
