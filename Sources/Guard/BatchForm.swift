import QuoAPI
import Store

extension ApprovalForm {
    /// Composes the form of a batch: what all texts share once, then each person with everything else, and who gets nothing.
    ///
    /// Question and totals are of the texts that would go.
    ///
    /// - Parameters:
    ///   - batch: What is asked about.
    ///   - candidates: The texts that would go, in their order.
    ///   - leftOut: Whom the rules leave out, with what decided.
    ///   - notice: A line to put above everything.
    ///   - findings: What the rules say of the batch as such.
    init(
        for batch: Batch, _ candidates: [Candidate], leftOut: [Exclusion], notice: String?, findings: Rules.Findings
    ) {
        let effects = candidates.map(\.attempt.effect)
        let facts = effects.map { effect in effect.factsWithText.filter { !batch.facts.contains($0) } }
        let shared = facts.count > 1 ? facts[0].filter { fact in facts.allSatisfy { $0.contains(fact) } } : []
        var lines: [String] = []
        if let notice { lines += [notice, ""] }
        let question = batch.question(effects.count)
        let segments = candidates.reduce(0) { $0 + $1.segments }
        lines += [question, ""]
        lines += batch.facts.flatMap(\.lines)
        lines.append(
            "In all: \(effects.count) \(effects.count == 1 ? "text" : "texts"), "
                + "\(segments) \(segments == 1 ? "segment" : "segments"), about \(MessageSegments.price(cents: segments))"
        )
        if !leftOut.isEmpty {
            lines.append(
                "Left out: \(leftOut.count) of the \(batch.messages.count) asked for, named below with the reason")
        }
        if !shared.isEmpty { lines += ["", "The same for all \(effects.count):"] + shared.flatMap(\.lines) }
        for (index, candidate) in candidates.enumerated() {
            let own = facts[index].filter { !shared.contains($0) }
            lines += ["", "\(index + 1) of \(effects.count): \(candidate.recipient)"]
            lines += (own.flatMap(\.lines) + candidate.findings.notes).map { "    \($0)" }
        }
        if !leftOut.isEmpty {
            lines += ["", "Left out, and sent nothing:"]
            lines += leftOut.map { "    \(batch.name(of: $0.recipient)): \($0.reason.madeVisible().onOneLine)" }
        }
        var all = findings
        for reason in candidates.flatMap(\.findings.reasons) where !all.reasons.contains(reason) {
            all.reasons.append(reason)
        }
        lines += findings.notes
        if !all.reasons.isEmpty { lines += ["", all.cause] }
        self.init(lines: lines, question: question, refusal: batch.refusal, approval: batch.approval)
    }
}

extension Batch {
    /// A person as the text to them names them.
    fileprivate func name(of recipient: String) -> String {
        let text = messages.first { $0.outreach?.recipients == [recipient] }
        return text?.facts.first { $0.label == "To" }?.value.madeVisible().onOneLine ?? recipient
    }
}

extension Effect {
    /// The facts, with the whole text among them whoever composed them.
    fileprivate var factsWithText: [Fact] {
        guard let outreach, !facts.contains(where: { $0.value == outreach.text }) else { return facts }
        return facts + [Fact("Text", outreach.text)]
    }
}

extension Exclusion {
    /// Why, for the person who decides.
    var reason: String {
        switch cause {
        case .repeated(let record): "The same text went there at \(Timestamp.text(record.begunAt))."
        case .refused(let refusal): refusal.explanation
        }
    }

    /// What became of the text.
    var result: Delivery.Result {
        switch cause {
        case .repeated(let record): .repeated(record)
        case .refused(let refusal): .refused(refusal)
        }
    }
}

extension String {
    /// This text without line breaks, so that no part of it passes for another line of a form.
    fileprivate var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
