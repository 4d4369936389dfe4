import JSON

/// The servers in a TOML file, each a table `[KEY.NAME]`, as Codex has them.
struct TOMLServerList: ServerList {
    private let bytes: [UInt8]
    private let key: String
    private let statements: [TOMLStatement]
    private let lineEnd: String

    init(_ bytes: [UInt8], key: String) throws(HostFileError) {
        (self.bytes, self.key) = (bytes, key)
        lineEnd = bytes.lineEnd
        statements = try TOMLReader.read(bytes)
        for statement in statements where statement.path.first == key {
            let depthOfTable = statement.path.count - statement.ownPartCount
            if case .arrayElement = statement.kind, statement.path.count == 1 {
                throw refusal("is written as an array of tables", statement)
            }
            if !statement.isHeader, depthOfTable == 0 {
                throw refusal("is written without a header [\(key).NAME]", statement)
            }
        }
    }

    private func refusal(_ how: String, _ statement: TOMLStatement) -> HostFileError {
        HostFileError(
            "\(key) \(how), which this program does not change; write it as tables, or add the server by hand",
            at: statement.range.lowerBound, in: bytes)
    }

    var servers: [(name: String, value: JSONObject)] {
        var found: [(name: String, value: JSONObject)] = []
        for statement in statements where statement.path.first == key && statement.path.count > 1 {
            let name = statement.path[1]
            let index =
                found.firstIndex { $0.name == name }
                ?? {
                    found.append((name, [:]))
                    return found.count - 1
                }()
            guard case .value(let value) = statement.kind else { continue }
            if statement.path.count == 2 {
                if let object = value.objectValue { found[index].value = object }
            } else if statement.path.count == 3 {
                found[index].value[statement.path[2]] = value
            } else if statement.path.count == 4 {
                var inner = found[index].value[statement.path[2]]?.objectValue ?? [:]
                inner[statement.path[3]] = value
                found[index].value[statement.path[2]] = .object(inner)
            }
        }
        return found
    }

    func setting(_ name: String, to value: JSONObject) throws(HostFileError) -> [UInt8] {
        let sections = try self.sections(of: name)
        guard let first = sections.first else { return appending(name, value) }
        if servers.first(where: { $0.name == name })?.value == value { return bytes }
        let text = Array(table(name, value).utf8)
        let isUnfinished = first.upperBound == bytes.count && bytes.last != .lineFeed
        var result = Array(bytes[..<first.lowerBound]) + (isUnfinished ? text.dropLast(lineEnd.utf8.count) : text)
        var position = first.upperBound
        for section in sections.dropFirst() {
            let section = withBlankLineBefore(section)
            result += bytes[position..<section.lowerBound]
            position = section.upperBound
        }
        return result + bytes[position...]
    }

    func removing(_ name: String) throws(HostFileError) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for section in try sections(of: name) {
            var section = withBlankLineBefore(section)
            if section.upperBound == bytes.count, bytes.last != .lineFeed, section.lowerBound > 0 {
                // The line before had no end when the table was appended.
                section = section.lowerBound - length(ofLineEndBefore: section.lowerBound)..<section.upperBound
            }
            result += bytes[position..<max(position, section.lowerBound)]
            position = section.upperBound
        }
        return result + bytes[position...]
    }

    static func masked(_ bytes: [UInt8]) -> [UInt8] { LineMask.lines(bytes, separator: UInt8(ascii: "=")) }

    // MARK: - Sections

    /// The tables of a server and all that is in them, each from its header to the end of its last value.
    private func sections(of name: String) throws(HostFileError) -> [Range<Int>] {
        var sections: [Range<Int>] = []
        var isInside = false
        for statement in statements {
            let isOwn = statement.path.starts(with: [key, name])
            if statement.isHeader {
                isInside = isOwn
                if isOwn { sections.append(statement.range) }
            } else if isInside {
                let start = sections.removeLast().lowerBound
                sections.append(start..<statement.range.upperBound)
            } else if isOwn {
                throw refusal("has \(name) written without a header [\(key).\(name)]", statement)
            }
        }
        return sections
    }

    /// A section with the end of the line before it, where that line is empty.
    private func withBlankLineBefore(_ section: Range<Int>) -> Range<Int> {
        let start = section.lowerBound
        let length = length(ofLineEndBefore: start)
        guard length > 0, start == length || bytes[start - length - 1] == .lineFeed else { return section }
        return start - length..<section.upperBound
    }

    private func length(ofLineEndBefore offset: Int) -> Int {
        guard offset > 0, bytes[offset - 1] == .lineFeed else { return 0 }
        return offset > 1 && bytes[offset - 2] == .carriageReturn ? 2 : 1
    }

    /// The text with a table at its end, behind an empty line; it ends with a line's end only if the text did.
    private func appending(_ name: String, _ value: JSONObject) -> [UInt8] {
        let text = table(name, value)
        guard let last = bytes.last, bytes != .byteOrderMark else { return bytes + text.utf8 }
        if last == .lineFeed { return bytes + (lineEnd + text).utf8 }
        return bytes + (lineEnd + lineEnd + text.dropLast(1)).utf8
    }

    private func table(_ name: String, _ value: JSONObject) -> String {
        var lines = ["[\(key).\(Self.label(name))]"]
        lines += value.map { "\(Self.label($0.name)) = \(Self.text(of: $0.value))" }
        return lines.map { $0 + lineEnd }.joined()
    }

    private static func label(_ name: String) -> String {
        !name.isEmpty && name.utf8.allSatisfy(TOMLReader.isBare) ? name : JSONValue.string(name).text()
    }

    /// A value on one line, with its texts written as JSON's, which TOML reads alike.
    private static func text(of value: JSONValue) -> String {
        switch value {
        case .array(let elements): return "[" + elements.map(text).joined(separator: ", ") + "]"
        case .object(let object):
            let members = object.map { "\(label($0.name)) = \(text(of: $0.value))" }
            return members.isEmpty ? "{}" : "{ " + members.joined(separator: ", ") + " }"
        default: return value.text()
        }
    }
}
