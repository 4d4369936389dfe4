#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The file in which all processes with one key keep the line for its turns.
///
/// It is beside the database because every request takes a turn: what is here may be lost with the power, and is held for
/// microseconds by a lock that ends with the process that has it, so it needs no thread of its own to wait in.
struct PacingFile {
    let folder: StateFolder
    let workspace: WorkspaceID

    /// What the names of these files begin with.
    fileprivate static let prefix = "pace-"
    /// More than 6,000 waiters take, in bytes.
    private static let longestText = 1 << 20

    private var name: String { Self.prefix + workspace.text }
    /// Where it is.
    var path: String { "\(folder.path)/\(name)" }

    /// Why no process can use what is at a path as a line; nil where it can.
    fileprivate static func fault(at path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no file" }
        guard status.st_uid == geteuid() else { return "belongs to another user" }
        guard status.st_nlink == 1 else { return "has another name elsewhere" }
        return status.st_mode & 0o600 == 0o600 ? nil : "cannot be read and written"
    }

    /// Changes the line with no other process in between; returns nil where one is at it now.
    func update<Value>(_ body: (inout PacingQueue) -> Value) throws(StoreError) -> Value? {
        let descriptor = try folder.openFile(name)
        // This lets the lock go too.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK || errno == EINTR { return nil }
            throw .failed("\(path) cannot be locked: \(systemMessage(errno))")
        }
        var queue = PacingQueue(text: try text(in: descriptor))
        let value = body(&queue)
        try write(queue.text, to: descriptor)
        return value
    }

    /// The text up to the first null byte, and no more than a line of the longest wait can take.
    private func text(in descriptor: Int32) throws(StoreError) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < Self.longestText {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count >= 0 else { throw .failed("\(path) cannot be read: \(systemMessage(errno))") }
            let text = chunk[..<count].prefix { $0 != 0 }
            bytes += text
            if text.count < chunk.count { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a null byte behind the text: what follows it is left of a longer one, so nothing has to be cut off in a second step.
    private func write(_ text: String, to descriptor: Int32) throws(StoreError) {
        let bytes = Array(text.utf8) + [0]
        let count = pwrite(descriptor, bytes, bytes.count, 0)
        guard count == bytes.count else { throw DatabaseFile.openError(count < 0 ? errno : ENOSPC, path) }
    }
}

extension StoreInspection {
    /// The files of a folder in which processes keep the line for their turns and that none of them can use, each with the reason.
    package static func spoiledPacingFiles(in folder: StateFolder) -> [(path: String, reason: String)] {
        guard let listing = opendir(folder.path) else { return [] }
        defer { closedir(listing) }
        var spoiled: [(path: String, reason: String)] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(PacingFile.prefix) else { continue }
            let path = "\(folder.path)/\(name)"
            if let reason = PacingFile.fault(at: path) { spoiled.append((path, reason)) }
        }
        return spoiled.sorted { $0.path < $1.path }
    }
}
