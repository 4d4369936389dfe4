import JSON

/// A JSON text, and edits of it in its own style that leave all other bytes as they are.
struct JSONText {
    private let bytes: [UInt8]
    private let lineEnd: String
    /// What a level of nesting adds to the indentation.
    private let unit: String
    /// Whether the whole text is written on one line.
    private let isOneLine: Bool
    /// What stands between a name's colon, or a comma, and what follows on the same line.
    private let gap: String

    init(_ bytes: [UInt8], root: JSONNode?) {
        self.bytes = bytes
        lineEnd = bytes.lineEnd
        isOneLine = root.map { !$0.items.isEmpty && !bytes[$0.range].contains(.lineFeed) } ?? false
        let first = root?.items.first
        let indentation = first.flatMap { Self.indentation(before: $0.start, in: bytes) } ?? ""
        unit = indentation.isEmpty ? "  " : indentation
        let isTight = first.map { $0.name != nil && bytes[$0.value.range.lowerBound - 1] == .colon } ?? false
        gap = isTight ? "" : " "
    }

    /// The text where it had no value yet, with one after whatever comments it has.
    func appendingRoot(_ value: JSONObject) -> [UInt8] {
        let isBlank = bytes.allSatisfy(\.isWhitespace) || bytes == .byteOrderMark
        let separator = isBlank || bytes.last == .lineFeed ? "" : lineEnd
        let before = (isBlank && bytes != .byteOrderMark ? [] : bytes) + Array(separator.utf8)
        return before + Array((render(.object(value), indentation: "") + lineEnd).utf8)
    }

    /// The text with a value appended to an object, where it is named, or to an array.
    func adding(_ value: JSONValue, named name: String?, to container: JSONNode) -> [UInt8] {
        let last = container.items.last
        let isInline = isOneLine || !container.items.isEmpty && !bytes[container.range].contains(.lineFeed)
        var insertions: [(offset: Int, text: String)] = []
        if let last, last.comma == nil { insertions.append((last.value.range.upperBound, ",")) }
        let comma = last?.comma == nil ? "" : ","
        if isInline {
            let text = label(name) + compact(value) + comma
            insertions.append((container.tail, last == nil ? text : gap + text))
        } else {
            let outer = Self.lineIndentation(at: container.range.lowerBound, in: bytes)
            let own = container.items.first.flatMap { Self.indentation(before: $0.start, in: bytes) }
            let indentation = own ?? outer + unit
            let text = lineEnd + indentation + label(name) + render(value, indentation: indentation) + comma
            insertions.append((container.tail, text))
            let rest = bytes[container.tail..<container.range.upperBound]
            if container.items.isEmpty, !rest.contains(.lineFeed) {
                insertions.append((container.range.upperBound - 1, lineEnd + outer))
            }
        }
        return inserting(insertions)
    }

    /// The text with another value in place of a member's.
    func replacing(_ item: JSONNode.Item, with value: JSONValue) -> [UInt8] {
        if item.value.value == value { return bytes }
        let isInline = isOneLine || Self.indentation(before: item.start, in: bytes) == nil
        let indentation = Self.lineIndentation(at: item.start, in: bytes)
        let text = isInline ? compact(value) : render(value, indentation: indentation)
        return Array(bytes[..<item.value.range.lowerBound] + text.utf8 + bytes[item.value.range.upperBound...])
    }

    /// The text without an item: the inverse of adding it.
    func removing(_ index: Int, from container: JSONNode) -> [UInt8] {
        let items = container.items
        let item = items[index]
        let end = item.comma.map { $0 + 1 } ?? item.value.range.upperBound
        var start = item.leading
        let open = container.range.lowerBound + 1
        let close = container.range.upperBound - 1
        if items.count == 1, (bytes[open..<start] + bytes[end..<close]).allSatisfy(\.isWhitespace) {
            return Array(bytes[..<open] + bytes[close...])
        }
        // What ends a line comment must stay behind it.
        let following = bytes[end...].first
        if !Self.isLineEnd(following), item.isAfterLineComment { start = item.start }
        var result = Array(bytes[..<start] + bytes[end...])
        if item.comma == nil, index > 0, let comma = items[index - 1].comma { result.remove(at: comma) }
        return result
    }
}

// MARK: - Style

extension JSONText {
    private func label(_ name: String?) -> String { name.map { JSONValue.string($0).text() + ":" + gap } ?? "" }

    /// A value on one line.
    private func compact(_ value: JSONValue) -> String {
        switch value {
        case .object(let object) where !object.isEmpty:
            let members = object.map { label($0.name) + compact($0.value) }
            return gap.isEmpty
                ? "{" + members.joined(separator: ",") + "}" : "{ " + members.joined(separator: ", ") + " }"
        case .array(let elements): return "[" + elements.map(compact).joined(separator: "," + gap) + "]"
        default: return value.text()
        }
    }

    /// A value with a line for each member of an object.
    private func render(_ value: JSONValue, indentation: String) -> String {
        let inner = indentation + unit
        let separator = "," + lineEnd + inner
        switch value {
        case .object(let object) where !object.isEmpty:
            let members = object.map { label($0.name) + render($0.value, indentation: inner) }
            return "{" + lineEnd + inner + members.joined(separator: separator) + lineEnd + indentation + "}"
        case .array(let elements) where elements.contains { $0.objectValue != nil }:
            let lines = elements.map { render($0, indentation: inner) }
            return "[" + lineEnd + inner + lines.joined(separator: separator) + lineEnd + indentation + "]"
        default: return compact(value)
        }
    }

    private func inserting(_ insertions: [(offset: Int, text: String)]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for insertion in insertions {
            result += bytes[position..<insertion.offset]
            result += insertion.text.utf8
            position = insertion.offset
        }
        return result + bytes[position...]
    }

    private static func isLineEnd(_ byte: UInt8?) -> Bool {
        byte == nil || byte == .lineFeed || byte == .carriageReturn
    }

    /// The white space before an offset, where the line begins with it; nil where something else is before it.
    private static func indentation(before offset: Int, in bytes: [UInt8]) -> String? {
        let blank = bytes[..<offset].reversed().prefix { $0 == .space || $0 == .tab }
        let start = offset - blank.count
        guard start > 0, bytes[start - 1] == .lineFeed else { return nil }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// The white space with which the line of an offset begins.
    private static func lineIndentation(at offset: Int, in bytes: [UInt8]) -> String {
        let start = bytes[..<offset].lastIndex(of: .lineFeed).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...].prefix { $0 == .space || $0 == .tab }, as: UTF8.self)
    }
}
