import JSON
import Synchronization

/// How grave a log message is, as syslog has it.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// For the search for faults.
    case debug
    /// What happens in the ordinary course.
    case info
    /// Ordinary, but worth a look.
    case notice
    /// Something may go wrong.
    case warning
    /// Something went wrong.
    case error
    /// A part has failed.
    case critical
    /// Somebody must act at once.
    case alert
    /// Nothing works.
    case emergency

    /// Reads a level that a client wrote under that name.
    init(_ json: JSONValue?, named name: String) throws(ProtocolError) {
        guard let level = json?.stringValue.flatMap(LogLevel.init(rawValue:)) else {
            let levels = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParams("\"\(name)\" must be one of \(levels)")
        }
        self = level
    }

    /// Whether the first level is less grave.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left != right && allCases.first { $0 == left || $0 == right } == left
    }
}

/// Writes the log messages of one request.
final class LogReporter: Sendable {
    private let threshold: @Sendable () -> LogLevel
    private let output: any LineOutput
    private let isFinished = Mutex(false)

    init(output: any LineOutput, threshold: @escaping @Sendable () -> LogLevel) {
        self.output = output
        self.threshold = threshold
    }

    func report(_ level: LogLevel, _ data: JSONValue, _ logger: String?) {
        guard level >= threshold() else { return }
        isFinished.withLock { isFinished in
            guard !isFinished else { return }
            var parameters: JSONObject = ["level": .string(level.rawValue)]
            if let logger { parameters["logger"] = .string(logger) }
            parameters["data"] = data
            // Under the lock, so that no message can slip out after `finish`.
            output.send(OutgoingMessage.notification("notifications/message", parameters: .object(parameters)).bytes())
        }
    }

    /// Lets no further message out.
    func finish() {
        isFinished.withLock { $0 = true }
    }
}
