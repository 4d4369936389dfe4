import Directory
import Guard
import JSON
import MCP
import PhoneNumbers
import Store
import Webhooks

/// The tool `wait_for_reply`: waits as long as hosts have patience, and says how to go on waiting.
struct WaitForReply {
    /// How often the thread is looked at: often enough to feel prompt, seldom enough to leave the pace to others.
    private static let interval: Duration = .seconds(3)
    /// How often that is done while webhooks tell of new texts: should one not arrive, this is the delay.
    private static let seldomInterval: Duration = .seconds(30)
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let people = try await desk.people([arguments["with"] ?? ""], on: lines)
        let since = try desk.time("since", in: arguments) ?? desk.now
        let telling = try await desk.telling(people.numbers)
        var patience = Patience(arguments, desk.context)
        let feed = desk.workspace.events
        var arrivals = TextArrivals(feed: feed, people: people.numbers, sequence: await feed.latest())
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
            guard patience.lasts(Self.interval) else { break }
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

    private func told(_ entry: ThreadEntry, _ telling: Telling, _ lines: [Line]) -> JSONObject {
        var object = telling.entry(entry, showsLine: lines.count > 1)
        object["at"] = .string(telling.clock.stamp(entry.time))
        return object
    }
}

/// Looks out for texts of some people among the events that webhooks tell of.
private struct TextArrivals {
    let feed: EventFeed
    let people: [String]
    /// Up to which event was looked.
    private var sequence: Int64
    /// Whether a text has come.
    private(set) var haveCome = false

    init(feed: EventFeed, people: [String], sequence: Int64) {
        self.feed = feed
        self.people = people
        self.sequence = sequence
    }

    /// Waits for the first text, a few seconds at most; returns whether it came.
    mutating func come(before end: ContinuousClock.Instant) async throws -> Bool {
        let end = min(end, .now + .seconds(3))
        while .now < end {
            try await Task.sleep(for: min(EventFeed.interval, end - .now))
            if !haveCome, await look() { return true }
        }
        return false
    }

    private mutating func look() async -> Bool {
        for record in await feed.arrivals(after: sequence, of: [WebhookEventType.messageReceived.rawValue]) {
            sequence = record.sequence
            guard case .message(let message)? = EventFeed.event(of: record)?.content, let from = message.from else {
                continue
            }
            if people.contains(from) { haveCome = true }
        }
        return haveCome
    }
}
