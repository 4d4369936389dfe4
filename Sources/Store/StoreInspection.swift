import CLibraryLoader

/// What is found in a database by looking at it, without making or changing anything.
package struct StoreInspection: Sendable {
    /// What became of the questions of one client in the last days.
    package struct Forms: Sendable, Equatable {
        /// The client's name, as it told it; nil where it told none.
        package let client: String?
        /// Approved in a form.
        package let approved: Int
        /// Refused in a form, slower than a program would.
        package let declined: Int
        /// Closed, or not answered in time.
        package let unanswered: Int
        /// Left to a terminal, because the client has no forms or answered them by itself.
        package let leftToTerminal: Int
    }

    /// The version of the file's shape; 0 where nothing was kept yet.
    package let version: Int
    /// The version that this program knows.
    package let knownVersion: Int
    /// What SQLite finds wrong with the file.
    package let faults: [String]
    /// How many effects there are in each state.
    package let effects: [EffectState: Int]
    /// Whether the audit is as it was written; nil where there is none yet.
    package let audit: AuditVerdict?
    /// What became of questions, by client.
    package let forms: [Forms]

    /// The version of SQLite.
    ///
    /// - Throws: ``StoreError/libraryMissing(_:)``.
    package static func libraryVersion() throws(StoreError) -> String {
        if let reason = lazy_sqlite_load() { throw .libraryMissing(String(cString: reason)) }
        return String(cString: lazy_sqlite_version())
    }

    /// Looks at the database of a folder.
    ///
    /// - Parameters:
    ///   - folder: Where it is.
    ///   - since: From when on questions count, in milliseconds since 1970.
    /// - Throws: ``StoreError`` where it cannot be read, or is none of this program.
    package init(of folder: StateFolder, questionsSince since: Int64) throws(StoreError) {
        let database = try Database(lookingAt: folder.databasePath, migrations: Schema.migrations)
        let found = try database.fileVersion()
        version = found
        knownVersion = Schema.migrations.count
        faults = try database.query("PRAGMA quick_check(10)") { $0.text(0) }.filter { $0 != "ok" }
        guard (1...knownVersion).contains(found) else {
            (effects, audit, forms) = ([:], nil, [])
            return
        }
        let counts = try database.query("SELECT state, count(*) FROM effect GROUP BY state") { row in
            (EffectState(rawValue: row.text(0)), Int(row.integer(1)))
        }
        effects = Dictionary(counts.compactMap { state, count in state.map { ($0, count) } }) { $0 + $1 }
        audit = try database.verifyAudit()
        forms = try database.query(
            """
            SELECT client, sum(event = 'approved' AND approval_method = 'form'), sum(rule = 'declined'),
                sum(rule IN ('timed_out', 'cancelled')), sum(rule = 'pending')
            FROM audit WHERE time >= ? GROUP BY client ORDER BY client
            """, [.integer(since)]
        ) { row in
            Forms(
                client: row.optionalText(0), approved: Int(row.integer(1)), declined: Int(row.integer(2)),
                unanswered: Int(row.integer(3)), leftToTerminal: Int(row.integer(4)))
        }
    }
}
