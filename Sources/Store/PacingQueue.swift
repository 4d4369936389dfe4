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

    /// The API's 10 requests a second, in a window 5 % longer: requests that leave evenly may arrive bunched.
    package static let standard = PacingRate(limit: 10, window: 1050)

    package init(limit: Int, window: Int64) {
        self.limit = max(1, limit)
        self.window = window
    }
}

/// The latest grants and those who wait, for all processes together.
///
/// Who waits holds a place, not a time: when a turn comes is worked out from the grants whenever someone asks. So a waiter
/// that leaves, dies or comes late takes nothing from the others but its turn.
struct PacingQueue: Equatable {
    /// How late a grant may be taken and still count from when it was due.
    ///
    /// Without it each late wake-up would delay all later grants. It takes this much off the window's margin.
    static let tolerance: Int64 = 20
    /// How long after the time it was told a waiter may fail to ask before its place is given up.
    static let grace: Int64 = 500
    /// How long a bulk request lets others pass.
    static let patience: Int64 = 10_000

    private struct Waiter: Equatable {
        let ticket: PacingTicket
        let since: Int64
        var toldTime: Int64
    }

    /// The latest grants, oldest first, at most as many as a window allows.
    private(set) var grants: [Int64] = []
    /// In order of arrival.
    private var waiters: [Waiter] = []

    /// How many wait.
    var count: Int { waiters.count }

    init() {}

    /// Grants a ticket its turn, or tells when to ask again.
    mutating func ask(_ ticket: PacingTicket, rate: PacingRate, now: Int64) -> PacingAnswer {
        forgetSilentWaiters(now)
        // What seems to lie ahead was granted before the clock was set back.
        grants = grants.suffix(rate.limit).map { min($0, now) }
        if !waiters.contains(where: { $0.ticket.id == ticket.id }) {
            waiters.append(Waiter(ticket: ticket, since: now, toldTime: now))
        }
        let due = turn(place(of: ticket, now: now), rate: rate, now: now)
        guard due <= now else {
            for index in waiters.indices where waiters[index].ticket.id == ticket.id { waiters[index].toldTime = due }
            return .wait(until: due)
        }
        withdraw(ticket)
        grants.append(max(earliest(after: grants, rate), grants.last ?? .min, now - Self.tolerance))
        grants = grants.suffix(rate.limit)
        return .granted
    }

    /// Gives a place up.
    mutating func withdraw(_ ticket: PacingTicket) { waiters.removeAll { $0.ticket.id == ticket.id } }

    /// Drops waiters that do not ask any more.
    private mutating func forgetSilentWaiters(_ now: Int64) {
        // One that seems to come from the future is from before the clock was set back, perhaps of an earlier day.
        waiters.removeAll { $0.toldTime + Self.grace < now || $0.since > now }
    }

    /// How many go first: interactive ones before bulk, and in each class the first of every owner, then the second, in order
    /// of arrival.
    private func place(of ticket: PacingTicket, now: Int64) -> Int {
        var rounds: [String: Int] = [:]
        var ranks: [(rank: (Int, Int), id: String)] = []
        for waiter in waiters {
            let yields = waiter.ticket.pacingClass == .bulk && now - waiter.since < Self.patience
            let lane = "\(yields ? 1 : 0) \(waiter.ticket.owner)"
            ranks.append(((yields ? 1 : 0, rounds[lane, default: 0]), waiter.ticket.id))
            rounds[lane, default: 0] += 1
        }
        guard let index = ranks.firstIndex(where: { $0.id == ticket.id }) else { return 0 }
        let own = ranks[index].rank
        return ranks.enumerated().count { $0.element.rank < own || ($0.element.rank == own && $0.offset < index) }
    }

    /// When the waiter in a place has its turn.
    private func turn(_ place: Int, rate: PacingRate, now: Int64) -> Int64 {
        var times = grants
        for _ in 0..<place { times.append(max(earliest(after: times, rate), now)) }
        return earliest(after: times, rate)
    }

    /// When the next grant may follow some others.
    private func earliest(after grants: [Int64], _ rate: PacingRate) -> Int64 {
        grants.count < rate.limit ? .min : grants[grants.count - rate.limit] + rate.window
    }
}

// MARK: As text

extension PacingQueue {
    /// Reads what ``text`` wrote; what cannot be read is left out.
    init(text: String) {
        if text.isEmpty { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        grants = lines[0].split(separator: " ").compactMap { Int64($0) }
        for line in lines.dropFirst() {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 5, let pacingClass = PacingClass(rawValue: fields[2]), let since = Int64(fields[3]),
                let toldTime = Int64(fields[4])
            else { continue }
            let ticket = PacingTicket(id: fields[0], owner: fields[1], pacingClass: pacingClass)
            waiters.append(Waiter(ticket: ticket, since: since, toldTime: toldTime))
        }
    }

    /// The grants on a line, then a line for each waiter.
    var text: String {
        var lines = [grants.map(String.init).joined(separator: " ")]
        for waiter in waiters {
            let ticket = waiter.ticket
            lines.append(
                "\(ticket.id) \(ticket.owner) \(ticket.pacingClass.rawValue) \(waiter.since) \(waiter.toldTime)")
        }
        return lines.joined(separator: "\n")
    }
}
