import FuzzSupport

@testable import PhoneNumbers

/// Times that are read can be told, what is told reads as the same minute, and no file or rule of zones breaks anything.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let mode = input.byte()
            let text = String(decoding: input.remainder, as: UTF8.self)
            switch mode % 4 {
            case 0: check(text, LocalClock(nil))
            case 1: check(text, LocalClock(try? ZoneDatabase.system.rules(for: "America/New_York")))
            case 2:
                guard let rule = try? RecurringRule(text) else { return }
                for time in moments { checkPeriod(rule.period(at: time), at: time) }
            default:
                guard let file = try? ZoneFile(input.remainder) else { return }
                require(file.changes.count == file.offsets.count, "each change has an offset")
                guard let rules = try? ZoneRules(compiled: input.remainder) else { return }
                for time in moments { checkPeriod(rules.period(at: time), at: time) }
                check("2026-11-20T14:05", LocalClock(rules))
            }
        }
    }
}

let moments = [-3_155_760_000_000, -1, 0, 1, 1_700_000_000, 1_800_000_000, 4_102_444_800, 3_155_760_000_000]

func checkPeriod(_ period: ZoneRules.Period, at time: Int) {
    require(abs(period.offset) <= 200 * 3600, "an offset is some days at most")
    require(period.end ?? .max > time, "a period ends after a time in it")
}

func check(_ text: String, _ clock: LocalClock) {
    let now: Int64 = 1_795_000_000_000
    for time in [clock.time(parsing: text), clock.time(inWords: text, now: now)].compactMap({ $0 }) {
        _ = clock.relative(time, now: now)
        _ = clock.day(time)
        require(clock.startOfDay(time) <= time, "a day begins before it ends")
        let stamp = clock.stamp(time)
        // A year of four digits, which is what can be read.
        guard (-30_600_000_000_000..<253_400_000_000_000).contains(time) else { continue }
        guard let again = clock.time(parsing: stamp) else { return require(false, "\(stamp) reads as a time") }
        // Offsets of the time before zones have seconds, which are not told.
        require(abs(time - again) < 120_000, "\(stamp) reads as the same minute")
    }
}
