import JSON

/// The servers in a YAML file, each a member of a mapping at its top, as Goose has them.
struct YAMLServerList: ServerList {
    private let bytes: [UInt8]
    private let key: String
    private let lineEnd: String
    /// The line with the name of the mapping.
    private let header: YAMLLine?
    /// The lines under it.
    private let body: ArraySlice<YAMLLine>
    /// The last line of all.
    private let lastOfAll: YAMLLine?

    init(_ bytes: [UInt8], key: String) throws(HostFileError) {
        (self.bytes, self.key) = (bytes, key)
        lineEnd = bytes.lineEnd
        let lines = try YAMLLineReader.read(bytes)
        lastOfAll = lines.last
        let top = lines.indices.filter { lines[$0].indentation == 0 && lines[$0].dashCount == 0 }
        if let first = lines.first, first.indentation > 0 || first.dashCount > 0 || first.name == nil {
            throw HostFileError("it should begin with a name and a value", at: first.range.lowerBound, in: bytes)
        }
        for index in top where lines[index].name == nil {
            throw HostFileError("there should be a name here", at: lines[index].range.lowerBound, in: bytes)
        }
        let headers = top.filter { lines[$0].name == key }
        guard let index = headers.first else {
            (header, body) = (nil, [])
            return
        }
        if headers.count > 1 {
            throw HostFileError("\(key) is there twice", at: lines[headers[1]].range.lowerBound, in: bytes)
        }
        let end = top.first { $0 > index } ?? lines.count
        (header, body) = (lines[index], lines[(index + 1)..<end])
        try checkShape()
    }

    /// Refuses what is written in a way that this program does not change.
    private func checkShape() throws(HostFileError) {
        guard let header else { return }
        let value = String(decoding: bytes[header.value], as: UTF8.self)
        if !["", "{}", "null", "~"].contains(value) || !value.isEmpty && !body.isEmpty {
            throw HostFileError(
                "\(key) is written on one line or with an anchor, which this program does not change; write a line for each "
                    + "extension, or add it by hand", at: header.value.lowerBound, in: bytes)
        }
        guard let first = body.first else { return }
        for line in body where line.indentation <= first.indentation {
            guard line.indentation == first.indentation, line.dashCount == 0, line.name != nil, line.name != "<<" else {
                throw HostFileError(
                    "there should be the name of an extension here", at: line.range.lowerBound, in: bytes)
            }
        }
    }

    private var indentation: Int { body.first?.indentation ?? 2 }

    var servers: [(name: String, value: JSONObject)] {
        entries.compactMap { entry in
            let first = body[entry.startIndex]
            let value =
                entry.count == 1
                ? YAMLScalar.value(of: bytes[first.value]) : mapping(Array(entry.dropFirst()))
            return value.objectValue.map { (first.name ?? "", $0) }
        }
    }

    func setting(_ name: String, to value: JSONObject) throws(HostFileError) -> [UInt8] {
        guard let header else {
            try checkRoom(after: lastOfAll, keepsEmptyLines: false)
            return appending([key + ":"] + text(name, .object(value), indentation: 2))
        }
        let text = self.text(name, .object(value), indentation: indentation)
        if let old = try entry(name) {
            if servers.first(where: { $0.name == name })?.value == value { return bytes }
            return replacing(old, with: text)
        }
        if let last = body.last {
            try checkRoom(after: last, keepsEmptyLines: last.keepsEmptyLines)
            return inserting(text, at: last.range.upperBound)
        }
        // What stands for an empty mapping makes room for one.
        var result = YAMLServerList.removingValue(of: header, in: bytes)
        let removed = bytes.count - result.count
        let offset = header.range.upperBound - removed
        result.replaceSubrange(offset..<offset, with: block(text, at: offset, in: result))
        return result
    }

    /// Refuses to add lines after a text of several lines where they would change it.
    private func checkRoom(after line: YAMLLine?, keepsEmptyLines: Bool) throws(HostFileError) {
        guard let line, keepsEmptyLines || line.lacksLineEnd else { return }
        throw HostFileError(
            "nothing can be added after this text without changing its end",
            at: line.range.lowerBound, in: bytes)
    }

    func removing(_ name: String) throws(HostFileError) -> [UInt8] {
        guard var range = try entry(name), let header else { return bytes }
        if range.upperBound == bytes.count, bytes.last != .lineFeed, range.lowerBound > 0 {
            let isPair = range.lowerBound > 1 && bytes[range.lowerBound - 2] == .carriageReturn
            range = range.lowerBound - (isPair ? 2 : 1)..<range.upperBound
        }
        var result = Array(bytes[..<range.lowerBound] + bytes[range.upperBound...])
        if entries.count == 1 {
            let colon = bytes[..<header.value.lowerBound].lastIndex(of: .colon) ?? header.value.lowerBound
            result.insert(contentsOf: " {}".utf8, at: colon + 1)
        }
        return result
    }

    static func masked(_ bytes: [UInt8]) -> [UInt8] { LineMask.lines(bytes, separator: .colon) }

    // MARK: - Entries

    /// The lines of each entry.
    private var entries: [ArraySlice<YAMLLine>] {
        let starts = body.indices.filter { body[$0].indentation == indentation }
        return starts.enumerated().map { number, start in
            body[start..<(number + 1 < starts.count ? starts[number + 1] : body.endIndex)]
        }
    }

    private func entry(_ name: String) throws(HostFileError) -> Range<Int>? {
        let found = entries.filter { $0.first?.name == name }
        guard let lines = found.first, let first = lines.first, let last = lines.last else { return nil }
        if found.count > 1 {
            throw HostFileError("\(name) is there twice", at: found[1].first?.range.lowerBound ?? 0, in: bytes)
        }
        if let byte = bytes[first.value].first, byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            throw HostFileError(
                "\(name) has an anchor, which this program does not change", at: first.value.lowerBound, in: bytes)
        }
        return first.range.lowerBound..<last.range.upperBound
    }

    /// The value of lines that are a mapping or a list.
    private func mapping(_ lines: [YAMLLine]) -> JSONValue {
        guard let first = lines.first else { return .null }
        if first.dashCount > 0 {
            return .array(lines.filter { $0.dashCount > 0 }.map { YAMLScalar.value(of: bytes[$0.value]) })
        }
        var object = JSONObject()
        let starts = lines.indices.filter { lines[$0].indentation == first.indentation && lines[$0].dashCount == 0 }
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : lines.count
            let inner = Array(lines[(start + 1)..<end])
            object[lines[start].name ?? ""] =
                inner.isEmpty ? YAMLScalar.value(of: bytes[lines[start].value]) : mapping(inner)
        }
        return .object(object)
    }

    // MARK: - Text

    /// The lines of a member.
    private func text(_ name: String, _ value: JSONValue, indentation: Int) -> [String] {
        let head = String(repeating: " ", count: indentation) + YAMLScalar.text(.string(name)) + ":"
        switch value {
        case .object(let object) where !object.isEmpty:
            return [head] + object.flatMap { text($0.name, $0.value, indentation: indentation + 2) }
        case .array(let elements) where !elements.isEmpty:
            let dash = String(repeating: " ", count: indentation) + "- "
            return [head] + elements.map { dash + YAMLScalar.text($0) }
        default: return [head + " " + YAMLScalar.text(value)]
        }
    }

    private func appending(_ text: [String]) -> [UInt8] {
        inserting(text, at: bytes.count)
    }

    private func inserting(_ text: [String], at offset: Int) -> [UInt8] {
        Array(bytes[..<offset]) + block(text, at: offset, in: bytes) + Array(bytes[offset...])
    }

    /// Lines as they are to be inserted: where the text does not end with a line's end, neither do they.
    private func block(_ text: [String], at offset: Int, in bytes: [UInt8]) -> [UInt8] {
        let isUnfinished = offset > 0 && bytes[offset - 1] != .lineFeed && bytes != .byteOrderMark
        return Array(isUnfinished ? text.map { lineEnd + $0 }.joined().utf8 : text.map { $0 + lineEnd }.joined().utf8)
    }

    private func replacing(_ range: Range<Int>, with text: [String]) -> [UInt8] {
        var lines = text.map { $0 + lineEnd }.joined()
        if range.upperBound == bytes.count, bytes.last != .lineFeed { lines.removeLast() }
        return Array(bytes[..<range.lowerBound]) + Array(lines.utf8) + Array(bytes[range.upperBound...])
    }

    private static func removingValue(of header: YAMLLine, in bytes: [UInt8]) -> [UInt8] {
        guard !header.value.isEmpty else { return bytes }
        let colon = bytes[..<header.value.lowerBound].lastIndex(of: .colon) ?? header.value.lowerBound
        return Array(bytes[...colon] + bytes[header.value.upperBound...])
    }
}
