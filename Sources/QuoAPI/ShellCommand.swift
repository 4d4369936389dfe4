#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs a command whose output is wanted.
enum ShellCommand {
    /// The most bytes of output that are kept.
    private static let maximumOutput = 65_536

    /// Runs a command with `/bin/sh -c` and returns what it wrote.
    ///
    /// It inherits the environment and the error output, but not the input, on which the host talks to this program.
    ///
    /// - Parameters:
    ///   - command: The command line.
    ///   - name: What errors call it; they never show its output.
    ///   - timeout: After this it is killed.
    static func run(_ command: String, name: String, timeout: Duration) throws(CredentialError) -> String {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CredentialError("\(name) cannot be run: \(errorText(errno)).") }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        // Another process that is started meanwhile must not hold the pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var process = pid_t()
        let failure = spawn(command, output: writing, process: &process)
        close(writing)
        guard failure == 0 else { throw CredentialError("\(name) cannot be run: \(errorText(failure)).") }

        let deadline = ContinuousClock.now + timeout
        let output = collect(reading, until: deadline)
        guard let status = wait(for: process, until: deadline), let output else {
            throw CredentialError(
                "\(name) did not finish within \(timeout.components.seconds) s. Run it by hand to see why.")
        }
        guard status == 0 else {
            let how = status & 0x7F == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
            throw CredentialError("\(name) failed with \(how). Run it by hand to see why.")
        }
        return output
    }

    /// Starts a shell whose output is the descriptor; returns 0 or an error number.
    private static func spawn(_ command: String, output: Int32, process: inout pid_t) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        let words: [String] = ["sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        return posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, environ)
    }

    /// What is written until the end, or nil where the time is up before.
    private static func collect(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> String? {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else { return nil }
            var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
            guard poll(&descriptors, 1, Int32(remaining / .milliseconds(1)) + 1) > 0 else { continue }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 || count < 0 && errno != EINTR { return String(decoding: output, as: UTF8.self) }
            if count > 0, output.count < maximumOutput { output += chunk.prefix(count) }
        }
    }

    /// The status with which a process ends; one that runs longer is killed, and gives nil.
    private static func wait(for process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now >= deadline {
                kill(process, SIGKILL)
                while waitpid(process, nil, 0) < 0, errno == EINTR {}
                return nil
            }
            usleep(2_000)
        }
        return status
    }
}
