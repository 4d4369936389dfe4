import PhoneNumbers
import Testing

/// Seconds since 1970 of a time at Greenwich.
func greenwich(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Int {
    // Counted by whole years and months, unlike what is tested.
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let days =
        (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) } + lengths.prefix(month - 1).reduce(0, +) + day - 1
    return days * 86400 + hour * 3600 + minute * 60 + second
}

/// A zone file of the second version, made of what it says.
func zoneFile(changes: [(time: Int, type: UInt8)] = [], types: [Int] = [0], footer: String = "") -> [UInt8] {
    func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    func header(_ counts: [Int]) -> [UInt8] {
        Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { bigEndian($0, 4) }
    }
    return header([0, 0, 0, 0, 1, 1]) + [0, 0, 0, 0, 0, 0, 0] + header([0, 0, 0, changes.count, types.count, 4])
        + changes.flatMap { bigEndian($0.time, 8) } + changes.map(\.type)
        + types.flatMap { bigEndian($0, 4) + [0, 0] } + Array("LMT\0".utf8) + Array("\n\(footer)\n".utf8)
}

/// Whether the system has zone data; slim containers do not.
let hasZoneData = (try? ZoneDatabase.system.rules(for: "America/New_York")) != nil

@Suite struct ZoneRulesTests {
    @Test(
        .enabled(if: hasZoneData),
        arguments: [
            ("America/New_York", greenwich(2026, 3, 8, 6, 59, 59), -18000),
            ("America/New_York", greenwich(2026, 3, 8, 7), -14400),
            ("America/New_York", greenwich(2026, 11, 1, 5, 59, 59), -14400),
            ("America/New_York", greenwich(2026, 11, 1, 6), -18000),
            // After the table of any file: the rule goes on.
            ("America/New_York", greenwich(2400, 7, 1), -14400), ("America/New_York", greenwich(2400, 1, 1), -18000),
            ("America/Phoenix", greenwich(2026, 7, 1), -25200), ("America/Phoenix", greenwich(2300, 7, 1), -25200),
            ("America/St_Johns", greenwich(2026, 1, 1), -12600), ("America/St_Johns", greenwich(2026, 7, 1), -9000),
            ("Europe/London", greenwich(2026, 3, 29, 0, 59, 59), 0), ("Europe/London", greenwich(2026, 3, 29, 1), 3600),
            ("Europe/Dublin", greenwich(2026, 7, 1), 3600), ("Europe/Dublin", greenwich(2500, 1, 1), 0),
            ("Asia/Kolkata", greenwich(2026, 1, 1), 19800), ("Asia/Kathmandu", greenwich(2026, 1, 1), 20700),
            ("Pacific/Kiritimati", greenwich(2026, 1, 1), 50400), ("Pacific/Chatham", greenwich(2026, 1, 1), 49500),
            ("Australia/Sydney", greenwich(2600, 1, 1), 39600), ("Australia/Lord_Howe", greenwich(2026, 7, 1), 37800),
            ("America/New_York", greenwich(1970, 1, 1) - 5_000_000_000, -17762),
        ])
    func `a zone has its offset`(zone: String, time: Int, offset: Int) throws {
        #expect(try ZoneDatabase.system.rules(for: zone).offset(at: time) == offset)
    }

    @Test(.enabled(if: hasZoneData)) func `a period ends where the next begins`() throws {
        for zone in ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"] {
            let rules = try ZoneDatabase.system.rules(for: zone)
            var time = greenwich(1990, 1, 1)
            while time < greenwich(2600, 1, 1), let end = rules.period(at: time).end {
                #expect(end > time)
                #expect(rules.offset(at: end - 1) == rules.offset(at: time))
                time = end
            }
        }
    }

    @Test(arguments: [
        // Northern and southern summers, the last week, days by number, times beyond the day, negative summer time.
        ("EST5EDT,M3.2.0,M11.1.0", greenwich(2027, 3, 14, 6, 59, 59), -18000),
        ("EST5EDT,M3.2.0,M11.1.0", greenwich(2027, 3, 14, 7), -14400),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", greenwich(2027, 1, 1), 39600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", greenwich(2027, 6, 1), 36000),
        ("GMT0BST,M3.5.0/1,M10.5.0", greenwich(2027, 3, 28, 1), 3600),
        ("GMT0BST,M3.5.0/1,M10.5.0", greenwich(2027, 10, 31, 0, 59, 59), 3600),
        ("GMT0BST,M3.5.0/1,M10.5.0", greenwich(2027, 10, 31, 1), 0),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", greenwich(2027, 7, 1), 3600),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", greenwich(2027, 1, 1), 0),
        ("AAA0BBB,J60,J61", greenwich(2028, 3, 1, 1, 59, 59), 0), ("AAA0BBB,J60,J61", greenwich(2028, 3, 1, 2), 3600),
        ("AAA0BBB,59,60", greenwich(2028, 2, 29, 2), 3600), ("AAA0BBB,59,60", greenwich(2027, 2, 28, 2), 0),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", greenwich(2027, 3, 28, 0, 59, 59), -7200),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", greenwich(2027, 3, 28, 1), -3600),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", greenwich(2027, 3, 26, 23, 59, 59), 7200),
        ("EET-2EEST,M3.4.4/50,M10.4.4/50", greenwich(2027, 3, 27), 10800),
        ("XXX3EDT4,0/0,J365/23", greenwich(2027, 1, 1, 3), -14400),
        ("XXX3EDT4,0/0,J365/23", greenwich(2027, 7, 1), -14400),
        ("<+0545>-5:45", greenwich(2027, 7, 1), 20700), ("LMT4:56:02", greenwich(2027, 7, 1), -17762),
        ("", greenwich(2027, 7, 1), -1234),
    ])
    func `the rule after the table is followed`(footer: String, time: Int, offset: Int) throws {
        #expect(try ZoneRules(compiled: zoneFile(types: [-1234], footer: footer)).offset(at: time) == offset)
    }

    @Test(arguments: [
        "EST", "E5", "5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "EST25", "EST5:60", "EST5EDT,J0,J1", "EST5EDT,366,1",
        "<EST5", "<ES>5", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0/,M11.1.0", "EST99999999999999999999", "\u{FF}",
        "EST--5", "EST5EDT,,",
    ])
    func `a rule that is not one is refused`(footer: String) {
        #expect(throws: ZoneError.self) { try ZoneRules(compiled: zoneFile(footer: footer)) }
    }

    @Test func `the table counts before the rule`() throws {
        let rules = try ZoneRules(
            compiled: zoneFile(changes: [(-100, 1), (100, 2)], types: [10, 20, 30], footer: "AAA-1"))
        #expect([-101, -100, 99].map(rules.offset) == [10, 20, 20])
        #expect(rules.period(at: 0).end == 100)
        #expect(rules.offset(at: 100) == 3600)
        let ruleless = try ZoneRules(compiled: zoneFile(changes: [(-100, 1), (100, 2)], types: [10, 20, 30]))
        #expect(ruleless.period(at: 100).end == nil)
        #expect([Int.min, Int.max].map(ruleless.offset) == [10, 30])
        #expect([Int.min, Int.max].map(rules.clock).allSatisfy { $0.utf8.count == 5 })
    }

    @Test func `a table that contradicts itself is refused`() throws {
        for file in [
            zoneFile(changes: [(100, 0), (100, 0)]), zoneFile(changes: [(100, 0), (99, 0)]),
            zoneFile(changes: [(0, 1)]),
            zoneFile(types: []), zoneFile(types: [100_000]),
        ] {
            #expect(throws: ZoneError.self) { try ZoneRules(compiled: file) }
        }
        var firstVersion = zoneFile()
        firstVersion[4] = 0
        #expect(throws: ZoneError.self) { try ZoneRules(compiled: firstVersion) }
    }

    @Test func `a file that is cut off anywhere is refused`() throws {
        var files = [zoneFile(changes: [(-100, 1), (100, 2)], types: [10, 20, 30], footer: "EST5EDT,M3.2.0,M11.1.0")]
        if let real = try? bytes(ofFile: "/usr/share/zoneinfo/America/New_York") { files.append(real) }
        for file in files {
            #expect(throws: Never.self) { try ZoneRules(compiled: file) }
            for length in 0..<file.count {
                #expect(throws: ZoneError.self, "\(length)") { try ZoneRules(compiled: Array(file.prefix(length))) }
            }
        }
    }

    @Test func `a file with any bytes changed is read or refused`() {
        var random = SplitMix(seed: 3)
        var file = zoneFile(changes: [(-100, 1), (100, 2)], types: [10, 20, 30], footer: "EST5EDT,M3.2.0,M11.1.0")
        if let real = try? bytes(ofFile: "/usr/share/zoneinfo/America/New_York") { file = real }
        var refused = 0
        for _ in 0..<20_000 {
            var changed = file
            for _ in 0...Int(random.next() % 4) {
                let byte: UInt8 = random.next() % 3 == 0 ? 0xFF : UInt8(truncatingIfNeeded: random.next())
                // The headers are where a lie does most.
                let span = random.next() % 2 == 0 ? min(64, changed.count) : changed.count
                changed[Int(random.next() % UInt64(span))] = byte
            }
            guard let rules = try? ZoneRules(compiled: changed) else {
                refused += 1
                continue
            }
            for time in [Int.min, -1, 0, 1_800_000_000, 99_999_999_999, Int.max] { _ = rules.clock(at: time) }
        }
        #expect(refused > 0)
    }

    @Test(arguments: [
        "", "../etc/passwd", "/etc/passwd", "America/../../x", "America//New_York", "a\0b", ".hidden", "America/",
    ])
    func `a name that leaves the folder is refused`(name: String) {
        #expect(throws: ZoneError.badName(name)) { try ZoneDatabase.system.rules(for: name) }
    }

    @Test func `a zone that is not there is said to be missing`() {
        let empty = ZoneDatabase(folders: ["/nowhere"])
        #expect(throws: ZoneError.notFound("Europe/London")) { try empty.rules(for: "Europe/London") }
        // A folder is no file.
        #expect(throws: ZoneError.notFound("usr")) { try ZoneDatabase(folders: ["/"]).rules(for: "usr") }
        #expect(ZoneError.notFound("Europe/London").description.contains("tzdata"))
    }

    @Test(.enabled(if: hasZoneData)) func `the system has every zone that a number has`() throws {
        var random = SplitMix(seed: 13)
        var zones: Set<String> = []
        for _ in 0..<60_000 {
            let digits = "\(10_000_000_000 + random.next() % 900_000_000_000)"
            if let number = try? PhoneNumber(e164: "+\(digits)") { zones.formUnion(number.likelyTimeZones) }
        }
        #expect(zones.count > 150)
        for zone in zones { #expect(throws: Never.self, "\(zone)") { try ZoneDatabase.system.rules(for: zone) } }
    }
}
