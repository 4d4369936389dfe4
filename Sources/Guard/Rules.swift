import Configuration
import Directory
import JSON
import PhoneNumbers
import QuoAPI
import Store

/// The owner's rules about who may be texted, from where and when.
///
/// They are applied in this order, and the first that refuses decides: policy, line, groups and an opt-out in the group's
/// thread, then for each person kind of number, deny and allow lists, known contacts, opt-out, replies only, quiet hours. What
/// only wants a person to look adds a reason and a warning to the form.
struct Rules: Sendable {
    let policy: Policy
    let reader: Reader
    let store: Store
    let workspace: WorkspaceID
    let directory: Directory

    /// What the rules found where they do not refuse.
    struct Findings: Sendable, Equatable {
        /// Why a person must decide; empty where the owner's policy lets it pass.
        var reasons: [String] = []
        /// What the person should know.
        var warnings: [String] = []
        /// When the same was found to be lost, in milliseconds since 1970; it may yet arrive.
        var lostAt: Int64?
        /// The texts that went or are going to the same people with nearly the same words, by their effects' ids.
        var similar: Set<String> = []
        /// When the latest of them came to what it is, in milliseconds since 1970.
        var similarAt: Int64?

        /// Since when all this can be known, in milliseconds since 1970.
        var knownSince: Int64 { max(lostAt ?? .min, similarAt ?? .min) }

        /// Whether somebody who was asked at a time could know of all this.
        func couldBeKnown(at time: Int64) -> Bool { knownSince <= time }

        /// Tells the person who decides that an earlier attempt was lost.
        mutating func describeLoss() {
            warnings.append("An earlier attempt failed without an answer; it was looked for and not found.")
            reasons.append("nobody knows for certain that an earlier attempt was lost")
        }
    }

    /// One rule, ready to be applied.
    struct Check: Sendable {
        /// The rule.
        let rule: Refusal.Rule
        /// The person whom it is about; nil where it is about the whole.
        var recipient: String?
        /// Applies it: adds to the findings, or throws the refusal.
        let apply: @Sendable (inout Findings) async throws(Refusal) -> Void
    }

    /// Applies the rules to an effect.
    ///
    /// - Throws: ``Refusal`` by the first rule that refuses.
    func findings(for effect: Effect, at now: Int64) async throws(Refusal) -> Findings {
        var findings = Findings()
        for check in checks(for: effect, at: now) { try await check.apply(&findings) }
        return findings
    }

    /// The rules for an effect, in the order in which they are applied.
    func checks(for effect: Effect, at now: Int64) -> [Check] {
        let policyCheck = Check(rule: .policy) { findings throws(Refusal) in
            try decide(tool: effect.tool, risk: effect.risk, &findings)
        }
        guard let outreach = effect.outreach else { return [policyCheck] }
        var checks = [policyCheck, Check(rule: .line) { _ throws(Refusal) in try checkLine(outreach) }]
        if outreach.recipients.count > 1 {
            checks += [
                Check(rule: .recipient) { findings throws(Refusal) in try checkGroup(&findings) },
                Check(rule: .optedOut) { _ throws(Refusal) in try await checkGroupThread(outreach, at: now) },
            ]
        }
        return checks + outreach.recipients.flatMap { self.checks(for: $0, of: outreach, at: now) }
    }

    private func checks(for recipient: String, of outreach: Effect.Outreach, at now: Int64) -> [Check] {
        [
            Check(rule: .numberKind, recipient: recipient) { _ throws(Refusal) in try checkKind(of: recipient) },
            Check(rule: .recipient, recipient: recipient) { findings throws(Refusal) in
                try checkLists(recipient)
                guard outreach.ownNumbers.contains(recipient) else { return }
                findings.warnings.append("\(recipient) is one of your own numbers.")
            },
            Check(rule: .unknownContact, recipient: recipient) { _ throws(Refusal) in try await checkContact(recipient)
            },
            Check(rule: .optedOut, recipient: recipient) { _ throws(Refusal) in
                try await checkOptOut(recipient, outreach, at: now)
            },
            Check(rule: .notAReply, recipient: recipient) { _ throws(Refusal) in
                try await checkReply(recipient, outreach, at: now)
            },
            Check(rule: .quietHours, recipient: recipient) { findings throws(Refusal) in
                try checkQuietHours(recipient, at: now, &findings)
            },
        ]
    }

    /// Applies what the owner decided for a tool and a risk.
    func decide(tool: String, risk: Risk, _ findings: inout Findings) throws(Refusal) {
        let ruling = policy.decision(tool: tool, risk: risk)
        switch ruling.decision {
        case .deny:
            throw Refusal(
                .policy,
                "Nothing was done. Only the owner can change that, in the configuration; quo-mcp config shows it. It is denied "
                    + "because: \(ruling.rule)")
        case .approve: findings.reasons.append(ruling.rule)
        case .allow: break
        }
    }

    private func checkLine(_ outreach: Effect.Outreach) throws(Refusal) {
        let allowed = policy.recipients.from
        guard !allowed.isEmpty, !allowed.contains(outreach.lineID), !allowed.contains(outreach.lineNumber) else {
            return
        }
        throw Refusal(
            .line,
            "Nothing was sent: the owner lets only these lines send: \(allowed.joined(separator: ", ")). "
                + "Use one of them as from, or ask the owner.")
    }

    private func checkGroup(_ findings: inout Findings) throws(Refusal) {
        switch policy.recipients.groups {
        case .deny:
            throw Refusal(.recipient, "Nothing was sent: the owner does not allow group texts (recipients.groups).")
        case .approve: findings.reasons.append("it goes to a group")
        case .allow: break
        }
        findings.warnings.append("Everyone in the group sees everyone's number and every answer.")
    }

    private func checkKind(of recipient: String) throws(Refusal) {
        let number: PhoneNumber
        do {
            number = try PhoneNumber(e164: recipient)
        } catch {
            throw Refusal(.numberKind, "Nothing was sent: \(recipient) cannot be texted. \(error)")
        }
        guard number.isPossible else {
            throw Refusal(
                .numberKind,
                "Nothing was sent: \(recipient) has not as many digits as a number of its country. Check it.")
        }
        switch number.kind {
        case .premiumRate, .sharedCost:
            throw Refusal(
                .numberKind, "Nothing was sent: \(recipient) is a premium or shared-cost number, which is never texted."
            )
        default: return
        }
    }

    private func checkLists(_ recipient: String) throws(Refusal) {
        switch policy.recipients.admission(of: recipient) {
        case .admitted: return
        case .denied(let pattern):
            throw Refusal(.recipient, "Nothing was sent: the owner denies \(pattern) (recipients.deny).")
        case .unlisted:
            throw Refusal(
                .recipient,
                "Nothing was sent: \(recipient) is not among those whom the owner allows (recipients.allow). Ask the owner."
            )
        }
    }

    private func checkContact(_ recipient: String) async throws(Refusal) {
        guard policy.recipients.knownContactsOnly else { return }
        do {
            switch try await directory.isKnownContact(recipient) {
            case true?: return
            case false?: break
            case nil:
                throw Refusal(
                    .unavailable,
                    "Nothing was sent: the owner wants known contacts only, and the contacts are still being read. "
                        + "Try again in a minute.")
            }
        } catch let error as Refusal {
            throw error
        } catch {
            let reason = (error as? APIError)?.explanation ?? "\(error)"
            throw Refusal(
                .unavailable, "Nothing was sent: whether \(recipient) is a contact could not be found out. \(reason)")
        }
        throw Refusal(
            .unknownContact,
            "Nothing was sent: the owner wants known contacts only, and no contact has \(recipient). "
                + "Ask the user whether to create one first.")
    }

    private func checkGroupThread(_ outreach: Effect.Outreach, at now: Int64) async throws(Refusal) {
        guard policy.optOut.isChecked, try await look(at: outreach.recipients, outreach, at: now).isOptedOut else {
            return
        }
        throw Refusal(
            .optedOut,
            "Nothing was sent: someone of this group wrote STOP or a word like it there. Do not text the group again unless "
                + "they write START.")
    }

    private func checkOptOut(_ recipient: String, _ outreach: Effect.Outreach, at now: Int64) async throws(Refusal) {
        do {
            if let optOut = try await store.optOut(of: recipient, in: workspace) {
                let note = optOut.note.map { " (\($0))" } ?? ""
                throw Refusal(
                    .optedOut,
                    "Nothing was sent: \(recipient) is on the owner's opt-out list\(note). Do not text them; "
                        + "the owner can take it back with quo-mcp optout remove.")
            }
        } catch let error as Refusal {
            throw error
        } catch {
            throw Refusal(.unavailable, "Nothing was sent: the opt-out list could not be read. \(error)")
        }
        guard policy.optOut.isChecked, try await look(at: [recipient], outreach, at: now).isOptedOut else { return }
        throw Refusal(
            .optedOut,
            "Nothing was sent: \(recipient) wrote STOP or a word like it. Do not text them again unless they write START."
        )
    }

    /// Refuses a text to somebody whose quiet hours began since a time, or who opted out as far as this machine knows; the API is not
    /// asked.
    ///
    /// - Throws: ``Refusal``.
    func checkStillWanted(_ effect: Effect, since time: Int64, now: Int64) async throws(Refusal) {
        guard let outreach = effect.outreach else { return }
        var findings = Findings()
        for recipient in outreach.recipients { try checkQuietHours(recipient, at: now, &findings) }
        let isStopped: Bool
        do {
            var isListed = false
            for recipient in outreach.recipients where try await store.optOut(of: recipient, in: workspace) != nil {
                isListed = true
            }
            let words =
                policy.optOut.isChecked
                ? try await store.wordsToldByWebhooks(
                    from: outreach.recipients, outreach, count: policy.optOut.lookbackMessages, since: time,
                    in: workspace) : []
            isStopped = isListed || ThreadLook(messages: words).isOptedOut
        } catch {
            throw Refusal(
                .unavailable, "Nothing was sent: whether somebody opted out meanwhile could not be read. \(error)")
        }
        guard isStopped else { return }
        throw Refusal(
            .optedOut,
            "Nothing was sent: somebody it was meant for opted out while it waited for its turn. Do not text them.")
    }

    private func checkReply(_ recipient: String, _ outreach: Effect.Outreach, at now: Int64) async throws(Refusal) {
        guard policy.profile == .replyOnly else { return }
        let look = try await look(at: [recipient], outreach, at: now)
        let window = Int64(policy.replies.windowHours) * 3_600_000
        guard (look.lastInbound ?? 0) < now - window else { return }
        if await hasCalled(recipient, outreach, since: now - window) { return }
        throw Refusal(
            .notAReply,
            "Nothing was sent: the owner allows replies only, and \(recipient) has neither written nor called in the last "
                + "\(policy.replies.windowHours) hours.")
    }

    /// Looks at the thread with one person, or with the whole group.
    private func look(
        at people: [String], _ outreach: Effect.Outreach, at now: Int64
    ) async throws(Refusal) -> ThreadLook {
        do {
            let since = now - Int64(policy.optOut.cacheMinutes) * 60_000
            let key = "\(outreach.lineID) \(people.sorted().joined(separator: " "))"
            let words = try await store.wordsToldByWebhooks(
                from: people, outreach, count: policy.optOut.lookbackMessages, in: workspace)
            let mayBeStopped = words.contains { ThreadLook(messages: [$0]).isOptedOut }
            // What was seen later than now was seen by a clock that was wrong.
            if !mayBeStopped, let known = try await store.look(at: key, in: workspace, since: since), known.time <= now,
                let look = ThreadLook(remembered: known.verdict)
            {
                return look
            }
            let messages = try await reader.messages(
                line: outreach.lineID, with: people, count: policy.optOut.lookbackMessages)
            // The API may not list yet what a webhook has told.
            let look = ThreadLook(messages: mayBeStopped ? ThreadLook.newestFirst(messages + words) : messages)
            try await store.rememberLook(at: key, in: workspace, verdict: look.verdict, time: now)
            return look
        } catch let error as APIError {
            throw Refusal(
                .unavailable,
                "Nothing was sent: the thread with \(people.joined(separator: ", ")) could not be looked at for a STOP. "
                    + error.explanation)
        } catch {
            throw Refusal(.unavailable, "Nothing was sent: \(error)")
        }
    }

    private func hasCalled(_ recipient: String, _ outreach: Effect.Outreach, since: Int64) async -> Bool {
        let query = [
            OperationArguments.QueryItem("phoneNumberId", outreach.lineID),
            OperationArguments.QueryItem("participants", recipient), OperationArguments.QueryItem("maxResults", "20"),
            OperationArguments.QueryItem("createdAfter", Timestamp.text(since)),
        ]
        let calls = try? await reader.read(.listCalls, OperationArguments(query: query))["data"]?.arrayValue
        return calls?.contains { $0["direction"] == "incoming" } ?? false
    }

    private func checkQuietHours(_ recipient: String, at now: Int64, _ findings: inout Findings) throws(Refusal) {
        if let note = noteOfQuietHours([recipient], at: now) { findings.warnings.append(note) }
        let owner = policy.quietHours
        // What is no number at all was refused as such.
        guard owner.isEnabled, let number = try? PhoneNumber(e164: recipient) else { return }
        guard let hours = QuietHours(opens: owner.from.minutes, closes: owner.to.minutes) else {
            throw Refusal(
                .quietHours, "Nothing was sent: from \(owner.from) to \(owner.to) there is no time (quietHours).")
        }
        switch hours.state(for: number, at: Int(now / 1000)) {
        case .open: return
        case .quiet(let opensAt, let localTime, let zone):
            let opening = Int64(opensAt) * 1000
            throw Refusal(
                .quietHours,
                "Nothing was sent: it is \(localTime) where \(number) is (\(zone)), and texts go from \(owner.from) to "
                    + "\(owner.to) their time. It opens at \(Timestamp.text(opening)). Offer the user to send it then.",
                passesAt: opening)
        case .neverOpen(let zones):
            throw Refusal(
                .quietHours,
                "Nothing was sent: \(number) may be in \(zones.joined(separator: " or ")), and the hours from \(owner.from) "
                    + "to \(owner.to) never meet there.")
        case .unknown(let reason):
            switch owner.unknownZone {
            case .deny:
                throw Refusal(
                    .quietHours, "Nothing was sent: \(reason) The owner denies that (quietHours.unknownZone).")
            case .approve:
                findings.reasons.append("the local time of \(number) is not known")
                findings.warnings.append("\(reason)")
            case .allow: return
            }
        }
    }

    /// What a real workspace would say of texts now that the sandbox lets pass; nil where it would say nothing.
    func noteOfQuietHours(_ recipients: [String], at now: Int64) -> String? {
        let (from, to) = (policy.quietHours.from, policy.quietHours.to)
        guard policy.leavesOutQuietHours, let hours = QuietHours(opens: from.minutes, closes: to.minutes) else {
            return nil
        }
        var clocks: [String] = []
        for recipient in recipients {
            guard let number = try? PhoneNumber(e164: recipient),
                case .quiet(_, let localTime, let zone) = hours.state(for: number, at: Int(now / 1000)),
                !clocks.contains("\(localTime) in \(zone)")
            else { continue }
            clocks.append("\(localTime) in \(zone)")
        }
        if clocks.isEmpty { return nil }
        return
            "In a real workspace quiet_hours would refuse this now: it is \(clocks.joined(separator: ", ")), and texts go "
            + "from \(from) to \(to) the recipient's time. The sandbox leaves the default hours out."
    }
}
