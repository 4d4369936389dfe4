/// Hides what could be a secret in a file that also holds other servers' keys, so that a difference can be shown.
///
/// What is masked has as many lines as before.
enum LineMask {
    private static let hidden = Array("…".utf8)

    /// Hides all but white space.
    static func all(of bytes: [UInt8]) -> [UInt8] { json(bytes, showing: [], alsoShowing: []) }

    /// Hides all of a JSON text but ranges of it, brackets and commas.
    static func json(_ bytes: [UInt8], showing ranges: [Range<Int>]) -> [UInt8] {
        json(bytes, showing: ranges, alsoShowing: Set("{}[],".utf8))
    }

    private static func json(
        _ bytes: [UInt8], showing ranges: [Range<Int>], alsoShowing punctuation: Set<UInt8>
    ) -> [UInt8] {
        var result: [UInt8] = []
        var isHiding = false
        var ranges = ranges[...]
        for (offset, byte) in bytes.enumerated() {
            while let range = ranges.first, range.upperBound <= offset { ranges.removeFirst() }
            let isShown = ranges.first?.contains(offset) ?? false
            if isShown || byte.isWhitespace || punctuation.contains(byte) {
                result.append(byte)
                if byte != .space || isShown { isHiding = false }
            } else if !isHiding {
                result += hidden
                isHiding = true
            }
        }
        return result
    }

    /// Hides all of TOML or YAML but headers of tables, names, and what marks the elements of lists.
    ///
    /// - Parameter separator: What stands after a name: `=` or `:`.
    static func lines(_ bytes: [UInt8], separator: UInt8) -> [UInt8] {
        let lines = bytes.split(separator: .lineFeed, omittingEmptySubsequences: false)
        return Array(lines.map { line(Array($0), separator: separator) }.joined(separator: [.lineFeed]))
    }

    private static let nameBytes = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.\"' ".utf8)
    /// Longer than a name is what could be a key itself.
    private static let longestName = 48

    private static func line(_ line: [UInt8], separator: UInt8) -> [UInt8] {
        let ending: [UInt8] = line.last == .carriageReturn ? [.carriageReturn] : []
        let text = line.dropLast(ending.count)
        let indentation = text.prefix { $0 == .space || $0 == .tab }
        var rest = text.dropFirst(indentation.count)
        if rest.isEmpty { return line }
        let header = Set("[]".utf8)
        if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]"), rest.count <= 2 * longestName,
            rest.allSatisfy({ nameBytes.contains($0) || header.contains($0) })
        {
            return line
        }
        var shown = Array(indentation)
        if rest.starts(with: "- ".utf8) {
            shown += "- ".utf8
            rest = rest.dropFirst(2)
        }
        let name = rest.prefix { nameBytes.contains($0) }
        let after = rest.dropFirst(name.count)
        let isName = after.first == separator && (after.count == 1 || after.dropFirst().first == .space)
        if isName, !name.isEmpty, name.count <= longestName {
            shown += name + [separator]
            if after.count > 1 { shown += [.space] + hidden }
        } else {
            shown += hidden
        }
        return shown + ending
    }
}
