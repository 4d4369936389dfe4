import Guard
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-01-31T09:00:00.000Z", 1_769_850_000_000), ("2026-01-31T09:00:00Z", 1_769_850_000_000),
        ("2026-01-31T09:00:00.5Z", 1_769_850_000_500), ("2026-01-31T09:00:00.123456Z", 1_769_850_000_123),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ])
    func `a time of the API is read to the millisecond`(text: String, milliseconds: Int64) {
        #expect(Timestamp.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00", "2026-01-31T09:00Z", "now",
        "99999999999-01-31T09:00:00Z", "2147483647-01-01T00:00:00Z", "2026-01-31T09:00:00.99999999999Z",
        "2026-01-31T09:00:٣٠Z", "2026-01-31T09:00:½0Z",
    ])
    func `what is no time in UTC is none, however large its numbers`(text: String) {
        #expect(Timestamp.milliseconds(text) == nil)
    }

    @Test(arguments: [
        (1_769_850_000_007, "2026-01-31T09:00:00.007Z"), (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1970-01-01T00:00:00.000Z"), (Int64.min, "1970-01-01T00:00:00.000Z"),
    ])
    func `a time is written as the API writes it`(milliseconds: Int64, text: String) {
        #expect(Timestamp.text(milliseconds) == text)
        #expect(Timestamp.text(.max).hasSuffix("Z"))
    }
}
