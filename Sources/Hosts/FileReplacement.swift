#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A change of a whole file: written beside it and moved into its place, so that nobody ever reads half of it.
package struct FileReplacement: Sendable {
    private let path: String
    private let before: HostFile?
    private let after: [UInt8]?
    private let modeIfNew: mode_t

    /// Describes a change.
    ///
    /// - Parameters:
    ///   - path: The file; it counts where there is none yet, else where `before` was read from.
    ///   - before: What was read from it; nil where there was none.
    ///   - after: What it is to hold; nil removes it.
    ///   - modeIfNew: Who may read and write a new file. One that is there keeps its mode and owner.
    package init(of path: String, from before: HostFile?, to after: [UInt8]?, modeIfNew: UInt16 = 0o600) {
        self.path = before?.path ?? path
        (self.before, self.after, self.modeIfNew) = (before, after, mode_t(modeIfNew))
    }

    /// Makes the change, unless the file is no longer what was read.
    ///
    /// - Parameter backupTime: Seconds since 1970 for the name of a backup; nil makes none.
    /// - Returns: The path of the backup, which only its owner can read; nil where there was nothing to back up.
    /// - Throws: ``HostFileError`` where the change was not made; then the file is as it was.
    package func perform(backupTime: Int64?) throws(HostFileError) -> String? {
        guard let after else {
            let backup = try backUp(backupTime)
            do throws(HostFileError) {
                try checkUnchanged()
                guard unlink(path) == 0 else { throw failure("it cannot be removed") }
            } catch { throw withdrawing(backup, error) }
            return backup
        }
        if before == nil { try Self.makeFolders(path.parentFolder) }
        let temporary = "\(path.parentFolder)/.\(path.lastPathComponent).quo-mcp-\(getpid())"
        unlink(temporary)
        defer { unlink(temporary) }
        try write(after, to: temporary, mode: before?.mode ?? modeIfNew, owner: before)
        let backup = try backUp(backupTime)
        do throws(HostFileError) {
            try checkUnchanged()
            // A link, unlike a rename, does not replace a file that came into being meanwhile; some file systems have none.
            let isLinked = before == nil && link(temporary, path) == 0
            guard isLinked || (before != nil || errno != EEXIST) && rename(temporary, path) == 0 else {
                throw failure("it cannot be written")
            }
        } catch { throw withdrawing(backup, error) }
        Self.synchronizeFolder(path.parentFolder)
        return backup
    }

    /// The texts of a file's backups, the latest first.
    package static func backups(of path: String) -> [[UInt8]] {
        let folder = path.parentFolder
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        let prefix = path.lastPathComponent + backupMark
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix) { names.append(name) }
        }
        return names.sorted(by: >).compactMap { try? HostFile.read("\(folder)/\($0)")?.bytes }
    }
}

extension FileReplacement {
    private static let backupMark = ".quo-mcp-backup-"

    private func failure(_ what: String) -> HostFileError { HostFileError("\(what): \(errorText(errno))") }

    /// Takes a backup away again, as the change was not made.
    private func withdrawing(_ backup: String?, _ error: HostFileError) -> HostFileError {
        if let backup { unlink(backup) }
        return error
    }

    private func checkUnchanged() throws(HostFileError) {
        guard try HostFile.read(path)?.bytes == before?.bytes else {
            throw HostFileError("it was changed by another program meanwhile, so nothing was written; run this again")
        }
    }

    private func backUp(_ time: Int64?) throws(HostFileError) -> String? {
        guard let before, let time else { return nil }
        let name = path + Self.backupMark + Self.stamp(time)
        for attempt in 1...99 {
            let backup = attempt == 1 ? name : "\(name)-\(attempt)"
            if access(backup, F_OK) == 0 { continue }
            try write(before.bytes, to: backup, mode: 0o600, owner: before)
            return backup
        }
        throw HostFileError("there are too many backups of it named \(name)")
    }

    /// A time in UTC as 20260131T090000Z.
    private static func stamp(_ time: Int64) -> String {
        var seconds = time_t(time)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(parts.tm_year + 1900)\(digits(parts.tm_mon + 1))\(digits(parts.tm_mday))"
        return "\(day)T\(digits(parts.tm_hour))\(digits(parts.tm_min))\(digits(parts.tm_sec))Z"
    }

    /// Writes a new file whole, and returns once it is on disk.
    private func write(_ bytes: [UInt8], to path: String, mode: mode_t, owner: HostFile?) throws(HostFileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("\(path) cannot be made") }
        let isWritten = Self.writeAll(bytes, to: descriptor)
        var isOwned = true
        var status = stat()
        if let owner, fstat(descriptor, &status) == 0, owner.owner != status.st_uid || owner.group != status.st_gid {
            isOwned = fchown(descriptor, owner.owner, owner.group) == 0
        }
        // After the owner, whose change may take rights away.
        let isComplete = isWritten && isOwned && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
        let error = failure("\(path) cannot be written")
        close(descriptor)
        guard isComplete else {
            unlink(path)
            throw isOwned
                ? error : HostFileError("it belongs to another user or group, so it has to be changed by them")
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { buffer in
                #if canImport(Darwin)
                    Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Makes a folder and those above it, for its owner alone.
    private static func makeFolders(_ folder: String) throws(HostFileError) {
        if HostFile.isFolder(folder) { return }
        if folder.parentFolder != folder { try makeFolders(folder.parentFolder) }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw HostFileError("the folder \(folder) cannot be made: \(errorText(errno))")
        }
    }

    private static func synchronizeFolder(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
