extension PhoneNumber {
    /// Reads a number in any of the usual ways of writing one.
    ///
    /// Digits of any script, with spaces, dashes, dots, slashes, parentheses and brackets between them; a leading `tel:`;
    /// the country's code after a plus sign or an international prefix (the region's own, or 00 or 011 where what
    /// follows is a valid number); or a national number of the region, with or without its trunk prefix. Letters and
    /// extensions are refused rather than left out.
    ///
    /// - Parameters:
    ///   - text: What a person wrote.
    ///   - region: Where it was written: two letters of ISO 3166, such as `US`.
    /// - Returns: A possible number: of a length that the country has. It may still not be valid.
    package static func parse(_ text: String, region: String) throws(PhoneNumberError) -> PhoneNumber {
        let written = try WrittenNumber(text)
        if written.isInternational {
            return try possible(international(written.digits))
        }
        guard let rules = DiallingRules(region: region) else { throw .noSuchRegion }
        return try read(written.digits, rules)
    }

    /// Whether a text is a short code, such as 911 or 72345, rather than a number that the whole world can reach.
    ///
    /// Short codes have three to six digits. In a few small countries whole numbers are as short; there ``parse(_:region:)``
    /// tells which it is.
    package static func isShortCode(_ text: String) -> Bool {
        guard let written = try? WrittenNumber(text) else { return false }
        return !written.isInternational && (3...6).contains(written.digits.count)
    }

    /// Reads digits as they are dialled in a region: the first reading that is a valid number, else one that is possible.
    private static func read(_ digits: ArraySlice<UInt8>, _ rules: DiallingRules) throws(PhoneNumberError)
        -> PhoneNumber
    {
        let national = Result { () throws(PhoneNumberError) in
            try PhoneNumber(plan: rules.plan, national: rules.nationalNumber(digits))
        }
        var readings: [Result<PhoneNumber, PhoneNumberError>] = []
        if let rest = rules.afterInternationalPrefix(digits) {
            readings.append(Result { () throws(PhoneNumberError) in try international(rest) })
        }
        readings.append(national)
        let code = String(rules.plan.callingCode).utf8.map { $0 - 48 }
        if digits.starts(with: code) {
            readings.append(Result { () throws(PhoneNumberError) in try international(digits) })
        }
        for reading in readings {
            if case .success(let number) = reading, number.isValid { return number }
        }
        for prefix: [UInt8] in [[0, 0], [0, 1, 1]] where digits.starts(with: prefix) {
            if let number = try? international(digits.dropFirst(prefix.count)), number.isValid { return number }
        }
        if (3...6).contains(digits.count) { throw .shortCode }
        for reading in readings {
            if case .success(let number) = reading, number.isPossible { return number }
        }
        return try possible(readings[0].get())
    }

    /// Reads digits that begin with a calling code.
    private static func international(_ digits: ArraySlice<UInt8>) throws(PhoneNumberError) -> PhoneNumber {
        guard let (plan, length) = NumberingPlan.leading(digits) else { throw .noSuchCallingCode }
        let national = digits.dropFirst(length)
        // As in +44 (0)20 7946 0018, where the trunk prefix does not belong.
        if !plan.isValid(national), let region = plan.mainRegion, let rules = DiallingRules(region: region) {
            let stripped = rules.nationalNumber(national)
            if plan.isValid(stripped) { return try PhoneNumber(plan: plan, national: stripped) }
        }
        return try PhoneNumber(plan: plan, national: national)
    }

    private static func possible(_ number: PhoneNumber) throws(PhoneNumberError) -> PhoneNumber {
        guard !number.isPossible, let plan = NumberingPlan(callingCode: number.callingCode) else { return number }
        let length = number.e164.utf8.count - 1 - String(number.callingCode).utf8.count
        throw length < plan.lengths.lowerBound ? .tooShort : length > plan.lengths.upperBound ? .tooLong : .wrongLength
    }
}

/// The digits of a number as it is written, and whether its country's code is among them.
struct WrittenNumber {
    let digits: ArraySlice<UInt8>
    let isInternational: Bool

    init(_ text: String) throws(PhoneNumberError) {
        var digits: [UInt8] = []
        var isInternational = false
        var scalars = text.unicodeScalars[...]
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        if String(scalars.prefix(4)).lowercased() == "tel:" { scalars.removeFirst(4) }
        for scalar in scalars {
            if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                digits.append(UInt8(value))
            } else if scalar == "+" || scalar == "\u{FF0B}" {
                guard digits.isEmpty else { throw isInternational ? .severalNumbers : .notANumber }
                guard !isInternational else { throw .notANumber }
                isInternational = true
            } else if Self.isExtensionMark(scalar) && !digits.isEmpty {
                throw .phoneExtension
            } else if scalar.properties.isAlphabetic && scalar != "\u{30FC}" {
                throw Self.isExtension(scalars) ? .phoneExtension : .letters
            } else if !Self.isPunctuation(scalar) {
                throw .notANumber
            }
            // More than any number, its prefixes and its carrier's code have.
            guard digits.count <= 24 else { throw .tooLong }
        }
        guard !digits.isEmpty else { throw .notANumber }
        self.digits = digits[...]
        self.isInternational = isInternational
    }

    /// Whether letters in a number are an extension's: a word for it after the first digit.
    private static func isExtension(_ text: Substring.UnicodeScalarView) -> Bool {
        let afterDigits = text.drop { $0.properties.numericType != .decimal }
        let letters = afterDigits.drop { !$0.properties.isAlphabetic }
        let word = String(letters.prefix { $0.properties.isAlphabetic }).lowercased()
        return ["x", "ext", "extn", "extension", "anexo", "int", "доб"].contains(word)
    }

    private static func isExtensionMark(_ scalar: Unicode.Scalar) -> Bool {
        ["#", ",", ";", "\u{FF03}", "\u{FF1B}", "\u{FF0C}"].contains(scalar)
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "[", "]", ".", "/", "~", "\u{FF08}", "\u{FF09}", "\u{FF0E}", "\u{FF0F}", "\u{FF3B}", "\u{FF3D}":
            true
        // Long vowel marks and wave dashes stand for dashes in Japan.
        case "\u{30FC}", "\u{301C}", "\u{2212}", "\u{FF0D}": true
        // Contact lists put these around numbers: they show nothing and turn nothing round.
        case "\u{AD}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202C}", "\u{2060}", "\u{2066}", "\u{2069}":
            true
        default: scalar.properties.isWhitespace || scalar.properties.isDash
        }
    }
}
