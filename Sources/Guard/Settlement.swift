import JSON
import QuoAPI
import Store

/// Finds out what became of requests whose outcome nobody knows.
///
/// A process that was killed, a time-out and a broken connection all leave an effect behind that may have happened. Nothing
/// with the same digest may go before it is settled. A text is looked for in its thread; anything else is composed anew from
/// what the API says now, which shows whether it happened.
struct Settlement: Sendable {
    /// How long the API may take to show a text that it accepted, in milliseconds.
    static let visibilityLimit: Int64 = 60_000
    /// How far the API's clock may be behind this machine's, in milliseconds.
    static let clockTolerance: Int64 = 120_000
    /// How long a request may be in flight in any process, in milliseconds.
    static let longestRequest: Int64 = 120_000

    /// The status in the ledger of a text that was looked for and not found.
    static let lost = "not in the thread"
    /// The status in the ledger of anything else that was lost.
    static let notFound = "not found"

    let reader: Reader
    let store: Store
    let workspace: WorkspaceID

    /// What an unresolved effect turned out to be.
    enum Result: Sendable {
        /// It happened.
        case done(EffectRecord)
        /// It did not, and may be asked for again.
        case failed
        /// It cannot be known yet.
        case open(Refusal)
    }

    /// Settles the effect with this digest, where there is an unresolved one; nil where there is none.
    func settle(_ effect: Effect, digests: [String], at now: Int64) async throws(StoreError) -> Result? {
        _ = try await store.recoverOrphans(startedBefore: now - Self.longestRequest, now: now)
        for digest in digests {
            guard let record = try await store.unresolvedEffect(digest: digest, in: workspace) else { continue }
            guard record.state == .unknown else {
                return .open(
                    Refusal(
                        .unresolved, "Nothing was done: the same request is being made right now. Wait for its outcome."
                    ))
            }
            return try await settle(record, effect, at: now)
        }
        return nil
    }

    private func settle(
        _ record: EffectRecord, _ effect: Effect, at now: Int64
    ) async throws(StoreError) -> Result {
        let attempted = record.begunAt
        guard let outreach = effect.outreach else {
            // The composer has just read what the API has; an effect that had happened would not be asked for as it is.
            return try await finish(record, .failed, EffectOutcome(status: Self.notFound), at: now)
        }
        let messages: [JSONValue]
        do {
            messages = try await reader.messages(
                line: outreach.lineID, with: outreach.recipients, since: attempted - Self.clockTolerance, count: 100)
        } catch {
            return .open(
                Refusal(
                    .unresolved,
                    "Nothing was sent: nobody knows yet whether the same text went out at \(Timestamp.text(attempted)), and the "
                        + "thread could not be read to find out. \(error.explanation)"))
        }
        let match = messages.first { message in
            message["direction"] == "outgoing" && message["text"]?.stringValue == outreach.text
                && message["to"]?.arrayValue.map(Set.init) == Set(outreach.recipients.map { .string($0) })
        }
        if let match {
            let outcome = EffectOutcome(id: match["id"]?.stringValue, status: match["status"]?.stringValue)
            return try await finish(record, .done, outcome, at: now)
        }
        let visible = attempted + Self.visibilityLimit
        guard now >= visible else {
            return .open(
                Refusal(
                    .unresolved,
                    "Nothing was sent: the same text may have gone out at \(Timestamp.text(attempted)) and is not in the thread "
                        + "yet. Ask again at \(Timestamp.text(visible)), when it can be known.",
                    passesAt: visible))
        }
        return try await finish(record, .failed, EffectOutcome(status: Self.lost), at: now)
    }

    private func finish(
        _ record: EffectRecord, _ state: EffectState, _ outcome: EffectOutcome, at now: Int64
    ) async throws(StoreError) -> Result {
        let entry = AuditEntry(
            time: now, workspace: workspace, event: "settled", tool: record.proposal.tool, risk: record.proposal.risk,
            digest: record.proposal.digest, outcome: state.rawValue)
        switch try await store.finish(record.id, as: state, outcome: outcome, now: now, audit: entry) {
        case .changed(let settled) where state == .done: return .done(settled)
        case .changed: return .failed
        case .refused(let current?) where current.state == .done: return .done(current)
        case .refused: return .failed
        }
    }
}
