// MARK: Approvals

extension Store {
    /// Enters an effect that waits for a person, or finds the one with the same digest that waits or is granted already.
    ///
    /// What is found keeps its facts and its expiry, so that a person decides on what they see. One that waits for other
    /// people than are asked for now, as a batch may whose rules leave out others by now, ends, and a new one takes its place;
    /// so does one that waits since before something became known that the person is to be told.
    ///
    /// - Parameters:
    ///   - knownSince: When the latest of what the proposal tells became known.
    ///   - expiresAt: When it lapses if nobody decides.
    package func plan(
        _ proposal: EffectProposal, knownSince: Int64 = .min, expiresAt: Int64, now: Int64
    ) throws(StoreError) -> EffectRecord {
        let database = try database()
        let id = try randomID()
        return try database.transaction { () throws(StoreError) in
            try database.expireEffects(at: now)
            if let open = try database.effect(of: proposal, in: [.pending, .granted]) {
                let isSame =
                    open.createdAt >= knownSince && Set(open.proposal.recipients) == Set(proposal.recipients)
                if isSame || open.state == .granted { return open }
                _ = try database.move(open.id, to: .expired, process: nil, now: now)
            }
            return try database.insertEffect(
                proposal, id: id, state: .pending, process: process, expiresAt: expiresAt, now: now)
        }
    }

    /// Notes that a person has approved an effect.
    ///
    /// - Parameters:
    ///   - approver: Who.
    ///   - method: How.
    ///   - expiresAt: When the approval lapses unless the effect is taken.
    ///   - audit: A line that is written where the state changes, at the same time.
    package func grant(
        _ id: String, approver: String, method: String, expiresAt: Int64, now: Int64, audit: AuditEntry? = nil
    ) throws(StoreError) -> EffectChange {
        try change(id, to: .granted, now: now, audit: audit) { database throws(StoreError) in
            try database.run(
                "UPDATE effect SET approver = ?, approval_method = ?, expires_at = ? WHERE id = ?",
                [.text(approver), .text(method), .integer(expiresAt), .text(id)])
        }
    }

    /// Notes that a person has refused an effect, or takes an approval back that was not used.
    package func deny(
        _ id: String, approver: String, method: String, now: Int64, audit: AuditEntry? = nil
    ) throws(StoreError) -> EffectChange {
        try change(id, to: .denied, now: now, audit: audit) { database throws(StoreError) in
            try database.run(
                "UPDATE effect SET approver = ?, approval_method = ? WHERE id = ?",
                [.text(approver), .text(method), .text(id)])
        }
    }

    /// The approval with this digest that holds now, or else the newest effect with it, or nil; nothing is taken.
    package func approval(
        of digest: String, in workspace: WorkspaceID, now: Int64
    ) throws(StoreError) -> EffectRecord? {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.expireEffects(at: now)
            if let granted = try database.effect(digest, workspace, in: [.granted]) { return granted }
            return try database.effect(digest, workspace, in: Set(EffectState.allCases))
        }
    }

    /// Ends what nobody decided or took in time, and erases what it said; returns how many those were.
    @discardableResult package func expire(now: Int64) throws(StoreError) -> Int {
        let database = try database()
        return try database.transaction { () throws(StoreError) in try database.expireEffects(at: now) }
    }

    /// Ends what waits in simulated workspaces whose process has ended, approved or not, and erases what it said: nothing can
    /// perform it any more.
    ///
    /// - Returns: How many those were.
    @discardableResult package func expireSimulated(now: Int64) throws(StoreError) -> Int {
        let database = try database()
        let ids = try database.openSimulatedEffects().filter { ProcessIdentity(text: $0.process).hasEnded }.map(\.id)
        if ids.isEmpty { return 0 }
        return try database.transaction { () throws(StoreError) in
            var count = 0
            for id in ids where try database.move(id, to: .expired, process: nil, now: now) { count += 1 }
            return count
        }
    }

    /// Effects that wait for a person, oldest first.
    ///
    /// - Parameter workspace: Only this one's; nil for all of the machine.
    package func pendingEffects(in workspace: WorkspaceID?, now: Int64) throws(StoreError) -> [EffectRecord] {
        try database().effects(
            "WHERE state = 'pending' AND expires_at > ?1 AND (?2 IS NULL OR workspace = ?2) ORDER BY created_at, id",
            [.integer(now), SQLValue(workspace?.text)])
    }

    /// Changes a state where that is allowed, and does the rest in the same transaction.
    private func change(
        _ id: String, to state: EffectState, now: Int64, audit entry: AuditEntry?,
        _ rest: (Database) throws(StoreError) -> Int
    ) throws(StoreError) -> EffectChange {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.expireEffects(at: now)
            guard try database.move(id, to: state, process: nil, now: now) else {
                return .refused(try database.effect(id))
            }
            _ = try rest(database)
            if let entry { _ = try database.appendAudit(entry, process: process) }
            guard let record = try database.effect(id) else { throw .failed("the effect \(id) is gone") }
            return .changed(record)
        }
    }
}

// MARK: Requests

extension Store {
    /// Takes an approved effect in flight, once, among all processes.
    ///
    /// It is checked in the same transaction that nothing with this digest is under way, unresolved or lately done, and that
    /// the budgets allow it. An approval that is not taken remains, until it expires.
    ///
    /// - Parameters:
    ///   - digest: Of the request as the caller has just made it, never as it was read from the ledger.
    ///   - limits: The budgets.
    ///   - duplicatesSince: Refuse where the same was done since then; nil where the approval says that it may be repeated.
    package func take(
        _ digest: String, in workspace: WorkspaceID, limits: [BudgetLimit], duplicatesSince: Int64?, now: Int64
    ) throws(StoreError) -> Admission {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.expireEffects(at: now)
            guard let granted = try database.effect(digest, workspace, in: [.granted]) else {
                if let other = try database.unresolvedEffect(digest, workspace) {
                    return .unresolved(other)
                }
                return .notGranted(try database.effect(digest, workspace, in: Set(EffectState.allCases)))
            }
            if let obstacle = try database.obstacle(
                to: granted.proposal, limits: limits, duplicatesSince: duplicatesSince, now: now)
            {
                return obstacle
            }
            guard try database.move(granted.id, to: .inFlight, process: process, now: now),
                let record = try database.effect(granted.id)
            else { return .notGranted(granted) }
            return .admitted(record)
        }
    }

    /// Enters an effect that needs no person of its own straight in flight, with the same checks as
    /// ``take(_:in:limits:duplicatesSince:now:)``.
    ///
    /// One that names a batch is admitted only while the batch's approval holds and names its people, and once under it.
    package func reserve(
        _ proposal: EffectProposal, limits: [BudgetLimit], duplicatesSince: Int64?, now: Int64
    ) throws(StoreError) -> Admission {
        let database = try database()
        let id = try randomID()
        return try database.transaction { () throws(StoreError) in
            try database.expireEffects(at: now)
            if let obstacle = try database.obstacle(
                to: proposal, limits: limits, duplicatesSince: duplicatesSince, now: now)
            {
                return obstacle
            }
            return .admitted(
                try database.insertEffect(
                    proposal, id: id, state: .inFlight, process: process, expiresAt: nil, now: now))
        }
    }

    /// Notes that a request is about to be made; returns whether it still may be.
    ///
    /// Whoever was held up since it was taken in flight, as a machine that sleeps is, may have been given up by others meanwhile.
    package func renew(_ id: String, now: Int64) throws(StoreError) -> Bool {
        let database = try database()
        // Once the power is lost nobody is about to make it any more.
        return try database.transaction(.process) { () throws(StoreError) in
            try database.run(
                "UPDATE effect SET attempted_at = ?2 WHERE id = ?1 AND state = 'inFlight'", [.text(id), .integer(now)])
                == 1
        }
    }

    /// Notes what became of a request, or settles one whose outcome was unknown.
    ///
    /// - Parameters:
    ///   - state: ``EffectState/done``, ``EffectState/failed`` or ``EffectState/unknown``.
    ///   - outcome: What is known about it.
    ///   - audit: A line that is written where the state changes, at the same time.
    package func finish(
        _ id: String, as state: EffectState, outcome: EffectOutcome, now: Int64, audit: AuditEntry? = nil
    ) throws(StoreError) -> EffectChange {
        guard [.done, .failed, .unknown].contains(state) else {
            throw .failed("an effect cannot finish as \(state.rawValue)")
        }
        return try change(id, to: state, now: now, audit: audit) { database throws(StoreError) in
            try database.run(
                """
                UPDATE effect SET outcome_id = coalesce(?, outcome_id), outcome_status = coalesce(?, outcome_status),
                    trace = coalesce(?, trace) WHERE id = ?
                """,
                [SQLValue(outcome.id), SQLValue(outcome.status), SQLValue(outcome.trace), .text(id)])
        }
    }

    /// Makes unknown what was in flight in a process that has ended, or for longer than any request takes.
    ///
    /// - Parameter startedBefore: The time before which a request that is in flight must have ended, whoever made it.
    /// - Returns: The effects that were found, to be settled.
    package func recoverOrphans(startedBefore: Int64, now: Int64) throws(StoreError) -> [EffectRecord] {
        let database = try database()
        let inFlight = try database.effects("WHERE state = 'inFlight' ORDER BY attempted_at", [])
        let orphans = inFlight.filter { record in
            (record.attemptedAt ?? 0) < startedBefore || ProcessIdentity(text: record.process).hasEnded
        }
        if orphans.isEmpty { return [] }
        return try database.transaction { () throws(StoreError) in
            var moved: [EffectRecord] = []
            for orphan in orphans where try database.move(orphan.id, to: .unknown, process: nil, now: now) {
                if let record = try database.effect(orphan.id) { moved.append(record) }
            }
            return moved
        }
    }
}

// MARK: Looking back

extension Store {
    /// One effect, or nil where there is none of that name.
    package func effect(_ id: String) throws(StoreError) -> EffectRecord? { try database().effect(id) }

    /// The newest effect with this digest that is in flight or of unknown outcome; a text may be another key's.
    package func unresolvedEffect(
        digest: String, in workspace: WorkspaceID
    ) throws(StoreError) -> EffectRecord? {
        try database().unresolvedEffect(digest, workspace)
    }

    /// Effects in flight or of unknown outcome, oldest first.
    ///
    /// - Parameter recipient: Only those that reach this person; nil for all.
    package func unresolvedEffects(
        to recipient: String? = nil, in workspace: WorkspaceID
    ) throws(StoreError) -> [EffectRecord] {
        try database().effects(
            """
            WHERE workspace = ?1 AND state IN ('inFlight', 'unknown') AND (?2 IS NULL OR EXISTS (
                SELECT 1 FROM effect_recipient WHERE effect = effect.id AND recipient = ?2))
            ORDER BY attempted_at, id
            """, [.text(workspace.text), SQLValue(recipient)])
    }

    /// The newest effect with this digest that was done since a time; a text may be another key's.
    package func recentEffect(
        digest: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> EffectRecord? {
        try database().recentEffect(digest, workspace, since: since)
    }

    /// The newest effect with this digest that failed with a status since a time; a text may be another key's.
    package func recentFailure(
        digest: String, status: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> EffectRecord? {
        try database().effects(
            """
            WHERE \(Database.speaksAgainst) AND digest = ?2 AND state = 'failed' AND outcome_status = ?3 AND updated_at >= ?4
            ORDER BY updated_at DESC, rowid DESC LIMIT 1
            """, [.text(workspace.text), .text(digest), .text(status), .integer(since)]
        ).first
    }

    /// The effects under the approval of a batch, oldest first.
    package func effects(ofBatch id: String) throws(StoreError) -> [EffectRecord] {
        try database().effects("WHERE batch = ? ORDER BY created_at, rowid", [.text(id)])
    }

    /// The newest message with nearly the same text that reached, or may have reached, one of the same people since a time,
    /// whichever key sent it.
    ///
    /// - Parameter textDigest: Of the text without regard to spaces and case.
    package func nearDuplicate(
        to recipients: [String], textDigest: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> EffectRecord? {
        try similarTexts(to: recipients, textDigest: textDigest, in: workspace, since: since).last
    }

    /// Every message with nearly the same text that reached, may have reached or is about to reach one of the same people since
    /// a time, whichever key sent it.
    ///
    /// - Parameter textDigest: Of the text without regard to spaces and case.
    package func similarTexts(
        to recipients: [String], textDigest: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> [EffectRecord] {
        let people = Set(recipients)
        return try database().effects(
            """
            WHERE \(Database.speaksAgainst) AND attempted_at >= ?2 AND text_digest = ?3
                AND state IN ('inFlight', 'done', 'unknown')
            ORDER BY attempted_at
            """, [.text(workspace.text), .integer(since), .text(textDigest)]
        ).filter { !people.isDisjoint(with: $0.proposal.recipients) }
    }

    /// The latest message with nearly the same text to one of the same people that failed with a status since a time, whichever
    /// key sent it.
    ///
    /// - Parameter textDigest: Of the text without regard to spaces and case.
    package func similarFailure(
        to recipients: [String], textDigest: String, status: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> EffectRecord? {
        let people = Set(recipients)
        return try database().effects(
            """
            WHERE \(Database.speaksAgainst) AND text_digest = ?2 AND state = 'failed' AND outcome_status = ?3
                AND updated_at >= ?4
            ORDER BY updated_at DESC, rowid DESC
            """, [.text(workspace.text), .text(textDigest), .text(status), .integer(since)]
        ).first { !people.isDisjoint(with: $0.proposal.recipients) }
    }

    /// Effects that were attempted, newest first.
    package func recentEffects(
        in workspace: WorkspaceID, since: Int64, limit: Int
    ) throws(StoreError) -> [EffectRecord] {
        try database().effects(
            "WHERE workspace = ? AND attempted_at >= ? ORDER BY attempted_at DESC, id LIMIT ?",
            [.text(workspace.text), .integer(since), .integer(Int64(limit))])
    }
}
