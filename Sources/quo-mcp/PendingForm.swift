import JSON
import Store

/// The form of an effect that waits, as the process that planned it composed it.
struct PendingForm {
    let message: String
    let refusal: String
    let approval: String
    private let question: String

    init?(_ effect: EffectRecord) {
        guard let facts = try? JSONValue(parsing: effect.proposal.facts), let message = facts["message"]?.stringValue,
            let refusal = facts["refusal"]?.stringValue, let approval = facts["approval"]?.stringValue
        else { return nil }
        self.message = message
        self.refusal = refusal.oneVisibleLine
        self.approval = approval.oneVisibleLine
        question = facts["question"]?.stringValue ?? ""
    }

    /// Whom it concerns: those whom a text goes to, else what the form names first.
    var subject: String {
        // A batch numbers its people.
        let people = facts.filter { $0.label == "To" || $0.label.wholeMatch(of: /\d+ of \d+/) != nil }
        if !people.isEmpty { return people.map { $0.lines.first ?? "" }.joined(separator: "; ") }
        return facts.first { $0.label != "From" }?.lines.first ?? ""
    }

    /// What it would do: how a text begins, else what would be different, else the question without what it adds.
    var gist: String {
        if let text = facts.first(where: { $0.label.hasPrefix("Text") }) { return "\"\(text.lines.first ?? "")\"" }
        if let change = facts.first(where: { Self.changes.contains($0.label) }) {
            return change.lines.joined(separator: "; ")
        }
        guard let end = question.firstIndex(of: "?") else { return question }
        return String(question[...end])
    }

    /// The labels under which the forms of contacts say what would be different.
    private static let changes = ["Changes", "It would have"]

    /// The facts of the form, which stand below the question, as labels and lines.
    private var facts: [(label: String, lines: [String])] {
        let lines = message.split(separator: "\n").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
        var facts: [(label: String, lines: [String])] = []
        for line in lines.drop(while: { $0 != question }).dropFirst() {
            if line.hasPrefix(" ") {
                // The lines of a longer value stand below its label.
                guard !facts.isEmpty else { continue }
                facts[facts.count - 1].lines.append(String(line.drop { $0 == " " }))
            } else if let colon = line.firstIndex(of: ":") {
                let value = String(line[line.index(after: colon)...].drop { $0 == " " })
                facts.append((String(line[..<colon]), value.isEmpty ? [] : [value]))
            }
        }
        return facts
    }
}
