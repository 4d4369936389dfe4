import JSON
import Synchronization

/// The requests that a session has put to a legacy client and that are not answered yet.
final class ClientRequests: Sendable {
    /// The most questions that are open at once; further ones count as unavailable.
    static let maximumOpen = 64

    private struct Question {
        let continuation: CheckedContinuation<InputOutcome, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        var questions: [RequestID: Question] = [:]
        var nextNumber = 1
        var hasEnded = false
    }

    /// What comes of a question whose call was cancelled; nobody is told, because such a call is not entered again.
    static let cancelled = InputOutcome.unavailable("the call was cancelled")

    /// How long one call waits in all.
    let limit: Duration
    private let output: any LineOutput
    let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(output: any LineOutput, limit: Duration, clock: any Clock<Duration>) {
        self.output = output
        self.limit = limit
        self.clock = clock
    }

    /// Asks all questions at once and waits for the answers, not longer than allowed; tells also how long it waited.
    ///
    /// Ends at once when the task is cancelled.
    func ask(
        _ requests: [(key: String, request: InputRequest)], revision: ProtocolRevision, within allowance: Duration
    ) async -> (outcomes: [(key: String, request: InputRequest, outcome: InputOutcome)], waited: Duration) {
        typealias Outcome = (key: String, request: InputRequest, outcome: InputOutcome)
        let elapsed = clock.stopwatch()
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for (key, request) in requests {
                group.addTask {
                    (key, request, await self.ask(request, revision: revision, within: allowance))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return (outcomes, elapsed())
    }

    /// Takes the client's response to a question; others are ignored.
    func receive(_ result: Result<JSONValue, ProtocolError>, for id: RequestID) {
        switch result {
        case .success(let json):
            settle(id, .answered(json))
        case .failure(let error):
            settle(id, .unavailable(error.message))
        }
    }

    /// Asks no more and withdraws nothing, because the client no longer reads.
    func end() {
        state.withLock { $0.hasEnded = true }
    }

    private func ask(
        _ request: InputRequest, revision: ProtocolRevision, within allowance: Duration
    ) async -> InputOutcome {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        let id = RequestID(name: "server-\(number)")
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let refusal = register(id, continuation, within: allowance)
                if let refusal { return continuation.resume(returning: refusal) }
                let parameters = request.parameters(for: revision)
                output.send(OutgoingMessage.request(id: id, method: request.method, parameters: parameters).bytes())
                // The handler below found nothing to settle if the task was cancelled before this point.
                if Task.isCancelled { withdraw(id, outcome: Self.cancelled) }
            }
        } onCancel: {
            withdraw(id, outcome: Self.cancelled)
        }
    }

    /// Opens a question; returns an outcome instead where none can be opened.
    private func register(
        _ id: RequestID, _ continuation: CheckedContinuation<InputOutcome, Never>, within allowance: Duration
    ) -> InputOutcome? {
        state.withLock { state in
            if state.hasEnded { return .unavailable("the client is gone") }
            if state.questions.count >= Self.maximumOpen { return .unavailable("too many questions are open") }
            if allowance <= .zero { return .timedOut }
            let timer = Task { [clock] in
                do {
                    try await clock.sleep(for: allowance)
                } catch {
                    return
                }
                withdraw(id, outcome: .timedOut)
            }
            state.questions[id] = Question(continuation: continuation, timer: timer)
            return nil
        }
    }

    /// Settles a question and tells the client to take it down.
    private func withdraw(_ id: RequestID, outcome: InputOutcome) {
        guard settle(id, outcome), !state.withLock(\.hasEnded) else { return }
        let reason: JSONValue = outcome == .timedOut ? "no answer in time" : "the call was cancelled"
        output.send(
            OutgoingMessage.notification(
                "notifications/cancelled", parameters: ["requestId": id.json, "reason": reason]
            ).bytes())
    }

    /// Gives a question its outcome; false where it has one already.
    @discardableResult
    private func settle(_ id: RequestID, _ outcome: InputOutcome) -> Bool {
        guard let question = state.withLock({ $0.questions.removeValue(forKey: id) }) else { return false }
        question.timer.cancel()
        question.continuation.resume(returning: outcome)
        return true
    }
}

extension Clock where Duration == Swift.Duration {
    /// Starts to count; what is returned tells how long ago that was.
    func stopwatch() -> () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
