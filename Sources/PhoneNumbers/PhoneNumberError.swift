/// Why a text is not read as a phone number.
package enum PhoneNumberError: Error, Sendable, Hashable, CaseIterable {
    /// There are no digits, or there is something among them that belongs to no number.
    case notANumber
    /// The text is not a plus sign and digits.
    case notE164
    /// There are letters where digits belong.
    case letters
    /// An extension, or something else to dial after the number, follows.
    case phoneExtension
    /// There is more than one number.
    case severalNumbers
    /// The digits are a short code, which works in one country only.
    case shortCode
    /// The region is not one that has phone numbers.
    case noSuchRegion
    /// The digits after the plus sign begin with no country's calling code.
    case noSuchCallingCode
    /// The country's numbers have more digits.
    case tooShort
    /// The country's numbers have fewer digits.
    case tooLong
    /// The country has shorter and longer numbers, none of this many digits.
    case wrongLength
}

extension PhoneNumberError: CustomStringConvertible {
    /// What is wrong, with an example of what is right.
    package var description: String {
        switch self {
        case .notANumber:
            "This is not a phone number. Write digits, best with the country's code, as in +12065550123."
        case .notE164:
            "A number in E.164 form is a plus sign, the country's code and the number, with nothing between them, "
                + "as in +12065550123."
        case .letters:
            "The phone number has letters. Write the digits that they stand for, as in +18003569377 for +1 800 FLOWERS."
        case .phoneExtension:
            "The phone number has an extension, which a text or a call through the service cannot reach. "
                + "Write the number alone, as in +12065550123."
        case .severalNumbers:
            "There is more than one phone number. Write one, as in +12065550123."
        case .shortCode:
            "This is a short code, which only phones of its own country can reach. Write a full number, "
                + "as in +12065550123."
        case .noSuchRegion:
            "The region in which to read the number is not known. Write two letters, as in US or GB, or write the "
                + "number with its country's code, as in +12065550123."
        case .noSuchCallingCode:
            "No country has a calling code that the number begins with. The code follows the plus sign, "
                + "as 1 in +12065550123 or 44 in +442079460018."
        case .tooShort:
            "The phone number has too few digits. Write the area code too, as in +12065550123."
        case .tooLong:
            "The phone number has too many digits. Write one number without an extension, as in +12065550123."
        case .wrongLength:
            "No phone number of this country has as many digits. Write it with its country's code, as in +12065550123."
        }
    }
}
