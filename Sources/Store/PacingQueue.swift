/// How soon a request is wanted.
package enum PacingClass: String, Sendable {
    /// Someone waits for the answer.
    case interactive = "i"
    /// One of many that nobody waits for singly.
    case bulk = "b"
}

/// A place in the line for a request's turn.
package struct PacingTicket: Sendable, Hashable {
    /// Tells it from all others; no spaces.
    package let id: String
    /// Whose it is; requests of different owners take turns.
    package let owner: String
    /// How soon it is wanted.
    package let pacingClass: PacingClass

    package init(id: String, owner: String, pacingClass: PacingClass) {
        self.id = id
        self.owner = owner
        self.pacingClass = pacingClass
    }
}

/// Whether a request may go out.
package enum PacingAnswer: Sendable, Equatable {
    /// It may, at once; the ticket is used up.
    case granted
    /// It may not yet; ask again at this time, in milliseconds of the caller's clock.
    case wait(until: Int64)
}

/// The rate that an API allows, in grants for any window of time.
package struct PacingRate: Sendable, Equatable {
    /// The grants in any window; at least 1.
    package let limit: Int
    /// The window in milliseconds.
    package let window: Int64

    /// The API's 10 requests a second, given out by twos.
    ///
    /// Ten at once would take different times to arrive, and the last of one second would meet the first of the next. The window
    /// is 3 % longer than a fifth of a second for the same reason.
    package static let standard = PacingRate(limit: 2, window: 206)

    package init(limit: Int, window: Int64) {
        self.limit = max(1, limit)
        self.window = window
    }
}

/// The latest grants and those who wait, for all processes together.
///
/// Who waits holds a place, not a time: when a turn comes is worked out from the grants whenever someone asks. So a waiter
/// that leaves, dies or comes late takes nothing from the others but its turn.
///
/// Interactive requests go before bulk, but of as many grants as a window allows one is bulk's where one waits. In each class
/// requests go by rounds, and a request's round is one after the latest of its owner's: so owners take turns, and one who
/// asks seldom is not behind all that another has waiting.
struct PacingQueue: Equatable {
    /// How late a waiter may take its turn and still count from when it was due.
    ///
    /// Without it each late wake-up would delay all later grants. It takes this much off the window's margin.
    static let tolerance: Int64 = 20
    /// How long after the time it was told a waiter may fail to ask before its place is given up.
    static let grace: Int64 = 500
    /// Longer than anybody is told to wait, in milliseconds: 6,000 requests would be before it.
    static let longestWait: Int64 = 600_000

    private struct Grant: Equatable {
        var time: Int64
        let owner: String
        let pacingClass: PacingClass
        let round: Int64
    }

    private struct Waiter: Equatable {
        let ticket: PacingTicket
        let round: Int64
        let since: Int64
        var toldTime: Int64
    }

    /// The latest grants, oldest first, at most as many as a window allows.
    private var grants: [Grant] = []
    /// In order of arrival.
    private var waiters: [Waiter] = []

    /// How many wait.
    var count: Int { waiters.count }

    init() {}

    /// Grants a ticket its turn, or tells when to ask again.
    mutating func ask(_ ticket: PacingTicket, rate: PacingRate, now: Int64) -> PacingAnswer {
        settle(rate, now)
        let hasWaited = waiters.contains { $0.ticket.id == ticket.id }
        if !hasWaited { waiters.append(Waiter(ticket: ticket, round: nextRound(ticket), since: now, toldTime: now)) }
        let line = order(rate)
        guard let place = line.firstIndex(where: { $0.ticket.id == ticket.id }) else { return .wait(until: now) }
        let due = turn(place, rate, now)
        guard due <= now else {
            for index in waiters.indices where waiters[index].ticket.id == ticket.id { waiters[index].toldTime = due }
            return .wait(until: due)
        }
        withdraw(ticket)
        let countedFrom = hasWaited ? max(due, now - Self.tolerance) : now
        grants.append(
            Grant(
                time: max(countedFrom, grants.last?.time ?? .min), owner: ticket.owner, pacingClass: ticket.pacingClass,
                round: line[place].round))
        grants = grants.suffix(rate.limit)
        return .granted
    }

    /// Gives a place up.
    mutating func withdraw(_ ticket: PacingTicket) { waiters.removeAll { $0.ticket.id == ticket.id } }

    /// Drops the waiters of some owners, each of whom is asked about once.
    mutating func dropWaiters(of isGone: (String) -> Bool) {
        let gone = Set(waiters.map(\.ticket.owner)).filter(isGone)
        waiters.removeAll { gone.contains($0.ticket.owner) }
    }

    /// Drops waiters that do not ask any more, and what a clock that was set back has left in the future.
    private mutating func settle(_ rate: PacingRate, _ now: Int64) {
        waiters.removeAll { waiter in
            waiter.since > now || waiter.toldTime > now + Self.longestWait || waiter.toldTime + Self.grace < now
        }
        grants = grants.suffix(rate.limit)
        for index in grants.indices { grants[index].time = min(grants[index].time, now) }
    }

    /// One after the latest round of its owner, and never one that is over.
    private func nextRound(_ ticket: PacingTicket) -> Int64 {
        let granted = grants.filter { $0.pacingClass == ticket.pacingClass }
        let waiting = waiters.filter { $0.ticket.pacingClass == ticket.pacingClass }
        let current = granted.last?.round ?? waiting.map(\.round).min() ?? 0
        let own =
            granted.filter { $0.owner == ticket.owner }.map(\.round)
            + waiting.filter { $0.ticket.owner == ticket.owner }.map(\.round)
        return max(current, (own.max() ?? .min + 1) + 1)
    }

    /// Those who wait in the order of their turns, where nobody else comes.
    private func order(_ rate: PacingRate) -> [Waiter] {
        // Sorting keeps the order of arrival within a round.
        let byRound = waiters.enumerated()
            .sorted { ($0.element.round, $0.offset) < ($1.element.round, $1.offset) }.map(\.element)
        var interactive = byRound.filter { $0.ticket.pacingClass == .interactive }[...]
        var bulk = byRound.filter { $0.ticket.pacingClass == .bulk }[...]
        var classes = grants.map(\.pacingClass)
        var line: [Waiter] = []
        while let next = interactive.first ?? bulk.first {
            let latest = classes.suffix(rate.limit - 1)
            let owesBulk = latest.count == rate.limit - 1 && !latest.contains(.bulk)
            let chosen = owesBulk ? bulk.first ?? next : next
            if chosen.ticket.pacingClass == .bulk { bulk.removeFirst() } else { interactive.removeFirst() }
            classes.append(chosen.ticket.pacingClass)
            line.append(chosen)
        }
        return line
    }

    /// When the waiter in a place of the line has its turn.
    private func turn(_ place: Int, _ rate: PacingRate, _ now: Int64) -> Int64 {
        var times = grants.map(\.time)
        func earliest() -> Int64 {
            times.count < rate.limit ? .min : times[times.count - rate.limit] + rate.window
        }
        for _ in 0..<place { times.append(max(earliest(), now)) }
        return earliest()
    }
}

// MARK: As text

extension PacingQueue {
    /// Reads what ``text`` wrote; a line that cannot be read is left out.
    init(text: String) {
        // By bytes, because this is read for every request.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
            guard fields.count >= 5, let pacingClass = PacingClass(rawValue: fields[2]),
                let round = Self.number(fields[3]), let time = Self.number(fields[4])
            else { continue }
            if fields[0] == "granted" {
                grants.append(Grant(time: time, owner: fields[1], pacingClass: pacingClass, round: round))
            } else if fields.count == 6, let toldTime = Self.number(fields[5]) {
                let ticket = PacingTicket(id: fields[0], owner: fields[1], pacingClass: pacingClass)
                waiters.append(Waiter(ticket: ticket, round: round, since: time, toldTime: toldTime))
            }
        }
    }

    /// A number that can be reckoned with.
    private static func number(_ text: String) -> Int64? {
        Int64(text).flatMap { Row.range.contains($0) ? $0 : nil }
    }

    /// A line for each grant, then one for each waiter.
    var text: String {
        let granted = grants.map { grant in
            "granted \(grant.owner) \(grant.pacingClass.rawValue) \(grant.round) \(grant.time)"
        }
        let waiting = waiters.map { waiter in
            "\(waiter.ticket.id) \(waiter.ticket.owner) \(waiter.ticket.pacingClass.rawValue) \(waiter.round) "
                + "\(waiter.since) \(waiter.toldTime)"
        }
        return (granted + waiting).joined(separator: "\n")
    }
}
