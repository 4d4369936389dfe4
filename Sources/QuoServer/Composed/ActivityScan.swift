import Directory
import Guard
import JSON
import MCP
import QuoAPI

/// Where a list of the API's goes on: a page, and how many of its records were told already.
struct PageCursor: Sendable {
    /// The API's token of the page; nil for the first.
    var token: String?
    /// How many records of the page to pass over.
    var skipped = 0

    init(token: String? = nil, skipped: Int = 0) {
        self.token = token
        self.skipped = skipped
    }

    /// Reads the text of a cursor; nil where it is none.
    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let skipped = Int(parts[0]), skipped >= 0 else { return nil }
        self.init(token: parts[1].isEmpty ? nil : String(parts[1]), skipped: skipped)
    }

    /// The text of the cursor, as answers give it.
    var text: String { "\(skipped).\(token ?? "")" }
    /// Whether it is where the list begins.
    var isBeginning: Bool { token == nil && skipped == 0 }

    // The tokens of the API's own lists are passed on as they are, unless a page must be taken up in its middle.

    /// The beginning of a token that leads into the middle of a page.
    private static let mark = "quo-mcp."

    /// Reads the token that a call of one of the API's lists gives.
    init(pageToken: String?) {
        let inner = pageToken.flatMap {
            $0.hasPrefix(Self.mark) ? PageCursor(String($0.dropFirst(Self.mark.count))) : nil
        }
        self = inner ?? PageCursor(token: pageToken)
    }

    /// The token for a call of one of the API's lists.
    var pageToken: String { Self.mark + text }
}

/// One conversation with what happened in it.
struct ScannedThread: Sendable {
    let lineID: String
    /// The others' numbers.
    let people: [String]
    /// What happened, oldest first.
    var entries: [ThreadEntry]
    /// Whether more happened in the time than was looked at.
    var isCut: Bool
}

/// What happened with the same people, on whichever of the own numbers: what came in on one may be answered from another.
struct Exchange: Sendable {
    let people: [String]
    /// What happened, oldest first.
    var entries: [ThreadEntry]
    /// Whether more happened in the time than was looked at.
    var isCut: Bool

    /// The threads with the same people as one.
    static func all(in threads: [ScannedThread]) -> [Exchange] {
        var exchanges: [Exchange] = []
        var places: [Set<String>: Int] = [:]
        for thread in threads {
            if let place = places[Set(thread.people)] {
                exchanges[place].entries += thread.entries
                exchanges[place].entries.sort { ($0.time, $0.id) < ($1.time, $1.id) }
                exchanges[place].isCut = exchanges[place].isCut || thread.isCut
            } else {
                places[Set(thread.people)] = exchanges.count
                exchanges.append(Exchange(people: thread.people, entries: thread.entries, isCut: thread.isCut))
            }
        }
        return exchanges
    }
}

/// The threads in which something happened in a time.
struct ActivityScan: Sendable {
    let threads: [ScannedThread]
    /// Where the next scan goes on; nil where all was looked at.
    let next: PageCursor?
    /// The time from which on everything was looked at, which is later than asked where there was too much.
    let since: Int64
    /// Which version of the API it is from, as answers tell it.
    var api = ""

    /// The most threads that one scan walks into one by one: what is beyond is told as a next page.
    static let maximumThreads = 100
    /// The most entries of one thread that are looked at.
    static let maximumEntries = 200
}

extension Desk {
    /// A page of conversations, latest activity first.
    func conversations(
        on lines: [Line], since: Int64?, from cursor: PageCursor, limit: Int
    ) async throws(APIError) -> (records: [JSONValue], next: PageCursor?) {
        var query = [OperationArguments.QueryItem("maxResults", "\(limit)")]
        query.append(OperationArguments.QueryItem("phoneNumbers", lines.map(\.id)))
        if let since { query.append(OperationArguments.QueryItem("updatedAfter", Timestamp.text(max(0, since - 1)))) }
        if let token = cursor.token { query.append(OperationArguments.QueryItem("pageToken", token)) }
        let answer = try await read(.listConversations, OperationArguments(query: query))
        let records = Array((answer["data"]?.arrayValue ?? []).dropFirst(cursor.skipped))
        return (records, answer["nextPageToken"]?.stringValue.map { PageCursor(token: $0) })
    }

    /// The cursor of a list of the API's that a call gives.
    func pageCursor(in arguments: JSONObject) throws(InvalidArguments) -> PageCursor {
        guard let text = arguments["cursor"]?.stringValue else { return PageCursor() }
        guard let cursor = PageCursor(text) else { throw Self.unknownCursor }
        return cursor
    }

    /// Looks into every thread in which something happened in a time: all at once where the dated version of the API serves, and
    /// thread by thread otherwise.
    ///
    /// - Parameters:
    ///   - since: The time from which on.
    ///   - until: The time before which; nil for now.
    ///   - hasVoicemails: Whether voicemails are wanted in the records of calls, where they cost no request.
    func scan(
        _ lines: [Line], since: Int64, until: Int64?, from start: PageCursor, hasVoicemails: Bool = false
    ) async throws -> ActivityScan {
        // Only a walk leaves threads for a next page.
        guard start.isBeginning else {
            var scan = try await walk(lines, since: since, until: until, from: start)
            scan.api = VersionPreference.v1.rawValue
            return scan
        }
        let routed = try await workspace.reader.routed([.listMessagesDated, .listCallsDated]) {
            try await sweep(lines, since: since, until: until, hasVoicemails: hasVoicemails)
        } first: { _ in
            try await walk(lines, since: since, until: until, from: start)
        }
        var scan = routed.value
        scan.api = routed.api
        return scan
    }

    /// Asks the first version of the API for what happened, thread by thread.
    private func walk(
        _ lines: [Line], since: Int64, until: Int64?, from start: PageCursor
    ) async throws -> ActivityScan {
        var conversations: [JSONValue] = []
        var cursor: PageCursor? = start
        while let page = cursor, conversations.count < ActivityScan.maximumThreads {
            let (records, next) = try await self.conversations(on: lines, since: since, from: page, limit: 100)
            // The API has no order that could be relied on within a page, so a page is looked at whole.
            // Nothing can be asked about a conversation whose people the API does not tell.
            conversations += records.filter { $0["participants"]?.arrayValue?.isEmpty == false }
            cursor = next
        }
        let total = conversations.count
        let threads = try await concurrently(conversations) { conversation in
            let lineID = conversation["phoneNumberId"]?.stringValue ?? ""
            let people = (conversation["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
            let own = lines.first { $0.id == lineID }.map { [$0] } ?? []
            let page = try await self.history(
                with: people, on: own, since: since, before: until, limit: ActivityScan.maximumEntries)
            return ScannedThread(
                lineID: lineID, people: people, entries: page.entries, isCut: page.before != nil)
        } progress: { done in
            self.context.reportProgress(Double(done), total: Double(total), message: "Looking into threads")
        }
        return ActivityScan(threads: threads, next: cursor, since: since)
    }

    /// Maps a list with a few requests at once, in order; the API's pace bounds the rest.
    func concurrently<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], _ transform: @escaping @Sendable (Input) async throws -> Output,
        progress: (Int) -> Void = { _ in }
    ) async throws -> [Output] {
        let width = 4
        return try await withThrowingTaskGroup(of: (Int, Output).self) { group in
            var outputs = [Output?](repeating: nil, count: inputs.count)
            var begun = 0
            var done = 0
            while begun < min(width, inputs.count) {
                let (place, input) = (begun, inputs[begun])
                group.addTask { (place, try await transform(input)) }
                begun += 1
            }
            while let (place, output) = try await group.next() {
                outputs[place] = output
                done += 1
                progress(done)
                if begun < inputs.count {
                    let (place, input) = (begun, inputs[begun])
                    group.addTask { (place, try await transform(input)) }
                    begun += 1
                }
            }
            return outputs.compactMap { $0 }
        }
    }
}
