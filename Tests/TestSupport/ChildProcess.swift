import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A command that runs beside a test, and ends with its object.
public final class ChildProcess: Sendable {
    private let process: pid_t
    private let output: Int32
    private let isReaped = Atomic(false)

    /// Starts a command that is found by the search path; its error output is dropped.
    public init(_ words: [String]) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SocketError(number: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { _ = close(ends[1]) }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let failure = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
        guard failure == 0 else {
            _ = close(ends[0])
            throw SocketError(number: failure)
        }
        self.process = process
        output = ends[0]
    }

    /// A child that nobody waits for stays as a zombie, and the testing library then waits for ever for children of its own.
    deinit {
        _ = close(output)
        if !isReaped.load(ordering: .relaxed) { terminate() }
    }

    /// The next line of its output, or nil at the end.
    public func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Waits for its end; returns whether it succeeded.
    @discardableResult public func wait() -> Bool {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped.store(true, ordering: .relaxed)
        return status == 0
    }

    /// Ends it.
    public func terminate() {
        kill(process, SIGKILL)
        wait()
    }

    /// Whether a command of that name can be found.
    public static func exists(_ name: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}

/// A folder that is emptied and removed with its object.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a folder.
    public init() throws {
        var template = Array("/tmp/quo-mcp-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SocketError(number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for file in files { unlink(file) }
        for folder in folders(in: path).reversed() { rmdir(folder) }
        rmdir(path)
    }

    /// The paths of all files in it, also in folders within, links among them.
    public var files: [String] { ([path] + folders(in: path)).flatMap { entries(of: $0, areFolders: false) } }

    /// The folders within a folder, each before those in it.
    private func folders(in path: String) -> [String] {
        entries(of: path, areFolders: true).flatMap { [$0] + folders(in: $0) }
    }

    private func entries(of path: String, areFolders: Bool) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard name != ".", name != "..", lstat("\(path)/\(name)", &status) == 0 else { continue }
            if (status.st_mode & S_IFMT == S_IFDIR) == areFolders { found.append("\(path)/\(name)") }
        }
        return found
    }

    /// Writes a file and returns its path.
    public func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode_t(mode))
        guard descriptor >= 0 else { throw SocketError(number: errno) }
        defer { _ = close(descriptor) }
        fchmod(descriptor, mode_t(mode))
        let bytes = Array(text.utf8)
        guard writeAll(bytes, to: descriptor) else { throw SocketError(number: errno) }
        return file
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    write(descriptor, bytes, bytes.count) == bytes.count
}
