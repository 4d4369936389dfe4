import JSON
import QuoAPI
import Store
import Webhooks

/// What the latest messages of a thread say about texting there.
package struct ThreadLook: Sendable, Equatable {
    /// The words that opt out, as carriers and the industry's association document them.
    package static let stopWords: Set<String> = [
        "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "OPT OUT", "OPT-OUT", "REVOKE",
        "ARRET", "ALTO",
    ]
    /// The words that take it back.
    static let startWords: Set<String> = ["START", "UNSTOP", "YES", "SUBSCRIBE", "RESUME"]

    /// Whether someone's last word on it is that they want no more texts.
    let isOptedOut: Bool
    /// When someone other than us wrote last, in milliseconds since 1970; nil where they did not.
    let lastInbound: Int64?

    init(isOptedOut: Bool, lastInbound: Int64?) {
        self.isOptedOut = isOptedOut
        self.lastInbound = lastInbound
    }

    /// Reads messages, newest first, as the API lists them.
    init(messages: [JSONValue]) {
        let inbound = messages.filter { $0["direction"] == "incoming" }
        lastInbound = inbound.first.flatMap { $0["createdAt"]?.stringValue }.flatMap(Timestamp.milliseconds)
        // Each person of a group has a last word of their own.
        let people = Dictionary(grouping: inbound) { $0["from"]?.stringValue ?? "" }
        isOptedOut = people.values.contains { messages in
            let words = messages.compactMap { $0["text"]?.stringValue.map(Self.keyword) }
            let last = words.first { Self.stopWords.contains($0) || Self.startWords.contains($0) }
            return last.map(Self.stopWords.contains) ?? false
        }
    }

    /// Messages in the order in which the API lists them.
    static func newestFirst(_ messages: [JSONValue]) -> [JSONValue] {
        let times = messages.map { $0["createdAt"]?.stringValue.flatMap(Timestamp.milliseconds) ?? .min }
        return messages.indices.sorted { times[$0] == times[$1] ? $0 < $1 : times[$0] > times[$1] }.map { messages[$0] }
    }

    /// A text in the form in which carriers compare it: upper case, without punctuation around it and without extra spaces.
    package static func keyword(_ text: String) -> String {
        let cleaned = text.uppercased().map { $0.isLetter || $0 == "-" ? $0 : " " }
        return String(cleaned).split(separator: " ").joined(separator: " ")
    }

    // MARK: As the store remembers it

    init?(remembered verdict: String) {
        let parts = verdict.split(separator: " ")
        guard parts.count == 2, parts[0] == "stop" || parts[0] == "clear" else { return nil }
        self.init(isOptedOut: parts[0] == "stop", lastInbound: Int64(parts[1]))
    }

    var verdict: String { "\(isOptedOut ? "stop" : "clear") \(lastInbound.map(String.init) ?? "-")" }
}

extension Reader {
    /// The latest messages of a thread, newest first.
    func messages(
        line: String, with people: [String], since: Int64? = nil, count: Int
    ) async throws(APIError) -> [JSONValue] {
        var query = [
            OperationArguments.QueryItem("phoneNumberId", line), OperationArguments.QueryItem("participants", people),
            OperationArguments.QueryItem("maxResults", "\(count)"),
        ]
        if let since { query.append(OperationArguments.QueryItem("createdAfter", Timestamp.text(since))) }
        let answer = try await read(.listMessages, OperationArguments(query: query))
        // Without a list nobody knows whether there is a STOP, or the text that is looked for.
        guard let messages = answer["data"]?.arrayValue else {
            throw .undecodable(.listMessages, "The API's answer holds no list.")
        }
        return messages
    }
}

extension Store {
    /// The latest texts of a thread that came in as webhooks told them, in the form of the API's messages.
    ///
    /// One that does not say to whom it was written, or on which line, counts: better one text too few.
    ///
    /// - Parameters:
    ///   - count: How many events in which these people stand are looked at.
    ///   - receipt: Since when the events were received, in milliseconds since 1970.
    func wordsToldByWebhooks(
        from people: [String], _ outreach: Effect.Outreach, count: Int, since receipt: Int64 = 0,
        in workspace: WorkspaceID
    ) throws(StoreError) -> [JSONValue] {
        let filter = WebhookFilter(types: [WebhookEventType.messageReceived.rawValue], number: people.first)
        return try events(filter, limit: count, in: workspace).compactMap { record in
            guard record.receivedAt >= receipt, let event = try? WebhookEvent(Array(record.content.utf8)),
                case .message(let message) = event.content, message.isIncoming, let from = message.from
            else { return nil }
            let others = Set(message.to).subtracting(outreach.ownNumbers + [outreach.lineNumber])
            let isSameThread =
                message.to.isEmpty ? people.contains(from) : others.union([from]) == Set(people)
            let isSameLine =
                event.lineID.map { $0 == outreach.lineID }
                ?? (message.to.isEmpty || message.to.contains(outreach.lineNumber))
            guard isSameThread, isSameLine else { return nil }
            return [
                "direction": "incoming", "from": .string(from), "text": .string(message.text ?? ""),
                "createdAt": .string(Timestamp.text(record.resourceTime)),
            ]
        }
    }
}
