import Configuration
import Cryptography
import JSON
import QuoAPI
import Store

/// One effect on its way through the guard.
struct Attempt: Sendable {
    let effect: Effect
    let digest: Digest
    let client: String?
    /// When it began, in milliseconds since 1970; everything about it is judged as of then.
    let time: Int64

    /// This attempt for a person who is told that the same was lost, if it was.
    func told(ofLossAt time: Int64?) throws(CryptographyError) -> Attempt {
        guard let time else { return self }
        return Attempt(effect: effect, digest: try digest.afterLoss(at: time), client: client, time: self.time)
    }
}

extension Guard {
    func proposal(for attempt: Attempt, _ findings: Rules.Findings) throws -> EffectProposal {
        let effect = attempt.effect
        let form = ApprovalForm(for: effect, notice: here.notice, findings: findings)
        var proposal = EffectProposal(
            workspace: here.workspace, digest: attempt.digest.approval, tool: effect.tool, kind: effect.kind,
            risk: effect.risk.rawValue, client: attempt.client, facts: form.record(facts: attempt.digest.facts).text(),
            rule: findings.reasons.first)
        if let contact = effect.contact { proposal.recipients = [contact.ledgerName] }
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

    func entry(_ event: String, _ attempt: Attempt, rule: String? = nil, method: String?) -> AuditEntry {
        AuditEntry(
            time: attempt.time, workspace: here.workspace, event: event, client: attempt.client,
            tool: attempt.effect.tool,
            risk: attempt.effect.risk.rawValue, digest: attempt.digest.request, rule: rule,
            approver: method == nil ? nil : "user", approvalMethod: method,
            detail: attempt.effect.auditDetail(inClear: here.policy.audit.clearText))
    }

    func note(_ event: String, _ attempt: Attempt, rule: String) async {
        await note(entry(event, attempt, rule: rule, method: nil))
    }

    func note(_ entry: AuditEntry) async {
        do {
            _ = try await here.store.appendAudit(entry)
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
    func auditDetail(inClear: Bool) -> String? {
        guard let outreach else { return contact.map { "contact \($0.id)" } }
        if inClear { return "to \(outreach.recipients.joined(separator: ", ")): \(outreach.text)" }
        let masked = outreach.recipients.map { "\($0.prefix(2))…\($0.suffix(2))" }.joined(separator: ", ")
        return "to \(masked), \(outreach.text.count) characters"
    }
}

extension Effect.Outreach {
    /// The digest of the text without regard to spaces, case and punctuation, for near duplicates.
    func textDigest() throws -> String {
        try Digest.hash(
            text.lowercased().composed.unicodeScalars.filter { scalar in
                !scalar.properties.isWhitespace && !scalar.isConcealed && !scalar.isPunctuation
            }.map(String.init).joined())
    }
}

extension Unicode.Scalar {
    /// Whether it only parts or ends words, so that two texts that differ in it say nearly the same.
    fileprivate var isPunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }
}

extension Performance {
    /// In one word, for the record.
    var word: String {
        switch self {
        case .performed: "performed"
        case .failed: "failed"
        case .uncertain: "uncertain"
        }
    }
}

extension Effect.Snapshot {
    /// Under which name the ledger finds the changes of this contact.
    var ledgerName: String { "contact \(id)" }
}
