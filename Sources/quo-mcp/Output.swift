import Configuration

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where text for people and programs goes.
enum Output {
    /// Prints a line on standard output.
    static func line(_ text: String = "") { write(text + "\n", to: 1) }

    /// Whether standard output is a terminal that shows bold text.
    static var isTerminal: Bool { isatty(1) == 1 && getenv("NO_COLOR") == nil }

    /// Prints a line on standard error, which hosts keep as a log.
    static func log(_ text: String) { write("quo-mcp: \(text)\n", to: 2) }

    /// Writes a whole text, however many system calls it takes.
    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                #if canImport(Darwin)
                    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

/// A path with the home folder in place of a leading `~/`.
func expandedPath(_ path: String) -> String {
    guard path.hasPrefix("~/") else { return path }
    return ConfigurationFile.expanded(path, environment: getenv("HOME").map { ["HOME": String(cString: $0)] } ?? [:])
}

/// The values of environment variables, with those that are paths expanded.
func environment(_ names: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for name in names {
        guard let value = getenv(name).map({ String(cString: $0) }) else { continue }
        values[name] = ConfigurationFile.isPath(name) ? expandedPath(value) : value
    }
    return values
}
