import Directory
import Guard
import JSON
import MCP

/// The tool `find_contacts`: contacts by anything that is known of them.
struct FindContacts {
    /// Up to how many contacts are told with their custom fields.
    private static let few = 10

    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let query = arguments["query"]?.stringValue ?? ""
        let limit = Int(arguments["limit"]?.integerValue ?? 10)
        let offset = try desk.cursorOffset(in: arguments)
        let observer = try await observer()
        defer { observer?.cancel() }
        let result = try await desk.directory.find(query, limit: limit, offset: offset)
        let isFull = arguments["detail"] == "full"
        // A long list is for choosing from; what there is of one contact is told when there are few.
        let isLong = !isFull && result.matches.count > Self.few
        let told = result.matches.map { match -> JSONValue in
            var object = Telling.contact(match.person)
            if isLong { object["fields"] = nil }
            // A match by name needs no word.
            if match.reasons.contains(where: { $0.field == "name" }), !Self.names(match.person, query) {
                object["matched"] = "similar name"
            }
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
        if result.total == 0 { answer["nearest"] = try await nearest(to: query) }
        if isLong { answer["note"] = "custom fields are left out of long lists: search more closely, or detail full" }
        if offset + fitting < result.total { answer["more"] = ["cursor": .string("\(offset + fitting)")] }
        return answer
    }

    /// Tells the client how many contacts were read, where they are being read for the first time; cancelling it ends no reading.
    private func observer() async throws -> Task<Void, Never>? {
        guard desk.context.wantsProgress, !(try await desk.directory.state().isComplete) else { return nil }
        return Task { [desk] in
            try? await desk.directory.refresh { count in
                desk.context.reportProgress(Double(count), message: "Reading contacts")
            }
        }
    }

    /// Whether a contact's name has every word of a query in it, so that it matched as it was written.
    private static func names(_ person: Person, _ query: String) -> Bool {
        let name = folded(person.name)
        return folded(query).split(separator: " ").contains { name.contains($0) }
    }

    /// Contacts that match one of the words, for a query of which no contact matches all; nil where there is none.
    private func nearest(to query: String) async throws -> JSONValue? {
        var found: [JSONValue] = []
        for word in folded(query).split(separator: " ") where word.count >= 3 {
            for match in try await desk.directory.find(String(word), limit: 3).matches {
                let text = JSONValue.string(match.person.summary.cleaned.onOneLine)
                if !found.contains(text) { found.append(text) }
            }
        }
        return found.isEmpty ? nil : .array(Array(found.prefix(5)))
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

    /// Names those who have a number, an address or the whole name in common with what a call gives; nil where there is nobody.
    func found(for arguments: JSONObject) async throws -> String? {
        func values(_ name: String) -> [String] {
            (arguments[name]?.arrayValue ?? []).compactMap(\.stringValue).map { item in
                item.split(separator: ":", maxSplits: 1).last.map(String.init)?.trimmed ?? item
            }
        }
        let name = [arguments["firstName"], arguments["lastName"]].compactMap { $0?.stringValue }.joined(separator: " ")
        let reasons = try await found(values("phoneNumbers") + values("emails"), name)
        if reasons.isEmpty { return nil }
        let lines = reasons.map { "- \($0.person.summary.cleaned.onOneLine) \($0.reason)" }
        return
            "Nothing was created, because there is likely such a contact already:\n\(lines.joined(separator: "\n"))\n"
            + "Use update_contact to add to it, or call again with allow_duplicate if the user wants another."
    }

    /// Those who have a number, an address or the whole name in common with a contact.
    func found(of contact: Person) async throws -> [(person: Person, reason: String)] {
        try await found((contact.numbers + contact.emails).map(\.value), contact.name)
    }

    private func found(_ values: [String], _ name: String) async throws -> [(person: Person, reason: String)] {
        var reasons: [(person: Person, reason: String)] = []
        func note(_ person: Person, _ reason: String) {
            if !reasons.contains(where: { $0.person.id == person.id }) { reasons.append((person, reason)) }
        }
        for value in values {
            for match in try await desk.directory.find(value, limit: 5).matches
            where match.reasons.contains(where: { $0.value.isSame(as: value) }) {
                note(match.person, "has \(value)")
            }
        }
        let words = Set(folded(name).split(separator: " "))
        // A first name alone is shared by many.
        guard words.count > 1 else { return reasons }
        for match in try await desk.directory.find(name, limit: 5).matches
        where Set(folded(match.person.name).split(separator: " ")) == words {
            note(match.person, "is called \(match.person.name.onOneLine)")
        }
        return reasons
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
