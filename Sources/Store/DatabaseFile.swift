import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The file behind the database, made and checked before SQLite opens it.
enum DatabaseFile {
    /// Held while a file is made and opened.
    ///
    /// Closing any descriptor of a file drops all locks that this process has on it. The one that makes the file is closed
    /// before another thread can have SQLite lock it.
    static let opening = Mutex(())

    /// Makes the file where it is missing, readable and writable by its owner alone, and refuses one that is not.
    ///
    /// It lies in a folder that nobody else can write, so it stays what it is found to be.
    static func prepare(at path: String) throws(StoreError) -> FileIdentity {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw openError(errno, path)
        }
        // An existing file is not opened here, for the sake of the locks.
        var status = stat()
        guard lstat(path, &status) == 0 else { throw openError(errno, path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unsafe(path: path, reason: "it is a symbolic link or no file; remove it")
        }
        guard status.st_uid == geteuid() else { throw .unsafe(path: path, reason: "it belongs to another user") }
        guard status.st_nlink == 1 else {
            throw .unsafe(path: path, reason: "it has another name elsewhere; remove that")
        }
        if status.isOpenToOthers, chmod(path, 0o600) != 0 {
            throw .unsafe(path: path, reason: "other users can read it; run: chmod 600 \"\(path)\"")
        }
        return FileIdentity(status)
    }

    /// The size of a file in bytes, or nil where there is none.
    static func size(of path: String) -> Int64? {
        var status = stat()
        return lstat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// The path as the beginning of an address that SQLite understands.
    static func address(of path: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#")]
        var bytes = Array("file:".utf8)
        for byte in path.utf8 {
            bytes += special.contains(byte) ? Array("%\(String(byte, radix: 16, uppercase: true))".utf8) : [byte]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Why a file of the folder cannot be opened.
    static func openError(_ number: Int32, _ path: String) -> StoreError {
        switch number {
        case EACCES, EROFS, EPERM: .readOnly(path: path)
        case ENOSPC, EDQUOT: .full(path: path)
        default: .failed("\(path) cannot be made: \(systemMessage(number))")
        }
    }
}

/// Which file a path leads to.
struct FileIdentity: Equatable {
    private let device: UInt64
    private let inode: UInt64

    fileprivate init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// The file at a path, or nil where there is none.
    init?(of path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
