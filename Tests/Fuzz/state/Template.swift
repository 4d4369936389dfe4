import FuzzSupport

@testable import Store

let workspace = WorkspaceID(text: "w1")
let person = "+12025550101"
let now: Int64 = 1_795_000_000_000
let limits = BudgetMeasure.allCases.map {
    BudgetLimit(name: $0.rawValue, measure: $0, window: 3_600_000, maximum: 100)
}

/// A state with something of everything, to be broken.
struct Template {
    let file: [UInt8]
    let tables: [(name: String, columns: [String])]
    let audit: [AuditRecord]
}

let template: Template = {
    let folder = Folder()
    let audit = wait { await fill(Store(folder: folder.state)) }
    guard let database = try? Database(folder: folder.state, busyTimeout: 0, migrations: Schema.migrations),
        let names = try? database.query("SELECT name FROM sqlite_schema WHERE type = 'table'", [], { $0.text(0) })
    else { fatalError("the template cannot be opened") }
    var tables: [(String, [String])] = []
    for name in names where !name.hasPrefix("sqlite_") {
        let columns = try? database.query("SELECT name FROM pragma_table_info('\(name)')", []) { $0.text(0) }
        tables.append((name, columns ?? []))
    }
    // The audit defends itself against SQL; whoever edits the file does not ask it.
    _ = try? database.execute("DROP TRIGGER audit_stays; DROP TRIGGER audit_remains; PRAGMA wal_checkpoint(TRUNCATE)")
    return Template(file: folder.readState(), tables: tables, audit: audit)
}()

private func fill(_ store: Store) async -> [AuditRecord] {
    do {
        for number in 1...4 {
            let planned = try await store.plan(message("d\(number)"), expiresAt: now + 60_000, now: now)
            try await store.appendAudit(
                AuditEntry(time: now, workspace: workspace, event: "planned", digest: "d\(number)"))
            if number > 1 {
                _ = try await store.grant(planned.id, approver: "a", method: "form", expiresAt: now + 60_000, now: now)
            }
            if number > 2 {
                _ = try await store.take("d\(number)", in: workspace, limits: limits, duplicatesSince: nil, now: now)
            }
            if number > 3 {
                let outcome = EffectOutcome(id: "AC1", status: "queued", trace: "t")
                _ = try await store.finish(planned.id, as: .done, outcome: outcome, now: now)
            }
        }
        try await store.saveSnapshot(of: "C1", in: workspace, content: "{}", reason: "update", time: now)
        try await store.addOptOut(OptOut(number: person, workspace: nil, note: "stop", time: now))
        try await store.rememberLook(at: person, in: workspace, verdict: "clear", time: now)
        try await store.rememberIncoming([person], in: workspace, source: "PN1", time: now)
        if let sync = try await store.beginContactSync(of: workspace, after: nil, expiresAt: now + 1000, now: now) {
            let contacts = ["C1", "C2"].map { IndexedContact(id: $0, name: "Ana", numbers: [person], content: "{}") }
            _ = try await store.writeContactPage(
                contacts, of: workspace, sync: sync, askedAt: now, expiresAt: now + 1000)
            _ = try await store.finishContactSync(sync, of: workspace, now: now)
        }
        for number in 1...3 {
            let record = WebhookRecord(
                delivery: "m\(number)", type: "message.received", resourceTime: now, receivedAt: now, content: "{}")
            _ = try await store.keepEvent(record, in: workspace)
        }
        try await store.noteListener(in: workspace, now: now)
        _ = try await store.askForTurn(store.newTicket(.bulk), in: workspace) { now }
        return try await store.auditRecords(limit: 100)
    } catch { fatalError("the template cannot be made: \(error)") }
}

func message(_ digest: String) -> EffectProposal {
    EffectProposal(
        workspace: workspace, digest: digest, tool: "send_message", kind: .message, risk: "send", client: "fuzz",
        lineID: "PN1", recipients: [person], textDigest: "t", segments: 2, cents: 3, facts: "{}", request: "{}",
        rule: "r")
}

extension Folder {
    var state: StateFolder {
        guard let state = try? StateFolder(path: path) else { fatalError("\(path) is no folder") }
        return state
    }
}
