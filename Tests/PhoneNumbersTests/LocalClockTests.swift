import PhoneNumbers
import Testing

@Suite struct LocalClockTests {
    private static func clock(_ zone: String) throws -> LocalClock {
        LocalClock(try ZoneDatabase.system.rules(for: zone))
    }

    @Test(arguments: [
        ("2026-11-20T14:05:00.000Z", "America/New_York", "2026-11-20 09:05 -05:00", "Fri 20 Nov 2026"),
        ("2026-07-01T03:30:00Z", "America/New_York", "2026-06-30 23:30 -04:00", "Tue 30 Jun 2026"),
        ("2026-01-01T00:00:00Z", "Asia/Kolkata", "2026-01-01 05:30 +05:30", "Thu 1 Jan 2026"),
        ("1969-12-31T23:59:00Z", "Europe/Berlin", "1970-01-01 00:59 +01:00", "Thu 1 Jan 1970"),
    ])
    func `a time is told as in its zone`(text: String, zone: String, stamp: String, day: String) throws {
        let clock = try Self.clock(zone)
        let time = try #require(clock.time(parsing: text))
        #expect(clock.stamp(time) == stamp)
        #expect(clock.day(time) == day)
    }

    @Test func `without a zone it is Coordinated Universal Time`() throws {
        let clock = LocalClock(nil)
        #expect(clock.stamp(0) == "1970-01-01 00:00 +00:00")
        #expect(clock.time(parsing: "1970-01-02") == 86_400_000)
    }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20T05:00:00Z"), ("2026-11-20T14:05", "2026-11-20T19:05:00Z"),
        ("2026-11-20 14:05:07", "2026-11-20T19:05:07Z"), ("2026-11-20T14:05+01:00", "2026-11-20T13:05:00Z"),
        ("2026-11-20 14:05 -05:00", "2026-11-20T19:05:00Z"), ("2026-03-08", "2026-03-08T05:00:00Z"),
        ("2026-03-09", "2026-03-09T04:00:00Z"), ("2026-11-02", "2026-11-02T05:00:00Z"),
    ])
    func `a day or a local time is read in the zone`(text: String, same: String) throws {
        let clock = try Self.clock("America/New_York")
        #expect(clock.time(parsing: text) == clock.time(parsing: same))
    }

    @Test(arguments: [
        "", "yesterday", "2026-13-01", "2026-02-30", "2026-11-20T25:00", "2026-11-20T14:60", "2026-11-20T14:05X",
        "2026-11-20T14:05+1", "20261120", "2026-11-20T", "２０２６-11-20",
    ])
    func `what is no time is refused`(text: String) {
        #expect(LocalClock(nil).time(parsing: text) == nil)
    }

    @Test(arguments: [
        ("2026-11-20T13:59:30", "just now"), ("2026-11-20T13:55:00", "5 min ago"),
        ("2026-11-20T09:12:00", "today 09:12"),
        ("2026-11-19T23:59:00", "yesterday 23:59"), ("2026-11-16T14:05:00", "Mon 16 Nov 14:05"),
        ("2025-11-16T14:05:00", "Sun 16 Nov 2025 14:05"), ("2026-11-21T08:00:00", "tomorrow 08:00"),
    ])
    func `a time is told from now`(text: String, words: String) throws {
        let clock = try Self.clock("America/New_York")
        let now = try #require(clock.time(parsing: "2026-11-20T14:00:00"))
        let time = try #require(clock.time(parsing: text))
        #expect(clock.relative(time, now: now) == words)
    }

    @Test(arguments: [
        ("today", "2026-11-20T00:00"), ("Yesterday", "2026-11-19"), ("3 days", "2026-11-17"),
        ("last 7 days", "2026-11-13"),
        ("2h", "2026-11-20T12:00"), ("90 minutes ago", "2026-11-20T12:30"), ("1 week", "2026-11-13"),
        ("last week", "2026-11-13"),
        ("monday", "2026-11-16"), ("Fri", "2026-11-20"), ("saturday", "2026-11-14"), ("now", "2026-11-20T14:00"),
    ])
    func `words look back from now`(words: String, same: String) throws {
        let clock = try Self.clock("America/New_York")
        let now = try #require(clock.time(parsing: "2026-11-20T14:00:00"))
        #expect(clock.time(inWords: words, now: now) == clock.time(parsing: same))
    }

    @Test(arguments: ["", "soon", "0 days", "days", "3", "3 moons", "-2 days", "99999999999999999999 days", "t"])
    func `other words are no time`(words: String) throws {
        #expect(LocalClock(nil).time(inWords: words, now: 0) == nil)
    }

    @Test func `days begin at local midnight across a change of the clocks`() throws {
        let clock = try Self.clock("America/New_York")
        let noon = try #require(clock.time(parsing: "2026-11-01T12:00"))
        #expect(clock.startOfDay(noon) == clock.time(parsing: "2026-11-01T00:00"))
        #expect(clock.startOfDay(noon, addingDays: 1) == clock.time(parsing: "2026-11-02T00:00"))
        #expect(clock.startOfDay(noon, addingDays: -1) == clock.time(parsing: "2026-10-31"))
        #expect(clock.weekday(noon) == 0)
    }
}
