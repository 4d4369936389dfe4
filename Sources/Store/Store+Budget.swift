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

    /// The first budget that effects would overdraw together now, or nil; ``reserve(_:limits:duplicatesSince:now:)`` decides.
    package func excess(
        of proposals: [EffectProposal], limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> BudgetExcess? {
        try database().firstExcess(of: proposals, limits: limits, now: now)
    }

    /// How many of some effects, from the first on, the budgets allow together now.
    package func fitting(
        _ proposals: [EffectProposal], limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> Int {
        let database = try database()
        var count = proposals.count
        while count > 0, try database.firstExcess(of: Array(proposals.prefix(count)), limits: limits, now: now) != nil {
            count -= 1
        }
        return count
    }

    /// What effects would take from each budget that they count against, and what is used of it.
    package func demands(
        of proposals: [EffectProposal], limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> [BudgetDemand] {
        try database().demands(of: proposals, limits: limits, now: now)
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

    /// The first budget that effects would overdraw together, or nil.
    func firstExcess(
        of proposals: [EffectProposal], limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> BudgetExcess? {
        for demand in try demands(of: proposals, limits: limits, now: now) where demand.exceeds {
            return BudgetExcess(
                limit: demand.limit, recipient: demand.recipient, used: demand.used, requested: demand.requested,
                passesAt: demand.passesAt)
        }
        return nil
    }

    /// What effects of one workspace add to each budget that they count against, in the order of the budgets.
    func demands(
        of proposals: [EffectProposal], limits: [BudgetLimit], now: Int64
    ) throws(StoreError) -> [BudgetDemand] {
        guard let workspace = proposals.first?.workspace else { return [] }
        let messages = proposals.filter { $0.kind == .message }
        var people: [String] = []
        for recipient in messages.flatMap(\.recipients) where !people.contains(recipient) { people.append(recipient) }
        var demands: [BudgetDemand] = []
        for limit in limits {
            let measured: [(recipient: String?, amount: Int)] =
                switch limit.measure {
                case .messages: [(nil, messages.count)]
                case .messagesToRecipient:
                    people.map { person in (person, messages.count { $0.recipients.contains(person) }) }
                case .newRecipients: [(nil, try newRecipients(among: people, in: workspace).count)]
                case .segments: [(nil, proposals.reduce(0) { $0 + $1.segments })]
                case .cents: [(nil, proposals.reduce(0) { $0 + $1.cents })]
                case .contactChanges: [(nil, proposals.count { $0.kind == .contactChange })]
                case .deletions: [(nil, proposals.count { $0.kind == .deletion })]
                }
            for (recipient, requested) in measured where requested > 0 {
                let spent = try spending(limit, of: workspace, recipient: recipient, now: now)
                demands.append(
                    BudgetDemand(
                        limit: limit, recipient: recipient, used: spent.reduce(0) { $0 + $1.amount },
                        requested: requested, passesAt: passingTime(requested, after: spent, limit)))
            }
        }
        return demands
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
