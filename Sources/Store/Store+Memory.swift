/// A person who must not be texted.
package struct OptOut: Sendable, Equatable {
    /// Their number in E.164.
    package let number: String
    /// The workspace that must not; nil for every one of this machine.
    package let workspace: WorkspaceID?
    /// What the owner noted.
    package let note: String?
    /// Since when, in milliseconds since 1970.
    package let time: Int64

    package init(number: String, workspace: WorkspaceID? = nil, note: String? = nil, time: Int64) {
        self.number = number
        self.workspace = workspace
        self.note = note
        self.time = time
    }
}

/// What was found when someone's messages were looked at for an opt-out.
package struct OptOutLook: Sendable, Equatable {
    /// The guard's word for it.
    package let verdict: String
    /// When, in milliseconds since 1970.
    package let time: Int64
}

/// Where a value was first seen in content from outside.
package struct IncomingSource: Sendable, Equatable {
    /// What a person is told about it.
    package let text: String
    /// When, in milliseconds since 1970.
    package let time: Int64
}

// MARK: Local opt-outs

extension Store {
    /// Notes that a person must not be texted; a second note replaces the first.
    package func addOptOut(_ optOut: OptOut) throws(StoreError) {
        let database = try database()
        try database.transaction { () throws(StoreError) in
            try database.run(
                "INSERT OR REPLACE INTO opt_out (workspace, number, note, time) VALUES (?, ?, ?, ?)",
                [
                    .text(optOut.workspace?.text ?? ""), .text(optOut.number), SQLValue(optOut.note),
                    .integer(optOut.time),
                ])
        }
    }

    /// Takes the note back; returns whether there was one.
    ///
    /// - Parameter workspace: The workspace that it was made for; nil for one that was made for all.
    package func removeOptOut(_ number: String, in workspace: WorkspaceID?) throws(StoreError) -> Bool {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.run(
                "DELETE FROM opt_out WHERE workspace = ? AND number = ?",
                [.text(workspace?.text ?? ""), .text(number)]) > 0
        }
    }

    /// Who must not be texted, by number.
    ///
    /// - Parameter workspace: Only this workspace's and those for all; nil for everyone's.
    package func optOuts(in workspace: WorkspaceID?) throws(StoreError) -> [OptOut] {
        try database().query(
            "SELECT number, workspace, note, time FROM opt_out WHERE ?1 IS NULL OR workspace IN ('', ?1) ORDER BY number",
            [SQLValue(workspace?.text)]
        ) { row in OptOut(row) }
    }

    /// The note that keeps a workspace from texting someone, or nil where there is none.
    package func optOut(of number: String, in workspace: WorkspaceID) throws(StoreError) -> OptOut? {
        try database().first(
            """
            SELECT number, workspace, note, time FROM opt_out
            WHERE number = ? AND workspace IN ('', ?) ORDER BY workspace DESC
            """, [.text(number), .text(workspace.text)]
        ) { row in OptOut(row) }
    }
}

extension OptOut {
    fileprivate init(_ row: Row) {
        let workspace = row.text(1)
        self.init(
            number: row.text(0), workspace: workspace.isEmpty ? nil : WorkspaceID(text: workspace),
            note: row.optionalText(2), time: row.integer(3))
    }
}

// MARK: Looks for opt-outs

extension Store {
    /// Remembers what was found about a person; a loss of power may undo it.
    package func rememberLook(
        at recipient: String, in workspace: WorkspaceID, verdict: String, time: Int64
    ) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run(
                "INSERT OR REPLACE INTO opt_out_look (workspace, recipient, verdict, time) VALUES (?, ?, ?, ?)",
                [.text(workspace.text), .text(recipient), .text(verdict), .integer(time)])
        }
    }

    /// What was found about a person since a time, or nil where nobody looked.
    package func look(
        at recipient: String, in workspace: WorkspaceID, since: Int64
    ) throws(StoreError) -> OptOutLook? {
        try database().first(
            "SELECT verdict, time FROM opt_out_look WHERE workspace = ? AND recipient = ? AND time >= ?",
            [.text(workspace.text), .text(recipient), .integer(since)]
        ) { row in OptOutLook(verdict: row.text(0), time: row.integer(1)) }
    }
}

// MARK: Values from outside

extension Store {
    /// Remembers where values were seen in content from outside; the first sight of each counts.
    ///
    /// A loss of power may undo it.
    ///
    /// - Parameters:
    ///   - values: Digests of numbers and addresses.
    ///   - source: What a person is told about where they were.
    package func rememberIncoming(
        _ values: [String], in workspace: WorkspaceID, source: String, time: Int64
    ) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            for value in values {
                try database.run(
                    "INSERT OR IGNORE INTO incoming_value (workspace, value, source, time) VALUES (?, ?, ?, ?)",
                    [.text(workspace.text), .text(value), .text(source), .integer(time)])
            }
        }
    }

    /// Where a value was first seen in content from outside, or nil where it was not.
    package func incomingSource(
        of value: String, in workspace: WorkspaceID
    ) throws(StoreError) -> IncomingSource? {
        try database().first(
            "SELECT source, time FROM incoming_value WHERE workspace = ? AND value = ?",
            [.text(workspace.text), .text(value)]
        ) { row in IncomingSource(text: row.text(0), time: row.integer(1)) }
    }

    /// Forgets looks and values from outside that are older.
    package func forgetMemories(before time: Int64) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run("DELETE FROM opt_out_look WHERE time < ?", [.integer(time)])
            try database.run("DELETE FROM incoming_value WHERE time < ?", [.integer(time)])
        }
    }
}
