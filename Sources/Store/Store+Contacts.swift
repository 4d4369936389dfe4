extension Store {
    /// Keeps a contact as it is before it is changed or deleted.
    ///
    /// - Parameter content: The whole contact as the API gave it, JSON.
    /// - Returns: The snapshot's number.
    @discardableResult package func saveSnapshot(
        of contactID: String, in workspace: WorkspaceID, content: String, reason: String, time: Int64
    ) throws(StoreError) -> Int64 {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.run(
                "INSERT INTO contact_snapshot (workspace, contact, content, reason, time) VALUES (?, ?, ?, ?, ?)",
                [.text(workspace.text), .text(contactID), .text(content), .text(reason), .integer(time)])
            return try database.first("SELECT max(id) FROM contact_snapshot") { row in row.integer(0) } ?? 0
        }
    }

    /// The newest snapshot of a contact, or nil where there is none.
    package func latestSnapshot(
        of contactID: String, in workspace: WorkspaceID
    ) throws(StoreError) -> ContactSnapshot? {
        try snapshots(of: contactID, in: workspace, limit: 1).first
    }

    /// Snapshots, newest first.
    ///
    /// - Parameter contactID: Only of this contact; nil for all.
    package func snapshots(
        of contactID: String? = nil, in workspace: WorkspaceID, limit: Int
    ) throws(StoreError) -> [ContactSnapshot] {
        try database().query(
            """
            SELECT id, contact, content, reason, time FROM contact_snapshot
            WHERE workspace = ?1 AND (?2 IS NULL OR contact = ?2) ORDER BY id DESC LIMIT ?3
            """, [.text(workspace.text), SQLValue(contactID), .integer(Int64(limit))]
        ) { row in
            ContactSnapshot(
                id: row.integer(0), contactID: row.text(1), content: row.text(2), reason: row.text(3),
                time: row.integer(4))
        }
    }

    /// Deletes older snapshots; returns how many.
    @discardableResult package func pruneSnapshots(
        in workspace: WorkspaceID, before time: Int64
    ) throws(StoreError) -> Int {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.run(
                "DELETE FROM contact_snapshot WHERE workspace = ? AND time < ?",
                [.text(workspace.text), .integer(time)])
        }
    }
}
