import Directory
import JSON
import QuoAPI

/// The tools `list_messages` and `list_calls`: texts and calls as the API lists them.
///
/// The dated version lists those of the workspace, with filters; the first those of one thread.
struct ActivityListing {
    private typealias Query = [OperationArguments.QueryItem]

    let desk: Desk
    let arguments: JSONObject

    /// Texts: those of a thread from the first version, which alone tells both sides of it in one list.
    func messages() async throws -> JSONObject {
        let filters = ["from", "to", "direction", "status"].filter { arguments[$0] != nil }
        if arguments["participants"] != nil {
            if let filter = filters.first {
                throw Self.fault(filter, "does not go with participants, whose whole thread is listed")
            }
            let told = try await page(.listMessages, try await threadQuery(), .message, .v1)
            return told.setting("api", VersionPreference.v1.rawValue)
        }
        var query = filters.map { OperationArguments.QueryItem($0, arguments[$0]?.stringValue ?? "") }
        query += items(["inbox": "phoneNumberId", "userId": "userId"])
        query += items(["createdAfter": "createdAt[gt]", "createdBefore": "createdAt[lt]"])
        return try await routed(.listMessagesDated, query, .message) { reason in
            throw reason.failure(
                Self.fault(
                    "participants", "is needed: v1 of the API lists the texts of one thread only, and \(reason)"),
                need: "v1 lists the texts of one thread only: name participants.")
        }
    }

    /// Calls: those of every member from the dated version, or those with one person from the first.
    func calls() async throws -> JSONObject {
        var query = items(["inbox": "phoneNumberId", "userId": "actorId", "direction": "direction"])
        query += items(["participants": "participant[in]", "statuses": "status[in]", "include": "include"])
        query += items(["createdAfter": "createdAt[gte]", "createdBefore": "createdAt[lte]"])
        return try await routed(.listCallsDated, query, .call) { reason in
            for filter in ["direction", "statuses", "include"] where arguments[filter] != nil {
                throw reason.failure(
                    Self.fault(filter, "needs version 2026-03-30 of the API, and \(reason)"),
                    need: "v1 has no \(filter): leave it out.")
            }
            guard arguments["participants"]?.arrayValue?.count == 1 else {
                throw reason.failure(
                    Self.fault(
                        "participants", "must be one: v1 of the API lists the calls with one person only, and \(reason)"
                    ),
                    need: "v1 lists the calls with one person only: name one in participants.")
            }
            var told = try await page(.listCalls, try await threadQuery(), .call, .v1)
            if arguments["userId"] == nil { told["note"] = "calls of other members may be missing; userId names one" }
            return told
        }
    }

    // MARK: Requests

    /// Lists by the version that serves; a page goes on in the version that it began in.
    private func routed(
        _ operation: ReadOperation, _ query: Query, _ shape: ToolDefinition.Shape,
        first: (_ reason: ReasonForFirst) async throws -> JSONObject
    ) async throws -> JSONObject {
        if let begun = try PageToken(arguments)?.version {
            let told =
                begun == .v1
                ? try await first(ReasonForFirst("the page is of v1")) : try await page(operation, query, shape, .dated)
            return told.setting("api", begun.rawValue)
        }
        let routed = try await desk.workspace.reader.routed([operation]) {
            try await page(operation, query, shape, .dated)
        } first: { reason in
            try await first(reason)
        }
        return routed.value.setting("api", routed.api)
    }

    /// What the first version takes: one thread, and whose calls or texts.
    private func threadQuery() async throws -> Query {
        let line = try await desk.directory.line(arguments["inbox"]?.stringValue)
        return [OperationArguments.QueryItem("phoneNumberId", line.id)]
            + items(["participants": "participants", "userId": "userId"])
            + items(["createdAfter": "createdAfter", "createdBefore": "createdBefore"])
    }

    /// A page of a list, as told.
    private func page(
        _ operation: ReadOperation, _ query: Query, _ shape: ToolDefinition.Shape, _ version: VersionPreference
    ) async throws -> JSONObject {
        let token = try PageToken(arguments)
        if let token, token.version != version { throw PageToken.unknown }
        let wanted = arguments["maxResults"]?.integerValue ?? 10
        let isDated = version == .dated
        var query = query
        query.append(
            OperationArguments.QueryItem(isDated ? "limit" : "maxResults", "\(isDated ? min(50, wanted) : wanted)"))
        if let text = token?.cursor.token {
            query.append(OperationArguments.QueryItem(isDated ? "after" : "pageToken", text))
        }
        var answer = try await desk.read(operation, OperationArguments(query: query))
        guard let records = answer["data"]?.arrayValue else {
            throw APIError.undecodable(operation, "The API's answer holds no list.")
        }
        if isDated, shape == .call, var envelope = answer.objectValue {
            let lines = try await desk.directory.lines()
            envelope["data"] = .array(records.map { .object($0.callOfFirstVersion(lines)) })
            answer = .object(envelope)
        }
        let shape = arguments["detail"] == "full" ? nil : shape
        var told = try await desk.told(answer, shape, from: token?.cursor ?? PageCursor())
        if let next = told["nextPageToken"]?.stringValue {
            told["nextPageToken"] = .string(PageToken(version: version, cursor: PageCursor(pageToken: next)).text)
        }
        return told
    }

    /// Arguments as parameters of a list, by their names there.
    private func items(_ names: KeyValuePairs<String, String>) -> Query {
        names.compactMap { argument, parameter in
            guard let value = arguments[argument] else { return nil }
            let values = (value.arrayValue ?? [value]).compactMap(\.stringValue)
            return OperationArguments.QueryItem(parameter, values)
        }
    }

    private static func fault(_ argument: String, _ message: String) -> InvalidArguments {
        InvalidArguments(faults: [ArgumentFault(path: argument, message: message)])
    }
}

/// Where a list goes on, and in which version of the API.
private struct PageToken {
    let version: VersionPreference
    let cursor: PageCursor

    init(version: VersionPreference, cursor: PageCursor) {
        self.version = version
        self.cursor = cursor
    }

    /// Reads the token of a call; nil where the list begins.
    init?(_ arguments: JSONObject) throws(InvalidArguments) {
        guard let text = arguments["pageToken"]?.stringValue else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let version = VersionPreference(rawValue: parts[0]), let cursor = PageCursor(parts[1])
        else { throw Self.unknown }
        self.init(version: version, cursor: cursor)
    }

    var text: String { "\(version.rawValue)/\(cursor.text)" }

    static var unknown: InvalidArguments {
        InvalidArguments(faults: [
            ArgumentFault(path: "pageToken", message: "is none that this list gave; leave it out to begin")
        ])
    }
}

extension JSONObject {
    /// This object with a text.
    fileprivate func setting(_ name: String, _ text: String) -> JSONObject {
        var object = self
        object[name] = .string(text)
        return object
    }
}
