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

    private var name: String { "pace-\(workspace.text)" }
    /// Where it is.
    var path: String { "\(folder.path)/\(name)" }

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

    private func text(in descriptor: Int32) throws(StoreError) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        var count = 0
        repeat {
            count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count >= 0 else { throw .failed("\(path) cannot be read: \(systemMessage(errno))") }
            bytes += chunk[..<count]
        } while count == chunk.count
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Writes a null byte behind the text: what follows it is left of a longer one, so nothing has to be cut off in a second step.
    private func write(_ text: String, to descriptor: Int32) throws(StoreError) {
        let bytes = Array(text.utf8) + [0]
        let count = pwrite(descriptor, bytes, bytes.count, 0)
        guard count == bytes.count else { throw DatabaseFile.openError(count < 0 ? errno : ENOSPC, path) }
    }
}
