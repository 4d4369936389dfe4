/// The index of contacts, which the API cannot search.
///
/// All processes of one key share it. A reading of all contacts is one generation: it writes page by page, and once it is
/// complete, what it did not see is gone. Every change has a number, so that each process learns what is new.
/// A loss of power may undo the last changes.
extension Store {
    /// How long an index that nobody uses is kept, in milliseconds.
    private static let lifetime: Int64 = 30 * 24 * 3_600_000

    /// How far the index is, or nil where there is none.
    ///
    /// Noted as a use, by which unused indexes are told.
    package func contactIndex(of workspace: WorkspaceID, now: Int64) throws(StoreError) -> ContactIndexHead? {
        let database = try database()
        let found = try database.first(
            """
            SELECT epoch, revision, floor, completed_at, claim IS NOT NULL AND claim_expires_at > ?2, used_at,
                (SELECT count(*) FROM indexed_contact WHERE workspace = ?1 AND content <> '')
            FROM contact_index WHERE workspace = ?1
            """, [.text(workspace.text), .integer(now)]
        ) { row in
            let head = ContactIndexHead(
                epoch: row.integer(0), revision: row.integer(1), floor: row.integer(2),
                completedAt: row.optionalInteger(3), isSyncing: row.integer(4) != 0, count: Int(row.integer(6)))
            return (head: head, usedAt: row.integer(5))
        }
        guard let found else { return nil }
        // Once an hour is often enough, and leaves looking a mere read.
        if now - found.usedAt > 3_600_000 {
            try database.transaction(.process) { () throws(StoreError) in
                try database.run(
                    "UPDATE contact_index SET used_at = ? WHERE workspace = ?", [.integer(now), .text(workspace.text)])
            }
        }
        return found.head
    }

    // MARK: Reading all contacts

    /// Claims the reading of all contacts, or returns nil where another process has it or was faster.
    ///
    /// - Parameters:
    ///   - completedAt: When the last reading was completed that the caller knows of; there must be no later one.
    ///   - expiresAt: When the claim ends unless a page is written before.
    package func beginContactSync(
        of workspace: WorkspaceID, after completedAt: Int64?, expiresAt: Int64, now: Int64
    ) throws(StoreError) -> ContactSync? {
        let database = try database()
        let claim = try randomID()
        return try database.transaction(.process) { () throws(StoreError) -> ContactSync? in
            try database.forgetContactIndexes("used_at < ?", .integer(now - Self.lifetime))
            try database.beginContactIndex(workspace, now: now)
            let claimed = try database.run(
                """
                UPDATE contact_index SET generation = generation + 1, claim = ?2, claim_expires_at = ?3, used_at = ?4
                WHERE workspace = ?1 AND (claim IS NULL OR claim_expires_at <= ?4) AND completed_at IS ?5
                """,
                [.text(workspace.text), .text(claim), .integer(expiresAt), .integer(now), SQLValue(completedAt)])
            guard claimed == 1 else { return nil }
            let generation = try database.contactGeneration(workspace)
            return ContactSync(claim: claim, generation: generation)
        }
    }

    /// Writes a page of contacts; returns whether the claim still held, without which nothing is written.
    ///
    /// - Parameters:
    ///   - askedAt: When the page was asked for. What was noted since then is newer than the page and stays.
    ///   - expiresAt: When the claim ends unless another page is written before.
    package func writeContactPage(
        _ contacts: [IndexedContact], of workspace: WorkspaceID, sync: ContactSync, askedAt: Int64, expiresAt: Int64
    ) throws(StoreError) -> Bool {
        let database = try database()
        return try database.transaction(.process) { () throws(StoreError) in
            let held = try database.run(
                "UPDATE contact_index SET claim_expires_at = ?3 WHERE workspace = ?1 AND claim = ?2",
                [.text(workspace.text), .text(sync.claim), .integer(expiresAt)])
            guard held == 1 else { return false }
            let revision = try database.contactRevision(workspace) + 1
            var hasChanged = false
            for contact in contacts {
                let isNew = try database.putContact(
                    contact, workspace, generation: sync.generation, revision: revision, unlessNotedSince: askedAt)
                hasChanged = hasChanged || isNew
            }
            if hasChanged { try database.setContactRevision(revision, workspace) }
            return true
        }
    }

    /// Ends a reading that saw every contact: drops those that it did not see; returns whether the claim still held.
    package func finishContactSync(
        _ sync: ContactSync, of workspace: WorkspaceID, now: Int64
    ) throws(StoreError) -> Bool {
        let database = try database()
        return try database.transaction(.process) { () throws(StoreError) in
            // What was removed up to the completion before is no longer listed.
            let held = try database.run(
                """
                UPDATE contact_index SET claim = NULL, completed_at = ?3, floor = completed_revision
                WHERE workspace = ?1 AND claim = ?2
                """, [.text(workspace.text), .text(sync.claim), .integer(now)])
            guard held == 1 else { return false }
            try database.run(
                """
                DELETE FROM indexed_contact WHERE workspace = ?1 AND content = ''
                    AND revision <= (SELECT floor FROM contact_index WHERE workspace = ?1)
                """, [.text(workspace.text)])
            let revision = try database.contactRevision(workspace) + 1
            let stale = "workspace = ?1 AND generation < ?2 AND content <> ''"
            try database.run(
                "DELETE FROM indexed_number WHERE contact IN (SELECT key FROM indexed_contact WHERE \(stale))",
                [.text(workspace.text), .integer(sync.generation)])
            let dropped = try database.run(
                "UPDATE indexed_contact SET name = '', content = '', revision = ?3 WHERE \(stale)",
                [.text(workspace.text), .integer(sync.generation), .integer(revision)])
            if dropped > 0 { try database.setContactRevision(revision, workspace) }
            try database.run(
                "UPDATE contact_index SET completed_revision = revision WHERE workspace = ?", [.text(workspace.text)])
            return true
        }
    }

    /// Gives a claim up, as where a page could not be read.
    package func abandonContactSync(_ sync: ContactSync, of workspace: WorkspaceID) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run(
                "UPDATE contact_index SET claim = NULL WHERE workspace = ? AND claim = ?",
                [.text(workspace.text), .text(sync.claim)])
        }
    }

    // MARK: Single contacts

    /// Puts a contact into the index as it is since now.
    package func noteContact(
        _ contact: IndexedContact, of workspace: WorkspaceID, now: Int64
    ) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.beginContactIndex(workspace, now: now)
            let revision = try database.contactRevision(workspace) + 1
            let generation = try database.contactGeneration(workspace)
            try database.putContact(contact, workspace, generation: generation, revision: revision, notedAt: now)
            try database.setContactRevision(revision, workspace)
        }
    }

    /// Takes a contact out of the index, as it was deleted now.
    package func noteContactRemoval(
        _ id: String, of workspace: WorkspaceID, now: Int64
    ) throws(StoreError) {
        // Kept without content, so that a page that was asked for before does not bring it back.
        try noteContact(IndexedContact(id: id, name: "", numbers: [], content: ""), of: workspace, now: now)
    }

    /// What changed after a change, in order.
    ///
    /// - Parameters:
    ///   - revision: The change up to which everything is known.
    ///   - key: The contact up to which everything of that change is known; 0 for none, the greatest number for all.
    ///   - limit: The most changes at once.
    package func contactChanges(
        of workspace: WorkspaceID, after revision: Int64, key: Int64 = .max, limit: Int
    ) throws(StoreError) -> [ContactIndexChange] {
        try database().query(
            """
            SELECT key, revision, content FROM indexed_contact
            WHERE workspace = ?1 AND revision >= ?2 AND (revision > ?2 OR key > ?3) ORDER BY revision, key LIMIT ?4
            """, [.text(workspace.text), .integer(revision), .integer(key), .integer(Int64(limit))]
        ) { row in
            let content = row.text(2)
            return ContactIndexChange(
                key: row.integer(0), revision: row.integer(1), content: content.isEmpty ? nil : content)
        }
    }

    /// The contact of that number in the index, JSON; nil where it was removed.
    package func indexedContact(_ key: Int64, of workspace: WorkspaceID) throws(StoreError) -> String? {
        try database().first(
            "SELECT content FROM indexed_contact WHERE workspace = ? AND key = ? AND content <> ''",
            [.text(workspace.text), .integer(key)]
        ) { row in row.text(0) }
    }

    /// The contact of that id, JSON; nil where the index has none.
    package func indexedContact(id: String, of workspace: WorkspaceID) throws(StoreError) -> String? {
        try database().first(
            "SELECT content FROM indexed_contact WHERE workspace = ? AND contact = ? AND content <> ''",
            [.text(workspace.text), .text(id)]
        ) { row in row.text(0) }
    }

    /// The contacts that have a number, JSON, in the order in which the index met them.
    package func indexedContacts(number: String, of workspace: WorkspaceID) throws(StoreError) -> [String] {
        try database().query(
            """
            SELECT content FROM indexed_number JOIN indexed_contact ON key = indexed_number.contact
            WHERE indexed_number.workspace = ? AND number = ? ORDER BY key
            """, [.text(workspace.text), .text(number)]
        ) { row in row.text(0) }
    }

    /// The names of the contacts that have a number, in the order in which the index met them.
    package func contactNames(of number: String, in workspace: WorkspaceID) throws(StoreError) -> [String] {
        try database().query(
            """
            SELECT name FROM indexed_number JOIN indexed_contact ON key = indexed_number.contact
            WHERE indexed_number.workspace = ? AND number = ? ORDER BY key
            """, [.text(workspace.text), .text(number)]
        ) { row in row.text(0) }
    }

    /// The names of the contacts that have each of several numbers; a number that none has is left out.
    package func contactNames(
        of numbers: Set<String>, in workspace: WorkspaceID
    ) throws(StoreError) -> [String: [String]] {
        var names: [String: [String]] = [:]
        for number in numbers {
            let found = try contactNames(of: number, in: workspace)
            if !found.isEmpty { names[number] = found }
        }
        return names
    }

    /// The contents of contacts by name, a stretch of them.
    package func indexedContacts(
        of workspace: WorkspaceID, limit: Int, offset: Int
    ) throws(StoreError) -> [String] {
        try database().query(
            """
            SELECT content FROM indexed_contact WHERE workspace = ? AND content <> ''
            ORDER BY name COLLATE NOCASE, key LIMIT ? OFFSET ?
            """, [.text(workspace.text), .integer(Int64(limit)), .integer(Int64(offset))]
        ) { row in row.text(0) }
    }

    /// Has the index of a workspace read anew when it is used next, because contacts were changed elsewhere.
    ///
    /// - Parameter now: The time in milliseconds since 1970.
    package func noteContactsChanged(of workspace: WorkspaceID, now: Int64) throws(StoreError) {
        // An index of more than ten minutes counts as old.
        try database().run(
            "UPDATE contact_index SET completed_at = min(completed_at, ?) WHERE workspace = ?",
            [.integer(now - 600_001), .text(workspace.text)])
    }

    /// Deletes the index of a workspace.
    package func forgetContacts(of workspace: WorkspaceID) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.forgetContactIndexes("workspace = ?", .text(workspace.text))
        }
    }
}

extension Database {
    /// Makes the index of a workspace where there is none.
    fileprivate func beginContactIndex(_ workspace: WorkspaceID, now: Int64) throws(StoreError) {
        try run(
            """
            INSERT OR IGNORE INTO contact_index (workspace, epoch, revision, floor, completed_revision, generation, used_at)
            VALUES (?, ?, 0, 0, 0, 0, ?)
            """, [.text(workspace.text), .integer(.random(in: 0..<Row.range.upperBound)), .integer(now)])
    }

    /// The number of the last change.
    fileprivate func contactRevision(_ workspace: WorkspaceID) throws(StoreError) -> Int64 {
        try first("SELECT revision FROM contact_index WHERE workspace = ?", [.text(workspace.text)]) { $0.integer(0) }
            ?? 0
    }

    fileprivate func setContactRevision(_ revision: Int64, _ workspace: WorkspaceID) throws(StoreError) {
        try run(
            "UPDATE contact_index SET revision = ? WHERE workspace = ?", [.integer(revision), .text(workspace.text)])
    }

    /// The last reading that was begun.
    fileprivate func contactGeneration(_ workspace: WorkspaceID) throws(StoreError) -> Int64 {
        try first("SELECT generation FROM contact_index WHERE workspace = ?", [.text(workspace.text)]) { $0.integer(0) }
            ?? 0
    }

    /// Puts a contact in its row; returns whether that changed what the row says.
    ///
    /// - Parameter unlessNotedSince: Leaves a row as it is that was noted then or later.
    @discardableResult fileprivate func putContact(
        _ contact: IndexedContact, _ workspace: WorkspaceID, generation: Int64, revision: Int64,
        notedAt: Int64? = nil, unlessNotedSince limit: Int64 = .max
    ) throws(StoreError) -> Bool {
        let found = try first(
            "SELECT key, content, noted_at FROM indexed_contact WHERE workspace = ? AND contact = ?",
            [.text(workspace.text), .text(contact.id)]
        ) { row in (key: row.integer(0), content: row.text(1), notedAt: row.optionalInteger(2)) }
        let key: Int64
        if let found {
            key = found.key
            if let notedAt = found.notedAt, notedAt >= limit { return false }
            guard found.content != contact.content else {
                try run(
                    "UPDATE indexed_contact SET generation = ?, noted_at = coalesce(?, noted_at) WHERE key = ?",
                    [.integer(generation), SQLValue(notedAt), .integer(key)])
                return false
            }
            try run(
                """
                UPDATE indexed_contact SET generation = ?2, revision = ?3, name = ?4, content = ?5,
                    noted_at = coalesce(?6, noted_at)
                WHERE key = ?1
                """,
                [
                    .integer(key), .integer(generation), .integer(revision), .text(contact.name),
                    .text(contact.content), SQLValue(notedAt),
                ])
            try run("DELETE FROM indexed_number WHERE contact = ?", [.integer(key)])
        } else {
            try run(
                """
                INSERT INTO indexed_contact (workspace, contact, generation, revision, name, content, noted_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(workspace.text), .text(contact.id), .integer(generation), .integer(revision),
                    .text(contact.name), .text(contact.content), SQLValue(notedAt),
                ])
            key = try first("SELECT last_insert_rowid()") { $0.integer(0) } ?? 0
        }
        for number in contact.numbers {
            try run(
                "INSERT OR IGNORE INTO indexed_number (workspace, number, contact) VALUES (?, ?, ?)",
                [.text(workspace.text), .text(number), .integer(key)])
        }
        return true
    }

    /// Deletes the indexes that a condition selects.
    fileprivate func forgetContactIndexes(_ condition: String, _ value: SQLValue) throws(StoreError) {
        let selected = "workspace IN (SELECT workspace FROM contact_index WHERE \(condition))"
        for table in ["indexed_number", "indexed_contact", "contact_index"] {
            try run("DELETE FROM \(table) WHERE \(selected)", [value])
        }
    }
}
