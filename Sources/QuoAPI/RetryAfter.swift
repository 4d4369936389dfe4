package import HTTP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension HTTPResponse {
    /// How long the header `Retry-After` asks to wait, or nil where there is none that can be read.
    ///
    /// It holds seconds or a date. A date is measured from the response's own `Date`, so that clocks need not agree.
    /// Never less than nothing, nor more than 1,000,000,000 seconds.
    package var retryAfter: Duration? {
        guard let text = header("Retry-After"), let seconds = secondsToWait(text) else { return nil }
        return .seconds(min(max(0, seconds), 1_000_000_000))
    }

    /// When the server says that it answered, in seconds since 1970, or nil where it does not say so.
    package var date: Int64? { header("Date").flatMap(secondsSince1970) }

    private func secondsToWait(_ text: String) -> Int64? {
        if !text.isEmpty, text.utf8.allSatisfy(isDigit) { return Int64(text) ?? .max }
        guard let until = secondsSince1970(httpDate: text) else { return nil }
        return until - (date ?? Int64(time(nil)))
    }
}

/// Reads a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that RFC 9110 lets a server send.
private func secondsSince1970(httpDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = number(parts[1], in: 1...31),
        let month = monthNames.firstIndex(of: String(parts[2])), let year = number(parts[3], in: 1970...9999)
    else { return nil }
    let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    // The 60th second is a leap second.
    guard time.count == 3, let hour = number(time[0], in: 0...23), let minute = number(time[1], in: 0...59),
        let second = number(time[2], in: 0...60)
    else { return nil }
    return daysSince1970(year: year, month: Int64(month) + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
}

/// A number of digits alone that lies in the range, so that sums of such numbers cannot overflow.
private func number(_ text: Substring, in range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.allSatisfy(isDigit), let value = Int64(text), range.contains(value) else { return nil }
    return value
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// The days from 1 January 1970 to a date of the Gregorian calendar.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years are counted from March, so that a leap day is a year's last.
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + dayOfYear - 719_468
}
