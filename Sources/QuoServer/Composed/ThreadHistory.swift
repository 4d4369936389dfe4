import Directory
import Guard
import JSON
import PhoneNumbers
import QuoAPI

/// One text or call of a thread.
struct ThreadEntry: Sendable {
    /// What it is.
    enum Kind: Sendable {
        case message, call
    }

    let kind: Kind
    /// The record as the API gave it.
    let record: JSONValue
    /// When it was, in milliseconds since 1970.
    let time: Int64
    /// The own number that it is on.
    let lineID: String

    /// Whether it came from outside.
    var isIncoming: Bool { record["direction"] == "incoming" }
    /// Its id.
    var id: String { record["id"]?.stringValue ?? "" }
    /// Whether it is a call that somebody took, on either side.
    var isTaken: Bool {
        guard kind == .call else { return false }
        let status = record["status"]?.stringValue ?? ""
        if record["answeredAt"]?.stringValue != nil || record["aiHandled"]?.stringValue != nil { return true }
        if ["answered", "in-progress", "forwarded"].contains(status) { return true }
        return status == "completed"
            && (record["answeredBy"]?.stringValue != nil || record["duration"]?.integerValue ?? 0 > 0)
    }

    /// Whether it is a call from outside that nobody of the workspace took, and that is over.
    var isMissed: Bool {
        guard kind == .call, isIncoming, !isTaken else { return false }
        return !["queued", "initiated", "ringing"].contains(record["status"]?.stringValue ?? "")
    }

    /// Whether it answers what came before it: a text of ours, or a call that was taken.
    var isAnswering: Bool { kind == .call ? isTaken : !isIncoming }
}

/// A stretch of what was written and said with the same people.
struct ThreadPage: Sendable {
    /// The entries, oldest first.
    let entries: [ThreadEntry]
    /// The time before which there may be more; nil where there is none.
    let before: Int64?
}

extension Desk {
    /// The most requests that one look at a thread makes.
    private static let maximumPages = 20
    /// Up to how many members of a line the calls are asked for one by one; with more it would take minutes.
    static let mostMembers = 6

    /// What was written and said with some people on some lines, the newest first to be found.
    ///
    /// Calls of one person are looked for with every member of a line, because the API tells those of one member at a time;
    /// it knows no calls of groups.
    ///
    /// - Parameters:
    ///   - since: The time from which on, if any.
    ///   - before: The time before which, if any; exclusive.
    ///   - limit: How many entries are wanted; entries of the same millisecond stay together.
    func history(
        with people: [String], on lines: [Line], since: Int64? = nil, before: Int64? = nil, limit: Int
    ) async throws(APIError) -> ThreadPage {
        var found: [String: ThreadEntry] = [:]
        // The oldest time down to which everything was seen, by the source that saw least.
        var horizon = Int64.min
        for line in lines {
            var sources: [(ThreadEntry.Kind, ReadOperation, String?)] = [(.message, .listMessages, nil)]
            if people.count == 1 {
                let users: [String?] = (2...Self.mostMembers).contains(line.users.count) ? line.users.map { $0 } : [nil]
                sources += users.map { (.call, .listCalls, $0) }
            }
            for (kind, operation, user) in sources {
                let (entries, end) = try await records(
                    kind, operation, with: people, on: line.id, user: user, since: since, before: before, limit: limit)
                for entry in entries {
                    let key = entry.id.isEmpty ? "\(kind) without an id, \(found.count)" : entry.id
                    found[key] = entry
                }
                horizon = max(horizon, end ?? .min)
            }
        }
        let sorted = found.values.filter { $0.time >= horizon }.sorted {
            ($0.time, $0.id) > ($1.time, $1.id)
        }
        var kept = Array(sorted.prefix(limit))
        if let oldest = kept.last?.time { kept += sorted.dropFirst(limit).prefix { $0.time == oldest } }
        let isWhole = kept.count == sorted.count && horizon == .min
        return ThreadPage(entries: kept.reversed(), before: isWhole ? nil : kept.last?.time ?? before)
    }

    /// The newest records of one kind, and from when on they are all there, where the API has older ones.
    private func records(
        _ kind: ThreadEntry.Kind, _ operation: ReadOperation, with people: [String], on line: String, user: String?,
        since: Int64?, before: Int64?, limit: Int
    ) async throws(APIError) -> (entries: [ThreadEntry], end: Int64?) {
        var entries: [ThreadEntry] = []
        var page: String?
        for _ in 0..<Self.maximumPages {
            var query = [
                OperationArguments.QueryItem("phoneNumberId", line),
                OperationArguments.QueryItem("participants", people),
                OperationArguments.QueryItem("maxResults", "\(min(100, max(10, limit - entries.count + 1)))"),
            ]
            if let user { query.append(OperationArguments.QueryItem("userId", user)) }
            if let since {
                query.append(OperationArguments.QueryItem("createdAfter", Timestamp.text(max(0, since - 1))))
            }
            if let before { query.append(OperationArguments.QueryItem("createdBefore", Timestamp.text(before))) }
            if let page { query.append(OperationArguments.QueryItem("pageToken", page)) }
            let answer = try await read(operation, OperationArguments(query: query))
            for record in answer["data"]?.arrayValue ?? [] {
                // What has no time is kept as the oldest.
                let written = record["createdAt"]?.stringValue ?? record["updatedAt"]?.stringValue ?? ""
                let time = clock.time(parsing: written) ?? since ?? 0
                // The API does not say whether its bounds are inclusive.
                if before.map({ time >= $0 }) ?? false || since.map({ time < $0 }) ?? false { continue }
                entries.append(ThreadEntry(kind: kind, record: record, time: time, lineID: line))
            }
            page = answer["nextPageToken"]?.stringValue
            if page == nil { return (entries, nil) }
            // Records of the same time as the oldest may follow on the next page, so those are left for then.
            let oldest = entries.map(\.time).min() ?? 0
            let complete = entries.filter { $0.time > oldest }
            if complete.count >= limit { return (complete, oldest + 1) }
        }
        return (entries, entries.map(\.time).min())
    }
}
