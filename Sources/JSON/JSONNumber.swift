/// A JSON number, kept as its text so that no digit is lost.
///
/// Integers are exact to 64 bits; anything longer still passes through unchanged. Two numbers are equal when their texts
/// are, or when both are the same 64-bit integer (`1.0` and `1` are).
public struct JSONNumber: Sendable {
    /// The number as JSON writes it.
    public let text: String

    /// Makes a number of an integer.
    public init(_ value: Int64) { text = String(value) }

    /// Makes a number of a floating-point value; what JSON cannot write (infinities, NaN) becomes 0.
    public init(_ value: Double) {
        text = Int64(exactly: value).map { String($0) } ?? (value.isFinite ? "\(value)" : "0")
    }

    /// Makes a number of text already known to follow JSON's grammar.
    init(checkedText text: String) { self.text = text }

    /// The value as a 64-bit integer, or nil where it has a fraction or does not fit.
    ///
    /// `1.0` and `1e2` are integers.
    public var integer: Int64? {
        if let value = Int64(text) { return value }
        // Beyond 2^53 a Double no longer tells neighbours apart, so only smaller ones may come through it.
        guard let double = Double(text), double.magnitude < 9_007_199_254_740_992 else { return nil }
        return Int64(exactly: double)
    }

    /// The nearest floating-point value; infinite where the number is beyond its range.
    public var double: Double { Double(text) ?? .infinity }

    /// Whether the number has no fraction.
    public var isIntegral: Bool {
        integer != nil || !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
            || double.rounded() == double && double.isFinite
    }
}

extension JSONNumber: Hashable {
    /// Whether both say the same number.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.text == right.text { return true }
        if let first = left.integer, let second = right.integer { return first == second }
        return left.integer == nil && right.integer == nil && left.double == right.double && left.double.isFinite
    }

    /// Feeds the value into a hasher; equal numbers feed the same.
    public func hash(into hasher: inout Hasher) {
        if let integer { hasher.combine(integer) } else { hasher.combine(double) }
    }
}
