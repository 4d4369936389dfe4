/// The shapes of the database, each made from the one before; a shape that was released is never edited.
enum Schema {
    static let migrations = [
        first, contactIndex, batches, webhookEvents, retention, textsOfAllKeys, connectionChoice, withoutPacing,
        eventIDs,
    ]

    /// Times are milliseconds since 1970.
    private static let first = """
        CREATE TABLE effect (
            id TEXT PRIMARY KEY NOT NULL,
            workspace TEXT NOT NULL,
            digest TEXT NOT NULL,
            tool TEXT NOT NULL,
            kind TEXT NOT NULL,
            risk TEXT NOT NULL,
            client TEXT,
            line TEXT,
            text_digest TEXT,
            segments INTEGER NOT NULL,
            cents INTEGER NOT NULL,
            facts TEXT NOT NULL,
            request TEXT NOT NULL,
            rule TEXT,
            state TEXT NOT NULL,
            process TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            expires_at INTEGER,
            attempted_at INTEGER,
            approver TEXT,
            approval_method TEXT,
            outcome_id TEXT,
            outcome_status TEXT,
            trace TEXT
        );
        -- Asking again finds what waits, and one approval serves one request.
        CREATE UNIQUE INDEX effect_open ON effect (workspace, digest) WHERE state IN ('pending', 'granted');
        -- Whatever the code does, no request is under way twice, nor again while its outcome is unknown.
        CREATE UNIQUE INDEX effect_unresolved ON effect (workspace, digest) WHERE state IN ('inFlight', 'unknown');
        CREATE INDEX effect_digest ON effect (workspace, digest, updated_at);
        CREATE INDEX effect_attempt ON effect (workspace, attempted_at);
        CREATE INDEX effect_expiry ON effect (expires_at) WHERE state IN ('pending', 'granted');
        CREATE INDEX effect_state ON effect (state) WHERE state IN ('pending', 'granted', 'inFlight', 'unknown');

        CREATE TABLE effect_recipient (
            effect TEXT NOT NULL REFERENCES effect (id),
            position INTEGER NOT NULL,
            recipient TEXT NOT NULL,
            PRIMARY KEY (effect, position)
        ) WITHOUT ROWID;
        CREATE INDEX effect_recipient_recipient ON effect_recipient (recipient);

        CREATE TABLE pacing (
            workspace TEXT PRIMARY KEY NOT NULL,
            state TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY NOT NULL,
            workspace TEXT NOT NULL,
            time INTEGER NOT NULL,
            process TEXT NOT NULL,
            event TEXT NOT NULL,
            client TEXT,
            tool TEXT,
            risk TEXT,
            digest TEXT,
            rule TEXT,
            approver TEXT,
            approval_method TEXT,
            outcome TEXT,
            trace TEXT,
            detail TEXT,
            hash TEXT NOT NULL
        );
        CREATE INDEX audit_digest ON audit (digest);
        CREATE TABLE audit_head (
            one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
            sequence INTEGER NOT NULL,
            hash TEXT NOT NULL
        );
        INSERT INTO audit_head VALUES (1, 0, '');
        CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'a line of the audit is never changed'); END;
        CREATE TRIGGER audit_remains BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'a line of the audit is never deleted'); END;

        CREATE TABLE contact_snapshot (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            workspace TEXT NOT NULL,
            contact TEXT NOT NULL,
            content TEXT NOT NULL,
            reason TEXT NOT NULL,
            time INTEGER NOT NULL
        );
        CREATE INDEX contact_snapshot_contact ON contact_snapshot (workspace, contact, id);

        -- The workspace is empty where the person is not to be texted from any.
        CREATE TABLE opt_out (
            workspace TEXT NOT NULL,
            number TEXT NOT NULL,
            note TEXT,
            time INTEGER NOT NULL,
            PRIMARY KEY (workspace, number)
        ) WITHOUT ROWID;

        CREATE TABLE opt_out_look (
            workspace TEXT NOT NULL,
            recipient TEXT NOT NULL,
            verdict TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (workspace, recipient)
        ) WITHOUT ROWID;

        CREATE TABLE incoming_value (
            workspace TEXT NOT NULL,
            value TEXT NOT NULL,
            source TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (workspace, value)
        ) WITHOUT ROWID;
        """

    /// A removed contact has no content.
    ///
    /// Its key is never another's.
    private static let contactIndex = """
        CREATE TABLE contact_index (
            workspace TEXT PRIMARY KEY NOT NULL,
            epoch INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            floor INTEGER NOT NULL,
            completed_revision INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            completed_at INTEGER,
            claim TEXT,
            claim_expires_at INTEGER,
            used_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE indexed_contact (
            key INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            workspace TEXT NOT NULL,
            contact TEXT NOT NULL,
            generation INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            name TEXT NOT NULL,
            content TEXT NOT NULL,
            noted_at INTEGER
        );
        CREATE UNIQUE INDEX indexed_contact_contact ON indexed_contact (workspace, contact);
        CREATE INDEX indexed_contact_revision ON indexed_contact (workspace, revision, key);
        CREATE INDEX indexed_contact_present ON indexed_contact (workspace) WHERE content <> '';

        CREATE TABLE indexed_number (
            workspace TEXT NOT NULL,
            number TEXT NOT NULL,
            contact INTEGER NOT NULL REFERENCES indexed_contact (key),
            PRIMARY KEY (workspace, number, contact)
        ) WITHOUT ROWID;
        CREATE INDEX indexed_number_contact ON indexed_number (contact);
        """

    /// Several texts under one approval: each has an effect of its own, which names the approval's.
    private static let batches = """
        ALTER TABLE effect ADD COLUMN batch TEXT REFERENCES effect (id);
        -- Whatever the code does, one approval sends each of its texts once.
        CREATE UNIQUE INDEX effect_batch ON effect (batch, digest)
            WHERE batch IS NOT NULL AND state IN ('inFlight', 'unknown', 'done');
        """

    /// Texts are looked for among those of all keys.
    private static let textsOfAllKeys = """
        CREATE INDEX effect_request ON effect (digest, updated_at);
        CREATE INDEX effect_words ON effect (text_digest, attempted_at) WHERE text_digest IS NOT NULL;
        """

    /// The account of each key of a gateway that a person chose.
    private static let connectionChoice = """
        CREATE TABLE connection_choice (
            key TEXT PRIMARY KEY NOT NULL,
            connection TEXT NOT NULL,
            chosen_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// Who waits for a turn is in a file of its own; see ``PacingFile``.
    private static let withoutPacing = "DROP TABLE pacing"
}
