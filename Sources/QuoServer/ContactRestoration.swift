import Configuration
import Guard
import JSON
import QuoAPI

/// Puts a contact back as a snapshot has it.
struct ContactRestoration {
    let reader: Reader
    let snapshot: Effect.Snapshot
    /// Contacts that are likely the one to be brought back, each in a line; for the form.
    var likeliest: [String] = []

    /// The effect that puts it back: a change where the contact still is, else a new contact.
    ///
    /// - Throws: `APIError` where the contact as it is cannot be read, or the snapshot is not understood any more.
    func effect(tool: String) async throws -> Effect {
        let before = try Contact(snapshot.content, id: snapshot.id)
        let lines = try Self.lines(of: before)
        guard let current = try await current() else {
            var effect = Effect(
                tool: tool, risk: .destructive, operation: .createContact,
                arguments: OperationArguments(body: body(current: nil)), question: "Bring this deleted contact back?",
                approval: "Bring it back", refusal: "Leave it",
                facts: [
                    Effect.Fact("Contact", before.name.onOneLine), Effect.Fact("It would have", lines),
                    Effect.Fact(
                        "What cannot be brought back", "its id; it gets a new one, and notes in the app are lost"),
                ])
            if !likeliest.isEmpty {
                effect.facts.append(Effect.Fact("There already is", likeliest.joined(separator: "\n")))
            }
            effect.allowsDuplicate = true
            return effect
        }
        var effect = Effect(
            tool: tool, risk: .destructive, operation: .updateContactById,
            arguments: OperationArguments(path: ["id": snapshot.id], body: body(current: current.snapshot.content)),
            question: "Put this contact back as it was?", approval: "Put it back", refusal: "Leave it as it is",
            facts: [
                Effect.Fact("Contact", "\(current.contact.name.onOneLine) (\(snapshot.id))"),
                Effect.Fact("It has now", try Self.lines(of: current.contact)), Effect.Fact("It would have", lines),
            ])
        effect.contact = current.snapshot
        return effect
    }

    /// The contact as it is; nil where it is gone.
    private func current() async throws(APIError) -> (contact: Contact, snapshot: Effect.Snapshot)? {
        do {
            return try await reader.contact(snapshot.id, for: .updateContactById)
        } catch {
            if error.status == 404 { return nil }
            throw error
        }
    }

    /// Everything in a contact, as the forms of changes and deletions say it.
    private static func lines(of contact: Contact) throws -> String {
        try ContactMerge(contact: contact, arguments: [:], customFields: []).unchanged.map(\.onOneLine)
            .joined(separator: "\n")
    }

    /// The whole contact as the API takes it.
    ///
    /// Items keep the ids that still exist; others are made anew.
    private func body(current: JSONValue?) -> JSONValue {
        let old = snapshot.content
        var fields: JSONObject = [:]
        for member in old["defaultFields"]?.objectValue ?? [:] {
            fields[member.name] = member.value
            guard let items = member.value.arrayValue else { continue }
            let known = (current?["defaultFields"]?[member.name]?.arrayValue ?? [])
            fields[member.name] = .array(
                items.map { Self.item($0, ["id", "name", "value"], known) } + Self.removals(known, items))
        }
        let known = current?["customFields"]?.arrayValue ?? []
        let custom = old["customFields"]?.arrayValue ?? []
        var body: JSONObject = ["defaultFields": .object(fields)]
        body["customFields"] = .array(
            custom.map { Self.item($0, ["id", "key", "value"], known) } + Self.removals(known, custom, key: "key"))
        return .object(body)
    }

    private static func item(_ item: JSONValue, _ names: [String], _ known: [JSONValue]) -> JSONValue {
        var result: JSONObject = [:]
        for name in names { result[name] = item[name] }
        if !known.contains(where: { $0["id"] == item["id"] }) { result["id"] = nil }
        return .object(result)
    }

    /// What is there now and was not then, each to be removed by its id.
    private static func removals(_ known: [JSONValue], _ items: [JSONValue], key: String = "name") -> [JSONValue] {
        known.compactMap { item in
            guard let id = item["id"], !items.contains(where: { $0["id"] == id }) else { return nil }
            return .object(["id": id, key: item[key] ?? .string(""), "value": .null])
        }
    }
}
