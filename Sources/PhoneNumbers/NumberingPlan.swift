/// The numbering plan behind one calling code.
struct NumberingPlan {
    /// The calling code, such as 44.
    let callingCode: Int
    private let record: Int

    private static let recordLength = 14

    /// Finds the plan of a calling code by binary search.
    init?(callingCode: Int) {
        var range = 0..<NumberData.numberOfCountries
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            let record = NumberData.countries + middle * Self.recordLength
            let code = NumberData.integer(at: record, digits: 2)
            if code == callingCode {
                self.callingCode = code
                self.record = record
                return
            }
            range = code < callingCode ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Finds the plan that the digits of an international number begin with, and how many digits its code has.
    static func leading(_ digits: ArraySlice<UInt8>) -> (plan: NumberingPlan, length: Int)? {
        guard digits.first != 0 else { return nil }
        var code = 0
        for (index, digit) in digits.prefix(3).enumerated() {
            code = code * 10 + Int(digit)
            // No calling code begins with another one.
            if let plan = NumberingPlan(callingCode: code) { return (plan, index + 1) }
        }
        return nil
    }

    /// Whether national numbers of a length exist.
    func allows(length: Int) -> Bool {
        (1..<18).contains(length) && NumberData.integer(at: record + 2, digits: 3) >> length & 1 == 1
    }

    /// The shortest and the longest national number.
    var lengths: ClosedRange<Int> {
        let mask = NumberData.integer(at: record + 2, digits: 3)
        return mask.trailingZeroBitCount...(Int.bitWidth - 1 - mask.leadingZeroBitCount)
    }

    /// The region, where the code has only one, or else the region that comes first; nil for codes of no country.
    var mainRegion: String? { region(0) }

    /// What a national number is.
    func classify(_ national: ArraySlice<UInt8>) -> (kind: PhoneNumber.Kind, region: String?) {
        let automaton = DigitAutomaton(root: NumberData.integer(at: record + 8, digits: 3))
        guard let label = automaton.label(of: national), let kind = PhoneNumber.Kind(rawValue: UInt8(label & 15)) else {
            return (.unknown, NumberData.integer(at: record + 7, digits: 1) == 1 ? mainRegion : nil)
        }
        return (kind, region(label >> 4))
    }

    /// Whether a national number is one that has been given out, or may be.
    func isValid(_ national: ArraySlice<UInt8>) -> Bool { classify(national).kind != .unknown }

    /// How a national number is written: sizes of groups in hexadecimal, and what stands between them.
    func grouping(of national: ArraySlice<UInt8>) -> String? {
        let automaton = DigitAutomaton(root: NumberData.integer(at: record + 11, digits: 3))
        guard let label = automaton.label(of: national) else { return nil }
        let offset = NumberData.groupings + (label - 1) * 10
        var bytes = (0..<10).map { NumberData.byte(at: offset + $0) }
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func region(_ place: Int) -> String? {
        let first = NumberData.integer(at: record + 5, digits: 2)
        let name = NumberData.word(at: NumberData.names + (first + place) * 2, atMost: 2)
        return name.isEmpty ? nil : name
    }
}

/// How numbers are dialled in one region.
struct DiallingRules {
    /// The region's numbering plan.
    let plan: NumberingPlan
    private let automaton: DigitAutomaton

    private static let recordLength = 7

    /// Finds the rules of a region by its two letters, in either case.
    init?(region: String) {
        let letters = region.uppercased()
        var range = 0..<NumberData.numberOfRegions
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            let record = NumberData.regions + middle * Self.recordLength
            let name = NumberData.word(at: record, atMost: 2)
            if name == letters {
                guard let plan = NumberingPlan(callingCode: NumberData.integer(at: record + 2, digits: 2)) else {
                    return nil
                }
                self.plan = plan
                automaton = DigitAutomaton(root: NumberData.integer(at: record + 4, digits: 3))
                return
            }
            range = name < letters ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// What follows the international prefix, such as 00 or 011; nil where the digits do not begin with it.
    func afterInternationalPrefix(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var length: Int?
        automaton.walk(digits) { _, label in
            let action = DiallingAction(label)
            if action.kind == .internationalPrefix { length = action.skip }
        }
        return length.map { digits.dropFirst($0) }
    }

    /// The national number that is meant by what is dialled at home: without a trunk prefix, with an implied area code.
    ///
    /// The digits stay as they are where they make a valid number only so.
    func nationalNumber(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var prefix: DiallingAction?
        var whole: DiallingAction?
        automaton.walk(digits) { length, label in
            let action = DiallingAction(label)
            switch action.kind {
            case .nationalPrefix: prefix = action
            case .wholeNumber: whole = length == digits.count ? action : nil
            case .internationalPrefix: break
            }
        }
        guard let action = whole ?? prefix else { return digits }
        let result = action.apply(to: digits)
        return plan.isValid(digits) && !plan.isValid(result) ? digits : result
    }
}

/// One way to turn what is dialled into a national number.
private struct DiallingAction {
    enum Kind: UInt8 {
        /// The digits begin with it, and more follow.
        case nationalPrefix = 78  // N
        /// The digits are it, to the last.
        case wholeNumber = 87  // W
        /// The digits begin with what one dials for another country.
        case internationalPrefix = 73  // I
    }

    let kind: Kind
    let skip: Int
    private let keep: Int
    private let drop: Int
    private let offset: Int

    init(_ label: Int) {
        offset = NumberData.actions + (label - 1) * 8
        kind = Kind(rawValue: NumberData.byte(at: offset)) ?? .nationalPrefix
        skip = NumberData.integer(at: offset + 1, digits: 1)
        keep = NumberData.integer(at: offset + 2, digits: 1)
        drop = NumberData.integer(at: offset + 3, digits: 1)
    }

    func apply(to digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let insert = NumberData.word(at: offset + 4, atMost: 4).utf8.map { $0 - 48 }
        let rest = digits.dropFirst(skip)
        return insert[...] + rest.prefix(keep) + rest.dropFirst(keep + drop)
    }
}
