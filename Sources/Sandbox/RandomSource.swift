/// A sequence of numbers that only its seed decides: SplitMix64.
///
/// The standard library promises no algorithm for its own random functions, so the choices are made here too.
struct RandomSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, the bound.
    mutating func integer(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.count)
    }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[integer(below: elements.count)]
    }

    /// Whether a thing of that probability happens.
    mutating func chance(percent: Int) -> Bool { integer(below: 100) < percent }

    /// A new identifier: the prefix and that many hexadecimal digits.
    mutating func hexadecimalIdentifier(_ prefix: StaticString = "", digits: Int) -> String {
        identifier(prefix, length: digits, alphabet: "0123456789abcdef")
    }

    /// A new identifier: the prefix and ten letters and digits.
    mutating func shortIdentifier(_ prefix: StaticString, length: Int = 10) -> String {
        identifier(
            prefix, length: length, alphabet: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    }

    private mutating func identifier(_ prefix: StaticString, length: Int, alphabet: StaticString) -> String {
        let base = UInt64(alphabet.utf8CodeUnitCount)
        let prefixLength = prefix.utf8CodeUnitCount
        var bits: UInt64 = 0
        return String(unsafeUninitializedCapacity: prefixLength + length) { buffer in
            for place in 0..<prefixLength { buffer[place] = prefix.utf8Start[place] }
            for place in 0..<length {
                // Ten digits are drawn from one number: the most that base 62 leaves nearly uniform.
                if place % 10 == 0 { bits = next() }
                buffer[prefixLength + place] = alphabet.utf8Start[Int(bits % base)]
                bits /= base
            }
            return prefixLength + length
        }
    }
}
