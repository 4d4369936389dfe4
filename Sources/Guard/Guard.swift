package import Configuration
import Cryptography
package import Directory
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
    struct State {
        var office = TicketOffice()
        var inFlight = 0
        var closing: Closing?
        var idle: [CheckedContinuation<Void, Never>] = []
        /// When old memories were forgotten last.
        var tidied: Int64?
    }

    /// Why a guard lets no new write start.
    package enum Closing: Sendable {
        /// The program ends.
        case programEnds
        /// Another of a gateway's accounts was chosen.
        case accountChanged

        /// What follows "because".
        fileprivate var cause: String {
            switch self {
            case .programEnds: "the server is ending."
            case .accountChanged:
                "another account was chosen meanwhile. Look who got it already before you ask for the same from that account."
            }
        }
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

    let writer: Writer
    let reader: Reader
    let surroundings: Surroundings
    var here: Surroundings { surroundings }
    let rules: Rules
    private let settlement: Settlement
    let directory: Directory
    let state = Mutex(State())

    /// Makes the guard of one workspace.
    ///
    /// - Parameters:
    ///   - writer: The writing half of the client, which nobody else has.
    ///   - reader: The reading half, to look before something is sent.
    ///   - directory: Who is a contact, and under which name.
    ///   - surroundings: What else it works with.
    package init(
        writer: consuming Writer, reader: Reader, directory: Directory, surroundings: Surroundings
    ) {
        self.writer = writer
        self.reader = reader
        self.surroundings = surroundings
        self.directory = directory
        rules = Rules(
            policy: surroundings.policy, reader: reader, store: surroundings.store, workspace: surroundings.workspace,
            directory: directory)
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
            await tidy()
            return try await judge(attempt, consent)
        } catch {
            let refusal = try Self.refusal(of: error)
            if error is Refusal {
                await note(refusal.rule == .pending ? "asked" : "refused", attempt, rule: refusal.rule.rawValue)
            }
            return .refused(refusal)
        }
    }

    /// What a failure before anything was requested comes to.
    static func refusal(of error: any Error) throws(TicketFault) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case let error as StoreError:
            return Refusal(.unavailable, "Nothing was done: what was done before cannot be looked up. \(error)")
        case let error as APIError: return Refusal(.unavailable, "Nothing was done. \(error.explanation)")
        case TicketFault.forged: throw .forged
        default: return Refusal(.unavailable, "Nothing was done: \(error).")
        }
    }

    /// The time of day by the guard's clock, in milliseconds since 1970.
    package var time: Int64 { here.time() }

    /// What quiet hours that the sandbox leaves out would say of texts now, in sentences; nil where they would say nothing.
    ///
    /// - Parameter recipients: The people's numbers in E.164.
    package func noteOfQuietHours(_ recipients: [String]) -> String? {
        rules.noteOfQuietHours(recipients, at: here.time())
    }

    /// Remembers numbers and addresses that appeared in content from outside, so that texting them needs a person.
    ///
    /// What the workspace itself knows (its own lines, people of its threads, contacts) should not be given.
    ///
    /// - Parameters:
    ///   - values: The numbers in E.164 and the addresses.
    ///   - source: Where they appeared, in words for the form, for example `a message of +16145550113`.
    package func noteIncoming(_ values: [String], from source: String) async throws {
        await tidy()
        let digests = try values.map { try Digest.hash($0) }
        try await here.store.rememberIncoming(digests, in: here.workspace, source: source, time: here.time())
    }

    // MARK: Judging

    func judge(_ attempt: Attempt, _ consent: Consent) async throws -> Outcome {
        let findings: Rules.Findings
        switch try await judge(attempt) {
        case .repeated(let record): return .repeated(record)
        case .open(let found): findings = found
        }
        let attempt = try attempt.told(ofLossAt: findings.lostAt)
        let proposal = try proposal(for: attempt, findings)
        if let excess = try await here.store.excess(of: [proposal], limits: here.policy.limits, now: attempt.time) {
            throw excess.refusal
        }
        let form = ApprovalForm(for: attempt.effect, notice: here.notice, findings: findings)
        let question = Question(
            digest: attempt.digest, form: form, proposal: proposal, time: attempt.time, knownSince: findings.knownSince)
        switch consent {
        case .none where findings.reasons.isEmpty:
            let admission = try await reserve(proposal, duplicatesSince: duplicatesSince(attempt))
            return try await admit(attempt, admission, findings)
        case .none(let canAsk):
            if let outcome = try await performGranted(attempt, findings) { return outcome }
            guard canAsk else { throw try await pending(question) }
            let (form, ticket) = try ask(question)
            return .approvalNeeded(form, ticket: ticket)
        case .answered(let answer, let ticket):
            // Who was asked has decided, also where nobody would have to be asked any more.
            let asked = try await check(answer, ticket, question)
            guard findings.couldBeKnown(at: asked.time) else { throw Self.otherRequest }
            _ = try await grant(question, audit: entry("approved", attempt, method: "form"))
            return try await admit(attempt, try await take(attempt), findings)
        }
    }

    /// What the rules and the ledger say of an effect.
    enum Judgement: Sendable {
        /// It was done before, and is not done again.
        case repeated(EffectRecord)
        /// It may go, after a person's approval where there are reasons for one.
        case open(Rules.Findings)
    }

    /// Applies the rules, and looks at what was done before.
    ///
    /// - Throws: ``Refusal`` by the first rule that refuses.
    func judge(_ attempt: Attempt) async throws -> Judgement {
        try attempt.effect.checkOutreach()
        var findings = try await rules.findings(for: attempt.effect, at: attempt.time)
        let similar = try await similarTexts(to: attempt)
        findings.similar = Set(similar.map(\.id))
        findings.similarAt = similar.map(\.updatedAt).max()
        if let record = try await earlierAttempt(attempt, &findings) { return .repeated(record) }
        try await checkOrigin(attempt, &findings)
        return .open(findings)
    }

    /// The same effect where it was done before and is not done again; else what is known of it is among the findings.
    func earlierAttempt(_ attempt: Attempt, _ findings: inout Rules.Findings) async throws -> EffectRecord? {
        let digests = try attempt.digest.ledgerNames
        switch try await settlement.settle(attempt.effect, digests: digests, at: attempt.time) {
        case .done(let record)? where !attempt.effect.allowsDuplicate: return record
        case .open(let refusal)?: throw refusal
        default: break
        }
        if let lost = try await loss(of: attempt) {
            findings.describeLoss()
            findings.lostAt = lost.updatedAt
        }
        guard let earlier = try await duplicate(of: attempt) else { return nil }
        if earlier.isExact, !attempt.effect.allowsDuplicate { return earlier.record }
        earlier.describe(in: &findings)
        return nil
    }

    /// The same where it was lost in the last day, the latest time; nil where it was not.
    ///
    /// It may still arrive, so whether to risk a second one is for a person to say, in any profile and as often as it is asked.
    /// What is no text may be wanted again once it was done. Nearly the same text counts too, for as long as one that was sent would.
    func loss(of attempt: Attempt) async throws -> EffectRecord? {
        let isText = attempt.effect.outreach != nil
        var latest: EffectRecord?
        for digest in try attempt.digest.ledgerNames {
            let record = try await here.store.recentFailure(
                digest: digest, status: isText ? Settlement.lost : Settlement.notFound, in: here.workspace,
                since: attempt.time - Self.lossLifetime)
            guard let record, record.updatedAt > latest?.updatedAt ?? .min else { continue }
            if isText {
                latest = record
                continue
            }
            let done = try await here.store.recentEffect(digest: digest, in: here.workspace, since: record.updatedAt)
            if done == nil { latest = record }
        }
        if latest == nil, let outreach = attempt.effect.outreach {
            latest = try await here.store.similarFailure(
                to: outreach.recipients, textDigest: try outreach.textDigest(), status: Settlement.lost,
                in: here.workspace, since: nearDuplicatesSince(attempt))
        }
        return latest
    }

    /// A text that was sent lately to one of the same people.
    struct Duplicate: Sendable {
        let record: EffectRecord
        /// Whether it is the same to the same people, and not only nearly so.
        let isExact: Bool

        /// Tells the person who decides.
        func describe(in findings: inout Rules.Findings) {
            let sent = Timestamp.text(record.begunAt)
            if isExact {
                findings.reasons.append("this exact text went to the same person at \(sent)")
                findings.warnings.append("DUPLICATE: the same text was sent at \(sent). This would send it again.")
            } else {
                findings.reasons.append("nearly the same text went to the same person at \(sent)")
                findings.warnings.append("Nearly the same text was sent at \(sent).")
            }
        }
    }

    /// The text that was sent lately and that this one repeats, in whole or nearly; nil where there is none.
    func duplicate(of attempt: Attempt) async throws -> Duplicate? {
        guard let outreach = attempt.effect.outreach else { return nil }
        let since = attempt.time - Int64(here.policy.duplicates.windowHours) * 3_600_000
        for digest in try attempt.digest.ledgerNames {
            let record = try await here.store.recentEffect(digest: digest, in: here.workspace, since: since)
            if let record { return Duplicate(record: record, isExact: true) }
        }
        let near = try await here.store.nearDuplicate(
            to: outreach.recipients, textDigest: try outreach.textDigest(), in: here.workspace,
            since: nearDuplicatesSince(attempt))
        return near.map { Duplicate(record: $0, isExact: false) }
    }

    /// Since when nearly the same text counts, in milliseconds since 1970.
    private func nearDuplicatesSince(_ attempt: Attempt) -> Int64 {
        attempt.time - Int64(here.policy.duplicates.nearMinutes) * 60_000
    }

    /// The texts that went, or are going, to the same people with nearly the same words, of as long ago as may matter here.
    func similarTexts(to attempt: Attempt) async throws -> [EffectRecord] {
        guard let outreach = attempt.effect.outreach else { return [] }
        let near = nearDuplicatesSince(attempt)
        let names = try attempt.digest.ledgerNames
        let found = try await here.store.similarTexts(
            to: outreach.recipients, textDigest: try outreach.textDigest(), in: here.workspace,
            since: min(near, attempt.time - Self.similarityWindow))
        return found.filter { names.contains($0.proposal.digest) || $0.begunAt > near }
    }

    /// A number or address that first appeared in content from outside always needs a person.
    func checkOrigin(_ attempt: Attempt, _ findings: inout Rules.Findings) async throws {
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

    // MARK: Ending

    /// Waits until no write is in flight, and lets no new one start.
    ///
    /// - Parameters:
    ///   - limit: The longest wait.
    ///   - closing: Why; whoever waited is told the first reason that there was.
    package func drain(limit: Duration, because closing: Closing = .programEnds) async {
        let timeout = Task {
            try await Task.sleep(for: limit)
            let left = state.withLock { $0.inFlight }
            if left > 0 { here.record("\(left) unfinished at the end: nobody knows whether it was performed") }
            release()
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.closing = state.closing ?? closing
                if state.inFlight > 0 { state.idle.append(continuation) }
                return state.inFlight == 0
            }
            if isIdle { continuation.resume() }
        }
        timeout.cancel()
    }

    /// Why nothing new may start for the current task, after "because"; nil where it may.
    static func obstacle(in state: borrowing State) -> String? {
        // A caller that is gone must not leave a message behind that nobody was told of.
        state.closing?.cause ?? (Task.isCancelled ? "the call was cancelled." : nil)
    }

    func release() {
        let waiting = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
    }
}
