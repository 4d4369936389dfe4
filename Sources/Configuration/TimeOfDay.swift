/// A time of a day by the clock on the wall, to the minute, from 00:00 to 24:00.
package struct TimeOfDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Minutes since midnight, 0 to 1440.
    package let minutes: Int

    /// Reads `HH:MM`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let digits = [0, 1, 3, 4].map { index in
            bytes.indices.contains(index) ? Int(bytes[index]) - Int(UInt8(ascii: "0")) : -1
        }
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), digits.allSatisfy((0...9).contains), digits[2] < 6 else {
            return nil
        }
        let total = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        guard total <= 24 * 60 else { return nil }
        minutes = total
    }

    /// Makes a time; nil beyond 24:00.
    package init?(hour: Int, minute: Int = 0) {
        guard (0...24).contains(hour), (0...59).contains(minute), hour < 24 || minute == 0 else { return nil }
        minutes = hour * 60 + minute
    }

    /// Makes a time known to be one.
    init(minutes: Int) { self.minutes = minutes }

    /// `HH:MM`.
    package var description: String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// Whether one is earlier than the other.
    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
}
