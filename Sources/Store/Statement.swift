import CLibraryLoader
import CSQLite

/// One compiled statement; used by one thread at a time.
final class Statement {
    let handle: UnsafeMutableRawPointer

    init(handle: UnsafeMutableRawPointer) { self.handle = handle }

    deinit { lazy_sqlite_finalize(handle) }

    /// Sets the parameters in their order.
    func bind(_ values: [SQLValue]) throws(StoreError) {
        for (index, value) in values.enumerated() {
            let parameter = Int32(index + 1)
            let code =
                switch value {
                case .integer(let integer): lazy_sqlite_bind_integer(handle, parameter, integer)
                case .null: lazy_sqlite_bind_null(handle, parameter)
                case .text(let text): bind(text, to: parameter)
                }
            guard code == SQLITE_OK else { throw .failed("SQLite does not take parameter \(parameter) (code \(code))") }
        }
    }

    private func bind(_ text: String, to parameter: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // No pointer would mean null, and an empty text is not null.
                guard let start = characters.baseAddress else { return lazy_sqlite_bind_text(handle, parameter, "", 0) }
                return lazy_sqlite_bind_text(handle, parameter, start, Int32(clamping: characters.count))
            }
        }
    }

    /// Makes it ready for its next use.
    func reset() { lazy_sqlite_reset(handle) }
}

/// The row at which a statement stands; valid while the closure that got it runs.
struct Row {
    fileprivate let statement: Statement

    init(statement: Statement) { self.statement = statement }

    /// The numbers that times and counts are taken to be in.
    ///
    /// None of ours leaves it, as times in milliseconds reach over 8,000 years. What was put into the file by another's hand or
    /// a broken disk is taken for the nearest, so that sums and windows do not overflow, which would end the program.
    static let range: ClosedRange<Int64> = -(1 << 48)...1 << 48

    /// A column's number in ``range``, 0 where it is null.
    func integer(_ column: Int) -> Int64 {
        let number = lazy_sqlite_column_integer(statement.handle, Int32(column))
        return min(max(number, Self.range.lowerBound), Self.range.upperBound)
    }

    /// A column's number, nil where it is null.
    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    /// A column's text, empty where it is null.
    func text(_ column: Int) -> String {
        guard let start = lazy_sqlite_column_text(statement.handle, Int32(column)) else { return "" }
        let count = Int(lazy_sqlite_column_size(statement.handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A column's text, nil where it is null.
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    private func isNull(_ column: Int) -> Bool {
        lazy_sqlite_column_type(statement.handle, Int32(column)) == SQLITE_NULL
    }
}
