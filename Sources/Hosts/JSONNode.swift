import JSON

/// A value in a JSON text, with where it stands: what an edit needs that leaves the rest of the text alone.
struct JSONNode {
    /// What the value is.
    enum Content {
        case object([Item])
        case array([Item])
        case scalar(JSONValue)
    }

    /// A member of an object, or an element of an array.
    struct Item {
        /// The name of a member; nil for an element.
        let name: String?
        /// The end of the last bracket, comma or comment before it.
        let leading: Int
        /// Whether that is a comment that only the end of its line ends.
        let isAfterLineComment: Bool
        /// Where its name or, without one, its value begins.
        let start: Int
        let value: JSONNode
        /// Where the comma after it stands, if there is one.
        var comma: Int?
    }

    let range: Range<Int>
    let content: Content
    /// For an object or array: the end of the last bracket, comma, value or comment before its closing bracket.
    let tail: Int

    /// The members or elements; none of a scalar.
    var items: [Item] {
        switch content {
        case .object(let items), .array(let items): items
        case .scalar: []
        }
    }

    var isObject: Bool { if case .object = content { true } else { false } }
    var isArray: Bool { if case .array = content { true } else { false } }

    /// The value; of members with the same name the last counts, as hosts have it.
    var value: JSONValue {
        switch content {
        case .scalar(let value): return value
        case .array(let items): return .array(items.map(\.value.value))
        case .object(let items):
            var object = JSONObject()
            for item in items { object[item.name ?? ""] = item.value.value }
            return .object(object)
        }
    }
}

/// Reads JSON in which comments and commas after the last item are allowed, as editors' settings have them.
struct JSONNodeReader {
    private static let maximumDepth = 256
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// The end of the last token or comment.
    private var lastEnd = 0
    /// Where the last comment ends that only the end of its line ends.
    private var lastLineComment = -1

    /// Reads a text.
    ///
    /// - Returns: nil where there is no value in it.
    /// - Throws: ``HostFileError`` with the position of the first fault.
    static func read(_ bytes: [UInt8]) throws(HostFileError) -> JSONNode? {
        var reader = JSONNodeReader(bytes)
        try reader.skipTrivia()
        if reader.position == bytes.count { return nil }
        let node = try reader.value()
        try reader.skipTrivia()
        guard reader.position == bytes.count else { throw reader.fault("there is text after the end of the JSON") }
        return node
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [UInt8].byteOrderMark) { position = 3 }
        lastEnd = position
    }

    private func fault(_ message: String, at offset: Int? = nil) -> HostFileError {
        HostFileError(message, at: offset ?? position, in: bytes)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipTrivia() throws(HostFileError) {
        while let byte = current {
            if byte.isWhitespace {
                position += 1
            } else if byte == UInt8(ascii: "/") {
                try skipComment()
                lastEnd = position
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(HostFileError) {
        let start = position
        position += 2
        switch start + 1 < bytes.count ? bytes[start + 1] : 0 {
        case UInt8(ascii: "/"):
            while let byte = current, byte != .lineFeed, byte != .carriageReturn { position += 1 }
            lastLineComment = position
        case UInt8(ascii: "*"):
            while position + 1 < bytes.count {
                if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                    position += 2
                    return
                }
                position += 1
            }
            throw fault("this comment has no end", at: start)
        default: throw fault("a value cannot begin with /", at: start)
        }
    }

    private mutating func value() throws(HostFileError) -> JSONNode {
        guard let byte = current else { throw fault("a value is missing at the end") }
        switch byte {
        case UInt8(ascii: "{"): return try container(closing: UInt8(ascii: "}"), isObject: true)
        case UInt8(ascii: "["): return try container(closing: UInt8(ascii: "]"), isObject: false)
        case .quote:
            let start = position
            let text = try string()
            return scalar(.string(text), from: start)
        default: return try literal()
        }
    }

    private mutating func scalar(_ value: JSONValue, from start: Int) -> JSONNode {
        lastEnd = position
        return JSONNode(range: start..<position, content: .scalar(value), tail: position)
    }

    private mutating func container(closing: UInt8, isObject: Bool) throws(HostFileError) -> JSONNode {
        let start = position
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw fault("the values are nested too deep") }
        advance()
        var items: [JSONNode.Item] = []
        while true {
            try skipTrivia()
            guard let byte = current else { throw fault("this bracket is never closed", at: start) }
            if byte == closing { break }
            if let last = items.last, last.comma == nil {
                throw fault("there should be a comma or a closing bracket here")
            }
            var item = try self.item(isObject: isObject)
            try skipTrivia()
            if current == .comma {
                item.comma = position
                advance()
            }
            items.append(item)
        }
        let tail = lastEnd
        advance()
        return JSONNode(range: start..<position, content: isObject ? .object(items) : .array(items), tail: tail)
    }

    private mutating func item(isObject: Bool) throws(HostFileError) -> JSONNode.Item {
        let (leading, start, isAfterLineComment) = (lastEnd, position, lastEnd == lastLineComment)
        guard isObject else {
            return JSONNode.Item(
                name: nil, leading: leading, isAfterLineComment: isAfterLineComment, start: start, value: try value())
        }
        guard current == .quote else { throw fault("a name in double quotes should be here") }
        let name = try string()
        lastEnd = position
        try skipTrivia()
        guard current == .colon else { throw fault("there should be a colon here") }
        advance()
        try skipTrivia()
        return JSONNode.Item(
            name: name, leading: leading, isAfterLineComment: isAfterLineComment, start: start, value: try value())
    }

    private mutating func advance() {
        position += 1
        lastEnd = position
    }

    private mutating func string() throws(HostFileError) -> String {
        let start = position
        position += 1
        while let byte = current, byte != .quote {
            guard byte != .lineFeed else { break }
            position += byte == .backslash ? 2 : 1
        }
        guard current == .quote else { throw fault("this string has no end", at: start) }
        position += 1
        guard case .string(let text)? = try? JSONValue(parsing: Array(bytes[start..<position])) else {
            throw fault("this string is not JSON", at: start)
        }
        return text
    }

    private mutating func literal() throws(HostFileError) -> JSONNode {
        let start = position
        let ends: Set<UInt8> = Set(",:{}[]\"/".utf8)
        while let byte = current, !byte.isWhitespace, !ends.contains(byte) { position += 1 }
        guard position > start, let value = try? JSONValue(parsing: Array(bytes[start..<position])) else {
            throw fault("this is no value", at: start)
        }
        return scalar(value, from: start)
    }
}
