/// The time of day during which people may be called or texted, on their own clocks.
package struct QuietHours: Sendable, Hashable {
    /// The minute of the day at which the window opens, 0 to 1439.
    package let opens: Int
    /// The minute of the day at which it closes, 1 to 1440; less than `opens` where the window goes over midnight.
    package let closes: Int

    /// From eight in the morning to nine in the evening, as the rules of the United States for telephone sales have it.
    package static let standard = QuietHours(uncheckedOpens: 8 * 60, closes: 21 * 60)

    /// What the window says of a number at a time.
    package enum State: Sendable, Hashable {
        /// The window is open, in every zone in which the number may be.
        case open
        /// The window is closed until a time in seconds since 1970, when it is open in every zone.
        ///
        /// The local time, such as `22:41`, and the zone are those of the zone that is the last to open.
        case quiet(opensAt: Int, localTime: String, zone: String)
        /// There is no time at which the window is open in all of these zones.
        case neverOpen(zones: [String])
        /// The local time is not known; the text says why.
        case unknown(reason: String)
    }

    /// Makes a window of minutes since midnight; nil where they are out of range or equal.
    package init?(opens: Int, closes: Int) {
        guard (0..<1440).contains(opens), (1...1440).contains(closes), opens != closes else { return nil }
        self.init(uncheckedOpens: opens, closes: closes)
    }

    private init(uncheckedOpens opens: Int, closes: Int) {
        self.opens = opens
        self.closes = closes
    }

    /// What the window says of a number.
    ///
    /// - Parameters:
    ///   - number: Whom to reach.
    ///   - time: When, in seconds since 1970.
    ///   - zones: The zone data to go by.
    package func state(for number: PhoneNumber, at time: Int, zones: ZoneDatabase = .system) -> State {
        let names = number.likelyTimeZones
        if names.isEmpty {
            let reason =
                number.isValid
                ? "\(number) has no place: nothing is known of the local time of whoever answers it."
                : "\(number) is not in a range of numbers that is in use, so nothing is known of its local time."
            return .unknown(reason: reason)
        }
        return state(inZones: names, at: time, zones: zones)
    }

    /// What the window says of someone who is in one of several zones: the strictest counts.
    package func state(inZones names: [String], at time: Int, zones: ZoneDatabase = .system) -> State {
        guard !names.isEmpty else { return .unknown(reason: "No time zone is known.") }
        let time = CivilDay.clamped(time)
        var candidates: [(name: String, rules: ZoneRules)] = []
        do throws(ZoneError) {
            for name in names { candidates.append((name, try zones.rules(for: name))) }
        } catch {
            return .unknown(reason: error.description)
        }
        var strictest: (name: String, rules: ZoneRules, opensAt: Int)?
        for (name, rules) in candidates {
            guard let opensAt = opening(from: time, in: rules) else { return .neverOpen(zones: [name]) }
            if opensAt > strictest?.opensAt ?? time { strictest = (name, rules, opensAt) }
        }
        guard let strictest else { return .open }
        guard let opensAt = commonOpening(from: strictest.opensAt, in: candidates.map(\.rules)) else {
            return .neverOpen(zones: names)
        }
        return .quiet(opensAt: opensAt, localTime: strictest.rules.clock(at: time), zone: strictest.name)
    }

    /// The first time at which the window is open in all zones, or nil where there is none within nine days.
    ///
    /// Windows that do not meet within a few days do so at most in another season.
    private func commonOpening(from start: Int, in zones: [ZoneRules]) -> Int? {
        var time = start
        while time < start + 9 * 86400 {
            // No zone opens for all of them before it opens for the last.
            var latest = time
            for rules in zones {
                guard let opening = opening(from: time, in: rules) else { return nil }
                latest = max(latest, opening)
            }
            if latest == time { return time }
            time = latest
        }
        return nil
    }

    /// The first time, from the given one on, at which the window is open in one zone.
    private func opening(from start: Int, in rules: ZoneRules) -> Int? {
        var time = start
        // A day has at least one opening, unless a change of the clock leaps over it; no zone does so time and again.
        for _ in 0..<100 {
            let period = rules.period(at: time)
            let second = CivilDay.secondOfDay(time + period.offset)
            if isOpen(second) { return time }
            let opening = time + CivilDay.secondOfDay(opens * 60 - second)
            guard let end = period.end, end <= opening else { return opening }
            time = end
        }
        return nil
    }

    private func isOpen(_ second: Int) -> Bool {
        let opening = opens * 60
        let closing = closes * 60
        return opening < closing
            ? (opening..<closing).contains(second) : second >= opening || second < closing
    }
}

extension QuietHours: LosslessStringConvertible {
    /// Reads a window such as `08:00-21:00`.
    ///
    /// It may close at `24:00`. Anything else than two different times of two digits each is nil.
    package init?(_ description: String) {
        let times = description.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
        guard times.count == 2, let opens = times[0], let closes = times[1] else { return nil }
        self.init(opens: opens, closes: closes)
    }

    /// The window as `08:00-21:00`.
    package var description: String { "\(Self.clock(opens))-\(Self.clock(closes))" }

    private static func minute(_ clock: Substring) -> Int? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ part in part.utf8.count == 2 && part.allSatisfy { ("0"..."9").contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func clock(_ minute: Int) -> String {
        let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}
