import Configuration
import Cryptography
import Guard
import JSON
import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What `quo-mcp approve` does.
enum ApprovalRequest: Equatable {
    /// Ask about every effect that waits, or about the one whose id begins so.
    case review(id: String?)
    /// Wait for effects, and ask about each as it comes.
    case watch
    /// Set, change or remove the passcode.
    case setPasscode
}

/// Lets the person at the terminal decide on effects that wait.
///
/// There is no way to approve without a terminal: what an agent could pass as an argument would be the agent's approval.
///
/// - Returns: The exit status.
func approve(_ request: ApprovalRequest, configurationFile: String?) -> Int32 {
    guard let terminal = Terminal() else {
        Output.log(
            "only a person at a terminal can approve, and there is none here; run quo-mcp approve in one, over ssh with "
                + "ssh -t HOST quo-mcp approve")
        return 1
    }
    defer { terminal.close() }
    return withStore { folder, store throws(StoreError) in
        let passcode = Passcode(folder: folder.path)
        if request == .setPasscode { return terminal.setPasscode(passcode) }
        guard let policy = loadPolicy(file: configurationFile) else { return 1 }
        let desk = ApprovalDesk(
            terminal: terminal, store: store, passcode: passcode, approvals: policy.approvals, approver: userName(),
            clock: LocalTime(zone: policy.timeZone))
        switch request {
        case .watch: return try desk.watch()
        case .review(let id?): return try desk.review(id: id)
        case .review, .setPasscode: return try desk.reviewAll()
        }
    }
}

private func userName() -> String {
    if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name { return String(cString: name) }
    return environment(["USER"])["USER"] ?? "user \(getuid())"
}

/// Where a person decides on effects that wait.
private struct ApprovalDesk {
    let terminal: Terminal
    let store: Store
    let passcode: Passcode
    let approvals: Policy.Approvals
    let approver: String
    let clock: LocalTime

    func reviewAll() throws(StoreError) -> Int32 {
        let pending = try pendingEffects()
        if pending.isEmpty {
            terminal.print("Nothing waits for your approval. quo-mcp approve --watch waits for what comes.\n")
            return 0
        }
        list(pending)
        for (index, effect) in pending.enumerated() {
            guard try decide(on: effect, place: "\(index + 1) of \(pending.count)") else { break }
        }
        return 0
    }

    func review(id: String) throws(StoreError) -> Int32 {
        let matching = try pendingEffects().filter { $0.id.hasPrefix(id.lowercased()) }
        guard let effect = matching.first, matching.count == 1 else {
            let found = matching.isEmpty ? "nothing that waits has" : "\(matching.count) effects that wait have"
            Output.log("\(found) an id that begins with \(id.oneVisibleLine); quo-mcp approve lists what waits")
            return 1
        }
        _ = try decide(on: effect, place: nil)
        return 0
    }

    func watch() throws(StoreError) -> Int32 {
        var shown: Set<String> = []
        terminal.print("Waiting for what needs your approval. Control-C ends it.\n")
        while true {
            for effect in try pendingEffects() where shown.insert(effect.id).inserted {
                terminal.print("\u{07}")
                guard try decide(on: effect, place: nil) else { return 0 }
                terminal.print("\nWaiting for more. Control-C ends it.\n")
            }
            pause(milliseconds: 1000)
        }
    }

    /// What waits, without what nobody can perform any more because its simulated workspace has ended.
    private func pendingEffects() throws(StoreError) -> [EffectRecord] {
        try store.wait { store throws(StoreError) in
            let now = Timestamp.now
            try store.expireSimulated(now: now)
            return try store.pendingEffects(in: nil, now: now)
        }
    }
}

// MARK: - Showing

extension ApprovalDesk {
    private func list(_ pending: [EffectRecord]) {
        terminal.print("\(pending.count) \(pending.count == 1 ? "waits" : "wait") for your approval:\n\n")
        var table = Table("ID", clock.heading("SINCE"), "WORKSPACE", "TOOL", "WHO", "WHAT")
        for effect in pending {
            let form = PendingForm(effect)
            table.append([
                effect.shortID, clock.text(effect.createdAt), effect.proposal.workspace.shortText,
                effect.proposal.tool, form?.subject.shortened(to: 36) ?? "?", form?.gist.shortened(to: 50) ?? "?",
            ])
        }
        terminal.print(table.text(indentedBy: 2) + "\n")
    }

    private func show(_ effect: EffectRecord, _ form: PendingForm?, place: String?) {
        let now = Timestamp.now
        var heading = [place, effect.shortID, effect.proposal.tool].compactMap { $0 }
        if let client = effect.proposal.client { heading.append("asked by \"\(client.shortened(to: 40))\"") }
        heading.append("\(span(now - effect.createdAt)) ago")
        if let expiry = effect.expiresAt { heading.append("lapses in \(span(expiry - now))") }
        terminal.print("\n\(heading.joined(separator: ", ").oneVisibleLine)\n\n")
        let message = form?.message ?? "What it would do cannot be read, so it can only be denied."
        // A mark before each line, so that a long line that the terminal wraps does not pass for one of the form.
        for line in message.madeVisible().split(separator: "\n", omittingEmptySubsequences: false) {
            terminal.print("  | \(line)\n")
        }
        terminal.print("\n")
    }

    private func span(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}

extension EffectRecord {
    fileprivate var shortID: String { String(id.prefix(8)) }
}

// MARK: - Deciding

extension ApprovalDesk {
    /// Shows an effect and asks until it is decided or passed over.
    ///
    /// - Returns: Whether the person wants to go on with others.
    private func decide(on effect: EffectRecord, place: String?) throws(StoreError) -> Bool {
        let form = PendingForm(effect)
        show(effect, form, place: place)
        let choices = form.map { "a = \($0.approval), d = \($0.refusal)" } ?? "d = deny"
        while true {
            switch terminal.askKey("\(choices), s = skip, q = quit: ") {
            case "a" where form != nil, "A" where form != nil:
                guard mayApprove(effect) else { continue }
                try grant(effect)
                return true
            case "d", "D":
                try deny(effect)
                return true
            case "s", "S", "\n": return true
            case "q", "Q", nil: return false
            default: continue
            }
        }
    }

    private func grant(_ effect: EffectRecord) throws(StoreError) {
        let now = Timestamp.now
        let expiry = now + Int64(approvals.grantedMinutes) * 60_000
        let (approver, entry) = (approver, entry("approved", effect, now))
        let change = try store.wait { store throws(StoreError) in
            // A simulated workspace may have ended while the person read.
            try store.expireSimulated(now: now)
            return try store.grant(
                effect.id, approver: approver, method: Self.method, expiresAt: expiry, now: now, audit: entry)
        }
        report(
            change,
            "Approved. The agent may now do it once, within \(approvals.grantedMinutes) minutes; ask it to go on.")
    }

    private func deny(_ effect: EffectRecord) throws(StoreError) {
        let now = Timestamp.now
        let (approver, entry) = (approver, entry("denied", effect, now))
        let change = try store.wait { store throws(StoreError) in
            try store.deny(effect.id, approver: approver, method: Self.method, now: now, audit: entry)
        }
        report(change, "Denied. Nothing is done; tell the agent why, or it may ask again.")
    }

    private func report(_ change: EffectChange, _ success: String) {
        switch change {
        case .changed: terminal.print("\(success)\n")
        case .refused(let effect?) where effect.state == .expired:
            terminal.print("It has lapsed meanwhile. Ask the agent to try again, then approve.\n")
        case .refused: terminal.print("It was decided elsewhere meanwhile; nothing was changed here.\n")
        }
    }

    private static let method = "terminal"

    private func entry(_ event: String, _ effect: EffectRecord, _ now: Int64) -> AuditEntry {
        let proposal = effect.proposal
        return AuditEntry(
            time: now, workspace: proposal.workspace, event: event, client: proposal.client, tool: proposal.tool,
            risk: proposal.risk, digest: proposal.digest, approver: approver, approvalMethod: Self.method,
            detail: "effect \(effect.shortID)")
    }
}

// MARK: - Proving who approves

extension ApprovalDesk {
    /// Whether the person has also typed what approving this effect takes.
    private func mayApprove(_ effect: EffectRecord) -> Bool {
        if isRiskiest(effect.proposal) {
            let number = String(Int.random(in: 1000...9999))
            guard terminal.askLine("This is among the riskiest changes. Type \(number) to go on: ") == number else {
                terminal.print("That is not the number; nothing was approved.\n")
                return false
            }
        }
        return !passcode.isSet || terminal.askPasscode(passcode)
    }

    /// Whether it points data elsewhere, deletes, or reaches many people.
    private func isRiskiest(_ proposal: EffectProposal) -> Bool {
        guard approvals.typedConfirmation else { return false }
        return proposal.risk == Risk.exposing.rawValue || proposal.kind == .deletion || proposal.recipients.count > 5
    }
}

extension Terminal {
    /// Asks for the passcode, and says where it is not the right one.
    fileprivate func askPasscode(_ passcode: Passcode) -> Bool {
        guard let typed = askSecret("Passcode: ") else { return false }
        do throws(PasscodeError) {
            switch try passcode.check(typed, now: Timestamp.now) {
            case .right: return true
            case .wrong(let left): print("That is not the passcode; \(left) more \(left == 1 ? "try" : "tries").\n")
            case .blocked(let until):
                let clock = LocalTime.ofOwner()
                print("Too many wrong passcodes. The next try counts from \(clock.text(until)) (\(clock.zone)) on.\n")
            }
        } catch {
            print("\(error.message)\n")
        }
        return false
    }

    /// Lets the person set, change or remove the passcode; returns the exit status.
    func setPasscode(_ passcode: Passcode) -> Int32 {
        if passcode.isSet {
            print("There is a passcode. First give it.\n")
            guard askPasscode(passcode) else { return 1 }
        }
        guard let typed = askSecret("New passcode, or nothing to do without: ") else { return 1 }
        guard typed.isEmpty || typed.count >= Passcode.minimumLength else {
            print("A passcode has at least \(Passcode.minimumLength) characters; nothing was changed.\n")
            return 1
        }
        guard typed.isEmpty || askSecret("The same again: ") == typed else {
            print("The two are not the same; nothing was changed.\n")
            return 1
        }
        do throws(PasscodeError) {
            try passcode.set(typed.isEmpty ? nil : typed)
        } catch {
            print("\(error.message)\n")
            return 1
        }
        print(
            typed.isEmpty
                ? "There is no passcode.\n"
                : "Approving in a terminal now asks for the passcode. It does not stop a program that can write your files.\n"
        )
        return 0
    }
}
