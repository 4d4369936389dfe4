import JSON

/// A header of a table, or a name with its value, in a TOML text, with the lines that it takes.
struct TOMLStatement {
    enum Kind {
        /// The header of a table.
        case table
        /// The header of an element of an array of tables.
        case arrayElement
        /// A name with its value.
        case value(JSONValue)
    }

    let kind: Kind
    /// The whole path of the table or value, from the outermost table on.
    let path: [String]
    /// How many parts of the path are written in the statement itself.
    let ownPartCount: Int
    /// From the beginning of its first line to the end of its last, with the line's end.
    let range: Range<Int>

    var isHeader: Bool { if case .value = kind { false } else { true } }
}

/// Reads the statements of a TOML text.
///
/// Dates, and numbers that JSON does not know, are read as texts.
struct TOMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var table: [String] = []
    private var depth = 0

    /// Reads a text.
    ///
    /// - Throws: ``HostFileError`` with the position of the first fault.
    static func read(_ bytes: [UInt8]) throws(HostFileError) -> [TOMLStatement] {
        var reader = TOMLReader(bytes: bytes)
        if bytes.starts(with: [UInt8].byteOrderMark) { reader.position = 3 }
        var statements: [TOMLStatement] = []
        while let statement = try reader.statement() { statements.append(statement) }
        return statements
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func fault(_ message: String, at offset: Int? = nil) -> HostFileError {
        HostFileError(message, at: offset ?? position, in: bytes)
    }

    private mutating func skipBlanks() {
        while let byte = current, byte == .space || byte == .tab { position += 1 }
    }

    private mutating func skipComment() {
        guard current == .hash else { return }
        while let byte = current, byte != .lineFeed { position += 1 }
    }

    /// Skips white space, ends of lines and comments.
    private mutating func skipTrivia() {
        while let byte = current {
            if byte.isWhitespace { position += 1 } else if byte == .hash { skipComment() } else { return }
        }
    }

    private mutating func accept(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func statement() throws(HostFileError) -> TOMLStatement? {
        skipTrivia()
        guard current != nil else { return nil }
        let start = bytes[..<position].lastIndex(of: .lineFeed).map { $0 + 1 } ?? 0
        var kind = TOMLStatement.Kind.table
        var path: [String]
        let ownPartCount: Int
        if accept("[") {
            let isElement = accept("[")
            path = try self.path()
            ownPartCount = path.count
            guard accept(isElement ? "]]" : "]") else { throw fault("the header of a table should end here") }
            if isElement { kind = .arrayElement }
            table = path
        } else {
            let own = try self.path()
            ownPartCount = own.count
            path = table + own
            guard accept("=") else { throw fault("there should be an equals sign here") }
            skipBlanks()
            kind = .value(try value())
        }
        skipBlanks()
        skipComment()
        if current == .carriageReturn { position += 1 }
        guard current == nil || current == .lineFeed else { throw fault("the line should end here") }
        if current != nil { position += 1 }
        return TOMLStatement(kind: kind, path: path, ownPartCount: ownPartCount, range: start..<position)
    }

    private mutating func path() throws(HostFileError) -> [String] {
        var parts: [String] = []
        repeat {
            skipBlanks()
            parts.append(try name())
            skipBlanks()
        } while accept(".")
        return parts
    }

    private mutating func name() throws(HostFileError) -> String {
        if current == .quote || current == .apostrophe { return try string() }
        let start = position
        while let byte = current, Self.isBare(byte) { position += 1 }
        guard position > start else { throw fault("a name should be here") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func value() throws(HostFileError) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth < 64 else { throw fault("the values are nested too deep") }
        switch current {
        case .quote, .apostrophe: return .string(try string())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "{"): return .object(try inlineTable())
        default:
            let start = position
            let ends: Set<UInt8> = Set(",]}#\n\r=[{\"'".utf8)
            while let byte = current, !ends.contains(byte) { position += 1 }
            let text = bytes[start..<position].reversed().drop { $0 == .space || $0 == .tab }.reversed()
            guard !text.isEmpty else { throw fault("a value is missing", at: start) }
            // Truth values and plain numbers are written as in JSON; dates and the like are kept as text.
            return (try? JSONValue(parsing: Array(text))) ?? .string(String(decoding: text, as: UTF8.self))
        }
    }

    private mutating func array() throws(HostFileError) -> [JSONValue] {
        let start = position
        var elements: [JSONValue] = []
        position += 1
        while true {
            skipTrivia()
            guard current != nil else { throw fault("this bracket is never closed", at: start) }
            if accept("]") { return elements }
            elements.append(try value())
            skipTrivia()
            if !accept(",") {
                guard current != nil else { throw fault("this bracket is never closed", at: start) }
                guard accept("]") else { throw fault("there should be a comma or a closing bracket here") }
                return elements
            }
        }
    }

    private mutating func inlineTable() throws(HostFileError) -> JSONObject {
        let start = position
        var object = JSONObject()
        position += 1
        while true {
            skipTrivia()
            guard current != nil else { throw fault("this brace is never closed", at: start) }
            if accept("}") { return object }
            let path = try self.path()
            guard accept("=") else { throw fault("there should be an equals sign here") }
            skipTrivia()
            object[path.joined(separator: ".")] = try value()
            skipTrivia()
            if !accept(",") {
                guard accept("}") else { throw fault("there should be a comma or a closing brace here") }
                return object
            }
        }
    }

    private mutating func string() throws(HostFileError) -> String {
        let start = position
        let mark: UInt8 = current ?? .quote
        let isLong = bytes[position...].starts(with: [mark, mark, mark])
        position += isLong ? 3 : 1
        let contentStart = position
        while let byte = current {
            if byte == .lineFeed, !isLong { break }
            if byte == .backslash, mark == .quote {
                position += 2
            } else if byte != mark {
                position += 1
            } else if !isLong {
                position += 1
                return try decoded(contentStart..<position - 1, mark: mark, start: start)
            } else if bytes[position...].starts(with: [mark, mark, mark]) {
                position += 3
                // One or two marks may stand before the three that end the text.
                while current == mark, position - contentStart < bytes.count { position += 1 }
                return try decoded(contentStart..<position - 3, mark: mark, start: start)
            } else {
                position += 1
            }
        }
        throw fault("this text has no end", at: start)
    }

    /// The text of a string's content; what a server is started with needs no more than JSON's escapes.
    private func decoded(_ range: Range<Int>, mark: UInt8, start: Int) throws(HostFileError) -> String {
        let content = bytes[range]
        guard mark == .quote, content.contains(.backslash), !content.contains(.lineFeed) else {
            return String(decoding: content, as: UTF8.self)
        }
        if case .string(let text)? = try? JSONValue(parsing: [.quote] + content + [.quote]) { return text }
        return String(decoding: content, as: UTF8.self)
    }
}
