/// The rows of the ledger; every change of a state goes through ``move(_:to:process:now:)``.
extension Database {
    /// Changes a state where the table of successors allows it; returns whether it did.
    ///
    /// Of several processes that try, one succeeds. What the effect said is erased with its last change.
    ///
    /// - Parameter process: Who takes it in flight; nil leaves who had it.
    func move(_ id: String, to state: EffectState, process: ProcessIdentity?, now: Int64) throws(StoreError) -> Bool {
        let predecessors = EffectState.allCases.filter { $0.successors.contains(state) }
        let changed = try run(
            """
            UPDATE effect SET state = ?2, updated_at = ?3, process = coalesce(?4, process),
                attempted_at = CASE WHEN ?2 = 'inFlight' THEN ?3 ELSE attempted_at END
            WHERE id = ?1 AND state IN (\(list(predecessors)))
            """, [.text(id), .text(state.rawValue), .integer(now), SQLValue(process?.text)])
        if changed == 1, state.isFinal { try eraseTexts("id = ?", .text(id)) }
        return changed == 1
    }

    /// Ends what is open and past its time; returns how many those were.
    @discardableResult func expireEffects(at now: Int64) throws(StoreError) -> Int {
        let ids = try query(
            "SELECT id FROM effect WHERE state IN ('pending', 'granted') AND expires_at <= ?", [.integer(now)]
        ) { row in row.text(0) }
        var count = 0
        for id in ids where try move(id, to: .expired, process: nil, now: now) { count += 1 }
        return count
    }

    private func eraseTexts(_ condition: String, _ value: SQLValue) throws(StoreError) {
        try run("UPDATE effect SET facts = '', request = '' WHERE \(condition)", [value])
    }

    /// Enters a new effect.
    func insertEffect(
        _ proposal: EffectProposal, id: String, state: EffectState, process: ProcessIdentity, expiresAt: Int64?,
        now: Int64
    ) throws(StoreError) -> EffectRecord {
        guard EffectState.initial.contains(state) else { throw .failed("no effect begins as \(state.rawValue)") }
        try run(
            """
            INSERT INTO effect (id, workspace, digest, tool, kind, risk, client, line, text_digest, segments, cents, facts,
                request, rule, state, process, created_at, updated_at, expires_at, attempted_at, batch)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(id), .text(proposal.workspace.text), .text(proposal.digest), .text(proposal.tool),
                .text(proposal.kind.rawValue), .text(proposal.risk), SQLValue(proposal.client),
                SQLValue(proposal.lineID),
                SQLValue(proposal.textDigest), .integer(Int64(proposal.segments)), .integer(Int64(proposal.cents)),
                .text(proposal.facts), .text(proposal.request), SQLValue(proposal.rule), .text(state.rawValue),
                .text(process.text), .integer(now), .integer(now), SQLValue(expiresAt),
                SQLValue(state == .inFlight ? now : nil), SQLValue(proposal.batch),
            ])
        for (position, recipient) in proposal.recipients.enumerated() {
            try run(
                "INSERT INTO effect_recipient (effect, position, recipient) VALUES (?, ?, ?)",
                [.text(id), .integer(Int64(position)), .text(recipient)])
        }
        guard let record = try effect(id) else { throw .failed("the effect \(id) is gone") }
        return record
    }

    /// What keeps a request from being made now, or nil.
    func obstacle(
        to proposal: EffectProposal, limits: [BudgetLimit], duplicatesSince: Int64?, now: Int64
    ) throws(StoreError) -> Admission? {
        if let record = try unresolvedEffect(proposal.digest, proposal.workspace) { return .unresolved(record) }
        if let batch = proposal.batch, let obstacle = try obstacle(to: proposal, of: batch) { return obstacle }
        if let since = duplicatesSince,
            let record = try recentEffect(proposal.digest, proposal.workspace, since: since)
        {
            return .duplicate(record)
        }
        if let excess = try firstExcess(of: [proposal], limits: limits, now: now) { return .exceeded(excess) }
        return nil
    }

    /// What keeps a request from being made under the approval of a batch, or nil.
    ///
    /// The approval must hold now and name the people, and must not have served this request before.
    private func obstacle(to proposal: EffectProposal, of batch: String) throws(StoreError) -> Admission? {
        let approval = try effect(batch)
        guard let approval, approval.state == .granted, approval.proposal.kind == .batch,
            approval.proposal.workspace == proposal.workspace,
            Set(approval.proposal.recipients).isSuperset(of: proposal.recipients)
        else { return .notGranted(approval) }
        let served = try effects(
            "WHERE batch = ? AND digest = ? AND state = 'done'", [.text(batch), .text(proposal.digest)])
        return served.first.map { .duplicate($0) }
    }
}

// MARK: Reading

extension Database {
    /// One effect, or nil where there is none of that name.
    func effect(_ id: String) throws(StoreError) -> EffectRecord? { try effects("WHERE id = ?", [.text(id)]).first }

    /// The newest effect with the digest of a proposal, among those in some states.
    func effect(of proposal: EffectProposal, in states: Set<EffectState>) throws(StoreError) -> EffectRecord? {
        try effect(proposal.digest, proposal.workspace, in: states)
    }

    /// The newest effect with a digest, among those in some states.
    func effect(
        _ digest: String, _ workspace: WorkspaceID, in states: Set<EffectState>
    ) throws(StoreError) -> EffectRecord? {
        let states = EffectState.allCases.filter(states.contains)
        return try effects(
            """
            WHERE workspace = ? AND digest = ? AND state IN (\(list(states)))
            ORDER BY updated_at DESC, rowid DESC LIMIT 1
            """, [.text(workspace.text), .text(digest)]
        ).first
    }

    /// Which effects speak against doing the same in the workspace `?1`: its own, and texts of every key.
    ///
    /// A workspace has another name under a new key or through a gateway, but its lines keep their ids. So a text with the same
    /// digest was sent from the same line, and one with nearly the same words reached the same person.
    static let speaksAgainst = """
        (workspace = ?1 OR kind = '\(EffectKind.message.rawValue)' AND NOT (\(simulated("workspace")) OR \(simulated("?1"))))
        """

    private static func simulated(_ name: String) -> String {
        "substr(\(name), 1, \(WorkspaceID.simulatedPrefix.count)) = '\(WorkspaceID.simulatedPrefix)'"
    }

    /// Effects in simulated workspaces that wait for a person, or for what a person approved to be done.
    func openSimulatedEffects() throws(StoreError) -> [EffectRecord] {
        try effects("WHERE state IN (\(list([.pending, .granted]))) AND \(Self.simulated("workspace"))", [])
    }

    /// The newest effect with a digest that is in flight or of unknown outcome.
    func unresolvedEffect(_ digest: String, _ workspace: WorkspaceID) throws(StoreError) -> EffectRecord? {
        try effects(
            """
            WHERE \(Self.speaksAgainst) AND digest = ?2 AND state IN (\(list([.inFlight, .unknown])))
            ORDER BY updated_at DESC, rowid DESC LIMIT 1
            """, [.text(workspace.text), .text(digest)]
        ).first
    }

    /// The newest effect with a digest that was done by an attempt since a time.
    func recentEffect(_ digest: String, _ workspace: WorkspaceID, since: Int64) throws(StoreError) -> EffectRecord? {
        try effects(
            """
            WHERE \(Self.speaksAgainst) AND digest = ?2 AND state = 'done' AND attempted_at >= ?3
            ORDER BY attempted_at DESC, rowid DESC LIMIT 1
            """, [.text(workspace.text), .text(digest), .integer(since)]
        ).first
    }

    /// The effects that a condition selects.
    func effects(_ condition: String, _ values: [SQLValue]) throws(StoreError) -> [EffectRecord] {
        try query(
            """
            SELECT id, workspace, digest, tool, kind, risk, client, line, text_digest, segments, cents, facts, request, rule,
                state, process, created_at, updated_at, expires_at, attempted_at, approver, approval_method, outcome_id,
                outcome_status, trace, batch
            FROM effect \(condition)
            """, values
        ) { row throws(StoreError) in try record(row) }
    }

    private func record(_ row: Row) throws(StoreError) -> EffectRecord {
        let id = row.text(0)
        guard let kind = EffectKind(rawValue: row.text(4)), let state = EffectState(rawValue: row.text(14)) else {
            throw .corrupt(path: path, detail: "the effect \(id) has a state or kind that does not exist")
        }
        let recipients = try query(
            "SELECT recipient FROM effect_recipient WHERE effect = ? ORDER BY position", [.text(id)]
        ) { row in row.text(0) }
        var proposal = EffectProposal(
            workspace: WorkspaceID(text: row.text(1)), digest: row.text(2), tool: row.text(3), kind: kind,
            risk: row.text(5), client: row.optionalText(6), lineID: row.optionalText(7), recipients: recipients,
            textDigest: row.optionalText(8), segments: Int(row.integer(9)), cents: Int(row.integer(10)),
            facts: row.text(11), request: row.text(12), rule: row.optionalText(13))
        proposal.batch = row.optionalText(25)
        return EffectRecord(
            id: id, proposal: proposal, state: state, process: row.text(15), createdAt: row.integer(16),
            updatedAt: row.integer(17), expiresAt: row.optionalInteger(18), attemptedAt: row.optionalInteger(19),
            approver: row.optionalText(20), approvalMethod: row.optionalText(21),
            outcome: EffectOutcome(
                id: row.optionalText(22), status: row.optionalText(23), trace: row.optionalText(24)))
    }

    /// States as SQL lists them.
    func list(_ states: [EffectState]) -> String {
        states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
