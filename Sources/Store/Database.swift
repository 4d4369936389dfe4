import CLibraryLoader
import CSQLite
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A value that SQLite keeps.
enum SQLValue: Sendable, Equatable {
    case integer(Int64)
    case text(String)
    case null

    /// The value of an optional text.
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// The value of an optional number.
    init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
}

/// What a transaction has survived once it is committed.
enum Durability: String {
    /// The end of this process.
    case process = "NORMAL"
    /// The loss of power.
    case power = "FULL"
}

/// One connection to the database, for one thread at a time.
final class Database {
    /// Where the file is.
    let path: String
    private let handle: UnsafeMutableRawPointer
    private let identity: FileIdentity
    private var statements: [String: Statement] = [:]
    private var durability: Durability?
    /// The version of the shape that this program knows.
    private let version: Int

    /// Opens the database of a folder, makes it where there is none, and brings it to the newest shape.
    ///
    /// - Parameters:
    ///   - folder: Where the file is or will be.
    ///   - busyTimeout: How many milliseconds to wait for another process.
    ///   - migrations: The shapes, each made from the one before.
    init(folder: StateFolder, busyTimeout: Int32, migrations: [String]) throws(StoreError) {
        if let reason = lazy_sqlite_load() { throw .libraryMissing(String(cString: reason)) }
        let path = "\(try folder.prepare())/state.sqlite3"
        (handle, identity) = try DatabaseFile.opening.withLock { _ throws(StoreError) in
            let identity = try DatabaseFile.prepare(at: path)
            return (try Database.connect(to: path), identity)
        }
        self.path = path
        version = migrations.count
        lazy_sqlite_busy_timeout(handle, busyTimeout)
        try useWriteAheadLog(patience: busyTimeout)
        // Erased texts are overwritten, not merely unlinked; and what a changed file says is not executed.
        try execute("PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF")
        try migrate(migrations)
    }

    /// Opens a database to look at it; nothing is made, changed or locked.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - migrations: The shapes that are known.
    init(lookingAt path: String, migrations: [String]) throws(StoreError) {
        if let reason = lazy_sqlite_load() { throw .libraryMissing(String(cString: reason)) }
        guard let identity = FileIdentity(of: path) else { throw .failed("there is no file at \(path)") }
        let isInUse = DatabaseFile.size(of: path + "-wal") ?? 0 > 0
        if isInUse, DatabaseFile.size(of: path + "-shm") == nil {
            throw .failed("a process that ended left a log beside \(path); the next one that opens it takes it up")
        }
        // Without a log nobody is in it, and SQLite would make one to read by unless told that the file stays as it is.
        handle = try Database.connect(
            to: DatabaseFile.address(of: path) + (isInUse ? "?mode=ro" : "?mode=ro&immutable=1"),
            flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
        self.identity = identity
        self.path = path
        version = migrations.count
        lazy_sqlite_busy_timeout(handle, 1000)
        try execute("PRAGMA trusted_schema=OFF; BEGIN")
    }

    deinit {
        statements = [:]
        lazy_sqlite_close(handle)
    }

    /// Whether the path still leads to the file that this connection has open.
    var isCurrent: Bool { FileIdentity(of: path) == identity }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(StoreError) {
        let code = lazy_sqlite_execute(handle, sql)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Runs one statement; returns how many rows it changed.
    @discardableResult func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int {
        _ = try query(sql, values) { _ in }
        return Int(lazy_sqlite_changes(handle))
    }

    /// Runs one statement; returns what the closure makes of each row.
    func query<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        var results: [Value] = []
        while true {
            let code = lazy_sqlite_step(statement.handle)
            switch code {
            case SQLITE_ROW: results.append(try read(Row(statement: statement)))
            case SQLITE_DONE: return results
            default: throw error(code)
            }
        }
    }

    /// Runs one statement; returns what the closure makes of the first row, or nil where there is none.
    func first<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        try query(sql, values, read).first
    }

    /// Runs statements of which all take effect or none, with no other process writing in between.
    @discardableResult func transaction<Value>(
        _ durability: Durability = .power, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        try exclusively(durability) { () throws(StoreError) in
            // A newer program may have changed the shape while this connection was open.
            let found = try fileVersion()
            guard found == version else { throw .newerVersion(path: path, found: found, known: version) }
            return try body()
        }
    }

    @discardableResult private func exclusively<Value>(
        _ durability: Durability, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        if self.durability != durability {
            try execute("PRAGMA synchronous=\(durability.rawValue)")
            self.durability = durability
        }
        try run("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // SQLite has rolled back by itself after some failures.
            if lazy_sqlite_is_autocommit(handle) == 0 { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    private func statement(_ sql: String) throws(StoreError) -> Statement {
        if let statement = statements[sql] { return statement }
        var prepared: UnsafeMutableRawPointer?
        let code = lazy_sqlite_prepare(handle, sql, &prepared)
        guard code == SQLITE_OK, let prepared else { throw error(code) }
        let statement = Statement(handle: prepared)
        statements[sql] = statement
        return statement
    }

    private func error(_ code: Int32) -> StoreError { Database.error(code, of: handle, at: path) }
}

// MARK: Opening

extension Database {
    private static func connect(
        to path: String, flags: Int32 = SQLITE_OPEN_READWRITE
    ) throws(StoreError) -> UnsafeMutableRawPointer {
        var handle: UnsafeMutableRawPointer?
        let code = lazy_sqlite_open(path, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, &handle)
        guard let handle else { throw .failed("SQLite has no memory for a connection") }
        guard code == SQLITE_OK else {
            defer { lazy_sqlite_close(handle) }
            throw error(code, of: handle, at: path)
        }
        return handle
    }

    /// Lets readers and one writer work at once; the mode stays with the file.
    private func useWriteAheadLog(patience: Int32) throws(StoreError) {
        let deadline = ContinuousClock.now + .milliseconds(patience)
        while true {
            do throws(StoreError) {
                let mode = try first("PRAGMA journal_mode=WAL") { $0.text(0) }
                guard mode == "wal" else { throw .readOnly(path: path) }
                return
            } catch .locked where ContinuousClock.now < deadline {
                // SQLite waits for whoever holds the file, but gives up at once where another changes its mode as well.
                usleep(10_000)
            }
        }
    }

    private func migrate(_ migrations: [String]) throws(StoreError) {
        if try fileVersion() == version { return }
        try exclusively(.power) { () throws(StoreError) in
            // Another process may have been faster.
            let found = try fileVersion()
            guard found <= version else { throw .newerVersion(path: path, found: found, known: version) }
            for migration in migrations.dropFirst(found) { try execute(migration) }
            try execute("PRAGMA user_version=\(version)")
        }
    }

    /// The version of the shape of the file.
    func fileVersion() throws(StoreError) -> Int {
        Int(try first("PRAGMA user_version") { $0.integer(0) } ?? 0)
    }

    private static func error(_ code: Int32, of handle: UnsafeMutableRawPointer, at path: String) -> StoreError {
        let message = String(cString: lazy_sqlite_error_message(handle))
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path)
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(path: path, detail: message)
        case SQLITE_FULL: return .full(path: path)
        case SQLITE_READONLY, SQLITE_PERM: return .readOnly(path: path)
        case SQLITE_CANTOPEN, SQLITE_IOERR:
            switch lazy_sqlite_system_error(handle) {
            case ENOSPC, EDQUOT: return .full(path: path)
            case EACCES, EROFS, EPERM: return .readOnly(path: path)
            case 0: return .failed("\(message) at \(path)")
            case let number: return .failed("\(message) at \(path): \(systemMessage(number))")
            }
        default: return .failed(message)
        }
    }
}
