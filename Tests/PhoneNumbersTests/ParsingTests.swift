import PhoneNumbers
import Testing

@Suite struct ParsingTests {
    @Test(arguments: [
        // North America.
        ("(206) 555-0123", "US", "+12065550123"), ("206.555.0123", "US", "+12065550123"),
        ("1-206-555-0123", "US", "+12065550123"), ("2065550123", "us", "+12065550123"),
        ("+1 (206) 555-0123", "GB", "+12065550123"), ("tel:+1-206-555-0123", "US", "+12065550123"),
        ("TEL: 206 555 0123", "US", "+12065550123"), ("  206 555 0123\n", "CA", "+12065550123"),
        ("12065550123", "US", "+12065550123"), ("[206] 555/0123", "US", "+12065550123"),
        ("206\u{2013}555\u{2011}0123", "US", "+12065550123"), ("206\u{A0}555\u{202F}0123", "US", "+12065550123"),
        ("\u{202A}+1 206-555-0123\u{202C}", "US", "+12065550123"),
        ("\u{FF0B}\u{FF11} 206 555 \u{FF10}\u{FF11}\u{FF12}\u{FF13}", "JP", "+12065550123"),
        ("\u{0662}\u{0660}\u{0666} 555 0123", "US", "+12065550123"),
        ("268 464 1234", "AG", "+12684641234"), ("464 1234", "AG", "+12684641234"),
        // International prefixes, of the region and of the habit.
        ("011 44 20 7946 0018", "US", "+442079460018"), ("00 44 20 7946 0018", "US", "+442079460018"),
        ("00 1 206 555 0123", "GB", "+12065550123"), ("0011 1 206 555 0123", "AU", "+12065550123"),
        ("010 1 206 555 0123", "JP", "+12065550123"), ("810 1 206 555 0123", "RU", "+12065550123"),
        // Trunk prefixes.
        ("020 7946 0018", "GB", "+442079460018"), ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("44 20 7946 0018", "GB", "+442079460018"), ("030 123456", "DE", "+4930123456"),
        ("06 12 34 56 78", "FR", "+33612345678"), ("06 345 6789", "IT", "+39063456789"),
        ("8 (912) 345-67-89", "RU", "+79123456789"), ("02 9374 4000", "AU", "+61293744000"),
        ("098765 43210", "IN", "+919876543210"), ("0 11 15-2345-6789", "AR", "+5491123456789"),
        ("(011) 15 2345 6789", "AR", "+5491123456789"), ("0 15 11 96123-4567", "BR", "+5511961234567"),
        ("06 1 234 5678", "HU", "+3612345678"), ("256789", "GG", "+441481256789"),
        ("912 34 56 78", "ES", "+34912345678"),
        ("090-1234-5678", "JP", "+819012345678"), ("\u{0660}5\u{0660} 123 4567", "AE", "+971501234567"),
    ])
    func `a usual way of writing is read`(text: String, region: String, e164: String) throws {
        #expect(try PhoneNumber.parse(text, region: region).e164 == e164)
    }

    @Test(arguments: [
        ("", PhoneNumberError.notANumber), ("  ", .notANumber), ("-", .notANumber), ("+", .notANumber),
        ("tel:", .notANumber),
        ("*67 206 555 0123", .notANumber), ("206 555 0123?", .notANumber), ("20+65550123", .notANumber),
        ("++12065550123", .notANumber), ("+12065550123 +12065550124", .severalNumbers),
        ("206 555 0123 \u{202E}", .notANumber), ("206 555 0123\u{0}", .notANumber),
        ("call me", .letters), ("1-800-FLOWERS", .letters), ("206 555 O123", .letters), ("x 12", .letters),
        ("206 555 0123 x12", .phoneExtension), ("206 555 0123 ext. 12", .phoneExtension),
        ("206 555 0123#12", .phoneExtension), ("206 555 0123,12", .phoneExtension),
        ("tel:+12065550123;ext=12", .phoneExtension), ("206 555 0123 Extension 1", .phoneExtension),
        ("555 0123", .tooShort), ("911", .shortCode), ("72345", .shortCode), ("206 555 012", .tooShort),
        ("206 555 0123 4", .tooLong), ("+1 206 555 0123 4", .tooLong), ("+44 20", .tooShort),
        ("12345678901234567890123456789", .tooLong), ("+999 123 456 789", .noSuchCallingCode),
        ("+0 206 555 0123", .noSuchCallingCode),
    ])
    func `what is not one whole number is refused`(text: String, error: PhoneNumberError) {
        #expect(throws: error) { try PhoneNumber.parse(text, region: "US") }
    }

    @Test(arguments: ["", "U", "USA", "XX", "001", "us "]) func `a region that has no numbers is refused`(
        region: String
    ) {
        #expect(throws: PhoneNumberError.noSuchRegion) { try PhoneNumber.parse("206 555 0123", region: region) }
        #expect((try? PhoneNumber.parse("+12065550123", region: region))?.e164 == "+12065550123")
    }

    @Test func `a number of the right length in no range in use is read and told invalid`() throws {
        let number = try PhoneNumber.parse("(999) 555-0123", region: "US")
        #expect(number.e164 == "+19995550123")
        #expect(!number.isValid)
    }

    @Test(arguments: [
        ("911", true), ("72345", true), ("725-45", true), ("262966", true), ("12", false), ("5550123", false),
        ("+72345", false), ("+12065550123", false), ("abc", false), ("", false),
    ])
    func `short codes are told apart`(text: String, isShort: Bool) {
        #expect(PhoneNumber.isShortCode(text) == isShort)
    }

    @Test func `a whole number of six digits is one at home`() throws {
        #expect(try PhoneNumber.parse("712345", region: "AD").e164 == "+376712345")
    }

    @Test(arguments: KnownNumber.all) func `a number is read back as it is written`(known: KnownNumber) throws {
        #expect(try PhoneNumber.parse(known.written, region: "US").e164 == known.e164)
    }

    @Test func `any text is read or refused`() {
        var random = SplitMix(seed: 11)
        let alphabet: [Character] = [
            "0", "1", "2", "5", "9", "+", "-", " ", "(", ")", "x", "#", "\u{FF11}", "\u{0663}", "ー", "é",
        ]
        for _ in 0..<20_000 {
            let text = String((0..<Int(random.next() % 18)).map { _ in alphabet[Int(random.next() % 16)] })
            for region in ["US", "GB", "AR", "JP"] {
                if let number = try? PhoneNumber.parse(text, region: region) { #expect(number.isPossible) }
            }
        }
    }
}
