import Cryptography
import JSON

extension Store {
    /// Adds a line to the audit.
    @discardableResult package func appendAudit(_ entry: AuditEntry) throws(StoreError) -> AuditRecord {
        let database = try database()
        return try database.transaction { () throws(StoreError) in try database.appendAudit(entry, process: process) }
    }

    /// The newest lines that a filter selects, newest first.
    package func auditRecords(_ filter: AuditFilter = AuditFilter(), limit: Int) throws(StoreError) -> [AuditRecord] {
        try database().auditRecords(
            """
            WHERE (?1 IS NULL OR workspace = ?1) AND (?2 IS NULL OR tool = ?2) AND (?3 IS NULL OR event = ?3)
                AND (?4 IS NULL OR digest = ?4) AND (?5 IS NULL OR time >= ?5) AND (?6 IS NULL OR sequence < ?6)
            ORDER BY sequence DESC LIMIT ?7
            """,
            [
                SQLValue(filter.workspace?.text), SQLValue(filter.tool), SQLValue(filter.event),
                SQLValue(filter.digest),
                SQLValue(filter.since), SQLValue(filter.before), .integer(Int64(limit)),
            ])
    }

    /// Reads the whole audit and finds the first line that is not as it was written.
    ///
    /// The chain begins where ``removeExpired(lifetime:window:now:)`` ended.
    /// The chain has no secret: who can write the file can write all of it anew. Then the hash of its last line differs from
    /// one that was noted before.
    package func verifyAudit() throws(StoreError) -> AuditVerdict {
        let database = try database()
        // In one transaction, so that no other process adds a line between the chain and its head.
        return try database.transaction(.process) { () throws(StoreError) in try database.verifyAudit() }
    }
}

extension Database {
    /// Adds a line after the last one; only in a transaction.
    func appendAudit(_ entry: AuditEntry, process: ProcessIdentity) throws(StoreError) -> AuditRecord {
        let (last, previous) = try auditHead()
        let sequence = last + 1
        let hash = try chainHash(after: previous, sequence, process.text, entry)
        try run(
            """
            INSERT INTO audit (sequence, process, time, workspace, event, client, tool, risk, digest, rule, approver,
                approval_method, outcome, trace, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(sequence), .text(process.text), .integer(entry.time), .text(entry.workspace.text),
                .text(entry.event), SQLValue(entry.client), SQLValue(entry.tool), SQLValue(entry.risk),
                SQLValue(entry.digest), SQLValue(entry.rule), SQLValue(entry.approver), SQLValue(entry.approvalMethod),
                SQLValue(entry.outcome), SQLValue(entry.trace), SQLValue(entry.detail), .text(hash),
            ])
        try run("UPDATE audit_head SET sequence = ?, hash = ? WHERE one = 1", [.integer(sequence), .text(hash)])
        return AuditRecord(sequence: sequence, process: process.text, entry: entry, hash: hash)
    }

    /// The lines that a condition selects.
    func auditRecords(_ condition: String, _ values: [SQLValue]) throws(StoreError) -> [AuditRecord] {
        try query(
            """
            SELECT sequence, process, time, workspace, event, client, tool, risk, digest, rule, approver, approval_method,
                outcome, trace, detail, hash
            FROM audit \(condition)
            """, values
        ) { row in
            let entry = AuditEntry(
                time: row.integer(2), workspace: WorkspaceID(text: row.text(3)), event: row.text(4),
                client: row.optionalText(5), tool: row.optionalText(6), risk: row.optionalText(7),
                digest: row.optionalText(8), rule: row.optionalText(9), approver: row.optionalText(10),
                approvalMethod: row.optionalText(11), outcome: row.optionalText(12), trace: row.optionalText(13),
                detail: row.optionalText(14))
            return AuditRecord(sequence: row.integer(0), process: row.text(1), entry: entry, hash: row.text(15))
        }
    }

    /// Reads the whole audit and finds the first line that is not as it was written; only in a transaction.
    func verifyAudit() throws(StoreError) -> AuditVerdict {
        let anchor = try auditAnchor()
        var (sequence, hash) = (anchor.sequence, anchor.hash)
        var last = Int64.min
        while true {
            let batch = try auditRecords("WHERE sequence > ? ORDER BY sequence LIMIT 500", [.integer(last)])
            if batch.isEmpty { break }
            last = batch[batch.count - 1].sequence
            for record in batch {
                guard record.sequence > sequence else { return .broken(sequence: record.sequence, .edited) }
                guard record.sequence == sequence + 1 else { return .broken(sequence: sequence + 1, .missing) }
                sequence += 1
                let expected = try chainHash(after: hash, sequence, record.process, record.entry)
                guard record.hash == expected else { return .broken(sequence: sequence, .edited) }
                hash = expected
            }
        }
        let head = try auditHead()
        if head.sequence > sequence { return .broken(sequence: sequence + 1, .truncated) }
        guard head.sequence == sequence, head.hash == hash else { return .broken(sequence: sequence, .edited) }
        return .intact(count: sequence - anchor.sequence, head: hash, removal: anchor.removal)
    }

    private func auditHead() throws(StoreError) -> (sequence: Int64, hash: String) {
        let head = try first("SELECT sequence, hash FROM audit_head") { row in (row.integer(0), row.text(1)) }
        guard let head else { throw .corrupt(path: path, detail: "the head of the audit is gone") }
        return head
    }

    /// What the first line follows: nothing, or the last one that was removed in time.
    private func auditAnchor() throws(StoreError) -> (sequence: Int64, hash: String, removal: AuditRemoval?) {
        // A file that is only looked at may be from before there was one.
        let isThere = try first("SELECT 1 FROM sqlite_master WHERE name = 'audit_anchor'") { _ in true }
        guard isThere != nil else { return (0, "", nil) }
        let anchor = try first("SELECT sequence, hash, time FROM audit_anchor") { row in
            let sequence = row.integer(0)
            let removal = row.optionalInteger(2).map { AuditRemoval(sequence: sequence, time: $0) }
            return (sequence, row.text(1), removal)
        }
        guard let anchor else { throw .corrupt(path: path, detail: "the anchor of the audit is gone") }
        return anchor
    }

    /// SHA-256 over a JSON array: the hash before, then what the line says, in this order.
    private func chainHash(
        after previous: String, _ sequence: Int64, _ process: String, _ entry: AuditEntry
    ) throws(StoreError) -> String {
        func value(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        let line: JSONValue = [
            value(previous), .number(JSONNumber(sequence)), value(process), .number(JSONNumber(entry.time)),
            value(entry.workspace.text), value(entry.event), value(entry.client), value(entry.tool), value(entry.risk),
            value(entry.digest), value(entry.rule), value(entry.approver), value(entry.approvalMethod),
            value(entry.outcome), value(entry.trace), value(entry.detail),
        ]
        do {
            return Hexadecimal.encode(try SHA256.hash(line.bytes()))
        } catch {
            throw .failed(error.description)
        }
    }
}
