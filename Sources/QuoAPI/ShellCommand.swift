#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs a command whose output is wanted.
enum ShellCommand {
    /// The most bytes of output that are kept.
    private static let maximumOutput = 65_536

    /// Runs a command with `/bin/sh -c` and returns what it wrote until its end.
    ///
    /// It inherits the environment without the secrets of this program, but neither the input, on which the host talks
    /// to this program, nor the error output, which a host may read until the last process that holds it is gone. What
    /// the command leaves running in the background is not waited for.
    ///
    /// - Parameters:
    ///   - command: The command line.
    ///   - name: What errors call it; they never show its output.
    ///   - timeout: After this it is killed, and all that it started with it.
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

        // A background process may hold the pipe open or fill it, so no read of it may wait.
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        guard let (output, status) = collect(reading, from: process, until: .now + timeout) else {
            throw CredentialError(
                "\(name) did not finish within \(timeout.components.seconds) s. Run it by hand to see why.")
        }
        guard status == 0 else {
            let how = status & 0x7F == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
            throw CredentialError("\(name) failed with \(how). Run it by hand to see why.")
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Starts a shell in a process group of its own whose output is the descriptor; returns 0 or an error number.
    private static func spawn(_ command: String, output: Int32, process: inout pid_t) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let words: [String] = ["sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var variables = inheritedVariables()
        return posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &variables)
    }

    /// The environment without the secrets that this program is given in it, and with nil at its end.
    private static func inheritedVariables() -> [UnsafeMutablePointer<CChar>?] {
        let secrets = ["QUO_API_KEY=", "MATON_API_KEY=", "QUO_WEBHOOK_SECRET="]
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            if !secrets.contains(where: text.hasPrefix) { variables.append(variable) }
            next += 1
        }
        return variables + [nil]
    }

    /// What a process writes until its end and the status with which it ends, or nil where it is killed for its time.
    private static func collect(
        _ descriptor: Int32, from process: pid_t, until deadline: ContinuousClock.Instant
    ) -> (output: [UInt8], status: Int32)? {
        var output: [UInt8] = []
        var status: Int32 = 0
        while true {
            // Asked before the pipe is emptied, so that after the end nothing is left in it.
            let hasEnded = waitpid(process, &status, WNOHANG) != 0
            drain(descriptor, into: &output)
            if hasEnded { return (output, status) }
            if ContinuousClock.now >= deadline {
                kill(-process, SIGKILL)
                while waitpid(process, nil, 0) < 0, errno == EINTR {}
                return nil
            }
            usleep(2_000)
        }
    }

    /// Reads what a pipe holds; what is beyond the limit is dropped.
    private static func drain(_ descriptor: Int32, into output: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: maximumOutput)
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 { output += chunk.prefix(min(count, maximumOutput - output.count)) }
    }
}
