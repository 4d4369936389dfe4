/// The offsets of a zone for all years: the syntax that POSIX gives the environment variable TZ, with the longer hours of
/// RFC 9636.
struct RecurringRule: Sendable, Hashable {
    private let standard: Int
    private let summer: Summer?

    private struct Summer: Sendable, Hashable {
        let offset: Int
        let begins: YearlyTime
        let ends: YearlyTime
    }

    /// Reads a rule, such as `EST5EDT,M3.2.0,M11.1.0`.
    init(_ text: String) throws(ZoneError) {
        var reader = RuleReader(text)
        try reader.name()
        standard = -(try reader.time(hours: 24))
        if reader.isAtEnd {
            summer = nil
            return
        }
        try reader.name()
        let offset = try reader.next == UInt8(ascii: ",") ? standard + 3600 : -reader.time(hours: 24)
        let begins = try reader.yearlyTime()
        let ends = try reader.yearlyTime()
        guard reader.isAtEnd else { throw .malformed("something follows the rule after the last change") }
        summer = Summer(offset: offset, begins: begins, ends: ends)
    }

    /// The offset at a time, and until when.
    func period(at time: Int) -> ZoneRules.Period {
        guard let summer else { return ZoneRules.Period(offset: standard, end: nil) }
        let time = CivilDay.clamped(time)
        let year = CivilDay(time / 86400).year
        // A change may fall into the neighbouring year of Greenwich, and summer lasts over the new year in the south.
        var changes: [(time: Int, offset: Int)] = []
        for year in year - 1...year + 1 {
            changes.append((summer.begins.seconds(in: year) - standard, summer.offset))
            changes.append((summer.ends.seconds(in: year) - summer.offset, standard))
        }
        // Where both fall together, it is summer throughout: the one that begins comes last.
        changes.sort { ($0.time, $0.offset == standard ? 0 : 1) < ($1.time, $1.offset == standard ? 0 : 1) }
        let passed = changes.last { $0.time <= time }
        let coming = changes.first { $0.time > time }
        return ZoneRules.Period(offset: passed?.offset ?? standard, end: coming?.time)
    }
}

/// A moment that comes once a year, on the clock that is in force before it.
private struct YearlyTime: Sendable, Hashable {
    enum Day: Sendable, Hashable {
        /// The day of the year from 1; February 29 is never counted.
        case julian(Int)
        /// The day of the year from 0; February 29 is counted.
        case ordinal(Int)
        /// The week of the month, of which 5 is the last, and the day of the week from Sunday.
        case week(month: Int, week: Int, weekday: Int)
    }

    let day: Day
    let secondOfDay: Int

    /// Seconds since 1970, as if the clock were Greenwich's.
    func seconds(in year: Int) -> Int {
        let newYear = CivilDay(year: year, month: 1, day: 1).days
        let days: Int
        switch day {
        case .julian(let number):
            days = newYear + number - 1 + (number >= 60 && CivilDay.isLeap(year) ? 1 : 0)
        case .ordinal(let number):
            days = newYear + number
        case .week(let month, let week, let weekday):
            let first = CivilDay(year: year, month: month, day: 1)
            let next =
                month == 12
                ? CivilDay(year: year + 1, month: 1, day: 1) : CivilDay(year: year, month: month + 1, day: 1)
            let candidate = first.days + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            days = candidate < next.days ? candidate : candidate - 7
        }
        return days * 86400 + secondOfDay
    }
}

private struct RuleReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var next: UInt8? { rest.first }

    mutating func name() throws(ZoneError) {
        let isQuoted = take("<")
        let name = rest.prefix {
            switch $0 {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"): isQuoted
            default: false
            }
        }
        rest = rest.dropFirst(name.count)
        guard name.count >= 3, !isQuoted || take(">") else { throw .malformed("a zone's abbreviation is not one") }
    }

    /// Hours, and perhaps minutes and seconds, with a sign, as seconds.
    mutating func time(hours: Int) throws(ZoneError) -> Int {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        var seconds = try number(0...hours) * 3600
        if take(":") {
            seconds += try number(0...59) * 60
            if take(":") { seconds += try number(0...59) }
        }
        return sign * seconds
    }

    mutating func yearlyTime() throws(ZoneError) -> YearlyTime {
        try expect(",")
        let day: YearlyTime.Day
        if take("J") {
            day = .julian(try number(1...365))
        } else if take("M") {
            let month = try number(1...12)
            try expect(".")
            let week = try number(1...5)
            try expect(".")
            day = .week(month: month, week: week, weekday: try number(0...6))
        } else {
            day = .ordinal(try number(0...365))
        }
        return YearlyTime(day: day, secondOfDay: try take("/") ? time(hours: 167) : 2 * 3600)
    }

    private mutating func number(_ range: ClosedRange<Int>) throws(ZoneError) -> Int {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...3).contains(digits.count) else { throw .malformed("a number of the rule is not one") }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        guard range.contains(value) else { throw .malformed("a number of the rule is out of range") }
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ZoneError) {
        guard take(character) else { throw .malformed("the rule after the last change lacks a \(character)") }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}

/// A day of the Gregorian calendar, counted from the first of 1970.
struct CivilDay {
    let days: Int

    init(_ days: Int) { self.days = days }

    /// The day of a date, by counting years from March, which puts the leap day last.
    init(year: Int, month: Int, day: Int) {
        let marchYear = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        days =
            365 * marchYear + Self.floor(marchYear, 4) - Self.floor(marchYear, 100) + Self.floor(marchYear, 400)
            + dayOfYear - 719_468
    }

    /// The year, by trying the two that the mean length leaves.
    var year: Int {
        let guess = 1970 + Self.floor(days * 400, 146_097)
        if days < CivilDay(year: guess, month: 1, day: 1).days { return guess - 1 }
        return days >= CivilDay(year: guess + 1, month: 1, day: 1).days ? guess + 1 : guess
    }

    /// The year, the month from 1 to 12 and the day of the month.
    var date: (year: Int, month: Int, day: Int) {
        let year = year
        let month = (1...12).last { CivilDay(year: year, month: $0, day: 1).days <= days } ?? 1
        return (year, month, days - CivilDay(year: year, month: month, day: 1).days + 1)
    }

    /// The day of the week, 0 for Sunday.
    var weekday: Int { days + 4 - Self.floor(days + 4, 7) * 7 }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The seconds since midnight of a local time.
    static func secondOfDay(_ seconds: Int) -> Int { seconds - floor(seconds, 86400) * 86400 }

    /// A time that can be calculated with: within 100,000 years of 1970, where no clock of ours will be.
    static func clamped(_ time: Int) -> Int { min(max(time, -3_155_760_000_000), 3_155_760_000_000) }

    private static func floor(_ value: Int, _ divisor: Int) -> Int {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
