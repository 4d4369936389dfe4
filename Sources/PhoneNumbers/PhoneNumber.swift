/// An international phone number and what is publicly known of it.
///
/// Countries, kinds and zones are those of libphonenumber's metadata, whose version ``dataVersion`` tells. The answers
/// are the same as libphonenumber's for every number of up to 15 digits; a few longer numbers that it knows, in Germany
/// and Austria, are no E.164 numbers and are refused here.
package struct PhoneNumber: Sendable, Hashable {
    /// The number in E.164 form, such as `+12065550123`.
    package let e164: String
    /// The country's calling code, such as 1 or 44.
    package let callingCode: Int
    /// The country or territory, as two letters of ISO 3166, such as `CA` for +1 416.
    ///
    /// It is nil for codes that belong to no country, such as +800, and for invalid numbers of a shared code.
    package let region: String?
    /// What the number is for; unknown exactly where the number is not valid.
    package let kind: Kind
    /// Whether numbers of the country can have this many digits.
    package let isPossible: Bool

    /// The version of libphonenumber's metadata that the answers come from.
    package static var dataVersion: String { NumberData.version }

    /// What a number is for.
    package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Nothing is known: no such number is in use.
        case unknown
        /// Calls cost the caller more than usual.
        case premiumRate
        /// Calls cost the caller nothing.
        case tollFree
        /// The called party pays a part of the call.
        case sharedCost
        /// A telephone that is on the internet only.
        case voip
        /// A number that follows a person to other numbers.
        case personal
        /// A pager.
        case pager
        /// One number for a whole company.
        case universalAccess
        /// A voicemail box.
        case voicemail
        /// A telephone at a place.
        case fixedLine
        /// A mobile telephone.
        case mobile
        /// Either of the two: the country does not tell them apart, as in the United States.
        case fixedLineOrMobile
    }

    /// Reads a number in E.164 form: a plus sign and at most 15 digits, nothing else.
    ///
    /// The number need not be valid or possible; its calling code must exist.
    package init(e164: String) throws(PhoneNumberError) {
        let bytes = Array(e164.utf8)
        guard bytes.first == UInt8(ascii: "+"), bytes.count > 1,
            bytes.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .notE164 }
        try self.init(digits: bytes.dropFirst().map { $0 - 48 }[...])
    }

    /// Makes a number of its digits, calling code first.
    init(digits: ArraySlice<UInt8>) throws(PhoneNumberError) {
        guard let (plan, length) = NumberingPlan.leading(digits) else { throw .noSuchCallingCode }
        try self.init(plan: plan, national: digits.dropFirst(length))
    }

    /// Makes a number of a national one.
    init(plan: NumberingPlan, national: ArraySlice<UInt8>) throws(PhoneNumberError) {
        let text = "+\(plan.callingCode)" + String(decoding: national.map { $0 + 48 }, as: UTF8.self)
        guard !national.isEmpty else { throw .tooShort }
        guard text.utf8.count <= 16 else { throw .tooLong }
        e164 = text
        callingCode = plan.callingCode
        isPossible = plan.allows(length: national.count)
        (kind, region) = plan.classify(national)
    }

    /// Whether the number is in a range that is in use.
    package var isValid: Bool { kind != .unknown }

    /// The IANA names of the time zones of the place that the number's digits tell, such as `America/Chicago`.
    ///
    /// Where the digits tell no more than the country, these are the country's zones. None are known for invalid numbers,
    /// for codes of no country, and for numbers of +1 that have no place, such as toll-free ones: the two dozen
    /// countries of +1 lie in 42 zones.
    package var timeZones: [String] {
        guard isValid else { return [] }
        if hasPlace { return TimeZonesOfNumbers.ofLongestPrefix(of: digits) }
        return callingCode == 1 ? [] : TimeZonesOfNumbers.ofLongestPrefix(of: digits.prefix(callingCodeLength))
    }

    /// The IANA names of the time zones in which whoever has the number is likely to be.
    ///
    /// They are the same as ``timeZones`` but for +1. There people take numbers along, and what follows the area code
    /// says little of a mobile telephone: all zones of the area code count, such as Eastern and Central for +1 270 in
    /// Kentucky.
    package var likelyTimeZones: [String] {
        guard callingCode == 1, hasPlace else { return timeZones }
        return Set(timeZones + TimeZonesOfNumbers.ofAll(beginningWith: digits.prefix(4))).sorted()
    }

    /// The number in groups, as it is written in international letters: `+44 20 7946 0018`.
    package var formattedInternational: String {
        var text = "+\(callingCode) "
        var rest = digits.dropFirst(callingCodeLength)
        let grouping = NumberingPlan(callingCode: callingCode)?.grouping(of: rest) ?? "F"
        for character in grouping {
            if let size = character.hexDigitValue {
                text += String(decoding: rest.prefix(size).map { $0 + 48 }, as: UTF8.self)
                rest = rest.dropFirst(size)
            } else {
                text.append(character)
            }
        }
        return text
    }

    private var digits: ArraySlice<UInt8> { e164.utf8.dropFirst().map { $0 - 48 }[...] }

    private var callingCodeLength: Int { callingCode < 10 ? 1 : callingCode < 100 ? 2 : 3 }

    /// Whether the digits say where the number is.
    private var hasPlace: Bool {
        switch kind {
        case .fixedLine, .fixedLineOrMobile: true
        // The islands of +1, Mexico, Argentina, Brazil, Indonesia and China give mobile numbers area codes.
        case .mobile: [1, 52, 54, 55, 62, 86].contains(callingCode)
        default: false
        }
    }
}

/// The time zones of prefixes.
private enum TimeZonesOfNumbers {
    static func ofLongestPrefix(of digits: ArraySlice<UInt8>) -> [String] {
        tree.labelOfLongestPrefix(of: digits).map(names) ?? []
    }

    static func ofAll(beginningWith digits: ArraySlice<UInt8>) -> [String] {
        tree.labels(beginningWith: digits).flatMap(names)
    }

    private static var tree: DigitAutomaton {
        DigitAutomaton(root: NumberData.integer(at: NumberData.zoneTree, digits: 3))
    }

    private static func names(ofSet label: Int) -> [String] {
        let set = NumberData.zoneSets + NumberData.integer(at: NumberData.zoneSets + (label - 1) * 3, digits: 3)
        return (0..<NumberData.integer(at: set, digits: 1)).map { place in
            let zone = NumberData.integer(at: set + 1 + place * 2, digits: 2)
            let name = NumberData.integer(at: NumberData.zones + zone * 3, digits: 3)
            return NumberData.word(at: NumberData.zones + name, atMost: 64)
        }
    }
}

extension PhoneNumber: CustomStringConvertible {
    /// The number in E.164 form.
    package var description: String { e164 }
}
