/// The offsets from Coordinated Universal Time that one time zone has had and will have.
package struct ZoneRules: Sendable, Hashable {
    /// The instants at which an offset begins, ascending, as seconds since 1970.
    private let changes: [Int]
    /// The offset in seconds that begins at each of the changes.
    private let offsets: [Int]
    /// The offset before the first change.
    private let firstOffset: Int
    /// The rule after the last change; without one the last offset stays.
    private let rule: RecurringRule?

    /// A time during which an offset is in force.
    package struct Period: Sendable, Hashable {
        /// Seconds east of Greenwich.
        package let offset: Int
        /// The first second at which another offset may be in force; nil where there is none any more.
        package let end: Int?
    }

    /// Reads a file of compiled zone data in TZif format, version 2 or later (RFC 9636).
    ///
    /// Any bytes may be given: what does not follow the format is refused.
    package init(compiled bytes: [UInt8]) throws(ZoneError) {
        let file = try ZoneFile(bytes)
        changes = file.changes
        offsets = file.offsets
        firstOffset = file.firstOffset
        rule = try file.footer.isEmpty ? nil : RecurringRule(file.footer)
    }

    /// Seconds to add to Coordinated Universal Time for the local time.
    ///
    /// - Parameter time: Seconds since 1970.
    package func offset(at time: Int) -> Int { period(at: time).offset }

    /// The offset at a time and how long it lasts.
    ///
    /// - Parameter time: Seconds since 1970.
    package func period(at time: Int) -> Period {
        // The number of changes at or before the time.
        var range = 0..<changes.count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = changes[middle] <= time ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        let passed = range.lowerBound
        if passed < changes.count {
            return Period(offset: passed == 0 ? firstOffset : offsets[passed - 1], end: changes[passed])
        }
        return rule?.period(at: time) ?? Period(offset: offsets.last ?? firstOffset, end: nil)
    }

    /// The local time of day on a clock of 24 hours, such as `22:41`.
    ///
    /// - Parameter time: Seconds since 1970.
    package func clock(at time: Int) -> String {
        let minutes = CivilDay.secondOfDay(CivilDay.clamped(time) + offset(at: time)) / 60
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

/// Why the rules of a zone are not known.
package enum ZoneError: Error, Sendable, Hashable {
    /// The name is not that of a zone: letters, digits, and `+ - _ /` in parts that do not begin with a dot.
    case badName(String)
    /// The system has no data for the zone.
    case notFound(String)
    /// The data does not follow the format; the text says where.
    case malformed(String)
}

extension ZoneError: CustomStringConvertible {
    /// What is wrong, and what to do about it.
    package var description: String {
        switch self {
        case .badName: "The name is not that of a time zone, such as America/New_York."
        case .notFound(let name):
            "The system has no data for the time zone \(name). Install the package tzdata, or set TZDIR to a folder with "
                + "zone data."
        case .malformed(let what): "The zone data cannot be read: \(what)."
        }
    }
}
