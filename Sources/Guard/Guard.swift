import Configuration
import Cryptography
import JSON
package import QuoAPI
import Synchronization

/// The one way from a tool to a change of the workspace.
///
/// It holds the only ``Writer`` there is. An effect whose risk needs approval is performed after a person chose to, through a
/// form that this guard composed, bound to the digest of the exact request and good for one use. Nothing is retried here:
/// whether a failed request was performed is said, not guessed.
package final class Guard: Sendable {
    private struct State {
        var office = TicketOffice()
        var inFlight = 0
        var isClosed = false
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let writer: Writer
    private let notice: String?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let record: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Makes the guard of one workspace.
    ///
    /// - Parameters:
    ///   - writer: The writing half of the client, which nobody else has.
    ///   - notice: A line to put above every form, for example that this is the sandbox.
    ///   - now: The clock that approvals expire by.
    ///   - record: Takes one line about each effect that was performed or failed; it names no person and no text.
    package init(
        writer: consuming Writer, notice: String? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        record: @escaping @Sendable (String) -> Void
    ) {
        self.writer = writer
        self.notice = notice
        self.now = now
        self.record = record
    }

    /// Performs an effect, or says why not, or what a person must be asked first.
    ///
    /// - Parameters:
    ///   - effect: What is asked for. After a form it is made anew from the caller's arguments, so that what is performed is
    ///     what would be asked for now, and the ticket proves that it is what the person saw.
    ///   - consent: What the caller brings along.
    /// - Throws: ``TicketFault/forged`` where the ticket was not sealed here; every other outcome is returned.
    package func perform(_ effect: Effect, consent: Consent) async throws(TicketFault) -> Outcome {
        let digest: Digest
        do {
            digest = try Digest(of: effect)
        } catch let error as APIError {
            return .failed(error)
        } catch {
            return .refused(Refusal(.unavailable, "Nothing was done: the request could not be sealed (\(error))."))
        }
        guard effect.risk.needsApproval else { return await commit(effect, digest) }
        switch consent {
        case .none(canAsk: false): return .refused(Refusal(.noForm, Self.noFormExplanation))
        case .none(canAsk: true): return ask(effect, digest)
        case .answered(let answer, let ticket):
            if let refusal = try check(answer, ticket, effect, digest) { return .refused(refusal) }
            return await commit(effect, digest)
        }
    }

    /// Waits until no write is in flight, and lets no new one start.
    ///
    /// - Parameter limit: The longest wait.
    package func drain(limit: Duration) async {
        let timeout = Task {
            try await Task.sleep(for: limit)
            let left = state.withLock { $0.inFlight }
            if left > 0 { record("\(left) unfinished at the end: nobody knows whether it was performed") }
            release()
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.inFlight > 0 { state.idle.append(continuation) }
                return state.inFlight == 0
            }
            if isIdle { continuation.resume() }
        }
        timeout.cancel()
    }

    private func release() {
        let waiting = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
    }

    private func ask(_ effect: Effect, _ digest: Digest) -> Outcome {
        do {
            let ticket = try state.withLock { state in try state.office.issue(for: digest, at: now()) }
            return .approvalNeeded(ApprovalForm(for: effect, notice: notice), ticket: ticket)
        } catch {
            return .refused(Refusal(.unavailable, "Nothing was done: no approval can be asked for (\(error))."))
        }
    }

    /// What is wrong with an answer, or nil where it approves exactly this effect.
    private func check(
        _ answer: ApprovalAnswer, _ ticket: String, _ effect: Effect, _ digest: Digest
    ) throws(TicketFault) -> Refusal? {
        let approved: Digest
        do {
            approved = try state.withLock { state in try state.office.redeem(ticket, at: now()) }
        } catch TicketFault.forged {
            throw .forged
        } catch TicketFault.used {
            return Refusal(
                .alreadyUsed,
                "Nothing was done: this approval was used before or has lapsed. Call the tool again to ask the user anew."
            )
        } catch TicketFault.expired {
            return Refusal(
                .expired, "Nothing was done: the approval came too late. Call the tool again to ask the user anew.")
        } catch {
            return Refusal(.unavailable, "Nothing was done: the approval could not be checked (\(error)).")
        }
        guard approved == digest else {
            return Refusal(
                .otherRequest,
                "Nothing was done: the approval was for a different request, or what it concerns has changed since. "
                    + "Call the tool again to show the user the request as it is now.")
        }
        return refusal(of: answer, effect)
    }

    private func refusal(of answer: ApprovalAnswer, _ effect: Effect) -> Refusal? {
        switch answer {
        case .accepted(choice: effect.approval): nil
        case .accepted(choice: effect.refusal), .declined:
            Refusal(
                .declined,
                "Nothing was done: the user declined. Do not try again unless the user asks for it; ask what to change."
            )
        case .accepted:
            Refusal(
                .noChoice,
                "Nothing was done: the form came back without a decision, so no person approved it. "
                    + "Ask the user to choose in the form, then call the tool again.")
        case .cancelled:
            Refusal(
                .cancelled,
                "Nothing was done: the form was closed without a decision. Ask the user whether to try again.")
        case .timedOut:
            Refusal(
                .timedOut,
                "Nothing was done: nobody answered the form in time. Ask the user to be ready, then call the tool again."
            )
        case .unavailable: Refusal(.noForm, Self.noFormExplanation)
        }
    }

    private func commit(_ effect: Effect, _ digest: Digest) async -> Outcome {
        let mayStart = state.withLock { state in
            // A caller that is gone must not leave a message behind that nobody was told of.
            guard !state.isClosed, !Task.isCancelled else { return false }
            state.inFlight += 1
            return true
        }
        guard mayStart else {
            return .refused(Refusal(.abandoned, "Nothing was done: the call was cancelled before it reached the API."))
        }
        // From here on a cancelled call must not abort the transfer: a request that was cut off leaves nobody knowing.
        let outcome = await Task { await self.request(effect) }.value
        record("\(effect.tool) \(outcome.word) request=\(digest.text.prefix(12))")
        let waiting = state.withLock { state in
            state.inFlight -= 1
            guard state.inFlight == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
        return outcome
    }

    private func request(_ effect: Effect) async -> Outcome {
        do {
            return .performed(try await writer.write(effect.operation, effect.arguments))
        } catch {
            return error.outcome == .mayHavePerformed ? .uncertain(error) : .failed(error)
        }
    }

    private static let noFormExplanation =
        "Nothing was done: this needs the user's approval, and there is nobody here to show the form to. The user can do it "
        + "in a terminal of their own with the command given here, where the API key must be set as for the host."
}

extension Outcome {
    /// The outcome in one word, for the record.
    fileprivate var word: String {
        switch self {
        case .performed: "performed"
        case .approvalNeeded: "approval-needed"
        case .refused: "refused"
        case .failed: "failed"
        case .uncertain: "uncertain"
        }
    }
}
