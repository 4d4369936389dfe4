import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The other processes of this program that share the state.
extension Examination {
    #if canImport(Darwin)
        func otherProcesses() -> [Finding] {
            [.skipped("processes", "the other processes are not looked for on macOS")]
        }
    #else
        func otherProcesses() -> [Finding] {
            guard let mine = try? StateFolder(environment: { environment[$0] }) else { return [] }
            var sharing: [pid_t] = []
            var replaced: [pid_t] = []
            for number in processNumbers() where number != getpid() {
                guard let program = target(ofLink: "/proc/\(number)/exe") else { continue }
                let isReplaced = program.hasSuffix(" (deleted)")
                let path = isReplaced ? String(program.dropLast(10)) : program
                guard path.hasSuffix("/quo-mcp"), state(of: number) == mine.path else { continue }
                sharing.append(number)
                if isReplaced { replaced.append(number) }
            }
            if sharing.isEmpty { return [.ok("processes", "no other quo-mcp uses this state now")] }
            let seen = "\(sharing.count) more of quo-mcp use this state now (\(list(sharing)))"
            if replaced.isEmpty { return [.ok("processes", seen)] }
            return [
                .warning(
                    "processes", "\(seen); \(list(replaced)) run a program that was replaced meanwhile",
                    remedy: "Restart the host that started it, so that it runs the new one.")
            ]
        }

        private func list(_ numbers: [pid_t]) -> String {
            "process \(numbers.map(String.init).joined(separator: ", "))"
        }

        private func processNumbers() -> [pid_t] {
            guard let folder = opendir("/proc") else { return [] }
            defer { closedir(folder) }
            var numbers: [pid_t] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if let number = pid_t(name) { numbers.append(number) }
            }
            return numbers.sorted()
        }

        private func target(ofLink path: String) -> String? {
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink(path, &buffer, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
        }

        /// The folder of another process's state; nil where its variables cannot be read.
        private func state(of number: pid_t) -> String? {
            guard let bytes = systemFile("/proc/\(number)/environ") else { return nil }
            var variables: [String: String] = [:]
            for entry in bytes.split(separator: 0) {
                let text = String(decoding: entry, as: UTF8.self)
                guard let equals = text.firstIndex(of: "=") else { continue }
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            return (try? StateFolder { variables[$0] })?.path
        }
    #endif
}

#if !canImport(Darwin)
    /// The file systems of this machine.
    enum Mounts {
        /// The kind of the network file system that a path without links is on; nil where it is on none that is known.
        static func networkFileSystem(of path: String, mounts: [UInt8]? = systemFile("/proc/self/mountinfo")) -> String?
        {
            let kinds: Set<Substring> = [
                "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "fuse.sshfs",
                "fuse.glusterfs", "fuse.rclone", "virtiofs",
            ]
            var nearest: (point: Substring, kind: Substring) = ("", "")
            for line in String(decoding: mounts ?? [], as: UTF8.self).split(separator: "\n") {
                let fields = line.split(separator: " ")
                guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, dash > 4 else { continue }
                let point = fields[4] == "/" ? "" : fields[4]
                // What is mounted later at the same place hides what was there.
                guard path == point || path.hasPrefix("\(point)/"), point.count >= nearest.point.count else { continue }
                nearest = (point, fields[dash + 1])
            }
            return kinds.contains(nearest.kind) ? String(nearest.kind) : nil
        }
    }

    /// What a file of the kernel's holds, up to 4 MiB; nil where it cannot be read.
    func systemFile(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 1 << 22 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }
#endif
