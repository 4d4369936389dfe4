#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folder that holds what every process of this user on this machine shares.
package struct StateFolder: Sendable, Equatable {
    /// Its absolute path; it need not exist yet.
    package let path: String
    /// Whether the user named it; the permissions of such a folder are never changed.
    package let isNamed: Bool

    /// Takes a folder that the user named.
    ///
    /// - Throws: ``StoreError/noFolder(path:reason:)`` where the path is not absolute: it would depend on where a host starts.
    package init(path: String) throws(StoreError) {
        guard path.hasPrefix("/") else { throw .noFolder(path: path, reason: "the path must start with /") }
        self.path = path
        isNamed = true
    }

    /// Finds the folder: `QUO_MCP_STATE`, else the platform's folder for state.
    ///
    /// That is `$XDG_STATE_HOME/quo-mcp` or `~/.local/state/quo-mcp`, and `~/Library/Application Support/quo-mcp` on macOS.
    /// An `XDG_STATE_HOME` that is not absolute is ignored, as its specification wants.
    ///
    /// - Parameter environment: Gives the value of a variable, or nil.
    /// - Throws: ``StoreError/noFolder(path:reason:)`` where there is no home either, or a path is not absolute.
    package init(environment: (String) -> String?) throws(StoreError) {
        if let named = environment("QUO_MCP_STATE"), !named.isEmpty {
            try self.init(path: named)
            return
        }
        #if !canImport(Darwin)
            if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") {
                self.init(unnamed: "\(state)/quo-mcp")
                return
            }
        #endif
        guard let home = environment("HOME"), home.hasPrefix("/") else {
            throw .noFolder(path: "~", reason: "HOME is not set to an absolute path")
        }
        #if canImport(Darwin)
            self.init(unnamed: "\(home)/Library/Application Support/quo-mcp")
        #else
            self.init(unnamed: "\(home)/.local/state/quo-mcp")
        #endif
    }

    private init(unnamed path: String) {
        self.path = path
        isNamed = false
    }

    /// The path of the database in it; need not exist.
    package var databasePath: String { "\(path)/state.sqlite3" }

    /// Makes the folder where it is missing, and checks that nobody else can change what is in it.
    ///
    /// - Returns: Its path without symbolic links.
    func prepare() throws(StoreError) -> String {
        close(try openDescriptor())
        guard let resolved = realpath(path, nil) else { throw .noFolder(path: path, reason: systemMessage(errno)) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Opens a file of the folder to read and write it, and makes it where it is missing, the owner's alone.
    ///
    /// It is the folder that was checked even where its path leads elsewhere meanwhile.
    ///
    /// - Parameter name: The file's name, without a slash.
    func openFile(_ name: String) throws(StoreError) -> Int32 {
        let folder = try openDescriptor()
        defer { close(folder) }
        let path = "\(path)/\(name)"
        let descriptor = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ELOOP { throw .unsafe(path: path, reason: "it is a symbolic link; remove it") }
            throw DatabaseFile.openError(errno, path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.isOwnFile else {
            close(descriptor)
            throw .unsafe(path: path, reason: "it is no file of this user's with one name; remove it")
        }
        if status.isOpenToOthers, fchmod(descriptor, 0o600) != 0 {
            close(descriptor)
            throw .unsafe(path: path, reason: "other users can read it; run: chmod 600 \"\(path)\"")
        }
        return descriptor
    }

    private func openDescriptor() throws(StoreError) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var descriptor = open(path, flags)
        if descriptor < 0 {
            try makeFolders()
            descriptor = open(path, flags)
        }
        guard descriptor >= 0 else {
            switch errno {
            // The last part of the path is a link: O_DIRECTORY reports it one way, O_NOFOLLOW the other.
            case ELOOP, ENOTDIR: throw .unsafe(path: path, reason: "it is a symbolic link or no folder")
            default: throw .noFolder(path: path, reason: systemMessage(errno))
            }
        }
        do throws(StoreError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw .noFolder(path: path, reason: systemMessage(errno)) }
            guard status.st_uid == geteuid() else { throw .unsafe(path: path, reason: "it belongs to another user") }
            if status.isOpenToOthers { try shutOthersOut(descriptor, status.st_mode) }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Shuts others out, as far as that is this program's to decide.
    private func shutOthersOut(_ descriptor: Int32, _ mode: mode_t) throws(StoreError) {
        if !isNamed {
            guard fchmod(descriptor, 0o700) == 0 else { throw .unsafe(path: path, reason: systemMessage(errno)) }
        } else if mode & 0o022 != 0 {
            // The user may have named a folder that serves for more, so this is not repaired; what can merely be listed is
            // no harm, because each file in it is closed.
            throw .unsafe(path: path, reason: "other users can write in it; run: chmod go-w \"\(path)\"")
        }
    }

    private func makeFolders() throws(StoreError) {
        var partial = ""
        for part in path.split(separator: "/") {
            partial += "/\(part)"
            if mkdir(partial, 0o700) == 0 || errno == EEXIST { continue }
            // A parent that exists on a read-only file system says so even though there is nothing to make.
            let failure = errno
            var status = stat()
            if stat(partial, &status) == 0 { continue }
            throw failure == EROFS || failure == EACCES
                ? .readOnly(path: partial) : .noFolder(path: partial, reason: systemMessage(failure))
        }
    }
}

extension stat {
    /// Whether it is a regular file of this user's that has no other name elsewhere.
    var isOwnFile: Bool { st_mode & S_IFMT == S_IFREG && st_uid == geteuid() && st_nlink == 1 }

    /// Whether anybody but its owner can do anything with it.
    var isOpenToOthers: Bool { st_mode & 0o077 != 0 }
}

/// What the system says about an error number.
func systemMessage(_ number: Int32) -> String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
