#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A folder for one state, made where `TMPDIR` says; removed with its object.
public final class Folder: Sendable {
    /// Where it is.
    public let path: String
    private var file: String { "\(path)/state.sqlite3" }

    /// Makes a folder.
    public init() {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(place)/quo-fuzz-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { fatalError("no folder can be made") }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        clear()
        rmdir(path)
    }

    private func clear() { for ending in ["", "-wal", "-shm", "-journal"] { unlink(file + ending) } }

    /// Puts a state in the place of the one before, which whoever still has it open keeps.
    public func writeState(_ bytes: [UInt8]) {
        clear()
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("\(file) cannot be written") }
        close(descriptor)
    }

    /// The bytes of the state.
    public func readState() -> [UInt8] {
        let descriptor = open(file, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        // Whatever is made of what is no state would be refused at once, and nothing behind that be tried.
        guard count > 0, bytes.starts(with: "SQLite format 3".utf8) else { fatalError("\(file) is no state") }
        return Array(bytes.prefix(count))
    }
}
