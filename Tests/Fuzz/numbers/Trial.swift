import FuzzSupport
import PhoneNumbers

/// A number that is read is one in E.164 form that reads back to itself, also from the way it is shown.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let region = String(decoding: input.line(), as: UTF8.self)
            let text = String(decoding: input.remainder, as: UTF8.self)
            _ = PhoneNumber.isShortCode(text)
            if let number = try? PhoneNumber(e164: text) {
                require(number.e164 == text, "E.164 is kept")
                check(number)
            }
            guard let number = try? PhoneNumber.parse(text, region: region) else { return }
            check(number)
            require(number.isPossible || number.isValid, "a number that is read is possible")
            let shown = number.formattedInternational
            require(shown.filter { $0 == "+" || $0.isNumber } == number.e164, "\(shown) shows \(number)")
            guard number.isValid else { return }
            require((try? PhoneNumber.parse(number.e164, region: region)) == number, "\(number) reads as itself")
            require((try? PhoneNumber.parse(shown, region: region)) == number, "\(shown) reads as \(number)")
        }
    }
}

func check(_ number: PhoneNumber) {
    require((try? PhoneNumber(e164: number.e164)) == number, "\(number) is itself")
    require((2...16).contains(number.e164.utf8.count), "\(number) has 1 to 15 digits")
    require(number.e164.hasPrefix("+\(number.callingCode)"), "\(number) begins with its calling code")
    let zones = number.timeZones
    require(number.isValid || zones.isEmpty, "no zones of what is no number")
    require(Set(number.likelyTimeZones).isSuperset(of: zones), "its zones are likely")
    _ = number.formattedInternational
}
