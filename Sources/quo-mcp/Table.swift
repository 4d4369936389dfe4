import Guard

/// Rows of text in columns as wide as what is in them.
struct Table {
    private var rows: [[String]]

    /// Makes a table with the titles of its columns.
    init(_ titles: String...) { rows = [titles] }

    /// Adds a row, each text on one line and with nothing in it that a reader could not see.
    mutating func append(_ row: [String]) { rows.append(row.map(\.oneVisibleLine)) }

    /// The lines, indented by some spaces.
    func text(indentedBy indentation: Int = 0) -> String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            var line = String(repeating: " ", count: indentation)
            for column in columns {
                line += row[column]
                if column + 1 < columns.count {
                    line += String(repeating: " ", count: widths[column] - row[column].count + 2)
                }
            }
            return line
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// This text on one line, with everything spelled out that a reader could not see.
    var oneVisibleLine: String {
        let visible = madeVisible()
        return visible.contains(where: { $0.isNewline || $0 == "\t" })
            ? String(visible.map { $0.isNewline || $0 == "\t" ? " " : $0 }) : visible
    }

    /// This text, or its beginning where it is longer than some characters.
    func shortened(to length: Int) -> String { count <= length ? self : prefix(length - 1) + "…" }
}
