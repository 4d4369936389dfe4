import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import QuoAPI
import Store
import Webhooks

/// The tool `wait_for_reply`: waits as long as hosts have patience, and says how to go on waiting.
struct WaitForReply {
    /// How often the thread is looked at: often enough to feel prompt, seldom enough to leave the pace to others.
    private static let interval: Duration = .seconds(3)
    /// How often that is done while webhooks tell of new texts: should one not arrive, this is the delay.
    private static let seldomInterval: Duration = .seconds(30)
    /// How many pages of a thread are read at one look.
    private static let maximumPages = 10
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let people = try await desk.people([arguments["with"] ?? ""], on: lines)
        let since = try desk.time("since", in: arguments) ?? desk.now
        let telling = try await desk.telling(people.numbers)
        var patience = Patience(arguments, desk.context)
        let feed = desk.workspace.events
        var arrivals = TextArrivals(
            feed: feed, people: Set(people.numbers), lines: lines, own: try await desk.directory.lines(), since: since)
        while true {
            let texts = await arrivals.look()
            for event in texts.map(\.event) { await desk.noteIncoming(event) }
            var replies = texts.map(\.entry)
            var isWhole = true
            do throws(APIError) {
                let history: [ThreadEntry]
                (history, isWhole) = try await everything(with: people.numbers, on: lines, since: since + 1)
                let told = history.filter(\.isIncoming)
                replies = told + replies.filter { reply in !told.contains { $0.isSame(as: reply) } }
            } catch {
                // A text that is here is told without the API too.
                if replies.isEmpty { throw error }
            }
            replies.sort { $0.time < $1.time }
            if !replies.isEmpty {
                var answer: JSONObject = ["replied": true, "with": .array(people.told)]
                let shown = tell(replies, isWhole, telling, lines, in: &answer)
                feed.noteTold(shown.map(\.id))
                // A text that came late is older than what was told before.
                answer["since"] = .string(Timestamp.text(max(since, shown.last?.time ?? since)))
                return answer
            }
            guard .now < patience.end else { break }
            // The API may be slower to tell of a text than the webhook was, and is asked often from then on.
            var interval = Self.interval
            if !arrivals.haveCome, await feed.isLive() { interval = Self.seldomInterval }
            let next = min(patience.end, .now + interval)
            repeat { patience.report("No reply yet") } while try await !arrivals.come(before: next) && .now < next
        }
        return [
            "replied": false, "with": .array(people.told), "since": .string(Timestamp.text(since)),
            "next": .string(
                "No reply in \(patience.seconds) s. To go on waiting call again with this since; or tell the user and look later "
                    + "with read_thread."),
        ]
    }

    /// What was written and said since a time, oldest first, and whether that is all of it.
    private func everything(
        with people: [String], on lines: [Line], since: Int64
    ) async throws(APIError) -> (entries: [ThreadEntry], isWhole: Bool) {
        var entries: [ThreadEntry] = []
        var before: Int64?
        for _ in 0..<Self.maximumPages {
            let page = try await desk.history(with: people, on: lines, since: since, before: before, limit: 100)
            entries = page.entries + entries
            before = page.before
            if before == nil || page.entries.isEmpty { break }
        }
        return (entries, before == nil)
    }

    /// Tells as many replies as fit, the oldest first, so that going on from the last one passes over none; returns those.
    private func tell(
        _ replies: [ThreadEntry], _ isWhole: Bool, _ telling: Telling, _ lines: [Line], in answer: inout JSONObject
    ) -> [ThreadEntry] {
        let told = replies.map { JSONValue.object(self.told($0, telling, lines)) }
        var count = AnswerBudget.fitting(told)
        // Those of the same millisecond stay together.
        while count < replies.count, replies[count].time == replies[count - 1].time { count += 1 }
        answer["messages"] = .array(Array(told.prefix(count)))
        var notes: [String] = []
        if !isWhole { notes.append("Older ones are left out; read_thread tells them.") }
        if count < replies.count { notes.append("More came after these: call again with this since.") }
        if !notes.isEmpty { answer["next"] = .string(notes.joined(separator: " ")) }
        return Array(replies.prefix(count))
    }

    private func told(_ entry: ThreadEntry, _ telling: Telling, _ lines: [Line]) -> JSONObject {
        var object = telling.entry(entry, showsLine: lines.count > 1)
        object["at"] = .string(telling.clock.stamp(entry.time))
        return object
    }
}

extension ThreadEntry {
    /// Whether both are the same text, one as the API and one as a webhook told it.
    fileprivate func isSame(as other: Self) -> Bool { kind == other.kind && id == other.id && !id.isEmpty }
}

/// Looks out for texts of some people among the events that webhooks tell of.
private struct TextArrivals {
    let feed: EventFeed
    let people: Set<String>
    /// The lines on which a text is wanted.
    let lines: [Line]
    /// All lines.
    let own: [Line]
    /// The time after which a text is wanted.
    let since: Int64
    /// Whether a text of these people has come, even if its event does not tell which thread it is in.
    private(set) var haveCome = false

    init(feed: EventFeed, people: Set<String>, lines: [Line], own: [Line], since: Int64) {
        self.feed = feed
        self.people = people
        self.lines = lines
        self.own = own
        self.since = since
    }

    /// The texts that are there, oldest first.
    mutating func look() async -> [(event: WebhookEvent, entry: ThreadEntry)] {
        var texts: [(event: WebhookEvent, entry: ThreadEntry)] = []
        guard let person = people.first else { return texts }
        for record in await feed.texts(after: since, with: person) {
            guard let event = EventFeed.event(of: record), case .message(let message) = event.content,
                message.isIncoming, let from = message.from, people.contains(from)
            else { continue }
            // What came late may have been told already.
            if record.resourceTime <= since, feed.wasTold(message.id ?? "") { continue }
            haveCome = true
            // Webhooks of both versions tell of one text by events of their own.
            guard let entry = entry(of: event, message, at: record.resourceTime),
                !texts.contains(where: { $0.entry.isSame(as: entry) })
            else { continue }
            texts.append((event, entry))
        }
        return texts
    }

    /// Waits for the first text, a few seconds at most; returns whether it came.
    mutating func come(before end: ContinuousClock.Instant) async throws -> Bool {
        let end = min(end, .now + .seconds(3))
        while .now < end {
            try await Task.sleep(for: min(EventFeed.interval, end - .now))
            if !haveCome {
                _ = await look()
                if haveCome { return true }
            }
        }
        return false
    }

    /// The text as an entry of the thread; nil where it is of another thread, or the event does not say of which.
    private func entry(of event: WebhookEvent, _ message: WebhookMessage, at time: Int64) -> ThreadEntry? {
        let own = Set(own.map(\.number))
        guard let from = message.from, Set(message.to).subtracting(own).union([from]) == people,
            let line = lines.first(where: {
                $0.id == event.lineID || event.lineID == nil && message.to.contains($0.number)
            })
        else { return nil }
        var record = event.resource
        record["direction"] = "incoming"
        record["from"] = .string(from)
        record["text"] = message.text.map { .string($0) }
        return ThreadEntry(kind: .message, record: .object(record), time: time, lineID: line.id)
    }
}
