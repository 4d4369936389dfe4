extension Schema {
    /// What was removed because it was older than the owner keeps it, and what may be.
    static let retention = """
        -- The last line of the audit that was removed; the chain goes on from its hash.
        CREATE TABLE audit_anchor (
            one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
            sequence INTEGER NOT NULL,
            hash TEXT NOT NULL,
            time INTEGER
        );
        INSERT INTO audit_anchor VALUES (1, 0, '', NULL);
        DROP TRIGGER audit_remains;
        CREATE TRIGGER audit_remains BEFORE DELETE ON audit
            WHEN OLD.sequence > coalesce((SELECT sequence FROM audit_anchor), 0)
            BEGIN SELECT RAISE(ABORT, 'a line of the audit is not deleted before its time'); END;

        CREATE TABLE retention (
            one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
            tidied_at INTEGER
        );
        INSERT INTO retention VALUES (1, NULL);
        -- How far back processes look in the ledger, each length with when one said so last.
        CREATE TABLE ledger_window (
            length INTEGER PRIMARY KEY NOT NULL,
            noted_at INTEGER NOT NULL
        );
        -- Without it, each effect that is removed would be looked for in all others.
        CREATE INDEX effect_batch_text ON effect (batch);
        """
}
