import QuoServer

/// The log of a server on standard error, which hosts keep: one line for each event.
///
/// What is logged holds no key, no name, no text and no number beyond its last two digits; those who make the lines see to that.
struct Log: Sendable {
    /// How much is logged.
    enum Level: String, Sendable, CaseIterable, Comparable {
        /// What keeps the server from its work.
        case error
        /// What was changed, and what went wrong.
        case warning
        /// Each call.
        case info
        /// Each call with its arguments, masked.
        case debug

        static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// The environment variable that names the level.
    static let variable = "QUO_LOG"
    private static let standard = Level.warning

    private let threshold: Level
    private let output: @Sendable (String) -> Void

    /// Makes a log.
    ///
    /// - Parameters:
    ///   - level: What the environment says; nil, empty or a placeholder that nobody filled in means the default. What is no level
    ///     means the default too, and is said once.
    ///   - output: Takes the lines.
    init(level: String?, output: @escaping @Sendable (String) -> Void = LogOutput.standard.write) {
        self.output = output
        threshold = Level(rawValue: level?.lowercased() ?? "") ?? Self.standard
        if let complaint = Self.complaint(about: level) { write("\(Self.variable) \(complaint)", at: .warning) }
    }

    /// What is wrong with what the environment says, as the rest of a sentence; nil where nothing is.
    static func complaint(about level: String?) -> String? {
        let word = level?.lowercased() ?? ""
        if word.isEmpty || word.hasPrefix("${") || Level(rawValue: word) != nil { return nil }
        let levels = Level.allCases.map(\.rawValue).joined(separator: ", ")
        return "must be one of \(levels); it is taken as \(standard.rawValue)"
    }

    /// Logs a line.
    func write(_ line: String, at level: Level) {
        if level <= threshold { output("\(level.rawValue) \(line)") }
    }

    /// Logs what became of a call.
    func write(_ report: CallReport) {
        let milliseconds = report.duration / .milliseconds(1)
        var line = "#\(report.number) \(report.tool) \(report.outcome.rawValue) \(Int(milliseconds.rounded())) ms"
        if let trace = report.trace { line += " trace=\(trace)" }
        if threshold == .debug {
            write("\(line)\(report.arguments.isEmpty ? "" : " \(report.arguments)")", at: .debug)
        } else {
            write(line, at: report.outcome == .failed ? .warning : .info)
        }
    }
}
