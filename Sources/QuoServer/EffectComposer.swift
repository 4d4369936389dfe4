import Configuration
import Guard
import JSON
import PhoneNumbers
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
    let gatekeeper: Guard
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
        case WriteOperation.createMessageWebhook.operation.id, WriteOperation.createCallWebhook.operation.id,
            WriteOperation.createCallSummaryWebhook.operation.id,
            WriteOperation.createCallTranscriptWebhook.operation.id:
            .effect(try await createWebhook(arguments))
        case WriteOperation.deleteWebhookById.operation.id: .effect(try await deleteWebhook(arguments))
        default: throw NoComposer(operation: operation.operation.id)
        }
    }

    // MARK: Messages

    private func sendMessage(_ arguments: JSONObject) async throws -> Effect {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        let text = arguments["content"]?.stringValue ?? ""
        let recipient = arguments["to"]?[0]?.stringValue ?? ""
        let lines = try await lines()
        let line = try Self.ownLine(arguments["from"]?.stringValue ?? "", among: lines)
        let segments = MessageSegments(of: text)
        var facts = [
            Effect.Fact("From", "\(line.name), \(line.number)"),
            Effect.Fact("To", await person(recipient)),
            Effect.Fact("Local time there", Self.localTime(of: recipient), isPassing: true),
            Effect.Fact("Earlier texts", await history(line.id, recipient), isPassing: true),
            Effect.Fact("Text, \(Self.length(of: text))", text),
            Effect.Fact("Size", segments.estimate),
        ]
        if let user = arguments["userId"]?.stringValue {
            facts.append(Effect.Fact("Sent as", try await userName(user)))
        }
        if arguments["setInboxStatus"] != nil {
            facts.append(Effect.Fact("Afterwards", "the conversation is filed as done"))
        }
        var message = effect(
            bound, question: "Send this text message?", approval: "Send it", refusal: "Do not send", facts: facts)
        message.outreach = Effect.Outreach(
            lineID: line.id, lineNumber: line.number, recipients: [recipient], text: text,
            ownNumbers: lines.map(\.number))
        message.allowsDuplicate = arguments["allow_duplicate"] == true
        return message
    }

    /// A recipient by name and number.
    private func person(_ number: String) async -> String {
        (await gatekeeper.contactName(of: number).map { "\($0.onOneLine), " } ?? "no contact found, ") + number
    }

    /// The time of day where a number is, in each zone that it may be in.
    private static func localTime(of number: String) -> String {
        let zones = (try? PhoneNumber(e164: number))?.likelyTimeZones ?? []
        let now = Int(Timestamp.now / 1000)
        let clocks = zones.prefix(3).compactMap { zone in
            (try? ZoneDatabase.system.rules(for: zone)).map { "\($0.clock(at: now)) (\(zone))" }
        }
        return clocks.isEmpty ? "not known" : clocks.joined(separator: " or ")
    }

    /// The length of a text as it is seen, and as the API's limit counts it where that differs.
    private static func length(of text: String) -> String {
        let characters = text.count == 1 ? "1 character" : "\(text.count) characters"
        let points = text.unicodeScalars.count
        return points == text.count ? characters : "\(characters) (\(points) code points)"
    }

    private typealias Line = (id: String, name: String, number: String)

    private func lines() async throws(APIError) -> [Line] {
        let answer = try await reader.read(.listPhoneNumbers, OperationArguments())
        return (answer["data"]?.arrayValue ?? []).map { line in
            (
                id: line["id"]?.stringValue ?? "", name: (line["name"]?.stringValue ?? "unnamed").onOneLine,
                number: line["number"]?.stringValue ?? ""
            )
        }
    }

    private static func ownLine(_ from: String, among lines: [Line]) throws(InvalidArguments) -> Line {
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
        if arguments["firstName"]?.stringValue?.trimmed().isEmpty == true {
            throw InvalidArguments(faults: [ArgumentFault(path: "firstName", message: "is blank", example: "Ana")])
        }
        let definitions = arguments["customFields"] == nil ? [] : try await customFields()
        let bound = try ArgumentBinding(tool: tool, customFields: definitions).bind(arguments)
        return effect(
            bound, question: "Create this contact?", approval: "Create it", refusal: "Do not create",
            facts: Self.facts(of: arguments))
    }

    private func updateContact(_ arguments: JSONObject) async throws -> Composition {
        let id = arguments["id"]?.stringValue ?? ""
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
        let id = arguments["id"]?.stringValue ?? ""
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

    private func customFields() async throws -> [CustomField] {
        CustomField.definitions(in: try await reader.read(.getContactCustomFields, OperationArguments()))
    }

    // MARK: Webhooks

    private func createWebhook(_ arguments: JSONObject) async throws -> Effect {
        let url = arguments["url"]?.stringValue ?? ""
        let address: WebhookAddress
        do {
            address = try WebhookAddress(url)
        } catch {
            throw InvalidArguments(faults: [error])
        }
        let isEnabled = arguments["status"]?.stringValue != "disabled"
        var facts = [
            Effect.Fact("Host", address.host),
            Effect.Fact("Address", address.isSecure ? url : "\(url) (plain http: anyone on the way can read it)"),
            Effect.Fact(
                "What it gets", (arguments["events"]?.arrayValue ?? []).map(Self.meaning).joined(separator: "; ")),
            Effect.Fact("From", try await lineNames(arguments["resourceIds"], areChosen: true)),
            Effect.Fact("From when", isEnabled ? "at once" : "not until it is enabled in the app"),
        ]
        if let label = arguments["label"]?.stringValue { facts.append(Effect.Fact("Label", label.onOneLine)) }
        if let user = arguments["userId"]?.stringValue {
            facts.append(Effect.Fact("Filed under", try await userName(user)))
        }
        var webhook = effect(
            try ArgumentBinding(tool: tool).bind(arguments), question: "Send the workspace's data to another address?",
            approval: "Send data there", refusal: "Do not", facts: facts)
        webhook.addresses = [url]
        return webhook
    }

    private func deleteWebhook(_ arguments: JSONObject) async throws -> Effect {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        let webhook = try await reader.read(.getWebhookById, bound)["data"] ?? .null
        return effect(
            bound, question: "Delete this webhook? It cannot be brought back.", approval: "Delete it",
            refusal: "Do not delete",
            facts: [
                Effect.Fact("Address", (webhook["url"]?.stringValue ?? "unknown").onOneLine),
                Effect.Fact(
                    "What it gets", (webhook["events"]?.arrayValue ?? []).map(Self.meaning).joined(separator: "; ")),
                Effect.Fact("From", try await lineNames(webhook["resourceIds"], areChosen: false)),
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
        case let other: other.onOneLine
        }
    }

    /// The names of the lines that a webhook listens to; the API takes none, or a star, for all.
    ///
    /// - Parameter areChosen: Whether the call names them, so that an unknown one is a fault. What is stored may name a line
    ///   that is gone.
    private func lineNames(_ ids: JSONValue?, areChosen: Bool) async throws -> String {
        let wanted = (ids?.arrayValue ?? []).compactMap(\.stringValue)
        if wanted.isEmpty || wanted.contains("*") { return "ALL numbers of the workspace" }
        let lines = try await lines()
        let unknown = wanted.enumerated().filter { id in areChosen && !lines.contains { $0.id == id.element } }
        if !unknown.isEmpty {
            throw InvalidArguments(
                faults: unknown.map { place, id in
                    ArgumentFault(
                        path: "resourceIds[\(place)]", message: "\"\(id)\" is none of this workspace's numbers")
                })
        }
        return wanted.map { id in
            lines.first { $0.id == id }.map { "\($0.name), \($0.number)" } ?? id.onOneLine
        }.joined(separator: "; ")
    }

    /// The name of the user that a call names, who must be one of the workspace's.
    private func userName(_ id: String) async throws -> String {
        guard let user = try await user(id), user["id"]?.stringValue == id else {
            throw InvalidArguments(faults: [
                ArgumentFault(path: "userId", message: "\"\(id)\" is none of this workspace's users")
            ])
        }
        let name = [user["firstName"], user["lastName"]].compactMap { $0?.stringValue }.joined(separator: " ")
        return name.isEmpty ? id : "\(name.onOneLine) (\(id))"
    }

    private func user(_ id: String) async throws(APIError) -> JSONValue? {
        do {
            let answer = try await reader.read(.getUserById, OperationArguments(path: ["userId": id]))
            return answer["data"] ?? answer
        } catch {
            if error.status == 404 { return nil }
            throw error
        }
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
