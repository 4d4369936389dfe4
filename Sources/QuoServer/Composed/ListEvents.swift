import Guard
import JSON
import Store
import Webhooks

/// The tool `list_events`: what webhooks told, by when it happened.
struct ListEvents {
    /// What is said where nobody takes webhooks.
    static let silence =
        "Nothing takes webhooks now, so new events are missing here. The owner can run quo-mcp listen behind a tunnel and make a "
        + "webhook that posts to it."

    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let feed = desk.workspace.events
        let types = try desk.eventTypes(in: arguments)
        let filter = WebhookFilter(types: types, since: try desk.time("since", in: arguments) ?? .min)
        let limit = Int(arguments["limit"]?.integerValue ?? 20)
        // Asked before the events, so that whoever waits from here on misses none.
        let latest = await feed.latest()
        let records = try await feed.events(filter, before: try place(in: arguments), limit: limit + 1)
        let shown = Array(records.prefix(limit))
        let (told, lack) = await desk.told(shown, isFull: arguments["detail"] == "full")
        let fitting = AnswerBudget.fitting(told)
        let isLive = await feed.isLive()
        var result: JSONObject = [
            "events": .array(Array(told.prefix(fitting))), "listening": .bool(isLive), "after": .string("\(latest)"),
        ]
        let notes = [isLive ? nil : Self.silence, lack, await desk.noteOfUnknown(types)].compactMap { $0 }
        if !notes.isEmpty { result["note"] = .string(notes.joined(separator: " ")) }
        if min(fitting, shown.count) < records.count, let last = shown.prefix(fitting).last {
            result["more"] = ["cursor": .string("\(last.resourceTime)/\(last.sequence)"), "what": "older"]
        }
        return result
    }

    private func place(in arguments: JSONObject) throws(InvalidArguments) -> WebhookPlace? {
        guard let text = arguments["cursor"]?.stringValue else { return nil }
        let parts = text.split(separator: "/").compactMap { Int64($0) }
        guard parts.count == 2 else { throw Desk.unknownCursor }
        return WebhookPlace(resourceTime: parts[0], sequence: parts[1])
    }
}

extension Desk {
    /// The types that a call asks for; empty for all.
    ///
    /// Quo adds types, so one that is not known is let pass where it has the form of one.
    ///
    /// - Throws: ``InvalidArguments`` where one cannot be the name of a type.
    func eventTypes(in arguments: JSONObject) throws(InvalidArguments) -> [String] {
        let types = (arguments["types"]?.arrayValue ?? []).compactMap(\.stringValue)
        let form = /[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+/
        guard let place = types.firstIndex(where: { $0.wholeMatch(of: form) == nil }) else { return types }
        throw InvalidArguments(faults: [
            ArgumentFault(
                path: "types[\(place)]",
                message:
                    "\"\(types[place].onOneLine)\" is no type; known are \(Self.knownTypes). Leave types out for all, new ones too"
            )
        ])
    }

    /// What is said of types that may be mistyped: those that are not known, and of which no event came; nil for none.
    func noteOfUnknown(_ types: [String]) async -> String? {
        var unknown: [String] = []
        for type in types where WebhookEventType(rawValue: type) == nil {
            let came = try? await workspace.events.events(WebhookFilter(types: [type]), before: nil, limit: 1)
            if came?.isEmpty ?? true { unknown.append(type) }
        }
        if unknown.isEmpty { return nil }
        return
            "No event of \(unknown.joined(separator: ", ")) ever came, and no such type is known; known are \(Self.knownTypes)."
    }

    private static var knownTypes: String { WebhookEventType.allCases.map(\.rawValue).joined(separator: ", ") }

    /// What webhooks told last, for a resource that a host reads.
    package func latestEvents() async throws -> JSONObject { try await ListEvents(desk: self).answer([:]) }

    /// How events are told, in short or whole; numbers and addresses in what people outside wrote are remembered.
    ///
    /// Events are on this machine, so they are told without the API too.
    ///
    /// - Returns: The events, and what is to be said where names are missing in them.
    func told(_ records: [WebhookRecord], isFull: Bool) async -> (events: [JSONValue], lack: String?) {
        let events = records.map { record in (record, EventFeed.event(of: record)) }
        for event in events.compactMap(\.1) { await noteIncoming(event) }
        if isFull {
            return (
                events.map { $1.map { JSONValue.object($0.json).presentable ?? .null } ?? Self.unreadable($0) }, nil
            )
        }
        let (telling, lack) = await offlineTelling(events.flatMap { $0.1?.numbers ?? [] })
        let told = events.map { record, event in
            event.map { .object(telling.event($0, at: record.resourceTime)) } ?? Self.unreadable(record)
        }
        return (told, lack)
    }

    private static func unreadable(_ record: WebhookRecord) -> JSONValue {
        ["type": .string(record.type), "note": "cannot be read any more"]
    }

    /// Remembers numbers and addresses in what people outside wrote.
    func noteIncoming(_ event: WebhookEvent) async {
        for passage in IncomingContent.passages(in: event) {
            // Where the state cannot be used nothing is sent either, so reading may go on.
            try? await gatekeeper.noteIncoming(passage.values, from: passage.source)
        }
    }
}
