import Configuration
import Cryptography
import JSON
import QuoAPI
import Store
import Synchronization

/// What a person is asked to approve.
struct Question: Sendable {
    let digest: Digest
    let form: ApprovalForm
    /// What waits in the ledger until they did.
    let proposal: EffectProposal
    /// When it is asked, in milliseconds since 1970.
    let time: Int64
    /// Since when all that it tells can be known; whoever was asked before was asked something else.
    let knownSince: Int64
}

/// Asking a person, and reading what they answered.
extension Guard {
    /// The form to show, and the ticket that proves that it was shown.
    func ask(_ question: Question) throws -> (form: ApprovalForm, ticket: String) {
        let now = here.now()
        var form = question.form
        if wantsConfirmation(question.proposal) { form = form.confirmed(by: try Self.confirmationNumber()) }
        let entry = TicketOffice.Entry(
            digest: question.digest, recipients: question.proposal.recipients, confirmation: form.confirmation,
            issued: now, time: question.time, expiry: now + .seconds(60 * here.policy.approvals.pendingMinutes))
        let ticket = try state.withLock { state in try state.office.issue(entry) }
        return (form, ticket)
    }

    /// Whether the choice alone is too little: data pointed elsewhere, deletions, and texts to many.
    private func wantsConfirmation(_ proposal: EffectProposal) -> Bool {
        guard here.policy.approvals.typedConfirmation else { return false }
        return proposal.risk == Risk.exposing.rawValue || proposal.kind == .deletion || proposal.recipients.count > 5
    }

    static func confirmationNumber() throws -> String {
        let bytes = try randomBytes(4)
        let number = bytes.reduce(0) { $0 << 8 | Int($1) } % 9000 + 1000
        return String(number)
    }

    /// Lets what is asked wait for a person in a terminal; returns the refusal that says so.
    func pending(_ question: Question) async throws(StoreError) -> Refusal {
        let minutes = here.policy.approvals.pendingMinutes
        let planned = try await here.store.plan(
            question.proposal, knownSince: question.knownSince, expiresAt: question.time + Int64(minutes) * 60_000,
            now: question.time)
        return Refusal(
            .pending,
            "Nothing was done yet: this needs the user's approval, and no person answered a form here. It waits "
                + "\(minutes) minutes as \(planned.id.prefix(8)). Ask the user to run quo-mcp approve in a terminal; after they "
                + "approved, call this tool again with the same arguments, and it is done once.")
    }

    /// Reads an answer; returns what was asked where it approves exactly what would be asked now.
    ///
    /// - Throws: ``Refusal`` that says what is wrong with it, or ``TicketFault/forged``.
    @discardableResult func check(
        _ answer: ApprovalAnswer, _ ticket: String, _ question: Question
    ) async throws -> TicketOffice.Entry {
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
        guard asked.digest == question.digest else { throw Self.otherRequest }
        switch answer {
        case .accepted(choice: question.form.approval, let typed):
            guard let wanted = asked.confirmation, typed?.filter(\.isNumber) != wanted else { return asked }
            throw Refusal(
                .declined,
                "Nothing was done: the number that the form asks for was not typed. Call the tool again to ask anew.")
        case .accepted(choice: question.form.refusal, _):
            throw Self.declined
        case .declined:
            // Faster than a person reads: the app answered for them, as several do that cannot show forms.
            let limit = Duration.milliseconds(here.policy.approvals.fastDeclineMilliseconds)
            guard here.now() - asked.issued < limit else { throw Self.declined }
            throw try await pending(question)
        case .accepted, .unavailable: throw try await pending(question)
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

    /// Enters what a person has approved by a form, or finds what they approved in a terminal meanwhile.
    func grant(_ question: Question, audit entry: AuditEntry) async throws(StoreError) -> EffectRecord {
        let expiry = question.time + Int64(here.policy.approvals.pendingMinutes) * 60_000
        let planned = try await here.store.plan(
            question.proposal, knownSince: question.knownSince, expiresAt: expiry, now: question.time)
        guard planned.state == .pending else { return planned }
        let change = try await here.store.grant(
            planned.id, approver: "user", method: "form", expiresAt: expiry, now: question.time, audit: entry)
        switch change {
        case .changed(let granted): return granted
        // Decided otherwise meanwhile, which the store finds again before anything goes.
        case .refused: return planned
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
