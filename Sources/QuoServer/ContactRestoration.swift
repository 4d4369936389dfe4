import Configuration
import Guard
import JSON
import QuoAPI

/// Puts a contact back as a snapshot has it.
struct ContactRestoration {
    let reader: Reader
    let snapshot: Effect.Snapshot

    /// The effect that puts it back: a change where the contact still is, else a new contact.
    ///
    /// - Throws: `APIError` where the contact as it is cannot be read.
    func effect(tool: String) async throws(APIError) -> Effect {
        var current: JSONValue?
        do {
            current = try await reader.read(.getContactById, OperationArguments(path: ["id": snapshot.id]))["data"]
        } catch  where error.status == 404 {
            current = nil
        }
        let body = body(current: current)
        let name = Self.name(of: snapshot.content)
        let lines = Self.lines(of: snapshot.content).map { "  \($0)" }.joined(separator: "\n")
        guard let current else {
            var effect = Effect(
                tool: tool, risk: .destructive, operation: .createContact, arguments: OperationArguments(body: body),
                question: "Bring this deleted contact back?", approval: "Bring it back", refusal: "Leave it",
                facts: [
                    Effect.Fact("Contact", name), Effect.Fact("It would have", lines),
                    Effect.Fact(
                        "What cannot be brought back", "its id; it gets a new one, and notes in the app are lost"),
                ])
            effect.allowsDuplicate = true
            return effect
        }
        var effect = Effect(
            tool: tool, risk: .destructive, operation: .updateContactById,
            arguments: OperationArguments(path: ["id": snapshot.id], body: body),
            question: "Put this contact back as it was?",
            approval: "Put it back", refusal: "Leave it as it is",
            facts: [
                Effect.Fact("Contact", "\(Self.name(of: current)) (\(snapshot.id))"),
                Effect.Fact("It has now", Self.lines(of: current).map { "  \($0)" }.joined(separator: "\n")),
                Effect.Fact("It would have", lines),
            ])
        effect.contact = Effect.Snapshot(id: snapshot.id, content: current)
        return effect
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

    private static func name(of contact: JSONValue) -> String {
        let fields = contact["defaultFields"]
        let parts = [fields?["firstName"], fields?["lastName"]].compactMap { $0?.stringValue }
        return parts.isEmpty ? fields?["company"]?.stringValue ?? "unnamed" : parts.joined(separator: " ")
    }

    private static func lines(of contact: JSONValue) -> [String] {
        var lines: [String] = []
        for member in contact["defaultFields"]?.objectValue ?? [:] {
            if let text = member.value.stringValue { lines.append("\(member.name): \(text)") }
            for item in member.value.arrayValue ?? [] {
                lines.append("\(member.name): \(item["name"]?.stringValue ?? "") \(item["value"]?.plainText ?? "")")
            }
        }
        for item in contact["customFields"]?.arrayValue ?? [] where item["value"]?.isNull == false {
            lines.append("\(item["key"]?.stringValue ?? ""): \(item["value"]?.plainText ?? "")")
        }
        return lines.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ") }
    }
}
