extension Store {
    private static let day: Int64 = 86_400_000
    /// How long a window counts after a process last named it, in milliseconds.
    private static let windowPatience = 30 * day

    /// Removes what is older than the owner keeps it from the audit and the ledger, at most once a day among all processes.
    ///
    /// Of the audit the lines before the first that is young enough are removed, and the chain is verified from there on. Of
    /// the ledger only settled effects are, the texts of a batch only once its approval is, and nothing that any process
    /// still looks back to: what is removed is not known to have been sent.
    ///
    /// - Parameters:
    ///   - lifetime: How long lines and effects are kept, in milliseconds.
    ///   - window: How far back this process looks in the ledger at most, in milliseconds. The longest that any process named
    ///     in the last 30 days counts, because the owner's programs may be configured differently.
    /// - Returns: Whether it was done; false where that was less than a day ago.
    @discardableResult package func removeExpired(
        lifetime: Int64, window: Int64, now: Int64
    ) throws(StoreError) -> Bool {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.run("INSERT OR REPLACE INTO ledger_window VALUES (?, ?)", [.integer(window), .integer(now)])
            // A clock that was set back does not put it off.
            let claimed = try database.run(
                "UPDATE retention SET tidied_at = ?1 WHERE tidied_at IS NULL OR tidied_at > ?1 OR tidied_at <= ?2",
                [.integer(now), .integer(now - Self.day)])
            guard claimed == 1 else { return false }
            try database.run("DELETE FROM ledger_window WHERE noted_at < ?", [.integer(now - Self.windowPatience)])
            let longest = try database.first("SELECT max(length) FROM ledger_window") { row in row.integer(0) }
            try database.expireEffects(at: now)
            try database.removeAudit(before: now - lifetime)
            try database.removeEffects(before: now - max(lifetime, longest ?? window))
            return true
        }
    }
}

extension Database {
    /// Removes the lines before the first one since a time, and notes where the chain begins now.
    fileprivate func removeAudit(before time: Int64) throws(StoreError) {
        let last = try first(
            """
            SELECT sequence, hash, time FROM audit
            WHERE sequence < coalesce((SELECT min(sequence) FROM audit WHERE time >= ?), \(Int64.max))
            ORDER BY sequence DESC LIMIT 1
            """, [.integer(time)]
        ) { row in (sequence: row.integer(0), hash: row.text(1), time: row.integer(2)) }
        guard let last else { return }
        let moved = try run(
            "UPDATE audit_anchor SET sequence = ?1, hash = ?2, time = ?3 WHERE sequence < ?1",
            [.integer(last.sequence), .text(last.hash), .integer(last.time)])
        // Lines at or before the anchor were put there by somebody else, and are left to be found.
        if moved == 1 { try run("DELETE FROM audit WHERE sequence <= ?", [.integer(last.sequence)]) }
    }

    /// Removes effects that were settled before a time, with their recipients.
    fileprivate func removeEffects(before time: Int64) throws(StoreError) {
        let settled = "state IN (\(list(EffectState.allCases.filter(\.isFinal))))"
        let conditions = [
            // An approval serves each of its texts once, and knows by the effects which it has served.
            "batch IN (SELECT id FROM effect WHERE kind = 'batch' AND \(settled))",
            "batch IS NULL AND id NOT IN (SELECT batch FROM effect WHERE batch IS NOT NULL)",
        ]
        for condition in conditions {
            let old = "\(settled) AND max(updated_at, coalesce(attempted_at, 0)) < ? AND \(condition)"
            try run(
                "DELETE FROM effect_recipient WHERE effect IN (SELECT id FROM effect WHERE \(old))", [.integer(time)])
            try run("DELETE FROM effect WHERE \(old)", [.integer(time)])
        }
    }
}
