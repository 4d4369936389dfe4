#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Times as the API writes them, and as people read them.
package enum Timestamp {
    /// The text of a time, for example `2026-01-31T09:00:00.000Z`.
    package static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard milliseconds >= 0, gmtime_r(&seconds, &parts) != nil else { return "1970-01-01T00:00:00.000Z" }
        return "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
            + "T\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
            + ".\(padded(Int32(milliseconds % 1000), 3))Z"
    }

    /// The time of a text such as `2026-01-31T09:00:00.000Z`, with or without a fraction; nil where it is none in UTC.
    package static func milliseconds(_ text: String) -> Int64? {
        let digits = text.split { !$0.isNumber }.map(String.init)
        guard text.hasSuffix("Z"), (6...7).contains(digits.count) else { return nil }
        let numbers = digits.compactMap { Int32($0) }
        // A year of more digits would be beyond what milliseconds can count.
        guard numbers.count == digits.count, numbers[0] <= 9999,
            let fraction = Int64((digits.count == 7 ? digits[6] : "").prefix(3).padding(to: 3))
        else { return nil }
        var parts = tm()
        parts.tm_year = numbers[0] - 1900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        return Int64(timegm(&parts)) * 1000 + fraction
    }

    /// Now, by the system's clock, in milliseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func padded(_ number: Int32, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension Substring {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, width - count))
    }
}
