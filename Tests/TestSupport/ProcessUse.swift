#if os(Linux)
    import Glibc

    /// How many descriptors and threads this process has.
    public struct ProcessUse: Sendable {
        /// The open descriptors.
        public let descriptors: Int
        /// The threads.
        public let threads: Int

        /// What it has now, once the descriptors are there with which Dispatch waits, as ``falls(to:)`` may.
        public static func measured() async -> ProcessUse {
            try? await Task.sleep(for: .milliseconds(1))
            return now
        }

        private static var now: ProcessUse {
            ProcessUse(descriptors: entries(in: "/proc/self/fd"), threads: entries(in: "/proc/self/task"))
        }

        /// Whether what the process has falls to what it had before, within ten seconds.
        ///
        /// Threads of the concurrency pool come as they are needed and stay, so a few more than before are allowed.
        public static func falls(to before: ProcessUse) async -> Bool {
            let deadline = ContinuousClock.now + .seconds(10)
            while case let use = now, use.descriptors > before.descriptors || use.threads > before.threads + 8 {
                guard .now < deadline else {
                    print("from \(before) to \(use)")
                    return false
                }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return true
        }

        private static func entries(in path: String) -> Int {
            guard let folder = opendir(path) else { return 0 }
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            return count
        }
    }
#endif
