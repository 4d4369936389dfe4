/// Times as someone in one time zone tells them.
///
/// All times are milliseconds since 1970.
package struct LocalClock: Sendable {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let dayLength: Int64 = 86_400_000

    /// The zone; nil for Coordinated Universal Time.
    private let rules: ZoneRules?

    /// Makes a clock of a zone, or of Coordinated Universal Time.
    package init(_ rules: ZoneRules?) { self.rules = rules }

    // MARK: Telling

    /// The day, for example `Fri 20 Nov 2026`.
    package func day(_ time: Int64) -> String {
        let day = CivilDay(localDay(time))
        return "\(Self.weekdays[day.weekday]) \(day.date.day) \(Self.months[day.date.month - 1]) \(day.date.year)"
    }

    /// The time of day, for example `14:05`.
    package func time(_ time: Int64) -> String {
        let minutes = (local(time) - Int64(localDay(time)) * Self.dayLength) / 60_000
        return "\(Self.padded(minutes / 60)):\(Self.padded(minutes % 60))"
    }

    /// The offset from Coordinated Universal Time, for example `-05:00`.
    package func offset(_ time: Int64) -> String {
        let seconds = offsetSeconds(time)
        let minutes = Int64(abs(seconds)) / 60
        return "\(seconds < 0 ? "-" : "+")\(Self.padded(minutes / 60)):\(Self.padded(minutes % 60))"
    }

    /// Day, time and offset, for example `2026-11-20 14:05 -05:00`.
    package func stamp(_ time: Int64) -> String {
        let date = CivilDay(localDay(time)).date
        return "\(date.year)-\(Self.padded(Int64(date.month)))-\(Self.padded(Int64(date.day))) \(self.time(time)) "
            + offset(time)
    }

    /// How long ago, or when, in the fewest words that are clear: `5 min ago`, `today 09:12`, `yesterday 14:05`,
    /// `Mon 16 Nov 14:05`, and with the year where that is another.
    package func relative(_ time: Int64, now: Int64) -> String {
        let elapsed = now - time
        if (0..<3_600_000).contains(elapsed) { return elapsed < 60_000 ? "just now" : "\(elapsed / 60_000) min ago" }
        switch localDay(now) - localDay(time) {
        case 0: return "today \(self.time(time))"
        case 1: return "yesterday \(self.time(time))"
        case -1: return "tomorrow \(self.time(time))"
        default:
            let words = day(time).split(separator: " ")
            let isThisYear = CivilDay(localDay(now)).year == CivilDay(localDay(time)).year
            return words.prefix(isThisYear ? 3 : 4).joined(separator: " ") + " \(self.time(time))"
        }
    }

    // MARK: Reckoning

    /// When the day of a time begins, or one that many days later.
    package func startOfDay(_ time: Int64, addingDays days: Int = 0) -> Int64 {
        instant(ofLocal: Int64(localDay(time) + days) * Self.dayLength)
    }

    /// The day of the week of a time, 0 for Sunday.
    package func weekday(_ time: Int64) -> Int { CivilDay(localDay(time)).weekday }

    /// The time that a text names: a day as `2026-11-20`, which is when it begins, or a time as `2026-11-20T14:05`, with or
    /// without seconds, a fraction, and an offset or `Z`; without one it is local.
    ///
    /// Nil where the text is neither.
    package func time(parsing text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            let digits = bytes[range]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
            index < bytes.count && bytes[index] == UInt8(ascii: character)
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let date = CivilDay(year: year, month: month, day: day)
        guard date.date == (year, month, day) else { return nil }
        var local = Int64(date.days) * Self.dayLength
        if bytes.count == 10 { return instant(ofLocal: local) }
        guard has("T", at: 10) || has(" ", at: 10), let hour = number(11..<13), has(":", at: 13),
            let minute = number(14..<16), hour < 24, minute < 60
        else { return nil }
        local += Int64(hour * 60 + minute) * 60_000
        var index = 16
        if has(":", at: 16) {
            guard let second = number(17..<19), second < 60 else { return nil }
            local += Int64(second) * 1000
            index = 19
            if has(".", at: 19) {
                index = 20
                var unit: Int64 = 100
                while let digit = number(index..<index + 1) {
                    local += Int64(digit) * unit
                    unit /= 10
                    index += 1
                }
            }
        }
        while has(" ", at: index) { index += 1 }
        if index == bytes.count { return instant(ofLocal: local) }
        if has("Z", at: index), index + 1 == bytes.count { return local }
        guard has("+", at: index) || has("-", at: index), let hours = number(index + 1..<index + 3),
            has(":", at: index + 3), let minutes = number(index + 4..<index + 6), index + 6 == bytes.count
        else { return nil }
        let offset = Int64(hours * 60 + minutes) * 60_000
        return has("-", at: index) ? local + offset : local - offset
    }

    /// The time that words name, looking back from now: `now`, `today`, `yesterday`, a weekday for the latest such day, or a
    /// length of time such as `3 days`, `2h`, `90 min ago`, `1 week`.
    ///
    /// Nil where they name none.
    package func time(inWords text: String, now: Int64) -> Int64? {
        var words = text.lowercased().split { $0 == " " || $0 == "," }.map(String.init)
        if words.last == "ago" { words.removeLast() }
        if words.first == "last" || words.first == "past" || words.first == "the" { words.removeFirst() }
        switch words {
        case ["now"]: return now
        case ["today"]: return startOfDay(now)
        case ["yesterday"]: return startOfDay(now, addingDays: -1)
        case ["week"]: words = ["7", "days"]
        default: break
        }
        if words.count == 1, words[0].count >= 3,
            let weekday = Self.weekdayNames.firstIndex(where: { $0.hasPrefix(words[0]) })
        {
            let days = (weekday + 7 - self.weekday(now)) % 7
            return startOfDay(now, addingDays: days == 0 ? 0 : days - 7)
        }
        let joined = words.joined()
        guard let count = Int64(joined.prefix { $0.isASCII && $0.isNumber }), (1...100_000).contains(count) else {
            return nil
        }
        switch joined.drop(while: { $0.isASCII && $0.isNumber }) {
        case "m", "min", "mins", "minute", "minutes": return now - count * 60_000
        case "h", "hour", "hours": return now - count * 3_600_000
        case "d", "day", "days": return startOfDay(now, addingDays: -Int(count))
        case "w", "week", "weeks": return startOfDay(now, addingDays: -7 * Int(count))
        default: return nil
        }
    }

    private static let weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    private func offsetSeconds(_ time: Int64) -> Int { rules?.offset(at: Int(time / 1000)) ?? 0 }

    private func local(_ time: Int64) -> Int64 { time + Int64(offsetSeconds(time)) * 1000 }

    private func localDay(_ time: Int64) -> Int {
        let local = local(time)
        return Int(local >= 0 ? local / Self.dayLength : (local - Self.dayLength + 1) / Self.dayLength)
    }

    /// The instant of a local time; where clocks go back, the later of two, and where they go forward, one beside the gap.
    private func instant(ofLocal local: Int64) -> Int64 {
        let guess = local - Int64(offsetSeconds(local)) * 1000
        return local - Int64(offsetSeconds(guess)) * 1000
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
