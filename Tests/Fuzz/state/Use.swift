import FuzzSupport

@testable import Store

private let folder = Folder()

/// Puts a state in its place, changes rows, and does with it what the program does.
func use(_ file: [UInt8], edits: [Edit]) {
    folder.writeState(file)
    if !edits.isEmpty, let database = try? Database(folder: folder.state, busyTimeout: 0, migrations: Schema.migrations)
    {
        _ = try? database.execute("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF")
        for edit in edits { try? edit.apply(to: database) }
    }
    wait {
        // One turn of the actor, whose thread ends when nothing is left to do.
        let store = Store(folder: folder.state, busyTimeout: 0)
        _ = try? await store.askForTurn(store.newTicket(.interactive), in: workspace) { now }
        await store.tryEverything()
    }
}

extension Store {
    fileprivate func tryEverything() {
        if let records = try? auditRecords(limit: 100), let verdict = try? verifyAudit() {
            if case .intact = verdict { require(records == template.audit, "a changed audit is not intact") }
        }
        read()
        write()
    }

    private func read() {
        for digest in ["d1", "d4"] {
            _ = try? approval(of: digest, in: workspace, now: now)
            _ = try? unresolvedEffect(digest: digest, in: workspace)
            _ = try? recentEffect(digest: digest, in: workspace, since: 0)
        }
        _ = try? pendingEffects(in: nil, now: now)
        _ = try? unresolvedEffects(in: workspace)
        _ = try? recentEffects(in: workspace, since: 0, limit: 100)
        _ = try? nearDuplicate(to: [person], textDigest: "t", in: workspace, since: 0)
        _ = try? usage(of: limits, in: workspace, recipients: [person], now: now)
        _ = try? demands(of: [message("d9")], limits: limits, now: now)
        _ = try? latestSnapshot(of: "C1", in: workspace)
        _ = try? optOuts(in: nil)
        _ = try? look(at: person, in: workspace, since: 0)
        _ = try? incomingSource(of: person, in: workspace)
        _ = try? contactIndex(of: workspace, now: now)
        _ = try? contactChanges(of: workspace, after: 0, limit: 100)
        _ = try? contactNames(of: person, in: workspace)
        _ = try? events(WebhookFilter(), limit: 100, in: workspace)
        _ = try? arrivals(after: 0, of: [], limit: 100, in: workspace)
        _ = try? hasListener(in: workspace, now: now)
    }

    private func write() {
        _ = try? recoverOrphans(startedBefore: now, now: now)
        _ = try? reserve(message("d9"), limits: limits, duplicatesSince: now - 1000, now: now)
        _ = try? take("d2", in: workspace, limits: limits, duplicatesSince: nil, now: now)
        _ = try? appendAudit(AuditEntry(time: now, workspace: workspace, event: "e"))
        if let sync = try? beginContactSync(of: workspace, after: nil, expiresAt: now + 1, now: now) {
            _ = try? writeContactPage([], of: workspace, sync: sync, askedAt: now, expiresAt: now + 1)
            _ = try? finishContactSync(sync, of: workspace, now: now)
        }
        let event = WebhookRecord(delivery: "m9", type: "t", resourceTime: now, receivedAt: now, content: "{}")
        _ = try? keepEvent(event, in: workspace)
        try? noteListener(in: workspace, now: now)
        _ = try? expire(now: now + 86_400_000)
    }
}
