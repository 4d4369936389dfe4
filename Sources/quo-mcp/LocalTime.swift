import Configuration
import PhoneNumbers

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Times by the owner's clock: that of the zone that the policy names, else of the machine.
struct LocalTime {
    /// The zone's name, for the heading of a column.
    let zone: String
    private let clock: LocalClock

    /// The clock of a zone; where the system does not know it, or none is named, that of the machine.
    init(zone name: String?) {
        if let name, let rules = try? ZoneDatabase.system.rules(for: name) {
            (zone, clock) = (name, LocalClock(rules))
        } else {
            let rules = ZoneDatabase.system.systemZone()
            (zone, clock) = (rules == nil ? "UTC" : Self.machineZone, LocalClock(rules))
        }
    }

    /// The clock that the owner's policy names; that of the machine where the policy is wrong.
    ///
    /// - Parameter file: The policy's file, where the command line names one.
    static func ofOwner(file: String? = nil) -> LocalTime {
        LocalTime(zone: (try? readPolicy(file: file))?.timeZone)
    }

    /// The text of a time in milliseconds since 1970, for example `2026-01-31 09:00:00`.
    func text(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000 % 60
        return "\(clock.stamp(milliseconds).prefix(16)):\(seconds < 10 ? "0" : "")\(seconds)"
    }

    /// The title of a column of such times, with the zone.
    func heading(_ title: String) -> String { "\(title) (\(zone))" }

    /// The time that a text such as `2026-01-31`, which is when that day begins, or `2026-01-31T09:00:00Z` names, in milliseconds
    /// since 1970; nil where it names none.
    func time(parsing text: String) -> Int64? { clock.time(parsing: text) }

    /// The name of the machine's zone.
    private static var machineZone: String {
        if let named = getenv("TZ").map({ String(cString: $0) }), !named.isEmpty {
            return named.hasPrefix(":") ? String(named.dropFirst()) : named
        }
        var buffer = [CChar](repeating: 0, count: 1024)
        let count = readlink("/etc/localtime", &buffer, buffer.count)
        let target = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return target.split(separator: "zoneinfo/", maxSplits: 1).last.map(String.init) ?? "the machine's"
    }
}
