import Cryptography

/// What every process of this user on this machine shares: ledger, budgets, pacing, audit and what the guard remembers.
///
/// The database is opened at the first call that needs it, on a thread of the store's own. Every change takes effect whole or
/// not at all, in one order for all processes, and is on disk before the call returns, except where a method says otherwise.
/// All times are milliseconds since 1970 and are the caller's.
package actor Store {
    let folder: StateFolder
    let busyTimeout: Int32
    private let migrations: [String]
    private let thread = StoreThread()
    private var connection: Database?
    /// Under which name this process takes effects in flight and writes the audit.
    let process: ProcessIdentity

    /// The thread of this store.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Makes a store; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - folder: Where the state is kept.
    ///   - process: The process that it acts for.
    ///   - busyTimeout: How long to wait for another process, in milliseconds.
    package init(folder: StateFolder, process: ProcessIdentity = .current, busyTimeout: Int32 = 5000) {
        self.init(folder: folder, process: process, busyTimeout: busyTimeout, migrations: Schema.migrations)
    }

    init(folder: StateFolder, process: ProcessIdentity, busyTimeout: Int32, migrations: [String]) {
        self.folder = folder
        self.process = process
        self.busyTimeout = busyTimeout
        self.migrations = migrations
    }

    /// Opens the database where it is not open, to find out whether it can be used.
    package func open() throws(StoreError) { _ = try database() }

    /// The connection; opened anew where the file was moved away meanwhile.
    func database() throws(StoreError) -> Database {
        if let connection, connection.isCurrent { return connection }
        connection = nil
        let opened = try Database(folder: folder, busyTimeout: busyTimeout, migrations: migrations)
        connection = opened
        return opened
    }
}

/// A new name that nobody can guess: 32 hexadecimal digits.
func randomID() throws(StoreError) -> String {
    do {
        return Hexadecimal.encode(try randomBytes(16))
    } catch {
        throw .failed(error.description)
    }
}
