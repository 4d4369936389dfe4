#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Times by the clock of this machine.
enum LocalTime {
    /// The text of a time in milliseconds since 1970, for example `2026-01-31 09:00:00`.
    static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "?" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// When a day such as `2026-01-31` begins, in milliseconds since 1970; nil where the text is no day.
    static func beginning(ofDay text: String) -> Int64? {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
        guard numbers.count == 3, text.utf8.count == 10, let year = numbers[0], let month = numbers[1],
            let day = numbers[2]
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_isdst) = (year - 1900, month - 1, day, -1)
        let seconds = mktime(&parts)
        // mktime takes the 31st of February for a day in March.
        guard seconds != -1, (parts.tm_mon, parts.tm_mday) == (month - 1, day) else { return nil }
        return Int64(seconds) * 1000
    }
}
