import JSON

/// A line of a YAML text that is no comment, is not blank and does not continue a value of the line before.
struct YAMLLine {
    /// How many spaces it begins with.
    let indentation: Int
    /// How many marks of list elements stand before the rest, as in `- name: value`.
    let dashCount: Int
    /// The name, where the line is one of a mapping.
    let name: String?
    /// What stands after the name, without white space and comment around it.
    let value: Range<Int>
    /// From its beginning to the end of the last line that continues its value, with that line's end.
    let range: Range<Int>
    /// Whether its value is a text of several lines that keeps the empty lines at its end.
    let keepsEmptyLines: Bool
    /// Whether its value is a text of several lines that would get a line's end if anything followed in the file.
    let lacksLineEnd: Bool
}

/// Reads a YAML text into lines: as much of the language as is needed to know where a mapping's members begin and end.
struct YAMLLineReader {
    private let bytes: [UInt8]

    /// Reads a text.
    ///
    /// - Throws: ``HostFileError`` with the position of what is at fault or not understood.
    static func read(_ bytes: [UInt8]) throws(HostFileError) -> [YAMLLine] {
        let reader = YAMLLineReader(bytes: bytes)
        var lines: [YAMLLine] = []
        var position = bytes.starts(with: [UInt8].byteOrderMark) ? 3 : 0
        while position < bytes.count {
            guard let line = try reader.line(at: position, isFirst: lines.isEmpty) else {
                position = reader.nextLine(after: position)
                continue
            }
            lines.append(line)
            position = line.range.upperBound
        }
        return lines
    }

    private func fault(_ message: String, at offset: Int) -> HostFileError {
        HostFileError(message, at: offset, in: bytes)
    }

    /// Where the text of the line of an offset ends, before its end.
    private func endOfText(_ offset: Int) -> Int {
        var end = bytes[offset...].firstIndex(of: .lineFeed) ?? bytes.count
        if end > offset, bytes[end - 1] == .carriageReturn { end -= 1 }
        return end
    }

    private func nextLine(after offset: Int) -> Int {
        bytes[offset...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? bytes.count
    }

    private func line(at start: Int, isFirst: Bool) throws(HostFileError) -> YAMLLine? {
        let end = endOfText(start)
        let indentation = bytes[start..<end].prefix { $0 == .space }.count
        var position = start + indentation
        if position == end || bytes[position] == .hash { return nil }
        if bytes[position] == .tab {
            if bytes[position..<end].allSatisfy(\.isWhitespace) { return nil }
            throw fault("a tab indents this line, which YAML does not allow", at: position)
        }
        if indentation == 0, let text = marker(start..<end) {
            let rest = skipSpaces(start + text.utf8.count, end)
            if text == "---", isFirst, rest >= end || bytes[rest] == .hash { return nil }
            throw fault("\(text) divides or describes documents, which this program does not change", at: start)
        }
        var dashCount = 0
        while bytes[position] == UInt8(ascii: "-"), position + 1 == end || bytes[position + 1] == .space {
            dashCount += 1
            position = skipSpaces(position + 1, end)
            if position == end { break }
        }
        let (name, valueStart) = try self.name(at: position, end: end)
        return try line(
            start: start, end: end, indentation: indentation, dashCount: dashCount, name: name, valueStart: valueStart)
    }

    /// The mark of a document's beginning or end, or a directive.
    private func marker(_ range: Range<Int>) -> String? {
        let text = String(decoding: bytes[range].prefix { !$0.isWhitespace }, as: UTF8.self)
        if text.hasPrefix("%") { return "a directive" }
        return text == "---" || text == "..." ? text : nil
    }

    private func line(
        start: Int, end: Int, indentation: Int, dashCount: Int, name: String?, valueStart: Int
    ) throws(HostFileError) -> YAMLLine {
        var contentStart = valueStart
        // An anchor or a tag may stand before a value that goes on over several lines.
        while contentStart < end, bytes[contentStart] == UInt8(ascii: "&") || bytes[contentStart] == UInt8(ascii: "!") {
            while contentStart < end, bytes[contentStart] != .space { contentStart += 1 }
            contentStart = skipSpaces(contentStart, end)
        }
        var lastLine = start
        var valueEnd: Int
        let first = contentStart < end ? bytes[contentStart] : 0
        var (keepsEmptyLines, isStripped) = (false, true)
        if Set("\"'{[".utf8).contains(first) {
            valueEnd = try endOfFlow(contentStart)
            lastLine = valueEnd
            let rest = skipSpaces(valueEnd, endOfText(valueEnd))
            guard rest == endOfText(valueEnd) || bytes[rest] == .hash else {
                throw fault("there is text after the end of the value", at: rest)
            }
        } else {
            valueEnd = endOfPlain(contentStart, end)
            if first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
                keepsEmptyLines = bytes[contentStart..<valueEnd].contains(UInt8(ascii: "+"))
                isStripped = bytes[contentStart..<valueEnd].contains(UInt8(ascii: "-"))
                lastLine = lastLineOfBlock(after: start, indentation: indentation)
            }
        }
        let next = nextLine(after: lastLine)
        return YAMLLine(
            indentation: indentation, dashCount: dashCount, name: name, value: valueStart..<max(valueStart, valueEnd),
            range: start..<next, keepsEmptyLines: keepsEmptyLines,
            lacksLineEnd: !isStripped && next == bytes.count && bytes.last != .lineFeed)
    }

    private func skipSpaces(_ offset: Int, _ end: Int) -> Int {
        offset + bytes[min(offset, end)..<end].prefix { $0 == .space || $0 == .tab }.count
    }

    /// The name at an offset and where the value after it begins.
    private func name(at offset: Int, end: Int) throws(HostFileError) -> (name: String?, value: Int) {
        guard offset < end else { return (nil, end) }
        var colon = offset
        var name: String
        if bytes[offset] == .quote || bytes[offset] == .apostrophe {
            colon = try endOfFlow(offset)
            guard colon < end, bytes[colon] == .colon else { return (nil, offset) }
            name = YAMLScalar.text(of: bytes[offset..<colon])
        } else if bytes[offset] == UInt8(ascii: "{") || bytes[offset] == UInt8(ascii: "[") {
            return (nil, offset)
        } else {
            while colon < end, !(bytes[colon] == .colon && (colon + 1 == end || bytes[colon + 1] == .space)) {
                if bytes[colon] == .hash, bytes[colon - 1] == .space { return (nil, offset) }
                colon += 1
            }
            guard colon < end else { return (nil, offset) }
            name = String(decoding: bytes[offset..<colon], as: UTF8.self)
            while name.last == " " { name.removeLast() }
        }
        guard colon + 1 == end || bytes[colon + 1] == .space else { return (nil, offset) }
        return (name, skipSpaces(colon + 1, end))
    }

    /// The end of a quoted text, or of a list or mapping in brackets, which may be on a later line.
    private func endOfFlow(_ start: Int) throws(HostFileError) -> Int {
        var position = start
        var depth = 0
        repeat {
            guard position < bytes.count else { throw fault("this value has no end", at: start) }
            switch bytes[position] {
            case .quote, .apostrophe:
                if position == start || beginsValue(position) { position = try endOfQuoted(position) - 1 }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case .hash where position > 0 && bytes[position - 1].isWhitespace: position = endOfText(position) - 1
            default: break
            }
            position += 1
        } while depth > 0
        return position
    }

    /// Whether a value begins at an offset between brackets; elsewhere an apostrophe is one.
    private func beginsValue(_ offset: Int) -> Bool {
        let before = bytes[..<offset].reversed().first { !$0.isWhitespace }
        return before.map { Set("[{,:".utf8).contains($0) } ?? false
    }

    /// The end of a quoted text.
    private func endOfQuoted(_ start: Int) throws(HostFileError) -> Int {
        let mark = bytes[start]
        var position = start + 1
        while position < bytes.count {
            let isPair = position + 1 < bytes.count && bytes[position + 1] == mark
            if bytes[position] == .backslash, mark == .quote {
                position += 2
            } else if bytes[position] != mark {
                position += 1
            } else if mark == .apostrophe, isPair {
                // In single quotes two of them stand for one.
                position += 2
            } else {
                return position + 1
            }
        }
        throw fault("this value has no end", at: start)
    }

    /// The end of a value without quotes, before a comment and the white space around it.
    private func endOfPlain(_ start: Int, _ end: Int) -> Int {
        var position = start
        var last = start
        while position < end {
            if bytes[position] == .hash, position == start || bytes[position - 1].isWhitespace { break }
            if !bytes[position].isWhitespace { last = position + 1 }
            position += 1
        }
        return last
    }

    /// The beginning of the last line with text of a block of text, whose lines are indented more than its name.
    private func lastLineOfBlock(after start: Int, indentation: Int) -> Int {
        var last = start
        var position = nextLine(after: start)
        while position < bytes.count {
            let end = endOfText(position)
            let spaces = bytes[position..<end].prefix { $0 == .space }.count
            let isBlank = bytes[position..<end].allSatisfy(\.isWhitespace)
            if !isBlank, spaces <= indentation { break }
            if !isBlank { last = position }
            position = nextLine(after: position)
        }
        return last
    }
}

/// The texts of YAML's values, as far as servers' entries need them.
enum YAMLScalar {
    /// The text that a quoted or plain value means.
    static func text(of bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        if bytes.first == .quote, case .string(let text)? = try? JSONValue(parsing: bytes) { return text }
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.first == .apostrophe, text.count >= 2 else { return text }
        return text.dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false).joined(
            separator: "'")
    }

    /// The value of what stands on one line: a text, a number, a truth value, or a list or mapping in brackets.
    static func value(of bytes: some Collection<UInt8>) -> JSONValue {
        let bytes = Array(bytes)
        if bytes.isEmpty || bytes == Array("~".utf8) { return .null }
        if let value = try? JSONValue(parsing: bytes) { return value }
        guard let close = bytes.last, bytes.count >= 2 else { return .string(text(of: bytes)) }
        if bytes[0] == UInt8(ascii: "["), close == UInt8(ascii: "]") {
            return .array(parts(of: bytes).map { value(of: $0) })
        }
        if bytes[0] == UInt8(ascii: "{"), close == UInt8(ascii: "}") {
            var object = JSONObject()
            for part in parts(of: bytes) {
                guard
                    let colon = part.indices.first(where: {
                        part[$0] == .colon && $0 + 1 < part.count && part[$0 + 1] == .space
                    })
                else { continue }
                object[text(of: part[..<colon])] = value(of: part[(colon + 1)...].drop(while: \.isWhitespace))
            }
            return .object(object)
        }
        return .string(text(of: bytes))
    }

    /// What stands between the commas of a list or mapping in brackets.
    private static func parts(of bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var depth = 0
        var mark: UInt8?
        for byte in bytes.dropFirst().dropLast() {
            if let open = mark {
                if byte == open { mark = nil }
            } else if byte == .quote || byte == .apostrophe, parts[parts.count - 1].last ?? .space == .space {
                mark = byte
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                depth -= 1
            } else if byte == .comma, depth == 0 {
                parts.append([])
                continue
            }
            parts[parts.count - 1].append(byte)
        }
        let trimmed = parts.map { part in
            Array(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        return trimmed.filter { !$0.isEmpty }
    }

    /// A value as a line shows it behind its name.
    static func text(_ value: JSONValue) -> String {
        guard let text = value.stringValue else { return value.text() }
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-".utf8)
        let first = text.utf8.first ?? 0
        let isWord = first == UInt8(ascii: "/") || first >= UInt8(ascii: "A") && text.utf8.allSatisfy { $0 != .colon }
        let reserved: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        let isPlain = isWord && text.utf8.allSatisfy(plain.contains) && !reserved.contains(text.lowercased())
        return isPlain ? text : value.text()
    }
}
