import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The zone data of the system, each zone read at its first use.
package final class ZoneDatabase: Sendable {
    /// The data in the folder that TZDIR names, or else where systems keep it.
    package static let system = ZoneDatabase()

    private let folders: [String]
    private let cache = Mutex<[String: ZoneRules]>([:])

    /// The largest zone file has a few thousand bytes.
    private static let largestFile = 1 << 20

    /// Looks for zone data in the given folders, the first that has a zone counts.
    package init(folders: [String]) {
        self.folders = folders
    }

    private convenience init() {
        var folders = ["/usr/share/zoneinfo", "/var/db/timezone/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
        if let named = getenv("TZDIR") { folders.insert(String(cString: named), at: 0) }
        self.init(folders: folders)
    }

    /// The rules of a zone by its IANA name, such as `America/New_York`.
    ///
    /// What could not be read is tried again at the next call.
    package func rules(for name: String) throws(ZoneError) -> ZoneRules {
        if let known = cache.withLock({ $0[name] }) { return known }
        guard Self.isZoneName(name) else { throw .badName(name) }
        for folder in folders {
            guard let bytes = Self.contents(ofFile: "\(folder)/\(name)") else { continue }
            let rules = try ZoneRules(compiled: bytes)
            cache.withLock { $0[name] = rules }
            return rules
        }
        throw .notFound(name)
    }

    /// Whether a name stays within the folder of zone data.
    private static func isZoneName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    switch $0 {
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                        UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
    }

    static func contents(ofFile path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while bytes.count <= largestFile {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
        return nil
    }
}
