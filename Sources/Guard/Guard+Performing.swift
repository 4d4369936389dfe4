import Configuration
import Cryptography
import Directory
import JSON
import QuoAPI
import Store
import Synchronization

/// From the approval to the request and the note of what became of it.
extension Guard {
    /// Performs an effect that a person has approved in a terminal; nil where none has.
    func performGranted(_ attempt: Attempt, _ findings: Rules.Findings) async throws -> Outcome? {
        let admission = try await take(attempt)
        if case .notGranted(let latest) = admission {
            // A refusal in the terminal is told once the agent comes again, and holds for as long as an approval would.
            let minutes = Int64(here.policy.approvals.grantedMinutes)
            if let latest, latest.state == .denied, latest.updatedAt > attempt.time - minutes * 60_000 {
                throw Self.declined
            }
            return nil
        }
        return try await admit(attempt, admission, findings)
    }

    func take(_ attempt: Attempt) async throws(StoreError) -> Admission {
        try await here.store.take(
            attempt.digest.approval, in: here.workspace, limits: here.policy.limits,
            duplicatesSince: duplicatesSince(attempt), now: here.time())
    }

    /// Enters an effect straight in flight where nobody has to approve it.
    ///
    /// It is in flight as of now and not as of when it began to be judged: whoever was asked in between knows nothing of it, and the
    /// API cannot have shown it sooner.
    ///
    /// - Parameter duplicatesSince: Nothing the same may have been done since then; nil where it may be repeated.
    func reserve(
        _ proposal: EffectProposal, duplicatesSince: Int64?
    ) async throws(StoreError) -> Admission {
        try await here.store.reserve(
            proposal, limits: here.policy.limits, duplicatesSince: duplicatesSince, now: here.time())
    }

    func duplicatesSince(_ attempt: Attempt) -> Int64? {
        guard attempt.effect.outreach != nil, !attempt.effect.allowsDuplicate else { return nil }
        return attempt.time - Int64(here.policy.duplicates.windowHours) * 3_600_000
    }

    func admit(_ attempt: Attempt, _ admission: Admission, _ findings: Rules.Findings) async throws -> Outcome {
        switch admission {
        case .admitted(let record):
            // Who approved in a terminal was asked when the record was made; what nobody had to approve was judged as of its attempt.
            let asked = min(record.createdAt, attempt.time)
            guard try facts(of: record) == attempt.digest.facts, findings.couldBeKnown(at: asked) else {
                _ = try await here.store.finish(
                    record.id, as: .failed, outcome: EffectOutcome(status: "changed"), now: here.time())
                throw Self.otherRequest
            }
            return Outcome(try await commit(attempt, record, findings))
        case .duplicate(let record): return .repeated(record)
        case .exceeded(let excess): throw excess.refusal
        case .unresolved:
            throw Refusal(
                .unresolved, "Nothing was done: the same request is being made right now. Wait for its outcome.")
        case .notGranted:
            throw Refusal(
                .expired, "Nothing was done: the approval has lapsed. Call the tool again to ask the user anew.")
        }
    }

    /// Refuses to write a contact that another process is changing, or that is no longer as the person saw it.
    ///
    /// The API has no compare-and-set, so this is one among the processes of this machine. Of two that are under way both may give
    /// way, which costs an approval; who came first cannot be told from times that each process reads from its clock for itself.
    private func checkUnchanged(_ contact: Effect.Snapshot, _ record: EffectRecord) async throws {
        let others = try await here.store.unresolvedEffects(to: contact.ledgerName, in: here.workspace)
        let isAlone = !others.contains { $0.state == .inFlight && $0.id != record.id }
        var isUnchanged = false
        if isAlone {
            let answer = try? await reader.read(.getContactById, OperationArguments(path: ["id": contact.id]))
            isUnchanged = answer?.withoutEnvelope == contact.content
        }
        guard !isUnchanged else { return }
        _ = try await here.store.finish(
            record.id, as: .failed, outcome: EffectOutcome(status: "changed meanwhile"), now: here.time())
        throw Self.otherRequest
    }

    /// Refuses to send a text that another, of which nothing was known when this one was judged, overtook.
    ///
    /// Each is in the ledger as in flight by now, so of two at once at least one finds the other; both may give way.
    private func checkNotOvertaken(_ attempt: Attempt, _ record: EffectRecord, _ known: Set<String>) async throws {
        let others = try await similarTexts(to: attempt).filter { $0.id != record.id && !known.contains($0.id) }
        guard !others.isEmpty else { return }
        _ = try await here.store.finish(
            record.id, as: .failed, outcome: EffectOutcome(status: "overtaken"), now: here.time())
        throw Refusal(
            .unresolved,
            "Nothing was sent: the same text, or nearly the same, was sent to the same person in this very moment by another call."
                + " Look with read_thread before you ask again.")
    }

    /// The digest of what the person was told who approved an effect.
    func facts(of record: EffectRecord) throws -> String? {
        try JSONValue(parsing: record.proposal.facts)["facts"]?.stringValue
    }

    /// Makes a request that was taken in flight, once, and notes what became of it.
    ///
    /// - Throws: ``Refusal`` where it was not made after all.
    func commit(
        _ attempt: Attempt, _ record: EffectRecord, _ findings: Rules.Findings
    ) async throws -> Performance {
        if let contact = attempt.effect.contact { try await checkUnchanged(contact, record) }
        try await checkNotOvertaken(attempt, record, findings.similar)
        // The wait for the API's pace can still be called off; what comes after it cannot.
        do { try await writer.waitForTurn() } catch {}
        // Which may have taken long enough for somebody to opt out, or for the night to come.
        do {
            try await rules.checkStillWanted(attempt.effect, since: attempt.time, now: here.time())
        } catch {
            _ = try await here.store.finish(
                record.id, as: .failed, outcome: EffectOutcome(status: error.rule.rawValue), now: here.time())
            throw error
        }
        guard try await here.store.renew(record.id, now: here.time()) else { throw Self.givenUp }
        let obstacle = state.withLock { state in
            let obstacle = Self.obstacle(in: state)
            if obstacle == nil { state.inFlight += 1 }
            return obstacle
        }
        if let obstacle {
            let outcome = EffectOutcome(status: "abandoned")
            _ = try await here.store.finish(record.id, as: .failed, outcome: outcome, now: here.time())
            throw Refusal(.abandoned, "Nothing was done, because \(obstacle)")
        }
        // From here on a cancelled call must not abort the transfer: a request that was cut off leaves nobody knowing.
        let result = await Task { try await self.request(attempt, record) }.result
        let word = (try? result.get())?.word ?? "refused"
        here.record("\(attempt.effect.tool) \(word) request=\(attempt.digest.request.prefix(12))")
        let waiting = state.withLock { state in
            state.inFlight -= 1
            guard state.inFlight == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in waiting { continuation.resume() }
        return try result.get()
    }

    /// The refusal of a request that others found in flight for longer than any takes, and settled as one that was lost.
    private static let givenUp = Refusal(
        .unresolved,
        "Nothing was done: this call was held up for so long that its request was taken for lost meanwhile. Look whether somebody"
            + " made it again, then call the tool again if it is still wanted.")

    private func request(_ attempt: Attempt, _ record: EffectRecord) async throws(Refusal) -> Performance {
        let effect = attempt.effect
        do {
            if let contact = effect.contact {
                try await here.store.saveSnapshot(
                    of: contact.id, in: here.workspace, content: contact.content.text(), reason: effect.tool,
                    time: attempt.time)
            }
        } catch {
            await finish(record, attempt, .failed, EffectOutcome(status: "no snapshot"))
            throw Refusal(.unavailable, "Nothing was done: the contact as it is could not be kept first. \(error)")
        }
        let reservation: WebhookSecretReservation?
        do {
            reservation = try await reserveSecret(for: effect)
        } catch {
            await finish(record, attempt, .failed, EffectOutcome(status: "no place for the secret"))
            throw Refusal(
                .unavailable, "Nothing was done: the signing secret could not be kept afterwards. \(error)")
        }
        do {
            var answer = try await writer.write(effect.operation, effect.arguments)
            var fate: WebhookSecretFate?
            if let reservation { (answer, fate) = await keepSecret(in: answer, of: effect, reservation) }
            await forgetSecret(after: effect)
            let made = answer?.withoutEnvelope
            await finish(
                record, attempt, .done,
                EffectOutcome(id: made?["id"]?.stringValue, status: made?["status"]?.stringValue))
            await index(effect, made)
            return .performed(answer, secret: fate)
        } catch {
            await release(reservation)
            let isUncertain = error.outcome == .mayHavePerformed
            let status = error.code ?? error.status.map { "\($0)" } ?? "no answer"
            await finish(
                record, attempt, isUncertain ? .unknown : .failed, EffectOutcome(status: status, trace: error.trace))
            return isUncertain ? .uncertain(error) : .failed(error)
        }
    }

    /// Takes a change of a contact into the index of contacts, so that it is found as it is now.
    ///
    /// An index that cannot be written is read anew in time.
    private func index(_ effect: Effect, _ made: JSONValue?) async {
        switch effect.operation.operation.id {
        case WriteOperation.createContact.operation.id, WriteOperation.updateContactById.operation.id:
            if let made { try? await directory.noteChange(of: made) }
        case WriteOperation.deleteContact.operation.id:
            if let id = effect.arguments.path["id"] { try? await directory.noteRemoval(id) }
        case WriteOperation.createContactPropertyDated.operation.id,
            WriteOperation.updateContactPropertyDated.operation.id,
            WriteOperation.deleteContactPropertyDated.operation.id:
            // The answer tells the property alone.
            if let id = effect.arguments.path["contactId"] { try? await directory.refresh(contact: id) }
        default: break
        }
    }

    /// Notes what became of a request.
    ///
    /// Where that fails the effect stays in flight, and is settled before anything like it goes.
    func finish(_ record: EffectRecord, _ attempt: Attempt, _ state: EffectState, _ outcome: EffectOutcome)
        async
    {
        var entry = entry(state.rawValue, attempt, method: nil)
        entry.outcome = outcome.status
        entry.trace = outcome.trace
        do {
            _ = try await here.store.finish(record.id, as: state, outcome: outcome, now: here.time(), audit: entry)
        } catch {
            here.record("\(attempt.effect.tool) could not be noted as \(state.rawValue): \(error)")
        }
    }
}
