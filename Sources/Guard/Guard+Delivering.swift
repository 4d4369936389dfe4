import JSON
import QuoAPI
import Store
import Synchronization

/// The texts of a batch, one after another.
extension Guard {
    /// How many failures in a row that are nobody's in particular stop a batch.
    private static let patience = 2

    /// Sends texts in their order, each once, until something concerns all that are left.
    ///
    /// - Parameter approval: The approval that covers them; nil where the policy wants none.
    /// - Returns: The results given, and those of the texts.
    func deliver(
        _ candidates: [Candidate], under approval: BatchApproval?, _ course: BatchCourse, _ results: BatchCourse.Results
    ) async -> BatchCourse.Results {
        var results = results
        var halt: String?
        var troubles = 0
        for (index, candidate) in candidates.enumerated() {
            course.progress(index, candidates.count)
            if let halt {
                results[candidate.recipient] = .notAttempted(halt)
                continue
            }
            let result = await deliver(candidate, under: approval, course)
            results[candidate.recipient] = result
            switch result {
            case .sent: troubles = 0
            case .repeated, .refused: break
            case .notAttempted(let reason): halt = reason
            case .failed(let error), .uncertain(let error):
                troubles = error.isTrouble ? troubles + 1 : 0
                if error.concernsEveryText {
                    halt =
                        "It was not tried, because Quo would refuse it for the same reason as \(candidate.recipient)'s."
                } else if troubles >= Self.patience {
                    halt = "It was not tried, because \(troubles) texts in a row went wrong on the way to Quo."
                }
            }
        }
        course.progress(candidates.count, candidates.count)
        return results
    }

    /// Judges a text once more at its turn, enters it in the ledger and sends it.
    private func deliver(
        _ candidate: Candidate, under approval: BatchApproval?, _ course: BatchCourse
    ) async -> Delivery.Result {
        if let obstacle { return .notAttempted(obstacle) }
        let effect = candidate.attempt.effect
        let attempt = Attempt(
            effect: effect, digest: candidate.attempt.digest, client: course.client, time: here.time())
        do {
            let findings: Rules.Findings
            switch try await judge(attempt) {
            case .repeated(let record): return .repeated(record)
            case .open(let found): findings = found
            }
            if let approval, approval.cannotKnow(findings) { throw Self.needsNewApproval }
            guard approval != nil || findings.reasons.isEmpty else {
                throw Refusal(
                    .pending,
                    "Nothing was sent: this text needs the user's approval by now, because "
                        + "\(findings.reasons.joined(separator: ", and because ")). Ask for it alone.")
            }
            var proposal = try proposal(for: attempt, findings)
            // One name for a text, whether it may be a repetition or not: its approval is the batch's.
            proposal.digest = attempt.digest.request
            proposal.batch = approval?.record.id
            // A wanted repetition repeats what was there when the call began, not what went since.
            let admission = try await reserve(proposal, duplicatesSince: duplicatesSince(attempt) ?? course.time)
            switch admission {
            case .admitted(let record): return Delivery.Result(try await commit(attempt, record, findings))
            case .duplicate(let record): return .repeated(record)
            case .exceeded(let excess): throw excess.refusal
            case .unresolved:
                throw Refusal(
                    .unresolved, "Nothing was sent now: the same text is being sent right now. Wait for its outcome.")
            case .notGranted:
                return .notAttempted("The approval has lapsed or was taken back; ask again for those who are left.")
            }
        } catch let refusal as Refusal where refusal.rule == .abandoned {
            return .notAttempted(obstacle ?? refusal.explanation)
        } catch let refusal as Refusal {
            await note("refused", attempt, rule: refusal.rule.rawValue)
            return .refused(refusal)
        } catch {
            return .notAttempted("It was not tried, because the state that all processes share failed: \(error)")
        }
    }

    /// Why this text and those after it are not tried; nil where they may be.
    private var obstacle: String? {
        state.withLock { state in Self.obstacle(in: state) }.map { "It was not tried, because \($0)" }
    }
}

extension Delivery.Result {
    /// What became of one text, as a batch tells it.
    init(_ performance: Performance) {
        switch performance {
        case .performed(let answer, _):
            let message = answer?.withoutEnvelope
            self = .sent(id: message?["id"]?.stringValue, status: message?["status"]?.stringValue)
        case .failed(let error): self = .failed(error)
        case .uncertain(let error): self = .uncertain(error)
        }
    }
}

extension APIError {
    /// Whether every other text would fail for the same reason: the key, the credit, the registration, the plan.
    fileprivate var concernsEveryText: Bool {
        if outcome == .mayHavePerformed { return false }
        switch status {
        case 401, 402: return true
        case 403:
            // A number abroad or in a region that the line may not reach is a matter of that person's.
            let words = "\(message) \(title ?? "")".lowercased()
            return !words.contains("international") && !words.contains("restrict")
        default: return code == "0206400"
        }
    }

    /// Whether it is about the way to the API, not about the text.
    fileprivate var isTrouble: Bool {
        if case .transport = kind { return true }
        return status == 429 || outcome == .mayHavePerformed
    }
}
