import Configuration
import Cryptography
package import Store

/// What the guard would say of an effect now; nothing is sent, asked, reserved or noted.
package struct Preview: Sendable {
    /// What one rule says.
    package enum Verdict: Sendable, Equatable {
        /// It has nothing against it.
        case passes
        /// It would not let it pass, for now or at all.
        case refuses(Refusal)
        /// It wants a person to decide, for these reasons, who should know the warnings.
        case needsApproval(reasons: [String], warnings: [String])
        /// It has nothing against it, but a person should know this.
        case warns([String])
        /// The same was done before and would not be done again; asking for a repetition needs a person.
        case repeats(EffectRecord)
    }

    /// One rule and what it says.
    package struct Finding: Sendable, Equatable {
        /// The rule by the name that a refusal has, or `duplicate` or `origin`.
        package let rule: String
        /// The person whom it is about; nil where it is about the whole.
        package let recipient: String?
        /// What it says.
        package let verdict: Verdict
    }

    /// What every rule says, in the order in which they decide; the first that refuses would be the one that is told.
    package let findings: [Finding]
    /// What was sent lately with the same words, or nearly the same, to one of the same people.
    package let duplicates: [EffectRecord]
    /// What it would take from each budget that it counts against, and what is used of it.
    package let budgets: [BudgetDemand]
    /// How the text is cut; nil where the effect is no text.
    package let segments: MessageSegments?
    /// Over all people, in hundredths of a US dollar, at the price for the United States and Canada.
    package let cents: Int

    /// The refusal that would be told; nil where none would.
    package var refusal: Refusal? {
        for finding in findings { if case .refuses(let refusal) = finding.verdict { return refusal } }
        return nil
    }

    /// Why a person would be asked; empty where none would.
    package var reasons: [String] {
        findings.flatMap { finding in
            if case .needsApproval(let reasons, _) = finding.verdict { reasons } else { [String]() }
        }
    }
}

extension Guard {
    /// Tells what every rule says of an effect, without performing, asking, reserving or noting anything.
    ///
    /// - Throws: `StoreError` where what was done before cannot be looked up, or the API's error where the arguments make
    ///   no request.
    package func preview(_ effect: Effect) async throws -> Preview {
        let attempt = Attempt(effect: effect, digest: try Digest(of: effect), client: nil, time: here.time())
        var findings: [Preview.Finding] = []
        func apply(
            _ rule: String, _ recipient: String? = nil, _ check: (inout Rules.Findings) async throws -> Void
        ) async throws {
            var found = Rules.Findings()
            var verdict: Preview.Verdict
            do {
                try await check(&found)
                verdict = found.verdict
            } catch let refusal as Refusal {
                verdict = .refuses(refusal)
            }
            findings.append(Preview.Finding(rule: rule, recipient: recipient, verdict: verdict))
        }
        try await apply(Refusal.Rule.malformed.rawValue) { _ in try effect.checkOutreach() }
        for check in rules.checks(for: effect, at: attempt.time) {
            try await apply(check.rule.rawValue, check.recipient) { try await check.apply(&$0) }
        }
        try await apply(Refusal.Rule.unresolved.rawValue) { found in
            try await self.checkUnresolved(attempt)
            if try await self.loss(of: attempt) != nil { found.describeLoss() }
        }
        let earlier = try await duplicate(of: attempt)
        if let earlier, earlier.isExact, !effect.allowsDuplicate {
            findings.append(Preview.Finding(rule: "duplicate", recipient: nil, verdict: .repeats(earlier.record)))
        } else {
            try await apply("duplicate") { found in earlier?.describe(in: &found) }
        }
        try await apply("origin") { found in try await self.checkOrigin(attempt, &found) }
        let proposal = try proposal(for: attempt, Rules.Findings())
        let limits = here.policy.limits
        try await apply(Refusal.Rule.budget.rawValue) { _ in
            if let excess = try await self.here.store.excess(of: [proposal], limits: limits, now: attempt.time) {
                throw excess.refusal
            }
        }
        return Preview(
            findings: findings, duplicates: earlier.map { [$0.record] } ?? [],
            budgets: try await here.store.demands(of: [proposal], limits: limits, now: attempt.time),
            segments: effect.outreach.map { MessageSegments(of: $0.text) }, cents: proposal.cents)
    }

    /// Refuses where the same is under way or nobody knows what became of it; looking for it is left to the attempt.
    private func checkUnresolved(_ attempt: Attempt) async throws {
        for digest in try attempt.digest.ledgerNames {
            guard let record = try await here.store.unresolvedEffect(digest: digest, in: here.workspace) else {
                continue
            }
            throw Refusal(
                .unresolved,
                "Nobody knows yet what became of the same request of "
                    + "\(Timestamp.text(record.begunAt)). It is looked for before it may go again."
            )
        }
    }
}

extension Rules.Findings {
    fileprivate var verdict: Preview.Verdict {
        if !reasons.isEmpty { return .needsApproval(reasons: reasons, warnings: warnings) }
        return warnings.isEmpty ? .passes : .warns(warnings)
    }
}
