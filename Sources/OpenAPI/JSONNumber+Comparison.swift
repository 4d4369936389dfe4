import JSON

extension JSONNumber {
    /// Whether this number is smaller; exact for integers of 64 bits.
    func isLess(than other: JSONNumber) -> Bool {
        if let first = integer, let second = other.integer { return first < second }
        return double < other.double
    }

    /// Whether this number is a whole multiple of another, in decimal and so without rounding.
    ///
    /// False where the divisor is zero or has more than 18 significant digits, or where the two are more than a
    /// thousand orders of magnitude apart.
    func isMultiple(of divisor: JSONNumber) -> Bool {
        let dividend = Decimal(text)
        let divisor = Decimal(divisor.text)
        if dividend.digits.isEmpty { return true }
        // Neither ends in a zero, so a coarser divisor would make the dividend end in one.
        guard let modulus = UInt64(String(decoding: divisor.digits.map { $0 + 48 }, as: UTF8.self)),
            divisor.digits.count <= 18, dividend.exponent >= divisor.exponent
        else { return false }
        let zeros = dividend.exponent - divisor.exponent
        guard zeros <= 1_000 else { return false }
        var remainder: UInt64 = 0
        for digit in dividend.digits + Array(repeating: 0, count: zeros) {
            let product = remainder.multipliedFullWidth(by: 10)
            let (low, isOverflow) = product.low.addingReportingOverflow(UInt64(digit))
            remainder = modulus.dividingFullWidth((product.high + (isOverflow ? 1 : 0), low)).remainder
        }
        return remainder == 0
    }
}

/// The digits of a number without zeros at either end, and the power of ten of the last.
private struct Decimal {
    var digits: [UInt8] = []
    var exponent = 0

    init(_ text: String) {
        let parts = text.utf8.split(maxSplits: 1) { $0 | 0x20 == UInt8(ascii: "e") }
        var isFraction = false
        for byte in parts.first ?? text.utf8[...] {
            if byte == UInt8(ascii: ".") { isFraction = true }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { continue }
            digits.append(byte - UInt8(ascii: "0"))
            if isFraction { exponent -= 1 }
        }
        if parts.count > 1 {
            // An exponent beyond this is beyond every number that could be meant.
            let written = Int(String(decoding: parts[1], as: UTF8.self)) ?? 1_000_000
            exponent += max(-1_000_000, min(1_000_000, written))
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        digits = Array(digits.drop { $0 == 0 })
    }
}
