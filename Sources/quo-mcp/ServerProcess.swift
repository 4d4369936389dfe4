import JSON

// The environment is handed on to the server as it is; nothing here changes it.
#if canImport(Darwin)
    @preconcurrency import Darwin
#else
    @preconcurrency import Glibc
#endif

/// A server that this program started, spoken to over its standard input and output as a host would.
///
/// It speaks the revision of 2026-07-28, where every request stands alone and a form comes back as a result.
final class ServerProcess {
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var received: [UInt8] = []
    private var lastIdentifier: Int64 = 0
    /// Until when an answer may take; nil for ever.
    private let deadline: ContinuousClock.Instant?

    /// Starts a program with arguments.
    ///
    /// - Parameters:
    ///   - executable: Its path, or a name that is looked for as a shell does.
    ///   - arguments: Its arguments.
    ///   - surroundings: Its variables, where they are not this program's; its standard error is dropped then, else it is this
    ///     program's.
    ///   - limit: How long all of its answers together may take; nil for ever.
    init(
        executable: String, arguments: [String], surroundings: [String: String]? = nil, limit: Duration? = nil
    ) throws(ServerProcessError) {
        deadline = limit.map { .now + $0 }
        // Writing to a server that has died must be an error, not the end of this program.
        signal(SIGPIPE, SIG_IGN)
        var toServer: [Int32] = [0, 0]
        var fromServer: [Int32] = [0, 0]
        guard pipe(&toServer) == 0, pipe(&fromServer) == 0 else { throw ServerProcessError("no pipe could be made") }
        for descriptor in toServer + fromServer { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_adddup2(&actions, toServer[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromServer[1], 1)
        if surroundings != nil {
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
            // A group of its own, so that what it starts can be ended with it.
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        }
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = (surroundings ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        let status =
            surroundings == nil
            ? posix_spawnp(&identifier, executable, &actions, &attributes, &words, environ)
            : posix_spawnp(&identifier, executable, &actions, &attributes, &words, &variables)
        posix_spawn_file_actions_destroy(&actions)
        close(toServer[0])
        close(fromServer[1])
        guard status == 0 else {
            throw ServerProcessError("\(executable) could not be started: \(String(cString: strerror(status)))")
        }
        (process, input, output) = (identifier, toServer[1], fromServer[0])
    }

    /// The path of this program.
    static func ownExecutable() throws(ServerProcessError) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        #if canImport(Darwin)
            var size = UInt32(buffer.count)
            let isFound = _NSGetExecutablePath(&buffer, &size) == 0
        #else
            let isFound = readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0
        #endif
        guard isFound else { throw ServerProcessError("this program cannot find itself") }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Sends a request in the revision of 2026-07-28 and waits for its answer.
    ///
    /// - Returns: The `result`.
    func request(_ method: String, _ parameters: JSONObject = [:]) throws(ServerProcessError) -> JSONValue {
        var parameters = parameters
        parameters["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": ["elicitation": ["form": [:]]],
            "io.modelcontextprotocol/clientInfo": ["name": "quo-mcp demo", "version": "1"],
        ]
        return try plainRequest(method, parameters)
    }

    /// Begins a session as hosts of 2025 do.
    func initialize() throws(ServerProcessError) {
        _ = try plainRequest(
            "initialize",
            [
                "protocolVersion": "2025-06-18", "capabilities": [:],
                "clientInfo": ["name": "quo-mcp doctor", "version": "1"],
            ])
        try send(["jsonrpc": "2.0", "method": "notifications/initialized"])
    }

    /// Sends a request as it is and waits for its answer.
    ///
    /// - Returns: The `result`.
    func plainRequest(_ method: String, _ parameters: JSONObject = [:]) throws(ServerProcessError) -> JSONValue {
        lastIdentifier += 1
        try send([
            "jsonrpc": "2.0", "id": .number(JSONNumber(lastIdentifier)), "method": .string(method),
            "params": .object(parameters),
        ])
        while true {
            let line = try readLine()
            guard let answer = try? JSONValue(parsing: line) else {
                throw ServerProcessError("the server sent no JSON")
            }
            guard answer["id"]?.integerValue == lastIdentifier else { continue }
            guard let result = answer["result"] else { throw ServerProcessError("\(method) failed: \(answer.text())") }
            return result
        }
    }

    private func send(_ message: JSONValue) throws(ServerProcessError) {
        var rest = (message.bytes() + [0x0A])[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            guard written > 0 else { throw ServerProcessError("the server is gone") }
            rest = rest.dropFirst(written)
        }
    }

    /// Closes the server's input, which ends it, and waits until it is gone.
    ///
    /// - Parameter patience: After how many milliseconds it is killed with all that it started, where it was started in
    ///   surroundings of its own; nil waits for ever.
    /// - Returns: Its exit status.
    @discardableResult func stop(patience: Int? = nil) -> Int32 {
        close(input)
        var status: Int32 = 0
        var waited = 0
        while let patience, waitpid(process, &status, WNOHANG) == 0 {
            if waited >= patience { kill(-process, SIGKILL) }
            pause(milliseconds: 10)
            waited += 10
        }
        waitpid(process, &status, 0)
        close(output)
        return status >> 8 & 0xFF
    }

    private func readLine() throws(ServerProcessError) -> [UInt8] {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received.removeSubrange(...end) }
                return Array(received[..<end])
            }
            if let deadline {
                let left = Int32(max(0, (deadline - .now) / .milliseconds(1)).rounded(.up))
                var source = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
                guard .now < deadline, poll(&source, 1, left) > 0 else {
                    throw ServerProcessError("the server did not answer in time")
                }
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { throw ServerProcessError("the server ended") }
            received += buffer[..<count]
        }
    }
}

/// Why a server that this program started cannot be spoken to.
struct ServerProcessError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// Lets this thread sleep.
func pause(milliseconds: UInt32) {
    usleep(milliseconds * 1000)
}
