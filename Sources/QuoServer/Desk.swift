import Configuration
import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import QuoAPI

/// What serves one call: the workspace, the request, and how its answer is told.
struct Desk: Sendable {
    let workspace: Workspace
    let context: RequestContext
    let policy: Policy
    /// When the call began, in milliseconds since 1970.
    let now: Int64

    init(_ workspace: Workspace, _ context: RequestContext, _ policy: Policy) {
        self.workspace = workspace
        self.context = context
        self.policy = policy
        now = workspace.gatekeeper.time
    }

    /// The clock of the owner's zone.
    var clock: LocalClock { workspace.clock }
    var directory: Directory { workspace.directory }
    var gatekeeper: Guard { workspace.gatekeeper }

    /// Reads from the API, and remembers the numbers and addresses in what people outside wrote.
    ///
    /// Every read of a tool goes through here, so that none of them widens what may be done.
    func read(_ operation: ReadOperation, _ arguments: OperationArguments) async throws(APIError) -> JSONValue {
        let answer = try await workspace.reader.read(operation, arguments)
        for passage in IncomingContent.passages(in: answer, of: operation) {
            // Where the state cannot be used nothing is sent either, so reading may go on.
            try? await gatekeeper.noteIncoming(passage.values, from: passage.source)
        }
        return operation.operation.isOfWebhooks ? answer.withoutSigningSecrets : answer
    }

    /// How records are told in which these numbers appear.
    ///
    /// Where contacts were never read before, it waits a moment for them, because an answer without names is worth little.
    func telling(_ numbers: some Collection<String> & Sendable) async throws(APIError) -> Telling {
        if !numbers.isEmpty { _ = try? await directory.ensureIndex(within: .seconds(3)) }
        return Telling(
            clock: clock, now: now, lines: try await directory.lines(), members: try await directory.members(),
            names: await directory.names(of: Array(Set(numbers))))
    }

    /// How records are told that need no API: where it does not answer, by numbers and ids.
    ///
    /// - Returns: The words, and what is to be said of those that are missing; nil where none is.
    func offlineTelling(_ numbers: [String]) async -> (Telling, lack: String?) {
        do throws(APIError) { return (try await telling(numbers), nil) } catch {
            let names = await directory.names(of: numbers)
            return (
                Telling(clock: clock, now: now, lines: [], members: [], names: names),
                "Names that could not be looked up are left out, and numbers and ids told instead: \(error)"
            )
        }
    }

    /// How records of a kind are told.
    func telling(_ records: [JSONValue], _ shape: ToolDefinition.Shape) async throws(APIError) -> Telling {
        try await telling(records.flatMap { Telling.numbers(in: $0) })
    }

    /// The answer of an operation: its records in short where they have a short form, and as many as fit.
    ///
    /// - Parameter place: Where the list was asked from; where not all records fit, the same page goes on behind them.
    func told(_ envelope: JSONValue, _ shape: ToolDefinition.Shape?, from place: PageCursor) async throws -> JSONObject
    {
        guard let records = envelope["data"]?.arrayValue else {
            let record = envelope["data"] ?? envelope
            guard let shape else { return record.presentable?.objectValue ?? [:] }
            return try await telling([record], shape).short(record, shape)
        }
        let left = Array(records.dropFirst(place.skipped))
        var told = left.compactMap(\.presentable)
        if let shape {
            let telling = try await telling(left, shape)
            told = left.map { .object(telling.short($0, shape)) }
        }
        let fitting = AnswerBudget.fitting(told)
        var result: JSONObject = ["data": .array(Array(told.prefix(fitting)))]
        if fitting < told.count {
            result["nextPageToken"] = .string(
                PageCursor(token: place.token, skipped: place.skipped + fitting).pageToken)
        } else if let next = (envelope["nextPageToken"] ?? envelope["nextCursor"])?.stringValue {
            result["nextPageToken"] = .string(next)
        }
        return result
    }

    /// What the API answered to an effect: a text by its id, fate and people, a record in short where it has a short form.
    func told(_ envelope: JSONValue?, of effect: Effect, shape: ToolDefinition.Shape?) async -> JSONObject {
        // A test event is no record in an envelope: it has data of its own.
        let isEvent =
            effect.operation.operation.id == WriteOperation.sendTestWebhookEventDated.operation.id
        let record = (isEvent ? nil : envelope?["data"]) ?? envelope ?? .null
        if let outreach = effect.outreach {
            var object = JSONObject()
            object["id"] = record["id"]
            object["status"] = record["status"]
            let telling = try? await telling(outreach.recipients)
            object["to"] = .string(outreach.recipients.map { telling?.person($0) ?? $0 }.joined(separator: ", "))
            object["from"] = .string(telling?.line(outreach.lineID) ?? outreach.lineNumber)
            return object
        }
        let isContact = record["defaultFields"] != nil
        let isConversation =
            record["participants"] != nil && record["phoneNumberId"] != nil && record["direction"] == nil
        let known = shape ?? (isContact ? .contact : isConversation ? .conversation : nil)
        if let known, let telling = try? await telling([record], known) { return telling.short(record, known) }
        let shown = effect.operation.operation.isOfWebhooks ? record.withoutSigningSecrets : record
        return shown.presentable?.objectValue ?? [:]
    }

    /// The time that an argument names, as a day or a time.
    ///
    /// - Throws: ``InvalidArguments`` where it is neither.
    func time(_ name: String, in arguments: JSONObject) throws(InvalidArguments) -> Int64? {
        guard let text = arguments[name]?.stringValue else { return nil }
        guard let time = clock.time(parsing: text) ?? clock.time(inWords: text, now: now) else {
            throw InvalidArguments(faults: [
                ArgumentFault(
                    path: name,
                    message: "\"\(text.onOneLine)\" is neither a day nor a time; also today, a weekday, or 3 days",
                    example: "2026-11-20T14:05")
            ])
        }
        return time
    }
}

extension Telling {
    /// The numbers of people in a record.
    static func numbers(in record: JSONValue) -> [String] {
        var numbers = [record["from"], record["forwardedFrom"], record["forwardedTo"]].compactMap { $0?.stringValue }
        for list in ["to", "participants"] {
            numbers += (record[list]?.arrayValue ?? []).compactMap(\.stringValue)
            if let single = record[list]?.stringValue { numbers.append(single) }
        }
        return numbers
    }
}
