import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import QuoAPI

/// The tool `list_conversations`: threads with names, latest activity first.
struct ListConversations {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let cursor = try desk.pageCursor(in: arguments)
        let limit = Int(arguments["limit"]?.integerValue ?? 20)
        let page = try await desk.conversations(
            on: lines, since: try desk.time("since", in: arguments), from: cursor, limit: limit)
        let telling = try await desk.telling(page.records, .conversation)
        let isFull = arguments["detail"] == "full"
        var told = page.records.map { isFull ? $0 : JSONValue.object(telling.conversation($0)) }
        if arguments["last"] == true {
            let last = try await desk.concurrently(page.records) {
                try await self.lastEntry(of: $0, lines, telling)
            } progress: {
                desk.context.reportProgress(Double($0), total: Double(told.count), message: "Looking into threads")
            }
            for (place, entry) in last.enumerated() {
                var object = told[place].objectValue ?? [:]
                object["last"] = entry
                told[place] = .object(object)
            }
        }
        let fitting = AnswerBudget.fitting(told)
        var result: JSONObject = ["conversations": .array(Array(told.prefix(fitting)))]
        let next =
            fitting < told.count
            ? PageCursor(token: cursor.token, skipped: cursor.skipped + fitting) : page.next
        if let next { result["more"] = ["cursor": .string(next.text)] }
        return result
    }

    /// The newest text or call of a thread; nil where there is none that the API tells.
    private func lastEntry(of conversation: JSONValue, _ lines: [Line], _ telling: Telling) async throws -> JSONValue? {
        let people = (conversation["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        let own = lines.filter { $0.id == conversation["phoneNumberId"]?.stringValue }
        if people.isEmpty { return nil }
        guard let entry = try await desk.history(with: people, on: own, limit: 1).entries.last else { return nil }
        var object = telling.entry(entry, showsLine: false)
        object["at"] = .string(telling.clock.relative(entry.time, now: telling.now))
        return .object(object)
    }
}
