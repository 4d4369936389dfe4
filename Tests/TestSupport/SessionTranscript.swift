import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a client and a server said to each other, kept for the check against the official schemas.
///
/// Where MCP_TRANSCRIPTS names a folder, every session becomes a file in it: a JSON object for each line, with its direction as
/// seen from the server. Where it does not, nothing is kept.
package final class SessionTranscript: Sendable {
    private static let count = Atomic<Int>(0)
    private let path: String?
    private let lock = Mutex(())

    package init(_ name: String) {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        path = getenv("MCP_TRANSCRIPTS").map { "\(String(cString: $0))/\(name).\(getpid())-\(number).jsonl" }
    }

    /// Keeps a line that is about to be given to the server, or that it wrote.
    package func record(_ line: [UInt8], isIncoming: Bool) {
        guard let path else { return }
        lock.withLock { _ in
            guard let file = fopen(path, "ab") else { return }
            defer { fclose(file) }
            let text = Self.quoted(String(decoding: line, as: UTF8.self))
            fputs("{\"direction\":\"\(isIncoming ? "in" : "out")\",\"line\":\(text)}\n", file)
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{20}"...: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
