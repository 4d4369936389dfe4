/// A moment in milliseconds since 1970-01-01T00:00:00Z.
struct Timestamp: Hashable, Comparable, Sendable {
    static let second: Int64 = 1_000
    static let minute: Int64 = 60 * second
    static let day: Int64 = 24 * 60 * minute

    var milliseconds: Int64

    static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    func adding(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }
}

extension Timestamp {
    /// ISO 8601 in UTC with milliseconds, as every moment of the API is written.
    var text: String {
        let day = Self.floorDivide(milliseconds, Self.day)
        let (year, month, dayOfMonth) = Self.civilDate(fromDay: day)
        var rest = milliseconds - day * Self.day
        let fraction = rest % 1_000
        rest /= 1_000
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var length = 0
            func put(_ value: Int64, digits: Int, then separator: Unicode.Scalar) {
                var value = value
                for place in stride(from: length + digits - 1, through: length, by: -1) {
                    buffer[place] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
                    value /= 10
                }
                buffer[length + digits] = UInt8(ascii: separator)
                length += digits + 1
            }
            put(year, digits: 4, then: "-")
            put(month, digits: 2, then: "-")
            put(dayOfMonth, digits: 2, then: "T")
            put(rest / 3_600, digits: 2, then: ":")
            put(rest / 60 % 60, digits: 2, then: ":")
            put(rest % 60, digits: 2, then: ".")
            put(fraction, digits: 3, then: "Z")
            return length
        }
    }

    /// Reads an RFC 3339 date and time with its zone; nil for anything else.
    init?(parsing text: String) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.take("-"),
            let month = reader.number(digits: 2), reader.take("-"),
            let day = reader.number(digits: 2), reader.take("T") || reader.take("t"),
            let hour = reader.number(digits: 2), reader.take(":"),
            let minute = reader.number(digits: 2), reader.take(":"),
            let second = reader.number(digits: 2), (1...12).contains(month), hour < 24, minute < 60, second <= 60
        else { return nil }
        let dayNumber = Self.day(ofYear: year, month: month, day: day)
        // Only a date that comes back unchanged exists: February 30th does not.
        guard Self.civilDate(fromDay: dayNumber) == (year, month, day) else { return nil }
        var fraction: Int64 = 0
        if reader.take(".") {
            guard let value = reader.fractionInMilliseconds() else { return nil }
            fraction = value
        }
        guard let offset = reader.zoneOffsetInMinutes(), reader.isAtEnd else { return nil }
        let minutes = hour * 60 + minute - offset
        milliseconds = dayNumber * Self.day + minutes * Self.minute + second * Self.second + fraction
    }

    /// The day number since 1970-01-01 of a date in the Gregorian calendar.
    ///
    /// Years are counted from March, so that a leap day is the last of its year.
    private static func day(ofYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civilDate(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        position += 1
        return Int64(bytes[position - 1] - 0x30)
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func fractionInMilliseconds() -> Int64? {
        guard var value = digit() else { return nil }
        var digits = 1
        while let next = digit() {
            if digits < 3 { value = value * 10 + next }
            digits += 1
        }
        while digits < 3 {
            value *= 10
            digits += 1
        }
        return value
    }

    mutating func zoneOffsetInMinutes() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64 = take("+") ? 1 : -1
        guard sign == 1 || take("-"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
