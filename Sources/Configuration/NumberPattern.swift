/// A phone number, or the beginning of many, as the owner writes it in a list.
///
/// `+16145550123` is one number. `+1614` is a prefix, because no phone number has so few digits, and `+1614555*` is one
/// because it says so. A longer text without the star never stands for anything but itself: in countries whose
/// numbers vary in length, it would otherwise let longer numbers through.
package struct NumberPattern: Sendable, Hashable, CustomStringConvertible {
    /// The most digits that make a prefix without a star.
    package static let longestBarePrefix = 7
    /// The most digits of a number in E.164 form.
    package static let longestNumber = 15

    /// The text as the owner wrote it.
    package let description: String
    private let start: String
    private let isPrefix: Bool

    /// Reads a pattern: a plus, 1 to 15 digits of which the first is not 0, and perhaps a star.
    package init?(_ text: String) {
        let hasStar = text.hasSuffix("*")
        let start = hasStar ? String(text.dropLast()) : text
        let digits = start.utf8.dropFirst()
        guard start.utf8.first == UInt8(ascii: "+"), let first = digits.first, first != UInt8(ascii: "0"),
            digits.count <= Self.longestNumber,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        description = text
        self.start = start
        isPrefix = hasStar || digits.count <= Self.longestBarePrefix
    }

    /// Whether a number in E.164 form is meant.
    package func matches(_ number: String) -> Bool {
        isPrefix ? number.utf8.starts(with: start.utf8) : number == start
    }

    /// Whether this stands for one whole number.
    package var isWholeNumber: Bool { !isPrefix }
}
