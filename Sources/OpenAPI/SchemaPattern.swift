import JSON

/// A regular expression of ECMA-262, as JSON Schema's `pattern` has it.
///
/// It is put into the standard library's dialect construct by construct, so that a letter means what the standard says:
/// `\d` and `\w` are ASCII, `\s` and `.` know ECMA's spaces and line ends, `^` and `$` are the two ends of the text and
/// nothing else, and what is matched are Unicode scalars. A validation compiles each pattern once; nothing is kept
/// between validations, because a compiled expression may not be shared by threads.
///
/// Compiling takes up to 60 microseconds, which is much beside a whole call. So the three shapes that fill the contract
/// of a telephone service are matched without an expression.
struct SchemaPattern {
    /// How a text is matched.
    private enum Matcher {
        /// `^letters(.*)$`: the letters, then anything on the same line.
        case prefix(String)
        /// `^\+[1-9]\d{1,14}$`: a telephone number.
        case telephoneNumber
        /// `\S`: anything but space.
        case notBlank
        /// Whatever else.
        case expression(Regex<AnyRegexOutput>)
    }

    /// What matches, as a noun phrase.
    let phrase: String
    /// The beginning that is all the pattern asks for, where it asks for nothing else.
    let prefix: String?
    private let matcher: Matcher

    /// Compiles a pattern.
    ///
    /// - Throws: ``SchemaPatternError`` for what ECMA-262 does not know, what is not claimed (empty classes, flags),
    ///   and repetitions that could take exponential time.
    init(_ source: String) throws(SchemaPatternError) {
        prefix = Self.prefix(of: source)
        switch source {
        case #"^\+[1-9]\d{1,14}$"#:
            phrase = "a phone number in E.164 form"
            matcher = .telephoneNumber
        case #"\S"#, #".*\S.*"#:
            phrase = "text that is not blank"
            matcher = .notBlank
        default:
            phrase = prefix.map { "a \($0)… id" } ?? "text that matches \(source)"
            if let prefix { matcher = .prefix(prefix) } else { matcher = .expression(try Self.expression(source)) }
        }
    }

    private static func expression(_ source: String) throws(SchemaPatternError) -> Regex<AnyRegexOutput> {
        var translation = PatternTranslation(source)
        let text = try translation.translated()
        do {
            return try Regex(text).matchingSemantics(.unicodeScalar).asciiOnlyWordCharacters().wordBoundaryKind(.simple)
        } catch { throw SchemaPatternError(reason: "is not a regular expression") }
    }

    /// Whether the pattern occurs in a text.
    func matches(_ text: String) -> Bool {
        switch matcher {
        case .prefix(let prefix):
            text.utf8.starts(with: prefix.utf8) && !text.unicodeScalars.contains(where: Self.isLineEnd)
        case .telephoneNumber: Self.isTelephoneNumber(text.utf8)
        case .notBlank: !text.unicodeScalars.allSatisfy(Self.isSpace)
        // The engine fails where it is out of memory; that is no match.
        case .expression(let expression): (try? expression.firstMatch(in: text)) != nil
        }
    }

    private static func isTelephoneNumber(_ bytes: String.UTF8View) -> Bool {
        let digits = bytes.dropFirst()
        return bytes.first == UInt8(ascii: "+") && (2...15).contains(digits.count)
            && digits.first != UInt8(ascii: "0") && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{FEFF}", "\u{2028}", "\u{2029}": true
        default: scalar.properties.generalCategory == .spaceSeparator
        }
    }

    /// The letters of `^letters(.*)$`.
    private static func prefix(of source: String) -> String? {
        guard source.hasPrefix("^"), source.hasSuffix("(.*)$") else { return nil }
        let letters = source.dropFirst().dropLast(5)
        return !letters.isEmpty && letters.utf8.allSatisfy { $0 != UInt8(ascii: "_") && PatternTranslation.isWord($0) }
            ? String(letters) : nil
    }
}

/// Why a pattern is not one that can be used.
struct SchemaPatternError: Error, Equatable {
    /// What is wrong, after the pattern.
    let reason: String
}

/// The walk that puts ECMA-262's constructs into the standard library's.
private struct PatternTranslation {
    /// What a group holds that makes its repetition dangerous.
    private struct Group {
        var varies = false
    }

    private var rest: ArraySlice<Unicode.Scalar>
    private var output = ""
    private var groups: [Group] = [Group()]
    /// Whether what stands before may be repeated, and whether it varies in itself.
    private var atom: Group?

    static let space = #"\t\n\u{B}\f\r\p{Zs}\u{FEFF}\u{2028}\u{2029}"#

    init(_ source: String) {
        var scalars = Array(source.unicodeScalars)[...]
        // At an end without an anchor `.*` asks for nothing, and would cost a search from every place.
        while scalars.starts(with: ".*".unicodeScalars), scalars.dropFirst(2).first != "?" {
            scalars = scalars.dropFirst(2)
        }
        while scalars.suffix(2).elementsEqual(".*".unicodeScalars), scalars.dropLast(2).last != "\\" {
            scalars = scalars.dropLast(2)
        }
        rest = scalars
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    mutating func translated() throws(SchemaPatternError) -> String {
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\": try escape()
            case "[": try characterClass()
            case ".": emit(#"[^\n\r\u{2028}\u{2029}]"#)
            case "^": emitAssertion(#"\A"#)
            case "$": emitAssertion(#"\z"#)
            case "(": try open()
            case ")": try close()
            case "|":
                output += "|"
                groups[groups.count - 1].varies = true
                atom = nil
            case "*", "+": try repeated(String(scalar), isUnbounded: true)
            case "?": try repeated("?", isUnbounded: false)
            case "{": try counted()
            case "]", "}": throw SchemaPatternError(reason: "has a bracket without a partner")
            default: emit(Self.literal(scalar))
            }
        }
        if groups.count != 1 { throw SchemaPatternError(reason: "has a group without an end") }
        return output
    }

    private mutating func emit(_ text: String) {
        output += text
        atom = Group()
    }

    private mutating func emitAssertion(_ text: String) {
        output += text
        atom = nil
    }

    private static func literal(_ scalar: Unicode.Scalar) -> String {
        scalar.isASCII && isWord(UInt8(truncatingIfNeeded: scalar.value))
            ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }

    private mutating func open() throws(SchemaPatternError) {
        output += "("
        groups.append(Group())
        atom = nil
        guard rest.first == "?" else { return }
        rest.removeFirst()
        for form in [":", "=", "!", "<=", "<!"] where rest.starts(with: form.unicodeScalars) {
            output += "?" + form
            rest = rest.dropFirst(form.unicodeScalars.count)
            return
        }
        guard rest.first == "<", let end = rest.firstIndex(of: ">") else {
            throw SchemaPatternError(reason: "has a group of an unknown kind")
        }
        output += "?" + String(String.UnicodeScalarView(rest[...end]))
        rest = rest[(end + 1)...]
    }

    private mutating func close() throws(SchemaPatternError) {
        guard groups.count > 1, let group = groups.popLast() else {
            throw SchemaPatternError(reason: "has a bracket without a partner")
        }
        output += ")"
        atom = group
        if group.varies { groups[groups.count - 1].varies = true }
    }

    private mutating func repeated(_ quantifier: String, isUnbounded: Bool) throws(SchemaPatternError) {
        guard let repeated = atom else { throw SchemaPatternError(reason: "repeats nothing") }
        if isUnbounded, repeated.varies {
            throw SchemaPatternError(reason: "has a repetition of what varies, which can take exponential time")
        }
        output += quantifier
        if rest.first == "?" {
            output += "?"
            rest.removeFirst()
        }
        groups[groups.count - 1].varies = true
        atom = nil
    }

    private mutating func counted() throws(SchemaPatternError) {
        guard let end = rest.firstIndex(of: "}") else { throw SchemaPatternError(reason: "has a count without an end") }
        let text = String(String.UnicodeScalarView(rest[..<end]))
        let bounds = text.split(separator: ",", omittingEmptySubsequences: false)
        let isCount =
            bounds.count <= 2 && Int(bounds[0]) != nil
            && (bounds.count == 1 || bounds[1].isEmpty || Int(bounds[1]) != nil)
        guard isCount, bounds.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }) else {
            throw SchemaPatternError(reason: "has a count that is none")
        }
        rest = rest[(end + 1)...]
        let isFixed = bounds.count == 1
        let varied = groups[groups.count - 1].varies
        try repeated("{\(text)}", isUnbounded: bounds.count == 2 && bounds[1].isEmpty)
        if isFixed { groups[groups.count - 1].varies = varied }
    }

    private mutating func escape() throws(SchemaPatternError) {
        guard let scalar = rest.popFirst() else { throw SchemaPatternError(reason: "ends in a backslash") }
        switch scalar {
        case "d": emit("[0-9]")
        case "D": emit("[^0-9]")
        case "w": emit("[A-Za-z0-9_]")
        case "W": emit("[^A-Za-z0-9_]")
        case "s": emit("[\(Self.space)]")
        case "S": emit("[^\(Self.space)]")
        case "b", "B": emitAssertion("\\\(scalar)")
        case "1"..."9": emit("\\\(scalar)")
        case "k":
            guard rest.first == "<", let end = rest.firstIndex(of: ">") else {
                throw SchemaPatternError(reason: "names no group")
            }
            emit("\\k" + String(String.UnicodeScalarView(rest[...end])))
            rest = rest[(end + 1)...]
        default: emit(try plainEscape(scalar))
        }
    }

    /// An escape that means the same within a class and outside one.
    private mutating func plainEscape(_ scalar: Unicode.Scalar) throws(SchemaPatternError) -> String {
        switch scalar {
        case "t", "n", "r", "f": return "\\\(scalar)"
        case "v": return #"\u{B}"#
        case "0": return #"\u{0}"#
        case "c":
            guard let letter = rest.popFirst(), letter.isASCII, letter.properties.isAlphabetic else { break }
            return "\\u{\(String(letter.value % 32, radix: 16))}"
        case "x": return "\\u{\(try hexadecimal(2))}"
        case "u":
            guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return "\\u{\(try hexadecimal(4))}" }
            rest.removeFirst()
            let digits = try hexadecimal(end - rest.startIndex)
            rest.removeFirst()
            return "\\u{\(digits)}"
        case "p", "P":
            guard rest.first == "{", let end = rest.firstIndex(of: "}") else { break }
            let name = String(String.UnicodeScalarView(rest[...end]))
            rest = rest[(end + 1)...]
            return "\\\(scalar)\(name)"
        default:
            if #"^$\.*+?()[]{}|/-"#.unicodeScalars.contains(scalar) { return "\\\(scalar)" }
        }
        throw SchemaPatternError(reason: "has an unknown escape \\\(scalar)")
    }

    private mutating func hexadecimal(_ count: Int) throws(SchemaPatternError) -> String {
        let digits = String(String.UnicodeScalarView(rest.prefix(count)))
        guard digits.utf8.count == count, count > 0, let value = UInt32(digits, radix: 16), Unicode.Scalar(value) != nil
        else {
            throw SchemaPatternError(reason: "has an escape without its digits")
        }
        rest = rest.dropFirst(count)
        return digits
    }

    private mutating func characterClass() throws(SchemaPatternError) {
        var text = "["
        if rest.first == "^" {
            text += "^"
            rest.removeFirst()
        }
        if rest.first == "]" { throw SchemaPatternError(reason: "has an empty class") }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "]":
                emit(text + "]")
                return
            case "\\":
                guard let escaped = rest.popFirst() else { break }
                switch escaped {
                case "d": text += "0-9"
                case "D": text += "[^0-9]"
                case "w": text += "A-Za-z0-9_"
                case "W": text += "[^A-Za-z0-9_]"
                case "s": text += Self.space
                case "S": text += "[^\(Self.space)]"
                case "b": text += #"\u{8}"#
                default: text += try plainEscape(escaped)
                }
            case "-":
                // First and last it is itself; between two others it makes a range.
                let isEdge = text == "[" || text == "[^" || rest.first == "]"
                text += isEdge ? #"\-"# : "-"
            default: text += Self.literal(scalar)
            }
        }
        throw SchemaPatternError(reason: "has a class without an end")
    }
}
