/// The difference between two texts, line by line, as a person reads it.
package struct LineDifference: Sendable {
    private static let contextCount = 2
    private static let longestLine = 160

    /// The lines to show: `@@` headers, and lines that begin with a space, `-` or `+`.
    package let lines: [String]

    /// Compares the text of a host's file before and after a change of an entry.
    ///
    /// Other servers' values are hidden: a line is shown as it is only where it is one of the entry itself.
    ///
    /// - Parameters:
    ///   - entries: The entry as it was and as it is to be, as far as there is one, without what is to be hidden in it.
    package init(from old: [UInt8], to new: [UInt8], of host: Host, entries: [HostEntry]) {
        let visible = Set(entries.flatMap { host.snippet(of: $0).split(whereSeparator: \.isNewline) }.map(Self.bare))
        func texts(_ bytes: [UInt8]) -> [String] {
            let masked = Self.split(host.masked(bytes))
            return Self.split(bytes).enumerated().map { index, line in
                let text = String(decoding: line, as: UTF8.self)
                if visible.contains(Self.bare(text)) { return text }
                return index < masked.count ? String(decoding: masked[index], as: UTF8.self) : "…"
            }
        }
        lines = Self.hunks(old: Self.split(old), new: Self.split(new), oldTexts: texts(old), newTexts: texts(new))
    }

    /// A line without the white space and the comma around it.
    private static func bare(_ line: some StringProtocol) -> String {
        var text = line.drop(while: \.isWhitespace)
        while let last = text.last, last.isWhitespace || last == "," { text.removeLast() }
        return String(text)
    }

    /// The lines of a text; what follows the last line's end is one only where it is not empty.
    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = bytes.split(separator: .lineFeed, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func hunks(
        old: [ArraySlice<UInt8>], new: [ArraySlice<UInt8>], oldTexts: [String], newTexts: [String]
    ) -> [String] {
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        // Every line of both texts in the order of a unified difference.
        var steps: [(mark: Character, text: String, old: Int, new: Int)] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                steps.append(("-", oldTexts[i], i, j))
                i += 1
            } else if j < new.count, inserted.contains(j) {
                steps.append(("+", newTexts[j], i, j))
                j += 1
            } else {
                steps.append((" ", newTexts[j], i, j))
                i += 1
                j += 1
            }
        }
        var near: Set<Int> = []
        for index in steps.indices where steps[index].mark != " " {
            near.formUnion(max(0, index - contextCount)...min(steps.count - 1, index + contextCount))
        }
        var lines: [String] = []
        var last = -2
        for index in near.sorted() {
            let step = steps[index]
            if index != last + 1 { lines.append("@@ -\(step.old + 1) +\(step.new + 1) @@") }
            let text = step.text.last == "\r" ? String(step.text.dropLast()) : step.text
            lines.append("\(step.mark)\(text.count > longestLine ? text.prefix(longestLine) + "…" : text)")
            last = index
        }
        return lines
    }
}
