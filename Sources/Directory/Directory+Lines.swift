import JSON
import PhoneNumbers
package import QuoAPI

extension Directory {
    /// The lines that a reference may mean, all for nil or an empty one.
    ///
    /// Those of that id or number; else those of exactly that name, whose name begins so, or has it as a part, whichever comes first.
    package func lines(matching reference: String?) async throws(APIError) -> [Line] {
        let lines = try await lines()
        let reference = (reference ?? "").trimmed
        if reference.isEmpty { return lines }
        let identified = lines.filter { line in
            if line.id == reference || line.number == reference { return true }
            let number = try? PhoneNumber.parse(reference, region: line.region ?? "")
            return number?.e164 == line.number
        }
        if !identified.isEmpty { return identified }
        let name = folded(reference)
        if name.isEmpty { return [] }
        let named = lines.map { (line: $0, name: folded($0.name)) }
        let tests: [(String) -> Bool] = [{ $0 == name }, { $0.hasPrefix(name) }, { $0.isPart(name) }]
        for test in tests {
            let matches = named.filter { test($0.name) }
            if !matches.isEmpty { return matches.map(\.line) }
        }
        return []
    }

    /// The one line that a reference means.
    ///
    /// - Parameter reference: Id, number in any usual writing, name of the inbox or a part of it that only one has; nil or empty
    ///   where there is only one line.
    /// - Throws: ``ReferenceFault`` or `APIError`.
    package func line(_ reference: String?) async throws -> Line {
        let matches = try await lines(matching: reference)
        if matches.count == 1 { return matches[0] }
        let all = try await lines()
        let given = (reference ?? "").trimmed
        let reason: ReferenceFault.Reason = !matches.isEmpty ? given.isEmpty ? .missing : .several : .none
        throw ReferenceFault(
            .line, given, reason, searched: "ids, numbers and names of \(counted(all.count, "line"))",
            candidates: (matches.isEmpty ? all : matches).map { ReferenceFault.Candidate($0) })
    }

    /// The one member that a reference means.
    ///
    /// - Parameter reference: Id, email address, full name, or first name where only one member has it.
    /// - Throws: ``ReferenceFault`` or `APIError`.
    package func member(_ reference: String) async throws -> Member {
        let members = try await members()
        let given = reference.trimmed
        let (name, address) = (folded(given), foldedAddress(given))
        let tests: [(Member) -> Bool] = [
            { $0.id == given }, { !$0.email.isEmpty && foldedAddress($0.email) == address },
            { !name.isEmpty && folded($0.name) == name }, { !name.isEmpty && folded($0.firstName ?? "") == name },
        ]
        let matches = tests.lazy.map { members.filter($0) }.first { !$0.isEmpty } ?? []
        if matches.count == 1 { return matches[0] }
        throw ReferenceFault(
            .member, given, matches.isEmpty ? .none : .several,
            searched: "ids, email addresses and names of \(counted(members.count, "member"))",
            candidates: (matches.isEmpty ? members : matches).map { ReferenceFault.Candidate($0) })
    }
}

/// A number of things, for example `1 line` or `1,240 contacts`.
func counted(_ count: Int, _ noun: String) -> String {
    var digits = String(count)
    var place = digits.endIndex
    while digits.distance(from: digits.startIndex, to: place) > 3 {
        place = digits.index(place, offsetBy: -3)
        digits.insert(",", at: place)
    }
    return "\(digits) \(noun)\(count == 1 ? "" : "s")"
}

extension String {
    /// Whether a text is somewhere in this one.
    fileprivate func isPart(_ text: String) -> Bool {
        indices.contains { self[$0...].hasPrefix(text) }
    }
}
