import Configuration
import Directory
import Guard
import JSON
import PhoneNumbers
import QuoAPI

/// Makes the effect of a tool that performs one operation: reads what a person must know to judge it, and states the exact
/// request.
struct EffectComposer {
    let desk: Desk
    let tool: ToolDefinition
    let operation: WriteOperation
    let risk: Risk

    /// Composes the effect of validated arguments.
    ///
    /// - Throws: ``InvalidArguments`` or `APIError`; nothing was changed.
    func compose(_ arguments: JSONObject) async throws -> Composition {
        try await composition(try await desk.withReadNumbers(arguments))
    }

    private func composition(_ arguments: JSONObject) async throws -> Composition {
        switch operation.operation.id {
        case WriteOperation.createContact.operation.id: try await createContact(arguments)
        case WriteOperation.updateContactById.operation.id: try await updateContact(arguments)
        case WriteOperation.deleteContact.operation.id: .effect(try await deleteContact(arguments))
        case WriteOperation.createMessageWebhook.operation.id, WriteOperation.createCallWebhook.operation.id,
            WriteOperation.createCallSummaryWebhook.operation.id,
            WriteOperation.createCallTranscriptWebhook.operation.id, WriteOperation.createWebhookDated.operation.id:
            .effect(try await createWebhook(arguments))
        case let id where Self.taskOperations.contains(id): try await taskEffect(arguments)
        case _ where operation.operation.version == .dated: try await datedEffect(arguments)
        default: throw NoComposer(operation: operation.operation.id)
        }
    }

    var reader: Reader { desk.workspace.reader }

    // MARK: Contacts

    private func createContact(_ arguments: JSONObject) async throws -> Composition {
        if arguments["firstName"]?.stringValue?.trimmed.isEmpty == true {
            throw InvalidArguments(faults: [ArgumentFault(path: "firstName", message: "is blank", example: "Ana")])
        }
        let definitions = arguments["customFields"] == nil ? [] : try await customFields()
        let bound = try ArgumentBinding(tool: tool, customFields: definitions).bind(arguments)
        if arguments["allow_duplicate"] != true,
            let found = try await LikelyDuplicates(desk: desk).found(for: arguments)
        {
            return .nothingToDo(found)
        }
        return .effect(
            effect(
                bound, question: "Create this contact?", approval: "Create it", refusal: "Do not create",
                facts: Self.facts(of: arguments.without(["allow_duplicate"]))))
    }

    private func updateContact(_ arguments: JSONObject) async throws -> Composition {
        let id = arguments["contact"]?.stringValue ?? ""
        let (contact, snapshot) = try await reader.contact(id, for: operation)
        let definitions = arguments["customFields"] == nil ? [] : try await customFields()
        let merge = try ContactMerge(contact: contact, arguments: arguments, customFields: definitions)
        guard !merge.differences.isEmpty else {
            return .nothingToDo("The contact already is as asked; nothing was changed.")
        }
        var change = effect(
            OperationArguments(path: ["id": id], body: merge.body), question: "Change this contact?",
            approval: "Change it", refusal: "Do not change",
            facts: [
                Effect.Fact("Contact", "\(contact.name.onOneLine) (\(id))"),
                Effect.Fact("Changes", Self.block(merge.differences)),
                Effect.Fact("Stays", Self.block(merge.unchanged)),
            ])
        change.contact = snapshot
        return .effect(change)
    }

    private func deleteContact(_ arguments: JSONObject) async throws -> Effect {
        let id = arguments["contact"]?.stringValue ?? ""
        let (contact, snapshot) = try await reader.contact(id, for: operation)
        let content = try ContactMerge(contact: contact, arguments: [:], customFields: []).unchanged
        var deletion = effect(
            OperationArguments(path: ["id": id]),
            question: "Delete this contact? Afterwards only a new one like it can be made.", approval: "Delete it",
            refusal: "Do not delete",
            facts: [
                Effect.Fact("Contact", "\(contact.name.onOneLine) (\(id))"),
                Effect.Fact("Would be lost", Self.block(content)),
            ])
        deletion.contact = snapshot
        return deletion
    }

    /// The custom fields that values can be typed by.
    private func customFields() async throws -> [CustomField] {
        try await desk.directory.customFields().filter { !$0.type.isEmpty }
    }

    // MARK: Webhooks

    private func createWebhook(_ arguments: JSONObject) async throws -> Effect {
        let url = arguments["url"]?.stringValue ?? ""
        let address = try desk.webhookAddress(url)
        let isEnabled = arguments["status"]?.stringValue != "disabled"
        var facts = [
            Effect.Fact("Host", address.host),
            Effect.Fact("Address", url),
            Effect.Fact(
                "What it gets", (arguments["events"]?.arrayValue ?? []).map(Self.meaning).joined(separator: "; ")),
            Effect.Fact("From", try await lineNames(arguments["resourceIds"])),
            Effect.Fact("From when", isEnabled ? "at once" : "not until it is enabled in the app"),
        ]
        if let label = arguments["label"]?.stringValue { facts.append(Effect.Fact("Label", label.onOneLine)) }
        if let user = arguments["userId"]?.stringValue {
            facts.append(Effect.Fact("Filed under", try await desk.directory.member(user).summary))
        }
        var webhook = effect(
            try ArgumentBinding(tool: tool).bind(arguments), question: "Send the workspace's data to another address?",
            approval: "Send data there", refusal: "Do not", facts: facts)
        webhook.addresses = [url]
        return webhook
    }

    /// Composes the deletion of a webhook, as it is now.
    func deletion(of reference: WebhookReference) async throws -> Effect {
        let webhook = try await reader.read(reference.reading, reference.arguments)["data"] ?? .null
        return effect(
            reference.arguments, question: "Delete this webhook? It cannot be brought back.", approval: "Delete it",
            refusal: "Do not delete",
            facts: [
                Effect.Fact("Address", (webhook["url"]?.stringValue ?? "unknown").onOneLine),
                Effect.Fact(
                    "What it gets", (webhook["events"]?.arrayValue ?? []).map(Self.meaning).joined(separator: "; ")),
                Effect.Fact("From", try await lineNames(webhook["resourceIds"])),
                Effect.Fact("Label", (webhook["label"]?.stringValue ?? "none").onOneLine),
            ])
    }

    /// What an event carries, for the person who lets it out.
    private static func meaning(of event: JSONValue) -> String {
        switch event.stringValue ?? "" {
        case "message.received": "the whole text of every message received"
        case "message.delivered": "the whole text of every message sent"
        case "call.ringing": "who calls, as it rings"
        case "call.completed": "who called whom, when and how long"
        case "call.recording.completed": "the recording of every call"
        case "call.summary.completed": "the summary of every call"
        case "call.transcript.completed": "every word of every call"
        case "call.voicemail.completed": "every voicemail"
        case "message.failed", "message.undelivered": "the whole text of every message that does not arrive"
        case "contact.updated": "every contact that is changed, whole, of ALL numbers"
        case "contact.deleted": "every contact that is deleted, of ALL numbers"
        case let other: other.onOneLine
        }
    }

    /// The names of the lines that a webhook listens to; the API takes none, or a star, for all.
    private func lineNames(_ ids: JSONValue?) async throws -> String {
        let wanted = (ids?.arrayValue ?? []).compactMap(\.stringValue)
        if wanted.isEmpty || wanted.contains("*") { return "ALL numbers of the workspace" }
        let lines = try await desk.directory.lines()
        return wanted.map { id in
            lines.first { $0.id == id }.map { "\($0.name.onOneLine), \($0.number)" } ?? id.onOneLine
        }.joined(separator: "; ")
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
}

/// A writing operation whose effects nobody can describe to a person, so that none is performed.
private struct NoComposer: Error {
    let operation: String
}
