import Directory
import Guard
import JSON
import PhoneNumbers

/// The tool `inbox_triage`: what waits for an answer, oldest first.
///
/// Somebody waits where something came in after the last thing that answers: a text of ours, or a call that was taken on either
/// side, on any of the own numbers. A call of ours that nobody took answers nothing, and is told as an attempt.
struct InboxTriage {
    private static let week: Int64 = 7 * 86_400_000

    let desk: Desk

    /// Somebody who waits.
    private struct Waiting {
        let exchange: Exchange
        /// What came in and was not answered, oldest first.
        let entries: [ThreadEntry]
        /// Our calls since that nobody took.
        let attempts: Int
    }

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let all = try await desk.directory.lines()
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let since = try desk.time("since", in: arguments) ?? desk.now - Self.week
        let limit = Int(arguments["limit"]?.integerValue ?? 20)
        let (start, last) = try place(in: arguments)
        // What came in on one number may have been answered from another, so all are looked at.
        let scan = try await desk.scan(all, since: since, until: nil, from: start, hasVoicemails: true)
        let own = Set(all.map(\.number))
        let asked = Set(lines.map(\.id))
        var waiting: [Waiting] = []
        var leftOut: [String: Int64] = [:]
        for exchange in Exchange.all(in: scan.threads)
        where exchange.entries.contains(where: { asked.contains($0.lineID) }) {
            switch Self.verdict(on: exchange, own: own) {
            case .waiting(let item):
                if item.entries.contains(where: { asked.contains($0.lineID) }) { waiting.append(item) }
            case .leftOut(let reason): leftOut[reason, default: 0] += 1
            case .quiet: break
            }
        }
        waiting.sort { ($0.entries[0].time, $0.entries[0].id) < ($1.entries[0].time, $1.entries[0].id) }
        // Those who were told before may have been answered since, so a page begins behind the last, wherever that is now.
        let left = waiting.filter { last == nil || Self.mark($0) > (last ?? "") }
        let shown = Array(left.prefix(limit))
        let telling = try await desk.telling(shown.flatMap(\.exchange.people))
        let isFull = arguments["detail"] == "full"
        let told = try await desk.concurrently(shown) { try await self.tell($0, telling, isFull: isFull) }
        let fitting = AnswerBudget.fitting(told)
        var result: JSONObject = [
            "waiting": .array(Array(told.prefix(fitting))), "found": .number(JSONNumber(Int64(waiting.count))),
            "looked": .string(
                "\(scan.threads.count) threads with activity since \(desk.clock.stamp(scan.since))"
                    + (scan.threads.contains(where: \.isCut)
                        ? ", of long ones the latest \(ActivityScan.maximumEntries) entries" : "")),
            "api": .string(scan.api),
        ]
        if !leftOut.isEmpty {
            var reasons = JSONObject()
            for (reason, count) in leftOut.sorted(by: { $0.key < $1.key }) {
                reasons[reason] = .number(JSONNumber(count))
            }
            result["leftOut"] = .object(reasons)
        }
        if min(fitting, shown.count) < left.count, let end = shown.prefix(fitting).last {
            result["more"] = ["cursor": .string("\(Self.mark(end))/\(start.text)")]
        } else if let next = scan.next {
            result["more"] = ["cursor": .string("/\(next.text)"), "what": "older threads"]
        }
        return result
    }

    /// The voicemail of a call, from its record where it was read with it.
    private func voicemail(of call: ThreadEntry) async throws -> JSONValue {
        if let voicemail = call.record["voicemail"] { return .object(CallParts.voicemail(in: voicemail)) }
        return try await CallParts(desk: desk, callID: call.id).voicemail()
    }

    /// What orders those who wait, as a text: since when, in milliseconds since 1970, and by which entry.
    private static func mark(_ item: Waiting) -> String {
        let time = String(item.entries[0].time)
        return String(repeating: "0", count: max(0, 15 - time.count)) + time + "-" + item.entries[0].id
    }

    /// Where a call goes on: the page of threads, and the mark of the last that was told of it.
    private func place(in arguments: JSONObject) throws(InvalidArguments) -> (PageCursor, String?) {
        guard let text = arguments["cursor"]?.stringValue else { return (PageCursor(), nil) }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let page = PageCursor(parts[1]) else { throw Desk.unknownCursor }
        return (page, parts[0].isEmpty ? nil : parts[0])
    }

    // MARK: Judging

    private enum Verdict {
        case waiting(Waiting)
        case leftOut(String)
        /// Nothing came in.
        case quiet
    }

    private static func verdict(on thread: Exchange, own: Set<String>) -> Verdict {
        guard thread.entries.contains(where: \.isIncoming) else { return .quiet }
        if thread.people.allSatisfy(own.contains) { return .leftOut("ownNumbers") }
        let answeredUpTo = thread.entries.lastIndex(where: \.isAnswering)
        let after = thread.entries[(answeredUpTo.map { $0 + 1 } ?? 0)...]
        // A call that still rings may yet be taken.
        let incoming = after.filter { $0.isIncoming && ($0.kind == .message || $0.isMissed) }
        guard !incoming.isEmpty else {
            return .leftOut(after.contains(where: \.isIncoming) ? "ringingNow" : "handled")
        }
        let texts = incoming.filter { $0.kind == .message }.map { $0.record["text"]?.stringValue ?? "" }
        let hasCall = incoming.contains { $0.kind == .call }
        if !hasCall, let last = texts.last, AutomaticText.isOptOut(last) { return .leftOut("askedForNoMoreTexts") }
        if !hasCall, texts.allSatisfy(AutomaticText.isAutomatic) { return .leftOut("automaticTexts") }
        let attempts = after.count { $0.kind == .call && !$0.isIncoming }
        return .waiting(Waiting(exchange: thread, entries: Array(incoming), attempts: attempts))
    }

    // MARK: Telling

    private func tell(_ item: Waiting, _ telling: Telling, isFull: Bool) async throws -> JSONValue {
        let last = item.entries.suffix(3)
        var events: [JSONValue] = []
        for entry in last {
            if isFull {
                events.append(entry.record)
                continue
            }
            var event: JSONObject = ["at": .string(telling.clock.relative(entry.time, now: telling.now))]
            switch entry.kind {
            case .message:
                event["text"] = .string((entry.record["text"]?.stringValue ?? "").cleaned)
                event["media"] = Telling.media(of: entry.record)
            case .call:
                event["call"] = .string(telling.callLine(entry))
                event["id"] = .string(entry.id)
                let voicemail = try await voicemail(of: entry)
                if voicemail["said"] != nil || voicemail["recording"] != nil {
                    event["voicemail"] = voicemail["said"] ?? "not transcribed"
                }
            }
            events.append(.object(event))
        }
        var object: JSONObject = [
            "with": .array(item.exchange.people.map { .string(telling.person($0)) }),
            "waitingSince": .string(telling.clock.relative(item.entries[0].time, now: telling.now)),
            "events": .array(events),
        ]
        let used = telling.lines.filter { line in item.entries.contains { $0.lineID == line.id } }
        if telling.lines.count > 1 {
            object["inbox"] = .string(used.map { telling.line($0.id) }.joined(separator: ", "))
        }
        if item.entries.count > last.count {
            object["earlier"] = .string("\(item.entries.count - last.count) more before these: read_thread")
        }
        let words = item.entries.filter { $0.kind == .message }.map { $0.record["text"]?.stringValue ?? "" }
        if words.count == item.entries.count, words.allSatisfy(AutomaticText.isClosing) {
            object["note"] = "may need no answer"
        }
        if item.attempts > 0 { object["weTriedToCall"] = .number(JSONNumber(Int64(item.attempts))) }
        let known = await desk.directory.people(with: item.exchange.people).values.compactMap(Self.line(of:))
        if !known.isEmpty { object["known"] = .array(known.sorted().map { .string($0) }) }
        if let ours = item.exchange.entries.last(where: { !$0.isIncoming }) {
            object["lastFromUs"] = .string(telling.clock.relative(ours.time, now: telling.now))
        }
        return .object(object)
    }
}

extension InboxTriage {
    /// What is known of a contact besides the name; nil where that is nothing.
    private static func line(of contact: Person) -> String? {
        let parts = [contact.role, contact.company].compactMap { $0 }
        return parts.isEmpty ? nil : parts.map { $0.cleaned.onOneLine }.joined(separator: ", ")
    }
}

/// Texts that want no answer from a person.
enum AutomaticText {
    private static let phrases = [
        "auto-reply", "autoreply", "automatic reply", "automated message", "automated text", "do not reply",
        "don't reply to this",
        "no-reply", "this number is not monitored", "this mailbox is not monitored", "out of office",
        "verification code",
        "security code", "one-time code", "one-time passcode", "reply stop to", "text stop to", "msg & data rates",
        "msg&data rates", "automatische antwort", "respuesta automática", "réponse automatique",
    ]

    /// Whether a text reads as if no person wrote it.
    static func isAutomatic(_ text: String) -> Bool {
        let lower = text.lowercased()
        return phrases.contains { lower.contains($0) }
    }

    /// The words by which people end an exchange.
    private static let closings: Set<String> = [
        "thanks", "thank", "thx", "ty", "perfect", "great", "ok", "okay", "k", "got", "sounds", "cool", "awesome",
        "lovely", "cheers",
        "done", "👍", "🙏",
    ]

    /// Whether a short text only ends an exchange: thanks, agreement, no question.
    static func isClosing(_ text: String) -> Bool {
        let words = text.lowercased().split { $0.isWhitespace || ($0.isPunctuation && $0 != "'") }.map(String.init)
        return (1...5).contains(words.count) && !text.contains("?") && words.contains(where: closings.contains)
    }

    /// Whether a text asks for no more texts.
    static func isOptOut(_ text: String) -> Bool { ThreadLook.stopWords.contains(ThreadLook.keyword(text)) }
}
