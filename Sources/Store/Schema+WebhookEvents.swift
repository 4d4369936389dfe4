extension Schema {
    /// What webhooks told, and which processes listen for more.
    ///
    /// A sequence is never another event's, so that who read up to one misses none.
    static let webhookEvents = """
        CREATE TABLE webhook_event (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            workspace TEXT NOT NULL,
            delivery TEXT NOT NULL,
            type TEXT NOT NULL,
            resource_time INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            content TEXT NOT NULL
        );
        -- However often and to however many listeners it is delivered, an event is kept once.
        CREATE UNIQUE INDEX webhook_event_delivery ON webhook_event (workspace, delivery);
        CREATE INDEX webhook_event_resource_time ON webhook_event (workspace, resource_time, sequence);
        CREATE INDEX webhook_event_arrival ON webhook_event (workspace, sequence);
        CREATE INDEX webhook_event_received_at ON webhook_event (received_at);

        CREATE TABLE webhook_listener (
            workspace TEXT NOT NULL,
            process TEXT NOT NULL,
            seen_at INTEGER NOT NULL,
            PRIMARY KEY (workspace, process)
        ) WITHOUT ROWID;
        """

    /// Events by their own ids; one without is never another's.
    static let eventIDs = """
        ALTER TABLE webhook_event ADD COLUMN event TEXT;
        -- Each webhook that wants an event gets it by a delivery of its own.
        CREATE UNIQUE INDEX webhook_event_event ON webhook_event (workspace, event);
        """
}
