#if os(Linux)
    import Glibc

    /// The descriptors and threads that this process has.
    public struct ProcessUse: Sendable {
        /// What the open descriptors lead to, without timers: Dispatch makes another of these when it sees fit.
        public let descriptors: [String]
        /// The names of the threads.
        public let threads: [String]

        /// What it has now, once the descriptors are there with which Dispatch waits, as ``excess(over:)`` may.
        public static func measured() async -> ProcessUse {
            try? await Task.sleep(for: .milliseconds(1))
            return now
        }

        private static var now: ProcessUse {
            ProcessUse(
                descriptors: entries(in: "/proc/self/fd").map { target(of: "/proc/self/fd/\($0)") }
                    .filter { $0 != "anon_inode:[timerfd]" },
                threads: entries(in: "/proc/self/task").map { firstLine(of: "/proc/self/task/\($0)/comm") })
        }

        /// What the process has in the end where that is more than it had before, and does not fall within ten seconds; nil where it does.
        ///
        /// Threads of the concurrency pool come as they are needed and stay, so a few more than before are allowed.
        public static func excess(over before: ProcessUse) async -> String? {
            let deadline = ContinuousClock.now + .seconds(10)
            while case let use = now,
                use.descriptors.count > before.descriptors.count || use.threads.count > before.threads.count + 8
            {
                guard .now < deadline else { return "from \(before) to \(use)" }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return nil
        }

        private static func target(of path: String) -> String {
            var target = [CChar](repeating: 0, count: 256)
            let count = readlink(path, &target, target.count)
            return String(decoding: target.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }

        private static func firstLine(of path: String) -> String {
            guard let file = fopen(path, "r") else { return "" }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            guard fgets(&line, 64, file) != nil else { return "" }
            return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }

        private static func entries(in path: String) -> [String] {
            guard let folder = opendir(path) else { return [] }
            defer { closedir(folder) }
            var names: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if Int(name) != nil { names.append(name) }
            }
            return names
        }
    }
#endif
