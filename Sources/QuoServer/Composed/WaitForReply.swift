import Directory
import Guard
import JSON
import MCP
import PhoneNumbers

/// The tool `wait_for_reply`: waits as long as hosts have patience, and says how to go on waiting.
struct WaitForReply {
    /// How often the thread is looked at, in seconds: often enough to feel prompt, seldom enough to leave the pace to others.
    private static let interval: Int64 = 3
    /// How long hosts that hear of no progress wait for an answer at least, in seconds, with time to answer in.
    private static let silentPatience: Int64 = 50

    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let people = try await desk.people([arguments["with"] ?? ""])
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let since = try desk.time("since", in: arguments) ?? desk.now
        let wanted = arguments["seconds"]?.integerValue ?? 45
        let patience = desk.context.wantsProgress ? wanted : min(wanted, Self.silentPatience)
        let telling = try await desk.telling(people.numbers)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(patience)
        var looked: Int64 = 0
        while true {
            let page = try await desk.history(with: people.numbers, on: lines, since: since + 1, limit: 20)
            let replies = page.entries.filter(\.isIncoming)
            if let newest = replies.last {
                return [
                    "replied": true, "with": .array(people.told),
                    "messages": .array(replies.map { .object(told($0, telling, lines)) }),
                    "since": .string(Timestamp.text(newest.time)),
                ]
            }
            guard clock.now + .seconds(Self.interval) <= end else { break }
            looked += 1
            desk.context.reportProgress(
                Double(min(patience, looked * Self.interval)), total: Double(patience), message: "No reply yet")
            try await Task.sleep(for: .seconds(Self.interval))
        }
        return [
            "replied": false, "with": .array(people.told), "since": .string(Timestamp.text(since)),
            "next": .string(
                "No reply in \(patience) s. To go on waiting call again with this since; or tell the user and look later "
                    + "with read_thread."),
        ]
    }

    private func told(_ entry: ThreadEntry, _ telling: Telling, _ lines: [Line]) -> JSONObject {
        var object = telling.entry(entry, showsLine: lines.count > 1)
        object["at"] = .string(telling.clock.stamp(entry.time))
        return object
    }
}
