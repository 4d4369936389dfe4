import Guard
import JSON
import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What `quo-mcp audit` does.
enum AuditRequest: Equatable {
    /// Show the newest lines that a filter selects, from a day or a time on where one is named.
    case show(AuditFilter, since: String?, limit: Int, isJSON: Bool)
    /// Find out whether any line was changed or is missing.
    case verify

    /// The events that lines can tell of.
    static let events =
        ["asked", "approved", "denied", "refused"] + EffectState.outcomes.map(\.rawValue) + ["settled"]
}

/// Shows the audit, or verifies it.
///
/// - Returns: The exit status; 1 where the audit is not as it was written.
func audit(_ request: AuditRequest) -> Int32 {
    let clock = LocalTime.ofOwner()
    return withStore { _, store throws(StoreError) in
        switch request {
        case .verify:
            return report(try store.wait { store throws(StoreError) in try store.verifyAudit() }, clock)
        case .show(var filter, let since, let limit, let isJSON):
            filter.since = since.flatMap(clock.time(parsing:))
            let newestFirst = try store.wait { [filter] store throws(StoreError) in
                try store.auditRecords(filter, limit: limit)
            }
            show(newestFirst.reversed(), isJSON: isJSON, clock)
            return 0
        }
    }
}

private func report(_ verdict: AuditVerdict, _ clock: LocalTime) -> Int32 {
    switch verdict {
    case .intact(let count, let head, let removal):
        Output.line("The audit is intact: \(count) \(count == 1 ? "line" : "lines").")
        if let removal {
            let until = "\(clock.text(removal.time)) (\(clock.zone))"
            Output.line("Lines until \(until), \(removal.sequence) in all, were removed as audit.keepDays says.")
        }
        if count > 0 {
            Output.line("Hash of the last: \(head)")
            Output.line(
                "Note that hash elsewhere: whoever can write the file could write all of it anew, with other hashes.")
        }
        return 0
    case .broken(let sequence, let fault):
        let words =
            switch fault {
            case .edited: "line \(sequence) is not as it was written: it was edited, or put in another's place"
            case .missing: "line \(sequence) is missing"
            case .truncated: "the end is missing, from line \(sequence) on"
            }
        Output.line("The audit is broken: \(words).")
        return 1
    }
}

private func show(_ records: [AuditRecord], isJSON: Bool, _ clock: LocalTime) {
    if isJSON {
        for record in records {
            let text = record.json.text()
            Output.line(isatty(1) == 1 ? text.madeVisible() : text)
        }
        return
    }
    if records.isEmpty {
        Output.line("The audit has no such lines.")
        return
    }
    var table = Table(
        clock.heading("TIME"), "WORKSPACE", "EVENT", "TOOL", "RULE, OUTCOME", "CLIENT", "APPROVED", "DETAIL")
    for record in records {
        let entry = record.entry
        table.append([
            clock.text(record.entry.time), entry.workspace.shortText, entry.event, entry.tool ?? "",
            join(entry.rule, entry.outcome),
            entry.client?.shortened(to: 24) ?? "", join(entry.approver, entry.approvalMethod), entry.detail ?? "",
        ])
    }
    Output.line(table.text())
}

private func join(_ texts: String?...) -> String { texts.compactMap { $0 }.joined(separator: ", ") }

extension AuditRecord {
    /// The line as JSON, without what it does not say.
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "sequence": .number(JSONNumber(sequence)), "time": .string(Timestamp.text(entry.time)),
            "event": .string(entry.event),
        ]
        let texts: [(String, String?)] = [
            ("tool", entry.tool), ("risk", entry.risk), ("rule", entry.rule), ("outcome", entry.outcome),
            ("client", entry.client), ("approver", entry.approver), ("approvalMethod", entry.approvalMethod),
            ("detail", entry.detail), ("digest", entry.digest), ("trace", entry.trace),
            ("workspace", entry.workspace.text), ("process", process), ("hash", hash),
        ]
        for (name, text) in texts {
            if let text { object[name] = .string(text) }
        }
        return .object(object)
    }
}
