import JSON
import MCP

/// How long a tool waits: as long as it was asked to, and hosts let it.
struct Patience {
    /// How long hosts that hear of no progress wait for an answer at least, in seconds, with time to answer in.
    private static let silent: Int64 = 50
    /// How often progress is reported, in seconds.
    private static let interval: Int64 = 3

    /// The whole time, in seconds.
    let seconds: Int64
    /// When it is over.
    let end: ContinuousClock.Instant
    private let context: RequestContext
    private var reported: Int64 = 0

    /// Begins to wait.
    ///
    /// - Parameter arguments: Of the call; `seconds` says how long is wanted.
    init(_ arguments: JSONObject, _ context: RequestContext) {
        let wanted = arguments["seconds"]?.integerValue ?? 45
        seconds = context.wantsProgress ? wanted : min(wanted, Self.silent)
        end = .now + .seconds(seconds)
        self.context = context
    }

    /// Whether so much time is left.
    func lasts(_ time: Duration) -> Bool { .now + time <= end }

    /// Reports how long was waited, where enough time went by since the last report.
    mutating func report(_ message: String) {
        let waited = seconds - (end - .now).components.seconds
        guard waited >= reported + Self.interval else { return }
        reported = waited
        context.reportProgress(Double(min(waited, seconds)), total: Double(seconds), message: message)
    }
}
