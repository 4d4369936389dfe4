import PhoneNumbers
import Testing

@Suite(.enabled(if: hasZoneData, "the system has no zone data")) struct QuietHoursTests {
    private let standard = QuietHours.standard

    @Test func `the window is from eight to nine in the evening`() throws {
        let seattle = try PhoneNumber(e164: "+12065550123")
        // On January 15 Seattle is eight hours behind Greenwich.
        #expect(standard.state(for: seattle, at: greenwich(2026, 1, 15, 16)) == .open)
        #expect(standard.state(for: seattle, at: greenwich(2026, 1, 16, 4, 59, 59)) == .open)
        #expect(
            standard.state(for: seattle, at: greenwich(2026, 1, 16, 5))
                == .quiet(opensAt: greenwich(2026, 1, 16, 16), localTime: "21:00", zone: "America/Los_Angeles"))
        #expect(
            standard.state(for: seattle, at: greenwich(2026, 1, 15, 15, 59, 59))
                == .quiet(opensAt: greenwich(2026, 1, 15, 16), localTime: "07:59", zone: "America/Los_Angeles"))
        #expect(standard.description == "08:00-21:00")
    }

    @Test(arguments: [
        // The night in which the clocks go forward, and the one in which they go back.
        ("+12125550123", greenwich(2026, 3, 8, 4), greenwich(2026, 3, 8, 12), "23:00", "America/New_York"),
        ("+12125550123", greenwich(2026, 11, 1, 4), greenwich(2026, 11, 1, 13), "00:00", "America/New_York"),
        ("+442079460018", greenwich(2026, 3, 29, 0, 30), greenwich(2026, 3, 29, 7), "00:30", "Europe/London"),
        ("+442079460018", greenwich(2026, 10, 25, 0, 30), greenwich(2026, 10, 25, 8), "01:30", "Europe/London"),
        // Arizona keeps its clocks.
        ("+16025550123", greenwich(2026, 7, 1, 5), greenwich(2026, 7, 1, 15), "22:00", "America/Phoenix"),
        ("+16025550123", greenwich(2026, 1, 1, 5), greenwich(2026, 1, 1, 15), "22:00", "America/Phoenix"),
        // Halves and quarters of hours.
        ("+911123456789", greenwich(2026, 5, 1, 20), greenwich(2026, 5, 2, 2, 30), "01:30", "Asia/Calcutta"),
        ("+9779841234567", greenwich(2026, 5, 1, 20), greenwich(2026, 5, 2, 2, 15), "01:45", "Asia/Katmandu"),
        // Western Kentucky may be Central or Eastern: at 8:30 in New York it is 7:30 in Chicago.
        ("+12705550123", greenwich(2026, 7, 1, 12, 30), greenwich(2026, 7, 1, 13), "07:30", "America/Chicago"),
        // In the evening the same number is Eastern.
        ("+12705550123", greenwich(2026, 7, 2, 1, 30), greenwich(2026, 7, 2, 13), "21:30", "America/New_York"),
        ("+12195550123", greenwich(2026, 1, 1, 13, 15), greenwich(2026, 1, 1, 14), "07:15", "America/Chicago"),
        // Newfoundland or Labrador: half an hour apart.
        ("+17095550123", greenwich(2026, 1, 15, 11, 45), greenwich(2026, 1, 15, 12), "07:45", "America/Halifax"),
        ("+17095550123", greenwich(2026, 1, 15, 11), greenwich(2026, 1, 15, 12), "07:00", "America/Halifax"),
        // Kiribati: Tarawa at +12, Enderbury at +13, Kiritimati at +14.
        ("+68672001234", greenwich(2026, 1, 15, 18, 30), greenwich(2026, 1, 15, 20), "06:30", "Pacific/Tarawa"),
        ("+68672001234", greenwich(2026, 1, 15, 7, 30), greenwich(2026, 1, 15, 20), "21:30", "Pacific/Kiritimati"),
        ("+18085550123", greenwich(2026, 1, 15, 17), greenwich(2026, 1, 15, 18), "07:00", "Pacific/Honolulu"),
    ])
    func `the window opens in the last of the zones`(
        e164: String, time: Int, opensAt: Int, localTime: String, zone: String
    ) throws {
        let number = try PhoneNumber(e164: e164)
        #expect(
            standard.state(for: number, at: time) == .quiet(opensAt: opensAt, localTime: localTime, zone: zone))
        #expect(standard.state(for: number, at: opensAt) == .open)
        #expect(standard.state(for: number, at: opensAt - 1) != .open)
    }

    @Test(arguments: ["+18002345678", "+19995550123", "+80012345678"])
    func `where no zone is known the caller is told`(e164: String) throws {
        guard case .unknown(let reason) = standard.state(for: try PhoneNumber(e164: e164), at: 0) else {
            Issue.record("a zone is known of \(e164)")
            return
        }
        #expect(reason.contains(e164))
    }

    @Test func `missing zone data is not taken for an open window`() throws {
        let number = try PhoneNumber(e164: "+12065550123")
        let state = standard.state(for: number, at: greenwich(2026, 1, 15, 20), zones: ZoneDatabase(folders: []))
        guard case .unknown(let reason) = state else {
            Issue.record("\(state)")
            return
        }
        #expect(reason.contains("America/Los_Angeles"))
    }

    @Test func `windows that never meet are told`() throws {
        let morning = try #require(QuietHours(opens: 8 * 60, closes: 10 * 60))
        let zones = ["America/New_York", "Asia/Tokyo"]
        #expect(morning.state(inZones: zones, at: greenwich(2026, 1, 15, 14)) == .neverOpen(zones: zones))
        #expect(morning.state(inZones: [], at: 0) == .unknown(reason: "No time zone is known."))
    }

    @Test func `a window may go over midnight`() throws {
        let night = try #require(QuietHours(opens: 22 * 60, closes: 6 * 60))
        let london = ["Europe/London"]
        #expect(night.state(inZones: london, at: greenwich(2026, 1, 15, 23)) == .open)
        #expect(night.state(inZones: london, at: greenwich(2026, 1, 15, 5, 59, 59)) == .open)
        #expect(
            night.state(inZones: london, at: greenwich(2026, 1, 15, 6))
                == .quiet(opensAt: greenwich(2026, 1, 15, 22), localTime: "06:00", zone: "Europe/London"))
        let always = try #require(QuietHours(opens: 0, closes: 1440))
        #expect((0..<1440).allSatisfy { always.state(inZones: london, at: $0 * 60) == .open })
    }

    @Test func `a window that the clocks leap over opens where they land`() throws {
        // On March 8, 2:00 is 3:00 in New York; 2:15 does not come.
        let window = try #require(QuietHours(opens: 2 * 60 + 15, closes: 4 * 60))
        #expect(
            window.state(inZones: ["America/New_York"], at: greenwich(2026, 3, 8, 6, 30))
                == .quiet(opensAt: greenwich(2026, 3, 8, 7), localTime: "01:30", zone: "America/New_York"))
        let lost = try #require(QuietHours(opens: 2 * 60 + 15, closes: 2 * 60 + 45))
        #expect(
            lost.state(inZones: ["America/New_York"], at: greenwich(2026, 3, 8, 6, 30))
                == .quiet(opensAt: greenwich(2026, 3, 9, 6, 15), localTime: "01:30", zone: "America/New_York"))
        // On November 1, 1:15 comes twice.
        let twice = try #require(QuietHours(opens: 60 + 15, closes: 60 + 45))
        #expect(twice.state(inZones: ["America/New_York"], at: greenwich(2026, 11, 1, 5, 30)) == .open)
        #expect(twice.state(inZones: ["America/New_York"], at: greenwich(2026, 11, 1, 6, 30)) == .open)
        #expect(
            twice.state(inZones: ["America/New_York"], at: greenwich(2026, 11, 1, 5, 50))
                == .quiet(opensAt: greenwich(2026, 11, 1, 6, 15), localTime: "01:50", zone: "America/New_York"))
    }

    @Test func `a window out of range is none`() {
        for (opens, closes) in [(-1, 60), (1440, 60), (60, 60), (60, 1441), (60, 0)] {
            #expect(QuietHours(opens: opens, closes: closes) == nil)
        }
    }

    @Test(arguments: ["08:00-21:00", "22:30-06:15", "00:00-24:00"]) func `a window is read as it is written`(
        text: String
    ) {
        #expect(QuietHours(text)?.description == text)
    }

    @Test(arguments: [
        "", "8-21", "08:00", "08:00-", "08:00-21:60", "08:00-25:00", "24:00-08:00", "08:00-08:00", "+8:00-21:00",
        "08:00-21:00-22:00",
    ])
    func `what is not a window is refused`(text: String) {
        #expect(QuietHours(text) == nil)
    }

    @Test func `the opening is the first minute at which all clocks are in the window`() throws {
        var random = SplitMix(seed: 5)
        let names = [
            "America/New_York", "America/Chicago", "America/Los_Angeles", "America/St_Johns", "Europe/London",
            "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe", "America/Phoenix",
        ]
        for _ in 0..<300 {
            let opens = Int(random.next() % 96) * 15
            let closes = Int(random.next() % 96) * 15 + 15
            guard let window = QuietHours(opens: opens, closes: closes) else { continue }
            let zones = Array(Set((0...Int(random.next() % 3)).map { _ in names[Int(random.next() % 9)] }))
            // Around the days on which clocks change.
            let switches = [
                greenwich(2026, 3, 7), greenwich(2026, 10, 31), greenwich(2045, 3, 25), greenwich(2026, 4, 4),
            ]
            let start = switches[Int(random.next() % 4)] + Int(random.next() % 2880) * 60
            let rules = try zones.map(ZoneDatabase.system.rules)
            let first = stride(from: start, to: start + 3 * 86400, by: 60).first { time in
                rules.allSatisfy { rules in
                    let minute = ((time + rules.offset(at: time)) % 86400) / 60
                    return opens < closes ? opens <= minute && minute < closes : minute >= opens || minute < closes
                }
            }
            let found: Int? =
                switch window.state(inZones: zones, at: start) {
                case .open: start
                case .quiet(let opensAt, _, _): opensAt < start + 3 * 86400 ? opensAt : nil
                default: nil
                }
            #expect(found == first, "\(window) in \(zones) from \(start)")
        }
    }
}
