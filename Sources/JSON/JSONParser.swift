/// Why a text is not JSON, and where.
public struct JSONParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a phrase for a person.
    public let reason: String
    /// Bytes from the start of the text to the fault.
    public let offset: Int
    /// The reason and the place.
    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
    /// The deepest nesting of arrays and objects that the parser follows.
    public static let maximumDepth = 128

    /// Reads JSON text.
    ///
    /// Strict as RFC 8259 has it: UTF-8 only and no byte order mark, no lone surrogate, no raw control character, no
    /// trailing comma. Beyond the RFC, a name that occurs twice in one object is refused, because readers disagree on
    /// which value counts, and nesting deeper than ``maximumDepth`` is refused.
    ///
    /// - Parameter bytes: The whole text in UTF-8.
    /// - Throws: ``JSONParseError`` with the first fault.
    public init(parsing bytes: [UInt8]) throws(JSONParseError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
            var parser = JSONParser(bytes: buffer)
            return try parser.document()
        }
    }

    /// Reads JSON text; see ``init(parsing:)-([UInt8])``.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: ``JSONParseError`` with the first fault.
    public init(parsing text: String) throws(JSONParseError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads JSON text that was compiled in.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: ``JSONParseError`` with the first fault.
    public init(parsing text: StaticString) throws(JSONParseError) {
        guard text.hasPointerRepresentation else { try self.init(parsing: text.description); return }
        var parser = JSONParser(bytes: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        self = try parser.document()
    }
}

/// A recursive-descent reader over bytes that outlive it.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func fault(_ reason: String, at offset: Int? = nil) -> JSONParseError {
        JSONParseError(reason: reason, offset: offset ?? position)
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func document() throws(JSONParseError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw fault("a byte order mark is not allowed") }
        skipWhitespace()
        let result = try value()
        skipWhitespace()
        if position < bytes.count { throw fault("text after the end of the value") }
        return result
    }

    mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func value() throws(JSONParseError) -> JSONValue {
        guard let byte = current else { throw fault("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("a character that starts no value")
        }
    }

    mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { throw fault("an unknown word") }
        position += expected.count
        return value
    }

    mutating func enter() throws(JSONParseError) {
        depth += 1
        if depth > JSONValue.maximumDepth { throw fault("nesting deeper than \(JSONValue.maximumDepth)") }
        position += 1
        skipWhitespace()
    }

    mutating func leave() {
        depth -= 1
        position += 1
    }

    mutating func array() throws(JSONParseError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") {
            leave()
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "]"):
                leave()
                return .array(elements)
            default: throw fault("a comma or ] is missing")
            }
        }
    }

    mutating func object() throws(JSONParseError) -> JSONValue {
        try enter()
        var members: [JSONObject.Member] = []
        // Few names are compared one by one; many go through a set, so that a hostile message costs no quadratic time.
        var seen: Set<[UInt8]> = []
        if current == UInt8(ascii: "}") {
            leave()
            return .object(JSONObject(distinctMembers: members))
        }
        while true {
            let start = position
            guard current == UInt8(ascii: "\"") else { throw fault("a member's name must be a string") }
            let name = try string()
            if members.count == 16 { seen = Set(members.map { Array($0.name.utf8) }) }
            let isRepeated =
                members.count < 16
                ? members.contains { $0.isNamed(name) } : !seen.insert(Array(name.utf8)).inserted
            if isRepeated { throw fault("a member's name occurs twice", at: start) }
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw fault("a colon is missing") }
            position += 1
            skipWhitespace()
            members.append(JSONObject.Member(name: name, value: try value()))
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipWhitespace()
            case UInt8(ascii: "}"):
                leave()
                return .object(JSONObject(distinctMembers: members))
            default: throw fault("a comma or } is missing")
            }
        }
    }

    mutating func digits() throws(JSONParseError) {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        if position == start { throw fault("a digit is missing") }
    }

    mutating func number() throws(JSONParseError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let leading = position
        try digits()
        if bytes[leading] == UInt8(ascii: "0"), position > leading + 1 { throw fault("a leading zero", at: leading) }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return .number(JSONNumber(checkedText: String(decoding: bytes[start..<position], as: UTF8.self)))
    }

    mutating func string() throws(JSONParseError) -> String {
        let opening = position
        position += 1
        var start = position
        // Almost every string has no escape and is taken as one run; the others are gathered run by run.
        var gathered: [UInt8]?
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let run = bytes[start..<position]
                position += 1
                if var whole = gathered {
                    whole.append(contentsOf: run)
                    return try validated(String(validating: whole, as: UTF8.self), opening)
                }
                return try validated(String(validating: run, as: UTF8.self), opening)
            case UInt8(ascii: "\\"):
                var whole = gathered ?? []
                whole.append(contentsOf: bytes[start..<position])
                try escape(into: &whole)
                gathered = whole
                start = position
            case 0..<0x20: throw fault("a raw control character in a string")
            default: position += 1
            }
        }
        throw fault("a string without an end", at: opening)
    }

    func validated(_ string: String?, _ offset: Int) throws(JSONParseError) -> String {
        guard let string else { throw fault("a string that is not UTF-8", at: offset) }
        return string
    }

    mutating func escape(into whole: inout [UInt8]) throws(JSONParseError) {
        position += 1
        guard let byte = current else { throw fault("an escape without an end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): whole.append(byte)
        case UInt8(ascii: "b"): whole.append(0x08)
        case UInt8(ascii: "f"): whole.append(0x0C)
        case UInt8(ascii: "n"): whole.append(0x0A)
        case UInt8(ascii: "r"): whole.append(0x0D)
        case UInt8(ascii: "t"): whole.append(0x09)
        case UInt8(ascii: "u"):
            let start = position - 2
            var scalar = try hexadecimal()
            if scalar >= 0xD800, scalar < 0xDC00, current == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try hexadecimal()
                guard low >= 0xDC00, low < 0xE000 else { throw fault("a lone surrogate", at: start) }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw fault("a lone surrogate", at: start) }
            whole.append(contentsOf: UTF8.encode(unicode) ?? UTF8.encodedReplacementCharacter)
        default: throw fault("an unknown escape", at: position - 2)
        }
    }

    mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fault("an escape without an end") }
        var result: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw fault("four hexadecimal digits are missing")
            }
            result = result << 4 | UInt32(digit)
            position += 1
        }
        return result
    }
}
