import Configuration
import Cryptography
import JSON
import QuoAPI
import Store
import Synchronization

/// Asking a person, and reading what they answered.
extension Guard {
    func ask(_ attempt: Attempt, _ findings: Rules.Findings) throws -> Outcome {
        let now = here.now()
        let confirmation = try wantsConfirmation(attempt.effect) ? Self.confirmationNumber() : nil
        let form = ApprovalForm(
            for: attempt.effect, notice: here.notice, findings: findings, confirmation: confirmation)
        let entry = TicketOffice.Entry(
            digest: attempt.digest, confirmation: confirmation, issued: now,
            expiry: now + .seconds(60 * here.policy.approvals.pendingMinutes))
        let ticket = try state.withLock { state in try state.office.issue(entry) }
        return .approvalNeeded(form, ticket: ticket)
    }

    /// Whether the choice alone is too little: data pointed elsewhere, deletions, and texts to many.
    func wantsConfirmation(_ effect: Effect) -> Bool {
        guard here.policy.approvals.typedConfirmation else { return false }
        return effect.risk == .exposing || effect.kind == .deletion || (effect.outreach?.recipients.count ?? 0) > 5
    }

    static func confirmationNumber() throws -> String {
        let bytes = try randomBytes(4)
        let number = bytes.reduce(0) { $0 << 8 | Int($1) } % 9000 + 1000
        return String(number)
    }

    /// Lets an effect wait for a person in a terminal.
    func wait(
        _ attempt: Attempt, _ proposal: EffectProposal, _ findings: Rules.Findings
    ) async throws -> Outcome {
        let minutes = here.policy.approvals.pendingMinutes
        let planned = try await here.store.plan(
            proposal, expiresAt: attempt.time + Int64(minutes) * 60_000, now: attempt.time)
        throw Refusal(
            .pending,
            "Nothing was done yet: this needs the user's approval, and no person answered a form here. It waits "
                + "\(minutes) minutes as \(planned.id.prefix(8)). Ask the user to run quo-mcp approve in a terminal; after they "
                + "approved, call this tool again with the same arguments, and it is done once.")
    }

    /// What is wrong with an answer; returns where it approves exactly this effect.
    func check(
        _ answer: ApprovalAnswer, _ ticket: String, _ attempt: Attempt, _ proposal: EffectProposal,
        _ findings: Rules.Findings
    ) async throws {
        let asked: TicketOffice.Entry
        do {
            asked = try state.withLock { state in try state.office.redeem(ticket, at: here.now()) }
        } catch TicketFault.used {
            throw Refusal(
                .alreadyUsed,
                "Nothing was done: this approval was used before or has lapsed. Call the tool again to ask the user anew."
            )
        } catch TicketFault.expired {
            throw Refusal(
                .expired, "Nothing was done: the approval came too late. Call the tool again to ask the user anew.")
        }
        guard asked.digest == attempt.digest else { throw Self.otherRequest }
        let effect = attempt.effect
        switch answer {
        case .accepted(choice: effect.approval, let typed):
            guard let wanted = asked.confirmation, typed?.filter(\.isNumber) != wanted else { return }
            throw Refusal(
                .declined,
                "Nothing was done: the number that the form asks for was not typed. Call the tool again to ask anew.")
        case .accepted(choice: effect.refusal, _):
            throw Self.declined
        case .declined:
            // Faster than a person reads: the app answered for them, as several do that cannot show forms.
            let limit = Duration.milliseconds(here.policy.approvals.fastDeclineMilliseconds)
            guard here.now() - asked.issued < limit else { throw Self.declined }
            _ = try await wait(attempt, proposal, findings)
        case .accepted, .unavailable:
            _ = try await wait(attempt, proposal, findings)
        case .cancelled:
            throw Refusal(
                .cancelled,
                "Nothing was done: the form was closed without a decision. Ask the user whether to try again.")
        case .timedOut:
            throw Refusal(
                .timedOut,
                "Nothing was done: nobody answered the form in time. Ask the user to be ready, then call the tool again."
            )
        }
    }

    static let otherRequest = Refusal(
        .otherRequest,
        "Nothing was done: the approval was for a different request, or what it concerns has changed since. "
            + "Call the tool again to show the user the request as it is now.")

    static let declined = Refusal(
        .declined,
        "Nothing was done: the user declined. Do not try again unless the user asks for it; ask what to change.")
}
