import TestSupport
import Testing

@testable import Store

@Suite struct DatabaseTests {
    @Test func `migrations run in order, from whatever shape there is`() throws {
        let shelf = try Shelf()
        let steps = [
            "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('1')", "UPDATE a SET x = x || '2'",
            "UPDATE a SET x = x || '3'",
        ]
        do {
            let database = try shelf.database(migrations: Array(steps.prefix(1)))
            #expect(try database.first("SELECT x FROM a") { $0.text(0) } == "1")
        }
        let database = try shelf.database(migrations: steps)
        #expect(try database.first("SELECT x FROM a") { $0.text(0) } == "123")
        #expect(try database.first("PRAGMA user_version") { $0.integer(0) } == 3)
    }

    @Test func `a migration that fails leaves the shape as it was`() throws {
        let shelf = try Shelf()
        #expect(throws: StoreError.self) {
            try shelf.database(migrations: ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "nonsense"])
        }
        let database = try shelf.database(migrations: [])
        #expect(try database.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } == 0)
        #expect(try database.first("PRAGMA user_version") { $0.integer(0) } == 0)
    }

    @Test func `a newer shape is refused, also where it came while the database was open`() throws {
        let shelf = try Shelf()
        let older = try shelf.database(migrations: ["CREATE TABLE a (x)"])
        do { _ = try shelf.database(migrations: ["CREATE TABLE a (x)", "CREATE TABLE b (x)"]) }
        let path = older.path
        #expect(throws: StoreError.newerVersion(path: path, found: 2, known: 1)) {
            try older.transaction { () throws(StoreError) in _ = try older.run("INSERT INTO a VALUES (1)") }
        }
        #expect(try older.first("SELECT count(*) FROM a") { $0.integer(0) } == 0)
        #expect(throws: StoreError.newerVersion(path: path, found: 2, known: 1)) {
            try shelf.database(migrations: ["CREATE TABLE a (x)"])
        }
    }

    @Test func `garbage in place of the database is refused`() throws {
        let shelf = try Shelf()
        _ = try shelf.folder.write(String(repeating: "not a database. ", count: 300), to: "state.sqlite3")
        let error = #expect(throws: StoreError.self) { try shelf.database() }
        guard case .corrupt? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a damaged page is said to be one`() async throws {
        let shelf = try Shelf()
        do {
            let database = try shelf.database()
            for index in 0..<200 {
                try database.run("INSERT INTO incoming_value VALUES ('w', '\(index)', ?, 0)", [.text("source")])
            }
        }
        var bytes = contents(of: shelf.file)
        for index in 4096..<bytes.count { bytes[index] = 0xA5 }
        try overwrite(shelf.file, with: bytes)
        let store = try shelf.store()
        do throws(StoreError) {
            _ = try await store.incomingSource(of: "7", in: workspace)
            Issue.record("The damage was not seen.")
        } catch {
            if case .corrupt = error {} else { Issue.record("\(error)") }
        }
    }

    @Test func `a full disk is said to be full, and nothing of the transaction stays`() throws {
        let shelf = try Shelf()
        let database = try shelf.database(migrations: ["CREATE TABLE a (x)"])
        try database.execute("PRAGMA max_page_count=3")
        #expect(throws: StoreError.full(path: database.path)) {
            try database.transaction { () throws(StoreError) in
                for _ in 0..<100 {
                    try database.run("INSERT INTO a VALUES (?)", [.text(String(repeating: "x", count: 1000))])
                }
            }
        }
        #expect(try database.first("SELECT count(*) FROM a") { $0.integer(0) } == 0)
    }

    @Test func `a database that another connection holds is said to be locked`() throws {
        let shelf = try Shelf()
        let holder = try shelf.database()
        let waiter = try shelf.database(busyTimeout: 20)
        try holder.run("BEGIN IMMEDIATE")
        #expect(throws: StoreError.locked(path: waiter.path)) {
            try waiter.transaction { () throws(StoreError) in }
        }
        try holder.run("COMMIT")
        try waiter.transaction { () throws(StoreError) in }
    }

    @Test func `a connection that cannot write says so`() throws {
        let shelf = try Shelf()
        let database = try shelf.database()
        try database.execute("PRAGMA query_only=ON")
        #expect(throws: StoreError.readOnly(path: database.path)) {
            try database.transaction { () throws(StoreError) in try database.run("DELETE FROM opt_out") }
        }
    }

    @Test func `a transaction that fails changes nothing`() throws {
        let shelf = try Shelf()
        let database = try shelf.database(migrations: ["CREATE TABLE a (x)"])
        #expect(throws: StoreError.failed("no")) {
            try database.transaction { () throws(StoreError) in
                try database.run("INSERT INTO a VALUES (1)")
                throw .failed("no")
            }
        }
        #expect(try database.first("SELECT count(*) FROM a") { $0.integer(0) } == 0)
        try database.transaction { () throws(StoreError) in try database.run("INSERT INTO a VALUES (1)") }
    }

    @Test(arguments: ["", "plain", "with \0 null", "🧑‍🚀 \u{202E}"]) func `a text comes back as it was`(text: String)
        throws
    {
        let shelf = try Shelf()
        let database = try shelf.database()
        let values: [SQLValue] = [.text(text), .null, .integer(Row.range.lowerBound)]
        let back = try database.first("SELECT ?1, ?2, ?3", values) { row in
            (row.text(0), row.optionalText(0), row.optionalText(1), row.optionalInteger(1), row.integer(2))
        }
        #expect(back?.0 == text)
        #expect(back?.1 == text)
        #expect(back?.2 == nil)
        #expect(back?.3 == nil)
        #expect(back?.4 == Row.range.lowerBound)
    }

    @Test func `a write survives the loss of power where it should`() throws {
        let shelf = try Shelf()
        let database = try shelf.database()
        func level() throws -> Int64? { try database.first("PRAGMA synchronous") { $0.integer(0) } }
        try database.transaction(.process) { () throws(StoreError) in }
        #expect(try level() == 1)
        try database.transaction { () throws(StoreError) in }
        #expect(try level() == 2)
        #expect(try database.first("PRAGMA journal_mode") { $0.text(0) } == "wal")
        #expect(try database.first("PRAGMA secure_delete") { $0.integer(0) } == 1)
        #expect(try database.first("PRAGMA foreign_keys") { $0.integer(0) } == 1)
    }
}
