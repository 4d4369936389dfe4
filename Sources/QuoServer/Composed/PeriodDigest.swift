import Directory
import Guard
import JSON
import PhoneNumbers

/// The tool `digest`: counts and lists for a period.
struct PeriodDigest {
    let desk: Desk

    /// A time with its name.
    private struct Period {
        let name: String
        let since: Int64
        let until: Int64
    }

    /// What was counted.
    private struct Counts {
        var callsIn = 0
        var callsOut = 0
        var missed = 0
        var seconds: Int64 = 0
        var textsIn = 0
        var textsOut = 0
        /// Milliseconds from what came in to our answer.
        var responses: [Int64] = []
        var unanswered = 0

        /// Counts a text or a call by itself.
        mutating func add(_ entry: ThreadEntry) {
            switch (entry.kind, entry.isIncoming) {
            case (.message, true): textsIn += 1
            case (.message, false): textsOut += 1
            case (.call, true):
                callsIn += 1
                if entry.isMissed { missed += 1 }
            case (.call, false): callsOut += 1
            }
            if entry.kind == .call, !entry.isMissed { seconds += entry.record["duration"]?.integerValue ?? 0 }
        }
    }

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let all = try await desk.directory.lines()
        let asked = Set(try await desk.lines(arguments["inbox"]?.stringValue).map(\.id))
        let period = try period(arguments)
        let offset = try desk.cursorOffset(in: arguments)
        var scans: [ActivityScan] = []
        var cursor: PageCursor? = PageCursor()
        // A digest that left something out would be a wrong one, so the whole period is counted.
        while let page = cursor {
            // What came in on one number may have been answered from another, so all are looked at.
            let scan = try await desk.scan(all, since: period.since, until: period.until, from: page)
            scans.append(scan)
            cursor = scan.next
        }
        let threads = Exchange.all(in: scans.flatMap(\.threads)).filter { thread in
            thread.entries.contains { asked.contains($0.lineID) }
        }
        let entries = threads.flatMap { thread in
            thread.entries.filter { asked.contains($0.lineID) }.map { (thread: thread, entry: $0) }
        }
        .sorted { ($0.entry.time, $0.entry.id) < ($1.entry.time, $1.entry.id) }
        let telling = try await desk.telling(threads.flatMap(\.people))
        var result: JSONObject = ["period": .string(period.name), "api": .string(scans.first?.api ?? "")]
        if let only = arguments["only"]?.stringValue {
            let list = list(only, entries, threads, telling, asked, isFull: arguments["detail"] == "full")
            let rest = Array(list.dropFirst(offset))
            let fitting = AnswerBudget.fitting(rest)
            result[only == "missed_calls" ? "missed" : only] = .object([
                "count": Self.number(list.count), "list": .array(Array(rest.prefix(fitting))),
            ])
            if only == "people" { result["people"] = .array(Array(rest.prefix(fitting))) }
            if fitting < rest.count { result["more"] = ["cursor": .string("\(offset + fitting)")] }
        } else {
            let counts = Self.count(threads, on: asked)
            result["calls"] = calls(counts, entries, telling)
            result["texts"] = ["in": Self.number(counts.textsIn), "out": Self.number(counts.textsOut)]
            let people = people(threads, telling, asked)
            result["people"] = .array(Array(people.prefix(10)))
            if people.count > 10 { result["morePeople"] = .string("\(people.count - 10) more: only people") }
            result["responses"] = Self.responses(counts)
        }
        let cut = threads.count(where: \.isCut)
        let since = scans.map(\.since).max() ?? period.since
        var notes: [String] = []
        if cut > 0 {
            notes.append("of \(cut) long threads only the latest \(ActivityScan.maximumEntries) entries were counted")
        }
        if since > period.since { notes.append("there was too much: counted from \(desk.clock.stamp(since)) on") }
        if !notes.isEmpty { result["note"] = .string(notes.joined(separator: "; ")) }
        return result
    }

    // MARK: The period

    private func period(_ arguments: JSONObject) throws(InvalidArguments) -> Period {
        let now = desk.now
        let clock = desk.clock
        if let since = try desk.time("since", in: arguments) {
            var until = try desk.time("until", in: arguments) ?? now
            // A day named as the end is meant to be in it.
            if arguments["until"]?.stringValue?.utf8.count == 10 { until = clock.startOfDay(until, addingDays: 1) }
            guard since < until else {
                throw InvalidArguments(faults: [ArgumentFault(path: "until", message: "must be later than since")])
            }
            return Period(name: "\(clock.stamp(since)) to \(clock.stamp(until))", since: since, until: until)
        }
        if arguments["until"] != nil {
            throw InvalidArguments(faults: [ArgumentFault(path: "until", message: "goes with since; give both")])
        }
        let days = (clock.weekday(now) + 6) % 7
        let (start, end): (Int, Int?) =
            switch arguments["period"]?.stringValue {
            case "yesterday": (-1, 0)
            case "this_week": (-days, nil)
            case "last_week": (-days - 7, -days)
            case "last_7_days": (-6, nil)
            case "last_30_days": (-29, nil)
            default: (0, nil)
            }
        let since = clock.startOfDay(now, addingDays: start)
        let until = end.map { clock.startOfDay(now, addingDays: $0) } ?? now
        let last = clock.day(end == nil ? now : until - 1)
        let first = clock.day(since)
        let name = first == last ? first : "\(first) to \(last)"
        return Period(name: "\(name) (\(clock.offset(since)))", since: since, until: until + (end == nil ? 1 : 0))
    }

    // MARK: Counting

    private static func count(_ threads: [Exchange], on lines: Set<String>) -> Counts {
        var counts = Counts()
        for thread in threads {
            // Since when the other side waits.
            var waitingSince: Int64?
            for entry in thread.entries {
                let isAsked = lines.contains(entry.lineID)
                if isAsked { counts.add(entry) }
                if entry.isAnswering {
                    if let since = waitingSince { counts.responses.append(entry.time - since) }
                    waitingSince = nil
                } else if isAsked, entry.isIncoming, waitingSince == nil, !isAutomatic(entry) {
                    waitingSince = entry.time
                }
            }
            if waitingSince != nil { counts.unanswered += 1 }
        }
        return counts
    }

    private static func isAutomatic(_ entry: ThreadEntry) -> Bool {
        entry.kind == .message && AutomaticText.isAutomatic(entry.record["text"]?.stringValue ?? "")
    }

    private func calls(
        _ counts: Counts, _ entries: [(thread: Exchange, entry: ThreadEntry)], _ telling: Telling
    ) -> JSONValue {
        var calls: JSONObject = [
            "in": Self.number(counts.callsIn), "out": Self.number(counts.callsOut),
            "missed": Self.number(counts.missed),
            "minutes": Self.number(Int((counts.seconds + 30) / 60)),
        ]
        let missed = entries.filter { $0.entry.isMissed }
        if !missed.isEmpty {
            calls["missedList"] = .array(missed.suffix(10).map { told($0.thread, $0.entry, telling) })
            if missed.count > 10 { calls["moreMissed"] = .string("\(missed.count - 10) earlier: only missed_calls") }
        }
        return .object(calls)
    }

    private static func responses(_ counts: Counts) -> JSONValue {
        var object: JSONObject = [
            "answered": number(counts.responses.count), "peopleWaiting": number(counts.unanswered),
        ]
        let sorted = counts.responses.sorted()
        if !sorted.isEmpty {
            let middle = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
            object["medianTime"] = .string(Telling.duration(middle / 1000))
            object["longestTime"] = .string(Telling.duration((sorted.last ?? 0) / 1000))
        }
        return .object(object)
    }

    private func people(_ threads: [Exchange], _ telling: Telling, _ lines: Set<String>) -> [JSONValue] {
        var byPeople: [String: (texts: Int, calls: Int)] = [:]
        for thread in threads {
            let key = thread.people.map(telling.person).joined(separator: ", ")
            byPeople[key, default: (0, 0)].texts += thread.entries.count {
                $0.kind == .message && lines.contains($0.lineID)
            }
            byPeople[key, default: (0, 0)].calls += thread.entries.count {
                $0.kind == .call && lines.contains($0.lineID)
            }
        }
        let sorted = byPeople.sorted {
            ($1.value.texts + $1.value.calls, $0.key) < ($0.value.texts + $0.value.calls, $1.key)
        }
        return sorted.map { name, count in
            var object: JSONObject = ["who": .string(name)]
            if count.texts > 0 { object["texts"] = Self.number(count.texts) }
            if count.calls > 0 { object["calls"] = Self.number(count.calls) }
            return .object(object)
        }
    }

    private func list(
        _ only: String, _ entries: [(thread: Exchange, entry: ThreadEntry)], _ threads: [Exchange],
        _ telling: Telling, _ asked: Set<String>, isFull: Bool
    ) -> [JSONValue] {
        if only == "people" { return people(threads, telling, asked) }
        let wanted = entries.filter {
            switch only {
            case "calls": $0.entry.kind == .call
            case "missed_calls": $0.entry.isMissed
            default: $0.entry.kind == .message
            }
        }
        return wanted.map { isFull ? $0.entry.record : told($0.thread, $0.entry, telling) }
    }

    private func told(_ thread: Exchange, _ entry: ThreadEntry, _ telling: Telling) -> JSONValue {
        var object = telling.entry(entry, showsLine: false)
        object["at"] = .string("\(telling.clock.day(entry.time)) \(telling.clock.time(entry.time))")
        if entry.kind == .call || !entry.isIncoming {
            object["with"] = .string(thread.people.map(telling.person).joined(separator: ", "))
        } else {
            object["from"] = .string(telling.author(of: entry.record))
        }
        if entry.isMissed {
            let later = thread.entries.contains { $0.time > entry.time && $0.isAnswering }
            object["answeredLater"] = .bool(later)
        }
        return .object(object)
    }

    private static func number(_ count: Int) -> JSONValue { .number(JSONNumber(Int64(count))) }
}
