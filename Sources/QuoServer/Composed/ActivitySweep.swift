import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import QuoAPI

extension Desk {
    /// The most pages that are read of one list: 20,000 records.
    private static let mostPages = 400

    /// Takes what happened in a time from the workspace-wide lists of the API's dated version.
    ///
    /// Whom a thread is with is known from the list of conversations, because a text of a group does not tell it.
    func sweep(_ lines: [Line], since: Int64, until: Int64?, hasVoicemails: Bool) async throws(APIError) -> ActivityScan
    {
        var bounds = [OperationArguments.QueryItem("createdAt[gt]", Timestamp.text(max(0, since - 1)))]
        if let until { bounds.append(OperationArguments.QueryItem("createdAt[lt]", Timestamp.text(until))) }
        var pages = 0
        let messages = try await all(.listMessagesDated, bounds, since: since, &pages)
        bounds = [OperationArguments.QueryItem("createdAt[gte]", Timestamp.text(since))]
        if let until { bounds.append(OperationArguments.QueryItem("createdAt[lte]", Timestamp.text(until))) }
        if hasVoicemails { bounds.append(OperationArguments.QueryItem("include", "voicemail")) }
        let calls = try await all(.listCallsDated, bounds, since: since, &pages)
        var sorting = SweptThreads(lines)
        var cursor: PageCursor? = PageCursor()
        while let page = cursor {
            let (records, next) = try await conversations(on: lines, since: since, from: page, limit: 100)
            for conversation in records { sorting.add(conversation: conversation) }
            cursor = next
        }
        let horizon = max(since, messages.since, calls.since)
        func isWanted(_ time: Int64) -> Bool { time >= horizon && until.map { time < $0 } ?? true }
        for message in messages.records {
            let time = time(of: message) ?? since
            if isWanted(time) { sorting.add(message: message, at: time) }
        }
        for call in calls.records {
            let time = time(of: call) ?? since
            guard isWanted(time) else { continue }
            var record = call.callOfFirstVersion(lines)
            // So that nobody asks again for one that is not there.
            if hasVoicemails, record["voicemail"] == nil { record["voicemail"] = .null }
            sorting.add(call: .object(record), at: time)
        }
        return ActivityScan(threads: sorting.result, next: nil, since: horizon)
    }

    /// The records of a list of the dated version, newest first, and the time from which on they are all there.
    private func all(
        _ operation: ReadOperation, _ bounds: [OperationArguments.QueryItem], since: Int64, _ pages: inout Int
    ) async throws(APIError) -> (records: [JSONValue], since: Int64) {
        var records: [JSONValue] = []
        var seen: Set<String> = []
        var cursors: Set<String> = []
        var cursor: String?
        for _ in 1...Self.mostPages {
            var query = bounds + [OperationArguments.QueryItem("limit", "50")]
            if let cursor { query.append(OperationArguments.QueryItem("after", cursor)) }
            let answer = try await read(operation, OperationArguments(query: query))
            guard let found = answer["data"]?.arrayValue else {
                throw APIError.undecodable(operation, "The API's answer holds no list.")
            }
            // What arrives between two pages may push a record to the next.
            records += found.filter { record in record["id"]?.stringValue.map { seen.insert($0).inserted } ?? true }
            cursor = answer["nextCursor"]?.stringValue
            guard let next = cursor else { return (records, since) }
            // Or it would be read over and over.
            guard cursors.insert(next).inserted else {
                throw APIError.undecodable(operation, "The API gave the same page twice.")
            }
            pages += 1
            context.reportProgress(Double(pages), message: "Reading texts and calls")
        }
        return (records, (records.compactMap { time(of: $0) }.min() ?? since) + 1)
    }

    /// When something was; nil for what has no time.
    private func time(of record: JSONValue) -> Int64? {
        clock.time(parsing: record["createdAt"]?.stringValue ?? record["updatedAt"]?.stringValue ?? "")
    }
}

/// Texts and calls of a whole workspace on their way into the threads that they belong to.
private struct SweptThreads {
    private struct Key: Hashable {
        let lineID: String
        let people: Set<String>
    }

    private let lines: [Line]
    private var threads: [ScannedThread] = []
    private var places: [Key: Int] = [:]
    private var placesOfConversations: [String: Int] = [:]

    init(_ lines: [Line]) { self.lines = lines }

    /// Adds a thread of a conversation whose people the API tells.
    mutating func add(conversation: JSONValue) {
        let people = (conversation["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard !people.isEmpty else { return }
        let place = threads.count
        let lineID = conversation["phoneNumberId"]?.stringValue ?? ""
        threads.append(ScannedThread(lineID: lineID, people: people, entries: [], isCut: false))
        if let id = conversation["id"]?.stringValue { placesOfConversations[id] = place }
        let key = Key(lineID: lineID, people: Set(people))
        if places[key] == nil { places[key] = place }
    }

    mutating func add(message: JSONValue, at time: Int64) {
        var place = message["conversationId"]?.stringValue.flatMap { placesOfConversations[$0] }
        if place == nil {
            let to = (message["to"]?.arrayValue ?? []).compactMap(\.stringValue)
            let from = message["from"]?.stringValue.map { [$0] } ?? []
            place = self.place(with: message["direction"] == "incoming" ? from : to, on: message)
        }
        guard let place else { return }
        add(ThreadEntry(kind: .message, record: message, time: time, lineID: threads[place].lineID), to: place)
    }

    mutating func add(call: JSONValue, at time: Int64) {
        let people = (call["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard let place = place(with: people, on: call) else { return }
        add(ThreadEntry(kind: .call, record: call, time: time, lineID: threads[place].lineID), to: place)
    }

    private mutating func add(_ entry: ThreadEntry, to place: Int) { threads[place].entries.append(entry) }

    /// The thread of a record with these people; a new one where its conversation was not listed, so that nobody is passed over.
    private mutating func place(with people: [String], on record: JSONValue) -> Int? {
        guard let lineID = record["phoneNumberId"]?.stringValue, lines.contains(where: { $0.id == lineID }),
            !people.isEmpty
        else { return nil }
        let key = Key(lineID: lineID, people: Set(people))
        if let place = places[key] { return place }
        threads.append(ScannedThread(lineID: lineID, people: people, entries: [], isCut: false))
        places[key] = threads.count - 1
        return threads.count - 1
    }

    /// The threads, of long ones the latest entries; those of one moment stay together.
    var result: [ScannedThread] {
        threads.map { thread in
            var thread = thread
            let newestFirst = thread.entries.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
            var kept = Array(newestFirst.prefix(ActivityScan.maximumEntries))
            if let oldest = kept.last?.time {
                kept += newestFirst.dropFirst(kept.count).prefix { $0.time == oldest }
            }
            thread.isCut = kept.count < newestFirst.count
            thread.entries = kept.reversed()
            return thread
        }
    }
}

extension JSONValue {
    /// A call of the dated version as the first tells it: the others as numbers, and a member's id by its older name.
    func callOfFirstVersion(_ lines: [Line]) -> JSONObject {
        var object = objectValue ?? [:]
        let own = lines.first { $0.id == object["phoneNumberId"]?.stringValue }?.number
        let numbers = (object["participants"]?.arrayValue ?? []).compactMap {
            $0.stringValue ?? $0["phoneNumber"]?.stringValue
        }
        let others = numbers.filter { $0 != own }
        object["participants"] = .array((others.isEmpty ? numbers : others).map { .string($0) })
        object["userId"] = object["actorId"]
        return object.without(["actorId"])
    }
}
