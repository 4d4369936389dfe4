import JSON
import Synchronization

/// Writes the notifications of progress of one request.
final class ProgressReporter: Sendable {
    /// How many reports may follow one another at once, and how many more are allowed with each second.
    static let burst = 10.0

    private struct State {
        var last: Double?
        var allowance = ProgressReporter.burst
        var refilledAt: ContinuousClock.Instant
        var isFinished = false
    }

    private let token: JSONValue
    private let revision: ProtocolRevision
    private let output: any LineOutput
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    init(
        token: JSONValue, revision: ProtocolRevision, output: any LineOutput,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.token = token
        self.revision = revision
        self.output = output
        self.now = now
        state = Mutex(State(refilledAt: now()))
    }

    func report(_ progress: Double, total: Double?, message: String?) {
        let time = now()
        state.withLock { state in
            guard !state.isFinished, progress.isFinite, state.last.map({ progress > $0 }) ?? true else { return }
            let seconds = state.refilledAt.duration(to: time) / .seconds(1)
            state.allowance = min(Self.burst, state.allowance + seconds * Self.burst)
            state.refilledAt = time
            let isLast = total.map { progress >= $0 } ?? false
            guard state.allowance >= 1 || isLast else { return }
            state.allowance -= 1
            state.last = progress

            var parameters: JSONObject = ["progressToken": token, "progress": .number(JSONNumber(progress))]
            if let total { parameters["total"] = .number(JSONNumber(total)) }
            if let message, revision >= .march2025 { parameters["message"] = .string(message) }
            // Under the lock, so that no report can slip out after `finish`.
            output.send(OutgoingMessage.notification("notifications/progress", parameters: .object(parameters)).bytes())
        }
    }

    /// Lets no further report out.
    func finish() {
        state.withLock { $0.isFinished = true }
    }
}
