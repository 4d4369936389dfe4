/// Why a reference was not resolved to exactly one line, member, contact or recipient.
package struct ReferenceFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was looked for.
    package enum Subject: String, Sendable {
        case line, member, contact, recipient
    }

    /// Why there is not exactly one.
    package enum Reason: Sendable, Equatable {
        /// No reference was given, and there is more than one to choose from.
        case missing
        /// Nothing matches; the candidates are the nearest by name.
        case none
        /// Several match; they are the candidates.
        case several
        /// The index of contacts is not complete yet, so that nobody can tell whether only one matches.
        case incomplete
        /// The one contact has no number that can be texted.
        case noNumber
        /// The one contact has several numbers; one of them must be given.
        case severalNumbers
        /// The contact was found, but the API no longer has it so that it matches.
        case changed
        /// The text is meant as a number and is none; the explanation says why.
        case invalidNumber(String)
    }

    /// One to choose from.
    package struct Candidate: Sendable, Equatable {
        /// The API's id.
        package let id: String
        /// What it is called.
        package let name: String
        /// Its numbers.
        package let numbers: [String]
        /// The company, where it is a contact with one.
        package let company: String?
        /// All of it in one line of text.
        package let summary: String
    }

    /// What was looked for.
    package let subject: Subject
    /// What was given.
    package let reference: String
    /// Why there is not exactly one.
    package let reason: Reason
    /// What was searched, in words.
    package let searched: String
    /// Which to choose from, at most ten.
    package let candidates: [Candidate]
    /// How many there are in all.
    package let total: Int

    init(
        _ subject: Subject, _ reference: String, _ reason: Reason, searched: String = "",
        candidates: [Candidate] = [], total: Int? = nil
    ) {
        self.subject = subject
        self.reference = reference
        self.reason = reason
        self.searched = searched
        self.candidates = Array(candidates.prefix(10))
        self.total = total ?? candidates.count
    }

    /// The message for an agent: what was looked for, where, and what to do, with one line for each candidate.
    package var description: String {
        var lines = candidates.map { "- \($0.summary)" }
        if total > candidates.count { lines.append("- and \(total - candidates.count) more") }
        return ([explanation] + lines).joined(separator: "\n")
    }

    private var explanation: String {
        let what = "\"\(oneLine(reference))\""
        let nearest = candidates.isEmpty ? "" : " The nearest:"
        return switch reason {
        case .missing: "Say which \(subject.rawValue): there are \(total). Give the id, number or name of one:"
        case .none: "No \(subject.rawValue) matches \(what) among the \(searched).\(nearest)"
        case .several:
            "\(total) match \(what) among the \(searched), and none is chosen by guessing. Give the id or number of one:"
        case .incomplete:
            "Whom \(what) means cannot be told yet: only the \(searched) were read so far, and there may be more. "
                + "Try again in a moment, or give the phone number."
        case .noNumber: "The contact that \(what) means has no phone number that can be texted:"
        case .severalNumbers: "The contact that \(what) means has several phone numbers. Give one of them:"
        case .changed:
            "The contact that was known as \(what) was changed or deleted meanwhile. Look it up again.\(nearest)"
        case .invalidNumber(let explanation): "\(what) cannot be texted. \(explanation)"
        }
    }
}

extension ReferenceFault.Candidate {
    init(_ line: Line) {
        self.init(id: line.id, name: line.name, numbers: [line.number], company: nil, summary: line.summary)
    }

    init(_ member: Member) {
        self.init(id: member.id, name: member.name, numbers: [], company: nil, summary: member.summary)
    }

    init(_ person: Person) {
        self.init(
            id: person.id, name: person.name, numbers: person.numbers.map(\.value), company: person.company,
            summary: person.summary)
    }
}

/// A text from outside on one line: without what cannot be seen, and cut where it is long.
func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(120) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
        case .format, .privateUse, .surrogate, .unassigned: break
        default: result.append(scalar)
        }
    }
    return String(result)
}
