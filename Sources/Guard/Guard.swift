package import Configuration
import Cryptography
import JSON
package import QuoAPI
package import Store
import Synchronization

/// The one way from a tool to a change of the workspace.
///
/// It holds the only ``Writer`` there is. Every effect goes through the owner's rules, what is known of earlier attempts, the
/// budgets and, where the policy or a rule wants it, a person; then it is entered in the ledger, performed once, and what became
/// of it is noted. Nothing is retried here.
package final class Guard: Sendable {
    private struct State {
        var office = TicketOffice()
        var inFlight = 0
        var isClosed = false
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    /// What a guard works with.
    package struct Surroundings: Sendable {
        /// The name under which the state of this key is kept.
        package var workspace: WorkspaceID
        /// What the owner lets agents do.
        package var policy: Policy
        /// The state that all processes share.
        package var store: Store
        /// A line to put above every form, for example that this is the sandbox.
        package var notice: String?
        /// The clock that approvals in this process expire by.
        package var now: @Sendable () -> ContinuousClock.Instant = { .now }
        /// The time of day, in milliseconds since 1970, that everything shared goes by.
        package var time: @Sendable () -> Int64 = { Timestamp.now }
        /// Takes one line about each effect that was performed or failed; it names no person and no text.
        package var record: @Sendable (String) -> Void

        package init(
            workspace: WorkspaceID, policy: Policy, store: Store, notice: String? = nil,
            record: @escaping @Sendable (String) -> Void
        ) {
            self.workspace = workspace
            self.policy = policy
            self.store = store
            self.notice = notice
            self.record = record
        }
    }

    private let writer: Writer
    let surroundings: Surroundings
    private var here: Surroundings { surroundings }
    private let rules: Rules
    private let settlement: Settlement
    private let contacts: ContactBook
    private let state = Mutex(State())

    /// Makes the guard of one workspace.
    ///
    /// - Parameters:
    ///   - writer: The writing half of the client, which nobody else has.
    ///   - reader: The reading half, to look before something is sent.
    ///   - surroundings: What else it works with.
    package init(writer: consuming Writer, reader: Reader, surroundings: Surroundings) {
        self.writer = writer
        self.surroundings = surroundings
        contacts = ContactBook(reader: reader)
        rules = Rules(
            policy: surroundings.policy, reader: reader, store: surroundings.store, workspace: surroundings.workspace,
            contacts: contacts)
        settlement = Settlement(reader: reader, store: surroundings.store, workspace: surroundings.workspace)
    }

    /// Performs an effect, or says why not, or what a person must be asked first.
    ///
    /// - Parameters:
    ///   - effect: What is asked for. After a form it is made anew from the caller's arguments, so that what is performed is
    ///     what would be asked for now, and the ticket proves that it is what the person saw.
    ///   - consent: What the caller brings along.
    ///   - client: The name that the client gave itself, for the audit.
    /// - Throws: ``TicketFault/forged`` where the ticket was not sealed here; every other outcome is returned.
    package func perform(
        _ effect: Effect, consent: Consent, client: String? = nil
    ) async throws(TicketFault) -> Outcome {
        let attempt: Attempt
        do {
            attempt = Attempt(effect: effect, digest: try Digest(of: effect), client: client, time: here.time())
        } catch let error as APIError {
            return .failed(error)
        } catch {
            return .refused(Refusal(.unavailable, "Nothing was done: the request could not be sealed (\(error))."))
        }
        do {
            return try await judge(attempt, consent)
        } catch let refusal as Refusal {
            await note(refusal.rule == .pending ? "asked" : "refused", attempt, rule: refusal.rule.rawValue)
            return .refused(refusal)
        } catch let error as StoreError {
            return .refused(
                Refusal(.unavailable, "Nothing was done: what was done before cannot be looked up. \(error)"))
        } catch TicketFault.forged {
            throw .forged
        } catch {
            return .refused(Refusal(.unavailable, "Nothing was done: \(error)."))
        }
    }

    /// The name of the contact with a number, as far as a short search finds it; for forms.
    package func contactName(of number: String) async -> String? {
        // A thousand contacts at most: a form must not wait for more.
        try? await contacts.name(of: number, pages: 20)
    }

    /// Remembers numbers and addresses that appeared in content from outside, so that texting them needs a person.
    ///
    /// What the workspace itself knows (its own lines, people of its threads, contacts) should not be given.
    ///
    /// - Parameters:
    ///   - values: The numbers in E.164 and the addresses.
    ///   - source: Where they appeared, in words for the form, for example `a message of +16145550113`.
    package func noteIncoming(_ values: [String], from source: String) async throws {
        let digests = try values.map { try Digest.hash($0) }
        try await here.store.rememberIncoming(digests, in: here.workspace, source: source, time: here.time())
    }

    // MARK: Judging

    private func judge(_ attempt: Attempt, _ consent: Consent) async throws -> Outcome {
        let effect = attempt.effect
        var findings = try await rules.findings(for: effect, at: attempt.time)
        if let outcome = try await earlierAttempt(attempt, &findings) { return outcome }
        try await checkOrigin(attempt, &findings)
        let proposal = try proposal(for: attempt, findings)
        if let excess = try await here.store.excess(of: proposal, limits: here.policy.limits, now: attempt.time) {
            throw excess.refusal
        }
        guard !findings.reasons.isEmpty else {
            return try await admit(
                attempt,
                try await here.store.reserve(
                    proposal, limits: here.policy.limits, duplicatesSince: duplicatesSince(attempt), now: attempt.time))
        }
        switch consent {
        case .none(let canAsk):
            if let outcome = try await performGranted(attempt) { return outcome }
            return canAsk ? try ask(attempt, findings) : try await wait(attempt, proposal, findings)
        case .answered(let answer, let ticket):
            try await check(answer, ticket, attempt, proposal, findings)
            let minutes = Int64(here.policy.approvals.pendingMinutes)
            let planned = try await here.store.plan(
                proposal, expiresAt: attempt.time + minutes * 60_000, now: attempt.time)
            if planned.state == .pending {
                _ = try await here.store.grant(
                    planned.id, approver: "user", method: "form", expiresAt: attempt.time + minutes * 60_000,
                    now: attempt.time, audit: entry("approved", attempt, method: "form"))
            }
            return try await admit(attempt, try await take(attempt))
        }
    }

    /// What became of the same effect before, where that decides this one.
    private func earlierAttempt(_ attempt: Attempt, _ findings: inout Rules.Findings) async throws -> Outcome? {
        let digests = [attempt.digest.request, attempt.digest.approval]
        switch try await settlement.settle(attempt.effect, digests: digests, at: attempt.time) {
        case .done(let record)? where !attempt.effect.allowsDuplicate: return .repeated(record)
        case .open(let refusal)?: throw refusal
        case .failed?:
            findings.warnings.append("An earlier attempt failed without an answer; it was looked for and not found.")
        default: break
        }
        guard let outreach = attempt.effect.outreach else { return nil }
        let windows = here.policy.duplicates
        let since = attempt.time - Int64(windows.windowHours) * 3_600_000
        for digest in digests {
            guard let record = try await here.store.recentEffect(digest: digest, in: here.workspace, since: since)
            else { continue }
            guard attempt.effect.allowsDuplicate else { return .repeated(record) }
            let sent = Timestamp.text(record.attemptedAt ?? record.createdAt)
            findings.reasons.append("this exact text went to the same person at \(sent)")
            findings.warnings.append("DUPLICATE: the same text was sent at \(sent). This would send it again.")
            return nil
        }
        let near = try await here.store.nearDuplicate(
            to: outreach.recipients, textDigest: try outreach.textDigest(), in: here.workspace,
            since: attempt.time - Int64(windows.nearMinutes) * 60_000)
        if let near {
            let sent = Timestamp.text(near.attemptedAt ?? near.createdAt)
            findings.reasons.append("nearly the same text went to the same person at \(sent)")
            findings.warnings.append("Nearly the same text was sent at \(sent).")
        }
        return nil
    }

    /// A number or address that first appeared in content from outside always needs a person.
    private func checkOrigin(_ attempt: Attempt, _ findings: inout Rules.Findings) async throws {
        let recipients = attempt.effect.outreach?.recipients ?? []
        let new = try await here.store.newRecipients(among: recipients, in: here.workspace)
        // Somebody who was texted before is known from elsewhere.
        for value in recipients.filter(new.contains) + attempt.effect.addresses {
            guard let source = try await here.store.incomingSource(of: try Digest.hash(value), in: here.workspace)
            else { continue }
            findings.reasons.append("\(value) first appeared in \(source.text)")
            findings.warnings.append("\(value) comes from \(source.text), not from you.")
        }
        for recipient in recipients where new.contains(recipient) {
            findings.warnings.append("First text to \(recipient) through this program.")
        }
    }

    // MARK: Asking

    private func ask(_ attempt: Attempt, _ findings: Rules.Findings) throws -> Outcome {
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
    private func wantsConfirmation(_ effect: Effect) -> Bool {
        guard here.policy.approvals.typedConfirmation else { return false }
        return effect.risk == .exposing || effect.kind == .deletion || (effect.outreach?.recipients.count ?? 0) > 5
    }

    private static func confirmationNumber() throws -> String {
        let bytes = try randomBytes(4)
        let number = bytes.reduce(0) { $0 << 8 | Int($1) } % 9000 + 1000
        return String(number)
    }

    /// Lets an effect wait for a person in a terminal.
    private func wait(
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
    private func check(
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

    private static let otherRequest = Refusal(
        .otherRequest,
        "Nothing was done: the approval was for a different request, or what it concerns has changed since. "
            + "Call the tool again to show the user the request as it is now.")

    private static let declined = Refusal(
        .declined,
        "Nothing was done: the user declined. Do not try again unless the user asks for it; ask what to change.")

    // MARK: Performing

    /// Performs an effect that a person has approved in a terminal; nil where none has.
    private func performGranted(_ attempt: Attempt) async throws -> Outcome? {
        let admission = try await take(attempt)
        if case .notGranted(let latest) = admission {
            // A refusal in the terminal is told once the agent comes again, and holds for as long as an approval would.
            let minutes = Int64(here.policy.approvals.grantedMinutes)
            if let latest, latest.state == .denied, latest.updatedAt > attempt.time - minutes * 60_000 {
                throw Self.declined
            }
            return nil
        }
        return try await admit(attempt, admission)
    }

    private func take(_ attempt: Attempt) async throws(StoreError) -> Admission {
        try await here.store.take(
            attempt.digest.approval, in: here.workspace, limits: here.policy.limits,
            duplicatesSince: duplicatesSince(attempt), now: attempt.time)
    }

    private func duplicatesSince(_ attempt: Attempt) -> Int64? {
        guard attempt.effect.outreach != nil, !attempt.effect.allowsDuplicate else { return nil }
        return attempt.time - Int64(here.policy.duplicates.windowHours) * 3_600_000
    }

    private func admit(_ attempt: Attempt, _ admission: Admission) async throws -> Outcome {
        switch admission {
        case .admitted(let record):
            guard try facts(of: record) == attempt.digest.facts else {
                _ = try await here.store.finish(
                    record.id, as: .failed, outcome: EffectOutcome(status: "changed"), now: here.time())
                throw Self.otherRequest
            }
            return try await commit(attempt, record)
        case .duplicate(let record): return .repeated(record)
        case .exceeded(let excess): throw excess.refusal
        case .unresolved:
            throw Refusal(
                .unresolved, "Nothing was done: the same request is being made right now. Wait for its outcome.")
        case .notGranted:
            throw Refusal(
                .expired, "Nothing was done: the approval has lapsed. Call the tool again to ask the user anew.")
        }
    }

    /// The digest of what the person was told who approved an effect.
    private func facts(of record: EffectRecord) throws -> String? {
        try JSONValue(parsing: record.proposal.facts)["facts"]?.stringValue
    }

    private func commit(_ attempt: Attempt, _ record: EffectRecord) async throws -> Outcome {
        // The wait for the API's pace can still be called off; what comes after it cannot.
        do { try await writer.waitForTurn() } catch {}
        let mayStart = state.withLock { state in
            // A caller that is gone must not leave a message behind that nobody was told of.
            guard !state.isClosed, !Task.isCancelled else { return false }
            state.inFlight += 1
            return true
        }
        guard mayStart else {
            let outcome = EffectOutcome(status: "abandoned")
            _ = try await here.store.finish(record.id, as: .failed, outcome: outcome, now: here.time())
            throw Refusal(.abandoned, "Nothing was done: the call was cancelled before it reached the API.")
        }
        // From here on a cancelled call must not abort the transfer: a request that was cut off leaves nobody knowing.
        let outcome = await Task { await self.request(attempt, record) }.value
        here.record("\(attempt.effect.tool) \(outcome.word) request=\(attempt.digest.request.prefix(12))")
        let waiting = state.withLock { state in
            state.inFlight -= 1
            guard state.inFlight == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
        return outcome
    }

    private func request(_ attempt: Attempt, _ record: EffectRecord) async -> Outcome {
        let effect = attempt.effect
        do {
            if let contact = effect.contact {
                try await here.store.saveSnapshot(
                    of: contact.id, in: here.workspace, content: contact.content.text(), reason: effect.tool,
                    time: attempt.time)
            }
        } catch {
            await finish(record, attempt, .failed, EffectOutcome(status: "no snapshot"))
            return .refused(
                Refusal(.unavailable, "Nothing was done: the contact as it is could not be kept first. \(error)"))
        }
        do {
            let answer = try await writer.write(effect.operation, effect.arguments)
            let made = answer?["data"] ?? answer
            await finish(
                record, attempt, .done,
                EffectOutcome(id: made?["id"]?.stringValue, status: made?["status"]?.stringValue))
            if effect.kind == .contactChange || effect.kind == .deletion { await contacts.forget() }
            return .performed(answer)
        } catch {
            let isUncertain = error.outcome == .mayHavePerformed
            let status = error.code ?? error.status.map { "\($0)" } ?? "no answer"
            await finish(
                record, attempt, isUncertain ? .unknown : .failed, EffectOutcome(status: status, trace: error.trace))
            return isUncertain ? .uncertain(error) : .failed(error)
        }
    }

    /// Notes what became of a request.
    ///
    /// Where that fails the effect stays in flight, and is settled before anything like it goes.
    private func finish(_ record: EffectRecord, _ attempt: Attempt, _ state: EffectState, _ outcome: EffectOutcome)
        async
    {
        var entry = entry(state.rawValue, attempt, method: nil)
        entry.outcome = outcome.status
        entry.trace = outcome.trace
        do {
            _ = try await here.store.finish(record.id, as: state, outcome: outcome, now: here.time(), audit: entry)
        } catch {
            here.record("\(attempt.effect.tool) could not be noted as \(state.rawValue): \(error)")
        }
    }

    // MARK: Ending

    /// Waits until no write is in flight, and lets no new one start.
    ///
    /// - Parameter limit: The longest wait.
    package func drain(limit: Duration) async {
        let timeout = Task {
            try await Task.sleep(for: limit)
            let left = state.withLock { $0.inFlight }
            if left > 0 { here.record("\(left) unfinished at the end: nobody knows whether it was performed") }
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
}

// MARK: - What is written down

/// One effect on its way through the guard.
struct Attempt: Sendable {
    let effect: Effect
    let digest: Digest
    let client: String?
    /// When it began, in milliseconds since 1970; everything about it is judged as of then.
    let time: Int64
}

extension Guard {
    private func proposal(for attempt: Attempt, _ findings: Rules.Findings) throws -> EffectProposal {
        let effect = attempt.effect
        let form = ApprovalForm(for: effect, notice: here.notice, findings: findings, confirmation: nil)
        var proposal = EffectProposal(
            workspace: here.workspace, digest: attempt.digest.approval, tool: effect.tool, kind: effect.kind,
            risk: effect.risk.rawValue, client: attempt.client, facts: form.record(facts: attempt.digest.facts).text(),
            rule: findings.reasons.first)
        if let outreach = effect.outreach {
            let segments = MessageSegments(of: outreach.text).count * outreach.recipients.count
            proposal.lineID = outreach.lineID
            proposal.recipients = outreach.recipients
            proposal.textDigest = try outreach.textDigest()
            proposal.segments = segments
            proposal.cents = segments
        }
        return proposal
    }

    private func entry(_ event: String, _ attempt: Attempt, rule: String? = nil, method: String?) -> AuditEntry {
        AuditEntry(
            time: attempt.time, workspace: here.workspace, event: event, client: attempt.client,
            tool: attempt.effect.tool,
            risk: attempt.effect.risk.rawValue, digest: attempt.digest.request, rule: rule,
            approver: method == nil ? nil : "user", approvalMethod: method,
            detail: attempt.effect.auditDetail(inClear: here.policy.audit.clearText))
    }

    private func note(_ event: String, _ attempt: Attempt, rule: String) async {
        do {
            _ = try await here.store.appendAudit(entry(event, attempt, rule: rule, method: nil))
        } catch {
            here.record("the audit could not be written: \(error)")
        }
    }
}

extension Effect {
    /// What budgets count it as.
    var kind: EffectKind {
        if outreach != nil { return .message }
        if operation.operation.successStatus == 204 { return .deletion }
        return operation.operation.path.contains("/contacts") ? .contactChange : .other
    }

    /// Whom it concerns, for the audit: numbers and texts only where the owner wants them in clear.
    fileprivate func auditDetail(inClear: Bool) -> String? {
        guard let outreach else { return contact.map { "contact \($0.id)" } }
        if inClear { return "to \(outreach.recipients.joined(separator: ", ")): \(outreach.text)" }
        let masked = outreach.recipients.map { "\($0.prefix(2))…\($0.suffix(2))" }.joined(separator: ", ")
        return "to \(masked), \(outreach.text.count) characters"
    }
}

extension Effect.Outreach {
    /// The digest of the text without regard to spaces and case, for near duplicates.
    fileprivate func textDigest() throws -> String {
        try Digest.hash(text.lowercased().filter { !$0.isWhitespace })
    }
}

extension Outcome {
    /// The outcome in one word, for the record.
    fileprivate var word: String {
        switch self {
        case .performed: "performed"
        case .repeated: "repeated"
        case .approvalNeeded: "approval-needed"
        case .refused: "refused"
        case .failed: "failed"
        case .uncertain: "uncertain"
        }
    }
}
