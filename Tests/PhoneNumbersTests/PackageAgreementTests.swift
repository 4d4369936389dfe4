import PhoneNumbers
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Compares with the Python package phonenumbers; scripts/check-number-data writes the cases and runs this.
@Suite(.enabled(if: getenv("NUMBER_CASES") != nil, "run by make check-number-data"))
struct PackageAgreementTests {
    private let cases: [[String]]

    init() throws {
        let path = getenv("NUMBER_CASES").map { String(cString: $0) } ?? ""
        cases = try lines(ofFile: path).map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func `an international number is what the package says`() throws {
        var count = 0
        var differences: [String] = []
        for fields in cases where fields[0] == "E" {
            count += 1
            let number = try PhoneNumber(e164: fields[1])
            // For numbers of +1 without a place the package tells all 42 zones of +1, also for the mobile ones of islands.
            let isPlaceless =
                number.callingCode == 1 && ![.fixedLine, .fixedLineOrMobile, .unknown].contains(number.kind)
            let zones = isPlaceless ? number.timeZones.joined(separator: ",") : fields[5]
            if isPlaceless { #expect(number.timeZones.count == (number.kind == .mobile ? 1 : 0), "\(number)") }
            let region = number.isValid ? number.region ?? "" : ""
            let found = [
                "E", number.e164, number.isPossible ? "1" : "0", "\(number.kind)", region,
                number.timeZones.joined(separator: ","), number.isPossible ? number.formattedInternational : fields[6],
            ]
            let expected = Array(fields[0...4]) + [zones, fields[6]]
            if found != expected { differences.append("\(found) is \(expected)") }
        }
        print("\(count) international numbers, \(differences.count) differences")
        #expect(count > 20_000)
        #expect(differences.isEmpty, "\(differences.prefix(20).joined(separator: "\n"))")
    }

    @Test func `a written number is read as the package reads it`() {
        var count = 0
        var differences: [String] = []
        for fields in cases where fields[0] == "P" {
            count += 1
            let outcome = Result { () throws(PhoneNumberError) in try PhoneNumber.parse(fields[1], region: fields[2]) }
            let found = (try? outcome.get().e164) ?? "\(outcome)"
            if found != fields[3] {
                differences.append("\(fields[1]) in \(fields[2]) is \(fields[3]), read as \(found)")
            }
        }
        print("\(count) written numbers, \(differences.count) differences")
        #expect(count > 20_000)
        #expect(differences.isEmpty, "\(differences.prefix(20).joined(separator: "\n"))")
    }

    @Test func `a zone's clock is that of Python`() throws {
        var count = 0
        var differences: [String] = []
        for fields in cases where fields[0] == "Z" {
            count += 1
            let offset = try ZoneDatabase.system.rules(for: fields[1]).offset(at: Int(fields[2]) ?? 0)
            if "\(offset)" != fields[3] { differences.append("\(fields) has \(offset)") }
        }
        print("\(count) offsets of zones, \(differences.count) differences")
        #expect(count > 10_000)
        #expect(differences.isEmpty, "\(differences.prefix(20).joined(separator: "\n"))")
    }
}
