import Testing

@testable import Sandbox

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_780_000_000_123, "2026-05-28T20:26:40.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `a moment is written and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(parsing: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2026-05-28T20:26:40Z", 1_780_000_000_000), ("2026-05-28T15:26:40-05:00", 1_780_000_000_000),
        ("2026-05-29T01:56:40.5+05:30", 1_780_000_000_500), ("2026-05-28t20:26:40.123456z", 1_780_000_000_123),
    ])
    func `zones and fractions are understood`(text: String, milliseconds: Int64) {
        #expect(Timestamp(parsing: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-13-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "26-01-01T00:00:00Z", "2026-01-01 00:00:00Z",
    ])
    func `anything else is no moment`(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test func `the random sequence is the published one`() {
        // The first numbers of SplitMix64 from the seed 1234567.
        var random = RandomSource(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test func `every hour of the day gives a workspace whose past is past`() {
        for hour in 0..<24 {
            let start = Timestamp(milliseconds: 1_780_000_000_000 + Int64(hour) * 3_600_000)
            let workspace = Workspace(seed: 1, start: start)
            #expect(workspace.conversations.allSatisfy { $0.lastActivityAt < start })
        }
    }
}
