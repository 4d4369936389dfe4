import HTTP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension HTTPResponse {
    /// How long the header `Retry-After` asks to wait, or nil where there is none that can be read.
    ///
    /// It holds seconds or a date. A date is measured from the response's own `Date`, so that clocks need not agree.
    var retryAfter: Duration? {
        guard let text = header("Retry-After") else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let longest: Int64 = 1_000_000_000
            return .seconds(min(Int64(text) ?? longest, longest))
        }
        guard let until = secondsSince1970(httpDate: text) else { return nil }
        let now = header("Date").flatMap(secondsSince1970) ?? Int64(time(nil))
        return .seconds(max(0, until - now))
    }
}

/// Reads a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that RFC 9110 lets a server send.
private func secondsSince1970(httpDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), let year = Int64(parts[3]),
        let month = monthNames.firstIndex(of: String(parts[2]))
    else { return nil }
    let time = parts[4].split(separator: ":").compactMap { Int64($0) }
    guard time.count == 3, (1...31).contains(day), (1970...9999).contains(year) else { return nil }
    let days = daysSince1970(year: year, month: Int64(month) + 1, day: day)
    return days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
}

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
