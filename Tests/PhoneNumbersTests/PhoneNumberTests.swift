import PhoneNumbers
import Testing

/// What is known of one number.
struct KnownNumber: Sendable, CustomTestStringConvertible {
    let e164: String
    let region: String?
    let kind: PhoneNumber.Kind
    let zones: [String]
    let written: String

    init(_ e164: String, _ region: String?, _ kind: PhoneNumber.Kind, _ zones: [String], _ written: String) {
        self.e164 = e164
        self.region = region
        self.kind = kind
        self.zones = zones
        self.written = written
    }

    var testDescription: String { e164 }

    private static let britain = ["Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"]

    static let all = [
        KnownNumber("+12065550123", "US", .fixedLineOrMobile, ["America/Los_Angeles"], "+1 206-555-0123"),
        KnownNumber("+14165550123", "CA", .fixedLineOrMobile, ["America/Toronto"], "+1 416-555-0123"),
        KnownNumber("+17872345678", "PR", .fixedLineOrMobile, ["America/Puerto_Rico"], "+1 787-234-5678"),
        KnownNumber("+18765550123", "JM", .mobile, ["America/Jamaica"], "+1 876-555-0123"),
        KnownNumber("+16715550123", "GU", .fixedLineOrMobile, ["Pacific/Guam"], "+1 671-555-0123"),
        KnownNumber("+18002345678", "US", .tollFree, [], "+1 800-234-5678"),
        KnownNumber("+19002345678", "US", .premiumRate, [], "+1 900-234-5678"),
        KnownNumber("+15002345678", "US", .personal, [], "+1 500-234-5678"),
        KnownNumber("+442079460018", "GB", .fixedLine, ["Europe/London"], "+44 20 7946 0018"),
        KnownNumber("+447400123456", "GB", .mobile, britain, "+44 7400 123456"),
        KnownNumber("+449012345678", "GB", .premiumRate, britain, "+44 901 234 5678"),
        KnownNumber("+445612345678", "GB", .voip, britain, "+44 56 1234 5678"),
        KnownNumber("+441481256789", "GG", .fixedLine, ["Europe/Guernsey"], "+44 1481 256789"),
        KnownNumber("+33612345678", "FR", .mobile, ["Europe/Paris"], "+33 6 12 34 56 78"),
        KnownNumber("+4930123456", "DE", .fixedLine, ["Europe/Berlin"], "+49 30 123456"),
        KnownNumber("+39063456789", "IT", .fixedLine, ["Europe/Rome"], "+39 06 345 6789"),
        KnownNumber("+390669812345", "VA", .fixedLine, ["Europe/Vatican"], "+39 06 6981 2345"),
        KnownNumber("+34912345678", "ES", .fixedLine, ["Europe/Madrid"], "+34 912 34 56 78"),
        KnownNumber("+61212345678", "AU", .fixedLine, ["Australia/Sydney"], "+61 2 1234 5678"),
        KnownNumber("+64212345678", "NZ", .mobile, ["Pacific/Auckland", "Pacific/Chatham"], "+64 21 234 5678"),
        KnownNumber("+819012345678", "JP", .mobile, ["Asia/Tokyo"], "+81 90-1234-5678"),
        KnownNumber("+8613812345678", "CN", .mobile, ["Asia/Shanghai"], "+86 138 1234 5678"),
        KnownNumber("+919876543210", "IN", .mobile, ["Asia/Calcutta"], "+91 98765 43210"),
        KnownNumber("+5511961234567", "BR", .mobile, ["America/Sao_Paulo"], "+55 11 96123-4567"),
        KnownNumber("+525512345678", "MX", .fixedLineOrMobile, ["America/Mexico_City"], "+52 55 1234 5678"),
        KnownNumber("+5491123456789", "AR", .mobile, ["America/Buenos_Aires"], "+54 9 11 2345-6789"),
        KnownNumber("+27711234567", "ZA", .mobile, ["Africa/Johannesburg"], "+27 71 123 4567"),
        KnownNumber("+2348021234567", "NG", .mobile, ["Africa/Lagos"], "+234 802 123 4567"),
        KnownNumber("+254712123456", "KE", .mobile, ["Africa/Nairobi"], "+254 712 123456"),
        KnownNumber("+971501234567", "AE", .mobile, ["Asia/Dubai"], "+971 50 123 4567"),
        KnownNumber("+972502345678", "IL", .mobile, ["Asia/Jerusalem"], "+972 50-234-5678"),
        KnownNumber("+905012345678", "TR", .mobile, ["Europe/Istanbul"], "+90 501 234 56 78"),
        KnownNumber("+4791234567", "NO", .mobile, ["Arctic/Longyearbyen", "Europe/Oslo"], "+47 91 23 45 67"),
        KnownNumber("+46701234567", "SE", .mobile, ["Europe/Stockholm"], "+46 70 123 45 67"),
        KnownNumber("+41791234567", "CH", .mobile, ["Europe/Zurich"], "+41 79 123 45 67"),
        KnownNumber("+380501234567", "UA", .mobile, ["Europe/Kyiv"], "+380 50 123 4567"),
        KnownNumber("+821012345678", "KR", .mobile, ["Asia/Seoul"], "+82 10-1234-5678"),
        KnownNumber("+6581234567", "SG", .mobile, ["Asia/Singapore"], "+65 8123 4567"),
        KnownNumber("+639051234567", "PH", .mobile, ["Asia/Manila"], "+63 905 123 4567"),
        KnownNumber("+9779841234567", "NP", .mobile, ["Asia/Katmandu"], "+977 984-1234567"),
        KnownNumber("+262639012345", "YT", .mobile, ["Indian/Mayotte", "Indian/Reunion"], "+262 639 01 23 45"),
        KnownNumber(
            "+68672001234", "KI", .mobile, ["Pacific/Enderbury", "Pacific/Kiritimati", "Pacific/Tarawa"],
            "+686 72001234"),
        KnownNumber("+80012345678", nil, .tollFree, [], "+800 1234 5678"),
    ]
}

@Suite struct PhoneNumberTests {
    @Test(arguments: KnownNumber.all) func `a known number is what it is`(known: KnownNumber) throws {
        let number = try PhoneNumber(e164: known.e164)
        #expect(number.e164 == known.e164)
        #expect(known.e164.hasPrefix("+\(number.callingCode)"))
        #expect(number.region == known.region)
        #expect(number.kind == known.kind)
        #expect(number.timeZones == known.zones)
        #expect(number.formattedInternational == known.written)
        #expect(number.isValid)
        #expect(number.isPossible)
    }

    @Test(arguments: ["+19995550123", "+12421550123", "+63905123456", "+447"])
    func `a number that nobody has is told apart from a valid one`(e164: String) throws {
        let number = try PhoneNumber(e164: e164)
        #expect(!number.isValid)
        #expect(number.kind == .unknown)
        #expect(number.timeZones.isEmpty)
    }

    @Test func `a number may be possible and not valid`() throws {
        let number = try PhoneNumber(e164: "+19995550123")
        #expect(number.isPossible && !number.isValid && number.region == nil)
        #expect(try !PhoneNumber(e164: "+1206555012").isPossible)
        // The code has one country, so that the country is known without the number.
        #expect(try PhoneNumber(e164: "+330000").region == "FR")
    }

    @Test func `a number that only its own country can dial is not valid to the world`() throws {
        #expect(try !PhoneNumber(e164: "+13101234").isValid)
        #expect(throws: PhoneNumberError.tooShort) { try PhoneNumber.parse("310-1234", region: "CA") }
    }

    @Test(arguments: [
        ("", PhoneNumberError.notE164), ("+", .notE164), ("12065550123", .notE164), ("+1 206 555 0123", .notE164),
        ("+1206555012\u{0663}", .notE164), ("++12065550123", .notE164), ("+0123456789", .noSuchCallingCode),
        ("+2101234567", .noSuchCallingCode), ("+1", .tooShort), ("+1234567890123456", .tooLong),
    ])
    func `what is not E164 is refused`(text: String, error: PhoneNumberError) {
        #expect(throws: error) { try PhoneNumber(e164: text) }
    }

    @Test func `every error gives an example`() {
        for error in PhoneNumberError.allCases { #expect(error.description.contains("+1"), "\(error)") }
    }

    @Test(arguments: [
        // Western Kentucky, northern Indiana, the Florida panhandle, Idaho, the Dakotas, Newfoundland and Labrador.
        ("+12705550123", ["America/Chicago", "America/New_York"]),
        ("+12195550123", ["America/Chicago", "America/New_York"]),
        ("+18505550123", ["America/Chicago", "America/New_York"]),
        ("+12085550123", ["America/Boise", "America/Denver", "America/Los_Angeles"]),
        ("+16055550123", ["America/Chicago", "America/Denver", "America/North_Dakota/Center"]),
        ("+17095550123", ["America/Halifax", "America/St_Johns"]),
        ("+16025550123", ["America/Phoenix"]),
        ("+12125550123", ["America/New_York"]),
        ("+442079460018", ["Europe/London"]),
        ("+18002345678", []),
    ])
    func `all zones of an area code of North America are likely`(e164: String, zones: [String]) throws {
        #expect(try PhoneNumber(e164: e164).likelyTimeZones == zones)
    }

    @Test func `random digits never trap, and what is valid is possible`() {
        var random = SplitMix(seed: 7)
        var valid = 0
        for _ in 0..<100_000 {
            let length = 1 + Int(random.next() % 16)
            let text = "+" + (0..<length).map { _ in "\(random.next() % 10)" }.joined()
            guard let number = try? PhoneNumber(e164: text) else { continue }
            #expect(number.isPossible || !number.isValid)
            #expect(number.formattedInternational.filter { $0.isNumber || $0 == "+" } == text)
            #expect(Set(number.likelyTimeZones).isSuperset(of: number.timeZones))
            if number.isValid { valid += 1 }
        }
        #expect(valid > 1000)
    }
}

/// A generator whose numbers are the same in each run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
