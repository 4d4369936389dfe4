import JSON

extension UInt8 {
    /// Whether this is one of `A-Z`, `a-z` and `0-9` in ASCII.
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

extension String {
    /// The parts between commas, without the spaces around them and without empty ones.
    package var commaSeparated: [String] { split(separator: ",").map(\.trimmed).filter { !$0.isEmpty } }

    /// At most 40 characters of this text, with what does not show escaped.
    var excerpt: String {
        let shown = unicodeScalars.prefix(40).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }
        return shown.joined() + (unicodeScalars.count > 40 ? "..." : "")
    }
}

extension JSONValue {
    /// This value in a few words, for a message about it.
    var excerpt: String {
        switch self {
        case .array: "a list"
        case .object: "an object"
        case .string(let text): "\"\(text.excerpt)\""
        case .number(let number): number.text.excerpt
        case .null, .bool: text()
        }
    }
}

/// The known name that is most likely meant by one that is not known; nil where none is near.
///
/// Case, underscores and hyphens do not count, and neither do two slips of the finger.
package func nearest(to name: String, among known: [String]) -> String? {
    // Nothing that is known is nearly as long, and comparing takes the longer the longer both are.
    guard name.utf8.count <= 128 else { return nil }
    func plain(_ text: String) -> [Character] { text.lowercased().filter { $0 != "_" && $0 != "-" } }
    let wanted = plain(name)
    let candidates = known.map { (name: $0, distance: editDistance(wanted, plain($0))) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= Swift.min(2, wanted.count / 3) ? best.name : nil
}

/// At most three known names that have a word in common with one that is not known, in their order.
func similar(to name: String, among known: [String]) -> [String] {
    guard name.utf8.count <= 128 else { return [] }
    func words(_ text: String) -> Set<String> {
        Set(text.lowercased().split { $0 == "_" || $0 == "-" }.map { String($0.last == "s" ? $0.dropLast() : $0) })
    }
    let wanted = words(name)
    return Array(known.filter { !words($0).isDisjoint(with: wanted) }.prefix(3))
}

/// How many characters must be inserted, removed, changed or swapped with their neighbour.
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var best = min(last[column] + (character == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
