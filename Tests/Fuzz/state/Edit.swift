import FuzzSupport

@testable import Store

/// A value to be put into one row of one table.
struct Edit {
    private let table: (name: String, columns: [String])
    private let column: String
    private let row: Int64
    private let value: SQLValue

    init(_ input: inout Input) {
        table = template.tables[Int(input.byte()) % template.tables.count]
        column = table.columns[Int(input.byte()) % table.columns.count]
        row = Int64(input.byte() % 4)
        let kind = input.byte()
        let text = String(decoding: input.line(), as: UTF8.self)
        switch kind % 4 {
        case 0: value = .null
        case 1: value = .integer(Int64(text) ?? .max)
        case 2: value = .integer(Int64.min + Int64(text.utf8.count))
        default: value = .text(text)
        }
    }

    func apply(to database: Database) throws(StoreError) {
        let rows = "SELECT \(table.columns[0]) FROM \(table.name) LIMIT 1 OFFSET \(row)"
        try database.run(
            "UPDATE OR IGNORE \(table.name) SET \(column) = ? WHERE \(table.columns[0]) IN (\(rows))", [value])
    }
}
