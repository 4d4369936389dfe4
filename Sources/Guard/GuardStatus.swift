import Configuration
package import JSON
import Store

extension Guard {
    /// What the guard allows now, what waits, what is left of each budget and what was refused lately, for an agent.
    ///
    /// - Throws: `StoreError` where the state cannot be read.
    package func status() async throws -> JSONObject {
        let here = surroundings
        let now = here.time()
        var object: JSONObject = [
            "profile": .string(here.policy.isReadOnly ? Profile.readOnly.rawValue : here.policy.profile.rawValue)
        ]
        var decisions: JSONObject = [:]
        for risk in Risk.allCases {
            decisions[risk.rawValue] = .string(here.policy.decision(tool: "", risk: risk).decision.rawValue)
        }
        object["changes"] = .object(decisions)
        let hours = "\(here.policy.quietHours.from)-\(here.policy.quietHours.to), the recipient's time"
        if here.policy.quietHours.isEnabled {
            object["textsGo"] = .string(hours)
        } else if here.policy.leavesOutQuietHours {
            object["textsGo"] = .string("at any time, because this is the sandbox; in a real workspace \(hours)")
        }
        let pending = try await here.store.pendingEffects(in: here.workspace, now: now)
        object["waitingForApproval"] = .array(
            pending.map { record in
                [
                    "id": .string(String(record.id.prefix(8))), "tool": .string(record.proposal.tool),
                    "since": .string(Timestamp.text(record.begunAt)),
                ]
            })
        let usage = try await here.store.usage(of: here.policy.limits, in: here.workspace, now: now)
        var budgets: JSONObject = [:]
        for budget in usage where budget.recipient == nil && budget.limit.measure != .messagesToRecipient {
            budgets[budget.limit.name] = .string(
                "\(max(0, budget.limit.maximum - budget.used)) of \(budget.limit.maximum) left")
        }
        object["budgets"] = .object(budgets)
        let unresolved = try await here.store.unresolvedEffects(in: here.workspace)
        if !unresolved.isEmpty {
            object["outcomeUnknown"] = .array(
                unresolved.map { record in
                    [
                        "tool": .string(record.proposal.tool),
                        "since": .string(Timestamp.text(record.begunAt)),
                    ]
                })
        }
        let filter = AuditFilter(workspace: here.workspace, event: "refused")
        let refusals = try await here.store.auditRecords(filter, limit: 5)
        object["lastRefusals"] = .array(
            refusals.map { record in
                var refusal: JSONObject = ["time": .string(Timestamp.text(record.entry.time))]
                refusal["tool"] = record.entry.tool.map { .string($0) }
                refusal["rule"] = record.entry.rule.map { .string($0) }
                return .object(refusal)
            })
        return object
    }

    /// The newest snapshot of a contact from before it was changed or deleted through this program, or nil.
    ///
    /// - Throws: `StoreError` where the state cannot be read.
    package func snapshot(of contactID: String) async throws -> Effect.Snapshot? {
        let here = surroundings
        guard let kept = try await here.store.latestSnapshot(of: contactID, in: here.workspace) else { return nil }
        return Effect.Snapshot(id: contactID, content: try JSONValue(parsing: kept.content))
    }
}
