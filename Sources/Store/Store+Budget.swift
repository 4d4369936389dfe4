extension Store {
    /// How much of each budget is used.
    ///
    /// - Parameter recipients: The people whose own budgets are wanted too.
    package func usage(
        of limits: [BudgetLimit], in workspace: WorkspaceID, recipients: [String] = [], now: Int64
    ) throws(StoreError) -> [BudgetUsage] {
        let database = try database()
        var usages: [BudgetUsage] = []
        for limit in limits {
            let people: [String?] = limit.measure == .messagesToRecipient ? recipients : [nil]
            for recipient in people {
                let spent = try database.spending(limit, of: workspace, recipient: recipient, now: now)
                usages.append(
                    BudgetUsage(
                        limit: limit, recipient: recipient, used: spent.reduce(0) { $0 + $1.amount },
                        nextReleaseAt: spent.first.map { $0.time + limit.window }))
            }
        }
        return usages
    }

    /// The first budget that an effect would overdraw now, or nil; ``reserve(_:limits:duplicatesSince:now:)`` decides.
    package func excess(
        of proposal: EffectProposal, limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> BudgetExcess? {
        try database().firstExcess(of: proposal, limits: limits, now: now)
    }

    /// Which of some people no message has reached or may have reached yet.
    package func newRecipients(
        among recipients: [String], in workspace: WorkspaceID
    ) throws(StoreError) -> [String] {
        try database().newRecipients(among: recipients, in: workspace)
    }
}

extension Database {
    /// What was spent, and when.
    struct Spending {
        let time: Int64
        let amount: Int
    }

    /// The first budget that an effect would overdraw, or nil.
    func firstExcess(
        of proposal: EffectProposal, limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> BudgetExcess? {
        for limit in limits {
            let requested = try amount(limit.measure, of: proposal)
            if requested == 0 { continue }
            let people: [String?] = limit.measure == .messagesToRecipient ? proposal.recipients : [nil]
            for recipient in people {
                let spent = try spending(limit, of: proposal.workspace, recipient: recipient, now: now)
                let used = spent.reduce(0) { $0 + $1.amount }
                if used + requested <= limit.maximum { continue }
                return BudgetExcess(
                    limit: limit, recipient: recipient, used: used, requested: requested,
                    passesAt: passingTime(requested, after: spent, limit))
            }
        }
        return nil
    }

    /// What an effect adds to a budget, for one person where each has their own.
    private func amount(_ measure: BudgetMeasure, of proposal: EffectProposal) throws(StoreError) -> Int {
        let isMessage = proposal.kind == .message
        return switch measure {
        case .messages: isMessage ? 1 : 0
        case .messagesToRecipient: isMessage && !proposal.recipients.isEmpty ? 1 : 0
        case .newRecipients:
            isMessage ? try newRecipients(among: proposal.recipients, in: proposal.workspace).count : 0
        case .segments: proposal.segments
        case .cents: proposal.cents
        case .contactChanges: proposal.kind == .contactChange ? 1 : 0
        case .deletions: proposal.kind == .deletion ? 1 : 0
        }
    }

    /// When enough of what was spent has left the window, or nil where that is never enough.
    private func passingTime(_ requested: Int, after spent: [Spending], _ limit: BudgetLimit) -> Int64? {
        var used = spent.reduce(0) { $0 + $1.amount }
        for spending in spent {
            used -= spending.amount
            if used + requested <= limit.maximum { return spending.time + limit.window }
        }
        return nil
    }

    /// What counts against a budget in the window that ends now, oldest first.
    ///
    /// Times after now count too: a clock that was set back frees nothing.
    func spending(
        _ limit: BudgetLimit, of workspace: WorkspaceID, recipient: String?, now: Int64
    ) throws(StoreError) -> [Spending] {
        let counted = "state IN ('inFlight', 'done', 'unknown')"
        let attempts = "FROM effect WHERE workspace = ?1 AND attempted_at > ?2 AND \(counted)"
        let messages = "SELECT attempted_at, 1 \(attempts) AND kind = 'message'"
        let sql =
            switch limit.measure {
            case .messages: messages
            case .messagesToRecipient:
                "\(messages) AND EXISTS (SELECT 1 FROM effect_recipient WHERE effect = effect.id AND recipient = ?3)"
            case .newRecipients:
                """
                SELECT min(attempted_at) AS attempted_at, 1 FROM effect_recipient JOIN effect ON effect.id = effect
                WHERE workspace = ?1 AND kind = 'message' AND \(counted) GROUP BY recipient HAVING min(attempted_at) > ?2
                """
            case .segments: "SELECT attempted_at, segments \(attempts) AND segments > 0"
            case .cents: "SELECT attempted_at, cents \(attempts) AND cents > 0"
            case .contactChanges: "SELECT attempted_at, 1 \(attempts) AND kind = 'contactChange'"
            case .deletions: "SELECT attempted_at, 1 \(attempts) AND kind = 'deletion'"
            }
        var values: [SQLValue] = [.text(workspace.text), .integer(now - limit.window)]
        if let recipient { values.append(.text(recipient)) }
        return try query("\(sql) ORDER BY 1", values) { row in
            Spending(time: row.integer(0), amount: Int(row.integer(1)))
        }
    }

    /// Which of some people no message has reached or may have reached yet.
    func newRecipients(among recipients: [String], in workspace: WorkspaceID) throws(StoreError) -> [String] {
        var new: [String] = []
        for recipient in recipients {
            let known = try first(
                """
                SELECT 1 FROM effect_recipient JOIN effect ON effect.id = effect WHERE recipient = ? AND workspace = ?
                    AND kind = 'message' AND state IN ('inFlight', 'done', 'unknown') LIMIT 1
                """, [.text(recipient), .text(workspace.text)]
            ) { _ in true }
            if known == nil { new.append(recipient) }
        }
        return new
    }
}
