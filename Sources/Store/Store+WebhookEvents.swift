/// An event that was delivered and verified.
package struct WebhookRecord: Sendable, Equatable {
    /// Its place in the order of arrival, 0 before it is kept.
    package var sequence: Int64 = 0
    /// What tells it from every other one: the id of its delivery, or of the event where deliveries have none.
    package let delivery: String
    /// The event's own id, by which one of several webhooks is known again; nil where it has none or it does not count.
    let event: String?
    /// The name of its type, such as `message.received`.
    package let type: String
    /// When what it tells of happened, in milliseconds since 1970.
    package let resourceTime: Int64
    /// When it arrived, in milliseconds since 1970.
    package let receivedAt: Int64
    /// Its body as it came.
    package let content: String

    package init(
        delivery: String, event: String? = nil, type: String, resourceTime: Int64, receivedAt: Int64, content: String
    ) {
        self.delivery = delivery
        self.event = event
        self.type = type
        self.resourceTime = resourceTime
        self.receivedAt = receivedAt
        self.content = content
    }
}

/// Which events are wanted.
package struct WebhookFilter: Sendable, Equatable {
    /// Only of these types; of all where there are none.
    package var types: [String]
    /// Only of what happened since, in milliseconds since 1970.
    package var since: Int64
    /// Only those in which this number stands, in E.164; nil for all.
    package var number: String?

    package init(types: [String] = [], since: Int64 = .min, number: String? = nil) {
        self.types = types
        self.since = since
        self.number = number
    }
}

/// A place in the order of what happened.
package struct WebhookPlace: Sendable, Equatable {
    /// When what an event tells of happened.
    package let resourceTime: Int64
    /// The event's place in the order of arrival.
    package let sequence: Int64

    package init(resourceTime: Int64, sequence: Int64) {
        self.resourceTime = resourceTime
        self.sequence = sequence
    }
}

extension Store {
    /// How long events are kept, in milliseconds: more than the 28 hours for which Quo repeats a delivery.
    private static let eventLifetime: Int64 = 30 * 86_400_000
    /// How long a listener that gives no sign is taken to be alive, in milliseconds.
    private static let listenerPatience: Int64 = 15_000

    /// Keeps an event; returns whether it is a new one, by its delivery and by its own id.
    ///
    /// Once this returns, the event survives a loss of power.
    package func keepEvent(_ event: WebhookRecord, in workspace: WorkspaceID) throws(StoreError) -> Bool {
        let database = try database()
        return try database.transaction { () throws(StoreError) in
            try database.run(
                """
                INSERT OR IGNORE INTO webhook_event
                    (workspace, delivery, event, type, resource_time, received_at, content)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(workspace.text), .text(event.delivery), SQLValue(event.event), .text(event.type),
                    .integer(event.resourceTime),
                    .integer(event.receivedAt), .text(event.content),
                ]) > 0
        }
    }

    /// The latest events by when what they tell of happened, latest first.
    ///
    /// - Parameter place: Only those before this one.
    package func events(
        _ filter: WebhookFilter, before place: WebhookPlace? = nil, limit: Int, in workspace: WorkspaceID
    ) throws(StoreError) -> [WebhookRecord] {
        var (condition, values) = Self.condition(filter.types)
        if let number = filter.number {
            condition += " AND instr(content, ?) > 0"
            // JSON may write the sign before the digits in more ways than one.
            values.append(.text(String(number.drop { $0 == "+" })))
        }
        let last = place ?? WebhookPlace(resourceTime: .max, sequence: .max)
        return try database().query(
            """
            SELECT sequence, delivery, type, resource_time, received_at, content, event FROM webhook_event
            WHERE workspace = ? AND resource_time >= ? AND (resource_time, sequence) < (?, ?)\(condition)
            ORDER BY resource_time DESC, sequence DESC LIMIT ?
            """,
            [
                .text(workspace.text), .integer(filter.since), .integer(last.resourceTime), .integer(last.sequence),
            ] + values + [.integer(Int64(limit))]
        ) { row in WebhookRecord(row) }
    }

    /// The events that arrived after one, in the order of arrival.
    ///
    /// - Parameter sequence: The place of that one.
    package func arrivals(
        after sequence: Int64, of kinds: [String], limit: Int, in workspace: WorkspaceID
    ) throws(StoreError) -> [WebhookRecord] {
        let (types, values) = Self.condition(kinds)
        return try database().query(
            """
            SELECT sequence, delivery, type, resource_time, received_at, content, event FROM webhook_event
            WHERE workspace = ? AND sequence > ?\(types) ORDER BY sequence LIMIT ?
            """, [.text(workspace.text), .integer(sequence)] + values + [.integer(Int64(limit))]
        ) { row in WebhookRecord(row) }
    }

    /// The place of the latest arrival, 0 where nothing arrived.
    package func latestArrival(in workspace: WorkspaceID) throws(StoreError) -> Int64 {
        try database().first(
            "SELECT max(sequence) FROM webhook_event WHERE workspace = ?", [.text(workspace.text)]
        ) { row in row.integer(0) } ?? 0
    }

    /// Forgets the events of a workspace that is gone.
    package func forgetEvents(in workspace: WorkspaceID) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run("DELETE FROM webhook_event WHERE workspace = ?", [.text(workspace.text)])
        }
    }

    private static func condition(_ types: [String]) -> (sql: String, values: [SQLValue]) {
        if types.isEmpty { return ("", []) }
        let marks = types.map { _ in "?" }.joined(separator: ", ")
        return (" AND type IN (\(marks))", types.map { .text($0) })
    }

    // MARK: Listeners

    /// Notes that this process listens, and forgets events that are too old.
    package func noteListener(in workspace: WorkspaceID, now: Int64) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run(
                "INSERT OR REPLACE INTO webhook_listener (workspace, process, seen_at) VALUES (?, ?, ?)",
                [.text(workspace.text), .text(process.text), .integer(now)])
            try database.run(
                "DELETE FROM webhook_listener WHERE seen_at < ?", [.integer(now - Self.listenerPatience)])
            try database.run(
                "DELETE FROM webhook_event WHERE received_at < ?", [.integer(now - Self.eventLifetime)])
        }
    }

    /// Notes that this process listens no more.
    package func noteListenerEnd(in workspace: WorkspaceID) throws(StoreError) {
        let database = try database()
        try database.transaction(.process) { () throws(StoreError) in
            try database.run(
                "DELETE FROM webhook_listener WHERE workspace = ? AND process = ?",
                [.text(workspace.text), .text(process.text)])
        }
    }

    /// Whether some process listens for events of a workspace.
    package func hasListener(in workspace: WorkspaceID, now: Int64) throws(StoreError) -> Bool {
        let processes = try database().query(
            "SELECT process FROM webhook_listener WHERE workspace = ? AND seen_at >= ?",
            [.text(workspace.text), .integer(now - Self.listenerPatience)]
        ) { row in ProcessIdentity(text: row.text(0)) }
        return processes.contains { !$0.hasEnded }
    }
}

extension WebhookRecord {
    fileprivate init(_ row: Row) {
        self.init(
            delivery: row.text(1), event: row.optionalText(6), type: row.text(2), resourceTime: row.integer(3),
            receivedAt: row.integer(4),
            content: row.text(5))
        sequence = row.integer(0)
    }
}
