#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension ZoneDatabase {
    /// The rules of the zone that the system's user lives in: the one that TZ names, or else the system's own.
    ///
    /// Nil where neither is known.
    package func systemZone() -> ZoneRules? {
        if let named = getenv("TZ").map({ String(cString: $0) }) {
            let name = named.hasPrefix(":") ? String(named.dropFirst()) : named
            if let rules = try? rules(for: name) { return rules }
        }
        return Self.contents(ofFile: "/etc/localtime").flatMap { try? ZoneRules(compiled: $0) }
    }
}
