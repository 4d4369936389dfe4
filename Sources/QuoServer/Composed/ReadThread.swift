import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import QuoAPI

/// The tool `read_thread`: what was written and said with one person or group, as a transcript.
struct ReadThread {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let people = try await desk.people(arguments["with"]?.arrayValue ?? [], on: lines)
        let limit = Int(arguments["limit"]?.integerValue ?? 30)
        let page = try await desk.history(
            with: people.numbers, on: lines, since: try desk.time("since", in: arguments),
            before: try desk.cursorTime(in: arguments), limit: limit)
        let telling = try await desk.telling(people.numbers)
        let wanted = Set((arguments["include"]?.arrayValue ?? []).compactMap(\.stringValue))
        let isFull = arguments["detail"] == "full"
        var told: [(entry: ThreadEntry, json: JSONValue)] = []
        for (done, entry) in page.entries.enumerated() {
            var json = isFull ? entry.record.objectValue ?? [:] : telling.entry(entry, showsLine: lines.count > 1)
            if entry.kind == .call {
                for part in try await desk.callParts(of: entry, wanted) { json[part.name] = part.value }
                if !wanted.isEmpty {
                    desk.context.reportProgress(
                        Double(done + 1), total: Double(page.entries.count), message: "Reading calls")
                }
            }
            told.append((entry, .object(json)))
        }
        // The newest are kept where not all fit, and those of one moment stay together, so that the next page misses none.
        let newestFirst = told.reversed().map { $0.json }
        let days = Set(told.map { desk.clock.day($0.entry.time) }).count
        let fitting = AnswerBudget.fitting(newestFirst, reserved: 2_000 + 60 * days)
        var shown = told.suffix(fitting)
        if fitting < told.count {
            let cut = told[told.count - fitting - 1].entry.time
            let later = shown.drop { $0.entry.time == cut }
            if !later.isEmpty { shown = later }
        }
        let before = shown.count < told.count ? shown.first?.entry.time : page.before
        var result: JSONObject = ["with": .array(people.told)]
        if lines.count > 1 {
            let used = lines.filter { line in shown.contains { $0.entry.lineID == line.id } }
            result["inboxes"] = .array(used.map { .string("\($0.name.cleaned.onOneLine) (\($0.number))") })
        }
        result["days"] = .array(headed(shown.map { ($0.entry.time, $0.json) }))
        result["shown"] = .number(JSONNumber(Int64(shown.count)))
        if shown.isEmpty { result["note"] = "Nothing was written or said here in that time." }
        let crowded = lines.filter { $0.users.count > Desk.mostMembers && people.numbers.count == 1 }
        if !crowded.isEmpty {
            result["callsNote"] = .string(
                "\(crowded.map(\.name).joined(separator: ", ")) has many members, so calls of some may be missing: list_calls with "
                    + "userId tells them")
        }
        if let before { result["more"] = ["cursor": .string(Timestamp.text(before)), "what": "older"] }
        return result
    }

    /// The entries under the headings of their days.
    private func headed(_ entries: [(time: Int64, json: JSONValue)]) -> [JSONValue] {
        var days: [(name: String, entries: [JSONValue])] = []
        for (time, json) in entries {
            let name = "\(desk.clock.day(time)) (\(desk.clock.offset(time)))"
            if days.last?.name != name { days.append((name, [])) }
            days[days.count - 1].entries.append(json)
        }
        return days.map { ["day": .string($0.name), "entries": .array($0.entries)] }
    }
}

extension Telling {
    /// An entry of a transcript: the time of day, who, and what; ids only where more can be asked for.
    func entry(_ entry: ThreadEntry, showsLine: Bool) -> JSONObject {
        var object: JSONObject = ["at": .string(clock.time(entry.time))]
        if showsLine {
            object["inbox"] = .string(lines.first { $0.id == entry.lineID }?.name.cleaned.onOneLine ?? entry.lineID)
        }
        let record = entry.record
        switch entry.kind {
        case .message:
            object["from"] = .string(author(of: record, isShort: true))
            if let text = record["text"]?.stringValue, !text.isEmpty { object["text"] = .string(text.cleaned) }
            object["media"] = Self.media(of: record)
            object["status"] = Self.delivery(of: record)
        case .call:
            object["call"] = .string(callLine(entry))
            object["id"] = record["id"]
        }
        return object
    }

    /// A call in a few words: `missed call from Ana`, `we called, 3 min, answered by them`.
    func callLine(_ entry: ThreadEntry) -> String {
        let record = entry.record
        let seconds = record["duration"]?.integerValue ?? 0
        let length = seconds > 0 ? ", \(Self.duration(seconds))" : ""
        let status = record["status"]?.stringValue ?? "unknown"
        if entry.isMissed {
            return status == "missed" || status == "no-answer" ? "missed call" : "missed call (\(status))"
        }
        let taker = record["answeredBy"]?.stringValue.map { ", taken by \(member($0))" } ?? ""
        let state = status == "completed" || status == "answered" ? "" : " (\(status))"
        return (entry.isIncoming ? "they called" : "we called") + state + length + (entry.isIncoming ? taker : "")
    }
}
