#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A host's file on disk: reading it, and replacing it whole.
package struct HostFile: Sendable {
    /// The largest file that is read, in bytes.
    static let maximumSize = 1 << 26

    /// Where it is, with links followed.
    package let path: String
    /// What is in it.
    package let bytes: [UInt8]
    let mode: mode_t
    let owner: uid_t
    let group: gid_t

    /// Whether others than its owner can read it.
    package var isReadableByOthers: Bool { mode & (S_IRGRP | S_IROTH) != 0 }

    /// Reads a file.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: ``HostFileError`` where it cannot be read.
    package static func read(_ path: String) throws(HostFileError) -> HostFile? {
        // O_NONBLOCK keeps a pipe, which is refused below, from holding up the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR, !isLink(path) { return nil }
            throw HostFileError("it cannot be opened: \(errorText(number))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw HostFileError("it is no regular file")
        }
        guard let target = realpath(path, nil) else {
            throw HostFileError("its place cannot be found: \(errorText(errno))")
        }
        defer { free(target) }
        return HostFile(
            path: String(cString: target), bytes: try contents(of: descriptor), mode: status.st_mode & 0o7777,
            owner: status.st_uid, group: status.st_gid)
    }

    /// Whether there is a folder at a path.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func contents(of descriptor: Int32) throws(HostFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maximumSize {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, &chunk, chunk.count)
            #else
                let count = Glibc.read(descriptor, &chunk, chunk.count)
            #endif
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HostFileError("it cannot be read: \(errorText(errno))") }
            bytes += chunk[..<count]
        }
        throw HostFileError("it is larger than \(maximumSize) bytes")
    }
}

func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }
