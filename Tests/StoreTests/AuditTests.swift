import Testing

@testable import Store

@Suite struct AuditTests {
    private func fill(_ store: Store, _ count: Int) async throws {
        for index in 1...count {
            try await store.appendAudit(
                AuditEntry(
                    time: Int64(index), workspace: index.isMultiple(of: 2) ? elsewhere : workspace, event: "sent",
                    client: "tests", tool: "send_message", risk: "send", digest: "d\(index)", rule: "approval",
                    approver: "owner", approvalMethod: "form", outcome: "done", trace: "t", detail: "…01"))
        }
    }

    @Test func `lines come back as they were, newest first`() async throws {
        let store = try Shelf().store()
        try await fill(store, 4)
        let records = try await store.auditRecords(limit: 10)
        #expect(records.map(\.sequence) == [4, 3, 2, 1])
        #expect(records[0].entry.digest == "d4")
        #expect(records[0].entry.approvalMethod == "form")
        #expect(records[0].process == ProcessIdentity.current.text)
        #expect(try await store.auditRecords(AuditFilter(workspace: workspace), limit: 10).map(\.sequence) == [3, 1])
        #expect(try await store.auditRecords(AuditFilter(since: 3), limit: 10).map(\.sequence) == [4, 3])
        #expect(try await store.auditRecords(AuditFilter(before: 3), limit: 1).map(\.sequence) == [2])
        #expect(try await store.auditRecords(AuditFilter(digest: "d2"), limit: 10).map(\.sequence) == [2])
        #expect(try await store.auditRecords(AuditFilter(tool: "x"), limit: 10).isEmpty)
        #expect(try await store.auditRecords(AuditFilter(event: "sent"), limit: 10).count == 4)
    }

    @Test func `an untouched chain is intact, over batches too`() async throws {
        let store = try Shelf().store()
        #expect(try await store.verifyAudit() == .intact(count: 0, head: ""))
        try await fill(store, 501)
        let head = try #require(try await store.auditRecords(limit: 1).first?.hash)
        #expect(try await store.verifyAudit() == .intact(count: 501, head: head))
    }

    @Test(arguments: [
        ("UPDATE audit SET detail = 'other' WHERE sequence = 3", AuditVerdict.broken(sequence: 3, .edited)),
        ("UPDATE audit SET approver = NULL WHERE sequence = 3", .broken(sequence: 3, .edited)),
        ("UPDATE audit SET time = time + 1 WHERE sequence = 3", .broken(sequence: 3, .edited)),
        ("UPDATE audit SET process = 'x' WHERE sequence = 1", .broken(sequence: 1, .edited)),
        ("UPDATE audit SET workspace = 'w2' WHERE sequence = 5", .broken(sequence: 5, .edited)),
        ("UPDATE audit SET hash = '00' WHERE sequence = 2", .broken(sequence: 2, .edited)),
        // What one column loses another gains.
        ("UPDATE audit SET outcome = trace, trace = outcome WHERE sequence = 2", .broken(sequence: 2, .edited)),
        ("DELETE FROM audit WHERE sequence = 2", .broken(sequence: 2, .missing)),
        ("DELETE FROM audit WHERE sequence = 1", .broken(sequence: 1, .missing)),
        ("DELETE FROM audit WHERE sequence > 3", .broken(sequence: 4, .truncated)),
        ("DELETE FROM audit", .broken(sequence: 1, .truncated)),
        // Two lines change places.
        (
            "UPDATE audit SET sequence = CASE sequence WHEN 2 THEN -3 ELSE -2 END WHERE sequence IN (2, 3); "
                + "UPDATE audit SET sequence = -sequence WHERE sequence < 0", .broken(sequence: 2, .edited)
        ),
        // A line is taken out and the later ones moved up.
        (
            "DELETE FROM audit WHERE sequence = 2; UPDATE audit SET sequence = -sequence WHERE sequence > 2; "
                + "UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0", .broken(sequence: 2, .edited)
        ),
        // A line is put in before the first or after the last.
        (
            "INSERT INTO audit (sequence, workspace, time, process, event, hash) VALUES (0, 'w', 0, 'p', 'e', 'h')",
            .broken(sequence: 0, .edited)
        ),
        (
            "INSERT INTO audit (sequence, workspace, time, process, event, hash) VALUES (6, 'w', 0, 'p', 'e', 'h')",
            .broken(sequence: 6, .edited)
        ),
        ("UPDATE audit_head SET sequence = 4", .broken(sequence: 5, .edited)),
        ("UPDATE audit_head SET hash = '00'", .broken(sequence: 5, .edited)),
    ]) func `tampering is found`(sql: String, verdict: AuditVerdict) async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        try await fill(store, 5)
        let tamperer = try shelf.database()
        try tamperer.execute("DROP TRIGGER audit_stays; DROP TRIGGER audit_remains; \(sql)")
        #expect(try await store.verifyAudit() == verdict)
    }

    @Test(arguments: ["UPDATE audit SET detail = 'x'", "DELETE FROM audit"])
    func `a line is not changed or deleted by mistake`(sql: String) async throws {
        let shelf = try Shelf()
        let store = try shelf.store()
        try await fill(store, 1)
        #expect(throws: StoreError.self) { try shelf.database().run(sql) }
    }

    @Test func `a change of state and its line come together or not at all`() async throws {
        let store = try Shelf().store()
        let planned = try await store.plan(message(), expiresAt: 1000, now: 1)
        let line = AuditEntry(time: 2, workspace: workspace, event: "approved")
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2, audit: line)
        // The second time it is not approved.
        _ = try await store.grant(planned.id, approver: "o", method: "form", expiresAt: 900, now: 2, audit: line)
        #expect(try await store.auditRecords(limit: 10).map(\.entry) == [line])
    }
}
