import Guard
import JSON
import OpenAPI
import QuoAPI

/// Makes the effect of a writing tool: reads what a person must know to judge it, and states the exact request.
struct EffectComposer {
    /// What a writing tool comes to.
    enum Composition {
        /// A change, for the guard to judge.
        case effect(Effect)
        /// Everything is already as asked; nothing is requested.
        case nothingToDo(String)
    }

    let reader: Reader
    let tool: ToolDefinition
    let operation: WriteOperation
    let risk: Risk

    /// Composes the effect of validated arguments.
    ///
    /// - Throws: ``InvalidArguments`` or `APIError`; nothing was changed.
    func compose(_ arguments: JSONObject) async throws -> Composition {
        switch operation.operation.id {
        case WriteOperation.sendMessage.operation.id: .effect(try await sendMessage(arguments))
        case WriteOperation.createContact.operation.id: .effect(try await createContact(arguments))
        case WriteOperation.updateContactById.operation.id: try await updateContact(arguments)
        case WriteOperation.deleteContact.operation.id: .effect(try await deleteContact(arguments))
        case WriteOperation.deleteWebhookById.operation.id: .effect(try await deleteWebhook(arguments))
        default: .effect(try generic(arguments))
        }
    }

    // MARK: Messages

    private func sendMessage(_ arguments: JSONObject) async throws -> Effect {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        let text = arguments["content"]?.stringValue ?? ""
        let recipient = arguments["to"]?[0]?.stringValue ?? ""
        let line = try await ownLine(arguments["from"]?.stringValue ?? "")
        let segments = MessageSegments(of: text)
        var facts = [
            Effect.Fact("From", "\(line.name), \(line.number)"),
            Effect.Fact("To", recipient),
            Effect.Fact("Earlier texts", await history(line.id, recipient)),
            Effect.Fact("Text, \(text.count) characters", text),
            Effect.Fact("Size", segments.estimate),
        ]
        if let user = arguments["userId"]?.stringValue { facts.append(Effect.Fact("Sent as user", user)) }
        if arguments["setInboxStatus"] != nil {
            facts.append(Effect.Fact("Afterwards", "the conversation is filed as done"))
        }
        return effect(
            bound, question: "Send this text message?", approval: "Send it", refusal: "Do not send", facts: facts)
    }

    private func ownLine(_ from: String) async throws -> (id: String, name: String, number: String) {
        let answer = try await reader.read(.listPhoneNumbers, OperationArguments())
        let lines = (answer["data"]?.arrayValue ?? []).map { line in
            (
                id: line["id"]?.stringValue ?? "", name: line["name"]?.stringValue ?? "unnamed",
                number: line["number"]?.stringValue ?? ""
            )
        }
        if let line = lines.first(where: { $0.id == from || $0.number == from }) { return line }
        let known = lines.map { "\($0.name) \($0.number) (\($0.id))" }.joined(separator: "; ")
        throw InvalidArguments(faults: [
            ArgumentFault(path: "from", message: "\"\(from)\" is none of this workspace's numbers: \(known)")
        ])
    }

    /// Whether there were texts with this person before, in words; the sight of a first contact is what stops a wrong number.
    private func history(_ line: String, _ recipient: String) async -> String {
        let query = [
            OperationArguments.QueryItem("phoneNumberId", line),
            OperationArguments.QueryItem("participants", recipient),
            OperationArguments.QueryItem("maxResults", "1"),
        ]
        guard let answer = try? await reader.read(.listMessages, OperationArguments(query: query)) else {
            return "could not be looked up"
        }
        guard let latest = answer["data"]?[0] else { return "none from this line: a first text to this number" }
        let author = latest["direction"] == "incoming" ? "they wrote" : "we wrote"
        return "yes, the latest on \(latest["createdAt"]?.stringValue?.prefix(10) ?? "an unknown day"), when \(author)"
    }

    // MARK: Contacts

    private func createContact(_ arguments: JSONObject) async throws -> Effect {
        let definitions = arguments["customFields"] == nil ? [] : try await customFields()
        let bound = try ArgumentBinding(tool: tool, customFields: definitions).bind(arguments)
        return effect(
            bound, question: "Create this contact?", approval: "Create it", refusal: "Do not create",
            facts: Self.facts(of: arguments))
    }

    private func updateContact(_ arguments: JSONObject) async throws -> Composition {
        let id = arguments["id"]?.stringValue ?? ""
        let contact = try await reader.read(.getContactById, OperationArguments(path: ["id": id]))["data"] ?? .null
        let definitions = arguments["customFields"] == nil ? [] : try await customFields()
        let merge = try ContactMerge(contact: contact, arguments: arguments, customFields: definitions)
        guard !merge.differences.isEmpty else {
            return .nothingToDo("The contact already is as asked; nothing was changed.")
        }
        return .effect(
            effect(
                OperationArguments(path: ["id": id], body: merge.body), question: "Change this contact?",
                approval: "Change it", refusal: "Do not change",
                facts: [
                    Effect.Fact("Contact", "\(Self.name(of: contact)) (\(id))"),
                    Effect.Fact("Changes", Self.block(merge.differences)),
                    Effect.Fact("Stays", Self.block(merge.unchanged)),
                ]))
    }

    private func deleteContact(_ arguments: JSONObject) async throws -> Effect {
        let id = arguments["id"]?.stringValue ?? ""
        let contact = try await reader.read(.getContactById, OperationArguments(path: ["id": id]))["data"] ?? .null
        let content = try ContactMerge(contact: contact, arguments: [:], customFields: []).unchanged
        return effect(
            OperationArguments(path: ["id": id]), question: "Delete this contact? It cannot be brought back.",
            approval: "Delete it", refusal: "Do not delete",
            facts: [
                Effect.Fact("Contact", "\(Self.name(of: contact)) (\(id))"),
                Effect.Fact("Would be lost", Self.block(content)),
            ])
    }

    private func customFields() async throws -> [CustomField] {
        CustomField.definitions(in: try await reader.read(.getContactCustomFields, OperationArguments()))
    }

    // MARK: Webhooks

    private func deleteWebhook(_ arguments: JSONObject) async throws -> Effect {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        let webhook = try await reader.read(.getWebhookById, bound)["data"]?.objectValue ?? [:]
        let shown = webhook.without(["key", "createdAt", "updatedAt", "deletedAt", "orgId"])
        return effect(
            bound, question: "Delete this webhook? It cannot be brought back.", approval: "Delete it",
            refusal: "Do not delete", facts: Self.facts(of: shown))
    }

    // MARK: Any other

    /// An effect whose facts are its own arguments, which is enough for everything that refers to nothing else.
    private func generic(_ arguments: JSONObject) throws -> Effect {
        var facts = Self.facts(of: arguments)
        if risk == .exposing {
            facts.append(
                Effect.Fact("What it means", "from then on this address receives the workspace's data as it happens"))
        }
        return effect(
            try ArgumentBinding(tool: tool).bind(arguments), question: "\(tool.title)?", approval: "Do it",
            refusal: "Do not do it", facts: facts)
    }

    private func effect(
        _ arguments: OperationArguments, question: String, approval: String, refusal: String, facts: [Effect.Fact]
    ) -> Effect {
        Effect(
            tool: tool.name, risk: risk, operation: operation, arguments: arguments, question: question,
            approval: approval, refusal: refusal, facts: facts)
    }

    private static func facts(of values: JSONObject) -> [Effect.Fact] {
        values.filter { !$0.value.isNull }.map { Effect.Fact($0.name, $0.value.plainText.onOneLine) }
    }

    private static func block(_ lines: [String]) -> String {
        lines.isEmpty ? "nothing" : lines.map(\.onOneLine).joined(separator: "\n")
    }

    private static func name(of contact: JSONValue) -> String {
        let fields = contact["defaultFields"]
        let name = [fields?["firstName"], fields?["lastName"]].compactMap { $0?.stringValue }.joined(separator: " ")
        return (name.isEmpty ? fields?["company"]?.stringValue ?? "unnamed" : name).onOneLine
    }
}

extension String {
    /// This text with its line breaks shown, so that no part of it passes for another line of the form.
    fileprivate var onOneLine: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    }
}
