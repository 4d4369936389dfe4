import JSON

/// An address that is told of events.
struct Webhook: Sendable {
    /// The four families, each with a path of its own to create one.
    enum Family: Sendable {
        case messages, calls, callSummaries, callTranscripts

        var events: [String] {
            switch self {
            case .messages: ["message.received", "message.delivered"]
            case .calls: ["call.completed", "call.ringing", "call.recording.completed"]
            case .callSummaries: ["call.summary.completed"]
            case .callTranscripts: ["call.transcript.completed"]
            }
        }

        /// Fewest events that may be asked for.
        fileprivate var minimumEvents: Int {
            switch self {
            case .messages, .calls: 0
            case .callSummaries, .callTranscripts: 1
            }
        }
    }

    let id: String
    let userID: String
    let label: String?
    let isEnabled: Bool
    let url: String
    /// The signing key, in base64.
    let key: String
    let events: [String]
    /// Lines, or `*` for all.
    let resourceIDs: [String]
    let createdAt: Timestamp
}

extension Workspace {
    func listWebhooks(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let userID = reader.identifier("userId", prefix: "US") ?? ownerID
        try reader.validation.finish(.webhooks)
        guard hasUser(userID) else { throw .notFound(.webhooks, "User not found") }
        return .data(.array(webhooks.filter { $0.userID == userID }.map(body)))
    }

    func getWebhook(_ input: Input) throws(ErrorAnswer) -> Answer {
        .data(body(webhooks[try webhookIndex(input)]))
    }

    mutating func deleteWebhook(_ input: Input) throws(ErrorAnswer) -> Answer {
        webhooks.remove(at: try webhookIndex(input))
        return .noContent
    }

    mutating func createWebhook(_ family: Webhook.Family, _ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = try BodyReader(input, .webhooks)
        let url = reader.requiredString("url")
        if !url.isEmpty, !isURI(url) {
            reader.validation.fail("/url", "Expected string to match 'uri' format", .string(url), type: "string")
        }
        let events = reader.strings("events", isRequired: true, count: family.minimumEvents...Int.max) ?? []
        for (index, event) in events.enumerated() where !family.events.contains(event) {
            reader.validation.fail(
                "/events/\(index)", "Expected one of \(family.events.joined(separator: ", "))", .string(event),
                type: "string")
        }
        let resourceIDs = reader.strings("resourceIds", isRequired: false, count: 0...Int.max) ?? ["*"]
        for (index, id) in resourceIDs.enumerated() where id != "*" && !id.hasPrefix("PN") {
            reader.validation.fail(
                "/resourceIds/\(index)", "Expected '*' or a phone number's id", .string(id), type: "string")
        }
        let status = reader.optionalString("status") ?? "enabled"
        if status != "enabled", status != "disabled" {
            reader.validation.fail("/status", "Expected 'enabled' or 'disabled'", .string(status), type: "string")
        }
        let label = reader.optionalString("label")
        let userID = reader.optionalIdentifier("userId", prefix: "US") ?? ownerID
        try reader.finish(.webhooks)
        guard hasUser(userID) else { throw .notFound(.webhooks, "User not found") }
        for id in resourceIDs where id != "*" { _ = try line(id, userID: nil, .webhooks) }

        let webhook = Webhook(
            id: random.hexadecimalIdentifier("WH", digits: 32), userID: userID, label: label,
            isEnabled: status == "enabled", url: url, key: random.signingKey(), events: events,
            resourceIDs: resourceIDs, createdAt: now)
        webhooks.append(webhook)
        return .data(body(webhook), status: 201)
    }

    private func webhookIndex(_ input: Input) throws(ErrorAnswer) -> Int {
        // The webhooks of the API's dated versions have plain numbers, and v1 refuses them.
        if !input.identifier.isEmpty, input.identifier.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw .described(
                .webhooks, 400, "Invalid Version", "This webhook belongs to another version of the API", subcode: "05")
        }
        try checkIdentifier(input.identifier, prefix: "WH", name: "id", .webhooks)
        guard let index = webhooks.firstIndex(where: { $0.id == input.identifier }) else {
            throw .notFound(.webhooks, "Webhook not found")
        }
        return index
    }

    private func body(_ webhook: Webhook) -> JSONValue {
        [
            "id": .string(webhook.id), "userId": .string(webhook.userID), "orgId": .string(organizationID),
            "label": .nullable(webhook.label), "status": webhook.isEnabled ? "enabled" : "disabled",
            "url": .string(webhook.url), "key": .string(webhook.key), "createdAt": .string(webhook.createdAt.text),
            "updatedAt": .string(webhook.createdAt.text), "deletedAt": .null, "events": .strings(webhook.events),
            "resourceIds": .strings(webhook.resourceIDs),
        ]
    }
}

extension RandomSource {
    /// A signing key of 32 bytes, in base64.
    mutating func signingKey() -> String {
        // 43 digits hold 258 bits: the last must leave the two bits free that 32 bytes do not fill.
        shortIdentifier("", length: 42) + element(of: ["A", "E", "I", "M", "Q", "U", "Y", "c", "g", "k", "o", "s"])
            + "="
    }
}
