import Directory
import Guard
import JSON

/// The tool `find_contacts`: contacts by anything that is known of them.
struct FindContacts {
    /// Up to how many contacts are told with their custom fields.
    private static let few = 10

    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let query = arguments["query"]?.stringValue ?? ""
        let limit = Int(arguments["limit"]?.integerValue ?? 10)
        let offset = try desk.cursorOffset(in: arguments)
        let result = try await desk.directory.find(query, limit: limit, offset: offset)
        let isFull = arguments["detail"] == "full"
        // A long list is for choosing from; what there is of one contact is told when there are few.
        let isLong = !isFull && result.matches.count > Self.few
        let told = result.matches.map { match -> JSONValue in
            var object = Telling.contact(match.person)
            if isLong { object["fields"] = nil }
            // A match by name needs no word.
            let others = match.reasons.filter { $0.field != "name" }
            if !others.isEmpty {
                let words = others.map { "\($0.field): \($0.value.cleaned.onOneLine)" }
                object["matched"] = .string(words.joined(separator: "; "))
            }
            if isFull {
                object["source"] = match.person.source.map { .string($0) }
                object["sourceUrl"] = match.person.sourceURL.map { .string($0) }
                object["externalId"] = match.person.externalID.map { .string($0) }
                object["createdAt"] = match.person.createdAt.map { .string($0) }
                object["updatedAt"] = match.person.updatedAt.map { .string($0) }
            }
            return .object(object)
        }
        let fitting = AnswerBudget.fitting(told)
        var answer: JSONObject = [
            "contacts": .array(Array(told.prefix(fitting))), "found": .number(JSONNumber(Int64(result.total))),
            "searched": .string(Self.searched(result.index)),
        ]
        if isLong { answer["note"] = "custom fields are left out of long lists: search more closely, or detail full" }
        if offset + fitting < result.total { answer["more"] = ["cursor": .string("\(offset + fitting)")] }
        return answer
    }

    /// What was searched, so that finding nothing is worth something.
    private static func searched(_ state: IndexState) -> String {
        switch state {
        case .none: "no contacts yet: they are being read; call again in a moment"
        case .syncing(let read): "the first \(read) contacts; the rest is being read, so call again in a moment"
        case .complete(_, let count): count == 1 ? "all of 1 contact" : "all \(count) contacts"
        }
    }
}

/// Contacts that are likely the same person as one that is to be made.
struct LikelyDuplicates {
    let desk: Desk

    /// Names those who have a number, an address or the whole name in common; nil where there is nobody.
    func found(for arguments: JSONObject) async throws -> String? {
        var reasons: [(person: Person, reason: String)] = []
        func note(_ person: Person, _ reason: String) {
            if !reasons.contains(where: { $0.person.id == person.id }) { reasons.append((person, reason)) }
        }
        for list in ["phoneNumbers", "emails"] {
            for item in (arguments[list]?.arrayValue ?? []).compactMap(\.stringValue) {
                let value = item.split(separator: ":", maxSplits: 1).last.map(String.init)?.trimmed() ?? item
                for match in try await desk.directory.find(value, limit: 5).matches
                where match.reasons.contains(where: { $0.value.isSame(as: value) }) {
                    note(match.person, "has \(value)")
                }
            }
        }
        let name = [arguments["firstName"], arguments["lastName"]].compactMap { $0?.stringValue }.joined(separator: " ")
        if arguments["lastName"] != nil {
            for match in try await desk.directory.find(name, limit: 5).matches
            where folded(match.person.name) == folded(name) {
                note(match.person, "is called \(name)")
            }
        }
        if reasons.isEmpty { return nil }
        let lines = reasons.map { "- \($0.person.summary.cleaned.onOneLine) \($0.reason)" }
        return
            "Nothing was created, because there is likely such a contact already:\n\(lines.joined(separator: "\n"))\n"
            + "Use update_contact to add to it, or call again with allow_duplicate if the user wants another."
    }
}

extension String {
    /// Whether two spellings of a number or an address mean the same.
    fileprivate func isSame(as other: String) -> Bool {
        let digits = filter { $0.isASCII && $0.isNumber }
        let others = other.filter { $0.isASCII && $0.isNumber }
        if contains("@") || other.contains("@") { return lowercased() == other.lowercased() }
        return digits.count >= 7 && others.count >= 7 && (digits.hasSuffix(others) || others.hasSuffix(digits))
    }
}
