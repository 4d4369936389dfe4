import Configuration
import JSON
import QuoAPI
import Store

/// A text of a batch that the rules let pass.
struct Candidate: Sendable {
    let recipient: String
    let attempt: Attempt
    let findings: Rules.Findings
    /// How many segments the text takes.
    let segments: Int
}

/// A person of a batch who gets nothing.
struct Exclusion: Sendable {
    /// What decides it.
    enum Cause: Sendable {
        /// The same text went there before.
        case repeated(EffectRecord)
        /// A rule refuses it.
        case refused(Refusal)
    }

    let recipient: String
    let cause: Cause
}

/// Several texts under one approval.
extension Guard {
    /// Sends several texts one after another after one approval of them all, or says why not, or what a person must be asked.
    ///
    /// Every text is judged by itself, and those whom a rule refuses are left out; a person then approves exactly the rest. The
    /// approval holds for this batch, word for word, until it expires, and serves each text once: the same batch again goes
    /// on where an earlier call ended, and what the ledger knows as sent, or possibly sent, does not go again.
    ///
    /// - Parameters:
    ///   - batch: What is asked for; after a form it is made anew from the caller's arguments.
    ///   - consent: What the caller brings along.
    ///   - client: The name that the client gave itself, for the audit.
    ///   - progress: Takes how many of the texts that may go were decided, and how many those are in all.
    /// - Throws: ``TicketFault/forged`` where the ticket was not sealed here; every other outcome is returned.
    package func performAll(
        _ batch: Batch, consent: Consent, client: String? = nil,
        progress: @escaping @Sendable (_ decided: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(TicketFault) -> BatchOutcome {
        do {
            await tidy()
            return try await judge(batch, consent, client, progress)
        } catch {
            let refusal = try Self.refusal(of: error)
            if error is Refusal {
                let event = refusal.rule == .pending ? "asked" : "refused"
                await note(entry(event, batch, digest: nil, client, rule: refusal.rule.rawValue, method: nil))
            }
            return .refused(refusal)
        }
    }

    private func judge(
        _ batch: Batch, _ consent: Consent, _ client: String?, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> BatchOutcome {
        let texts = try batch.texts()
        let time = here.time()
        let digest = try Digest(of: batch)
        var findings = Rules.Findings()
        try rules.decide(tool: batch.tool, risk: .send, &findings)
        let course = BatchCourse(tool: batch.tool, texts: texts, client: client, time: time, progress: progress)
        let (candidates, leftOut) = try await sift(course)
        let results = BatchCourse.Results(uniqueKeysWithValues: leftOut.map { ($0.recipient, $0.result) })
        guard !candidates.isEmpty else { return .finished(course.deliveries(results)) }
        let needsNobody = findings.reasons.isEmpty && candidates.allSatisfy(\.findings.reasons.isEmpty)
        let form = ApprovalForm(
            for: batch, candidates, leftOut: leftOut, notice: here.notice, findings: findings)
        let question = Question(
            digest: digest, form: form, proposal: proposal(course, candidates, digest, form, findings), time: time,
            knownSince: candidates.map(\.findings.knownSince).max() ?? .min)
        switch consent {
        case .none where needsNobody:
            try await checkBudgets(candidates, at: time)
            return .finished(course.deliveries(await deliver(candidates, under: nil, course, results)))
        case .none(let canAsk):
            if let approval = try await heldApproval(question) {
                let approval = BatchApproval(record: approval, askedAt: approval.createdAt)
                return try await resume(course, candidates, under: approval, results)
            }
            try await checkBudgets(candidates, at: time)
            guard canAsk else { throw try await pending(question) }
            let (form, ticket) = try ask(question)
            return .approvalNeeded(form, ticket: ticket)
        case .answered(let answer, let ticket):
            let asked = try await check(answer, ticket, question)
            // What was shown is what was approved: whom the rules let pass only since then is not in it.
            var shown = question.proposal
            shown.recipients = asked.recipients
            let entry = entry("approved", batch, digest: digest, client, rule: nil, method: "form")
            let approval = try await grant(
                Question(digest: digest, form: form, proposal: shown, time: time, knownSince: question.knownSince),
                audit: entry)
            return try await resume(
                course, candidates, under: BatchApproval(record: approval, askedAt: asked.time), results,
                among: Set(asked.recipients))
        }
    }

    /// Judges each text by itself: which may go, and who is left out.
    private func sift(_ course: BatchCourse) async throws -> (candidates: [Candidate], leftOut: [Exclusion]) {
        var candidates: [Candidate] = []
        var leftOut: [Exclusion] = []
        for text in course.texts {
            if Task.isCancelled { throw Refusal(.abandoned, "Nothing was sent: the call was cancelled.") }
            let digest = try Digest(of: text.effect)
            let attempt = Attempt(effect: text.effect, digest: digest, client: course.client, time: course.time)
            do {
                switch try await judge(attempt) {
                case .repeated(let record):
                    leftOut.append(Exclusion(recipient: text.recipient, cause: .repeated(record)))
                case .open(let findings):
                    candidates.append(
                        Candidate(
                            recipient: text.recipient, attempt: attempt, findings: findings,
                            segments: MessageSegments(of: text.text).count))
                }
            } catch let refusal as Refusal {
                await note("refused", attempt, rule: refusal.rule.rawValue)
                leftOut.append(Exclusion(recipient: text.recipient, cause: .refused(refusal)))
            }
        }
        return (candidates, leftOut)
    }

    /// The approval of the same batch that a person gave and that holds; nil where there is none.
    private func heldApproval(_ question: Question) async throws -> EffectRecord? {
        let latest = try await here.store.approval(
            of: question.digest.approval, in: here.workspace, now: question.time)
        if latest?.state == .granted { return latest }
        // A refusal in the terminal is told once the agent comes again, and holds for as long as an approval would.
        let since = question.time - Int64(here.policy.approvals.grantedMinutes) * 60_000
        if let latest, latest.state == .denied, latest.updatedAt > since { throw Self.declined }
        return nil
    }

    /// Sends what an approval covers and has not served.
    ///
    /// - Parameter asked: Whom the form showed that was just answered; nil where the approval was given before this call.
    private func resume(
        _ course: BatchCourse, _ candidates: [Candidate], under approval: BatchApproval, _ results: BatchCourse.Results,
        among asked: Set<String>? = nil
    ) async throws -> BatchOutcome {
        let named = Set(approval.record.proposal.recipients)
        let approved = asked.map(named.intersection) ?? named
        let served = try await here.store.effects(ofBatch: approval.record.id)
        var (results, covered) = (results, [Candidate]())
        for candidate in candidates {
            let latest = served.last { $0.proposal.digest == candidate.attempt.digest.request }
            if let latest, latest.state == .done {
                results[candidate.recipient] = .repeated(latest)
            } else if approval.cannotKnow(candidate.findings) {
                results[candidate.recipient] = .refused(Self.needsNewApproval)
            } else if approved.contains(candidate.recipient) {
                covered.append(candidate)
            } else {
                results[candidate.recipient] = .refused(Self.notShown)
            }
        }
        try await checkBudgets(covered, at: course.time)
        return .finished(course.deliveries(await deliver(covered, under: approval, course, results)))
    }

    /// Refuses texts that the budgets do not allow together, and says how many they would.
    private func checkBudgets(_ candidates: [Candidate], at time: Int64) async throws {
        let proposals = try candidates.map { try proposal(for: $0.attempt, $0.findings) }
        let limits = here.policy.limits
        guard let excess = try await here.store.excess(of: proposals, limits: limits, now: time) else { return }
        let fitting = try await here.store.fitting(proposals, limits: limits, now: time)
        throw Refusal(
            .budget,
            "\(excess.refusal.explanation) Of these \(candidates.count) texts the first \(fitting) would fit now.",
            passesAt: excess.passesAt)
    }

    private func proposal(
        _ course: BatchCourse, _ candidates: [Candidate], _ digest: Digest, _ form: ApprovalForm,
        _ findings: Rules.Findings
    ) -> EffectProposal {
        EffectProposal(
            workspace: here.workspace, digest: digest.approval, tool: course.tool, kind: .batch,
            risk: Risk.send.rawValue, client: course.client, recipients: candidates.map(\.recipient),
            facts: form.record(facts: digest.facts).text(),
            rule: (findings.reasons + candidates.flatMap(\.findings.reasons)).first)
    }

    private func entry(
        _ event: String, _ batch: Batch, digest: Digest?, _ client: String?, rule: String?, method: String?
    ) -> AuditEntry {
        AuditEntry(
            time: here.time(), workspace: here.workspace, event: event, client: client, tool: batch.tool,
            risk: Risk.send.rawValue, digest: digest?.request, rule: rule, approver: method == nil ? nil : "user",
            approvalMethod: method, detail: "\(batch.messages.count) texts")
    }

    static let needsNewApproval = Refusal(
        .unresolved,
        "Nothing was sent now: an earlier attempt had no answer and is not in the thread. It may yet arrive, so whether to risk "
            + "a second one is for the user to say. Look with list_messages, then ask for this text alone.")

    private static let notShown = Refusal(
        .otherRequest,
        "Nothing was sent: this person was left out when the user approved the others. Ask for this text alone, or again "
            + "once that approval has lapsed.")
}

/// The approval that covers the texts of a batch.
struct BatchApproval: Sendable {
    let record: EffectRecord
    /// When the form was composed by which it was given, in milliseconds since 1970.
    let askedAt: Int64

    /// Whether whoever gave it could not know that a text had been lost, or sent by another call.
    func cannotKnow(_ findings: Rules.Findings) -> Bool { !findings.couldBeKnown(at: askedAt) }
}

/// One call for a batch.
struct BatchCourse: Sendable {
    /// What became of each person's text, by number.
    typealias Results = [String: Delivery.Result]

    let tool: String
    let texts: [BatchText]
    let client: String?
    /// When the call began, in milliseconds since 1970.
    let time: Int64
    let progress: @Sendable (Int, Int) -> Void

    /// What became of those of whom it is known, in the order of the batch.
    func deliveries(_ results: Results) -> [Delivery] {
        texts.compactMap { text in
            results[text.recipient].map { Delivery(recipient: text.recipient, result: $0) }
        }
    }
}
