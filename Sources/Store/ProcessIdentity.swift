#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One process, told from every other one that had or will have its number.
package struct ProcessIdentity: Sendable, Hashable {
    /// Number, start and the scope in which they mean something, with slashes between.
    package let text: String

    /// Takes the text of an identity that was noted before.
    package init(text: String) { self.text = text }

    /// This process.
    package static let current = ProcessIdentity(
        text: "\(getpid())/\(start(of: getpid()) ?? 0)/\(scope)")

    /// Whether the process has surely ended.
    ///
    /// False where that cannot be known from here, for example because it runs in another container.
    package var hasEnded: Bool {
        let parts = text.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, let number = pid_t(parts[0]), let start = UInt64(parts[1]), start > 0,
            parts[2] == Self.scope
        else { return false }
        return Self.start(of: number) != start
    }

    #if canImport(Darwin)
        /// Process numbers mean the same to all processes.
        private static let scope = "darwin"

        /// When a process started, or nil where it does not run.
        private static func start(of number: pid_t) -> UInt64? {
            var info = proc_bsdinfo()
            let size = Int32(MemoryLayout<proc_bsdinfo>.size)
            guard proc_pidinfo(number, PROC_PIDTBSDINFO, 0, &info, size) == size, info.pbi_status != UInt32(SZOMB)
            else {
                return nil
            }
            return info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec
        }
    #else
        /// Process numbers mean something in one namespace until the machine restarts.
        private static let scope: String = {
            let boot = contents(of: "/proc/sys/kernel/random/boot_id").split(separator: "\n").first ?? ""
            var status = stat()
            let namespace = stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0
            return "\(boot)-\(namespace)"
        }()

        /// When a process started, in clock ticks since the machine did, or nil where it does not run.
        private static func start(of number: pid_t) -> UInt64? {
            let line = contents(of: "/proc/\(number)/stat")
            // The name stands in parentheses and may hold anything; state and start are the 3rd and 22nd field.
            guard let end = line.lastIndex(of: ")") else { return nil }
            let fields = line[line.index(after: end)...].split(separator: " ")
            // One that was killed and not yet waited for runs no more.
            guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
            return UInt64(fields[19])
        }

        /// The start of a small file, or nothing where it cannot be read.
        private static func contents(of path: String) -> String {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return "" }
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    #endif
}
