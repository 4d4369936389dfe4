extension Store {
    /// Asks for a request's turn among all requests of all processes with the same key.
    ///
    /// One that is told to wait keeps its place and asks again at that time with the same ticket; one that no longer wants it
    /// calls ``withdraw(_:in:)``. A place whose owner does not ask for half a second after its time is given up. A loss of
    /// power may undo what was granted in the last moments.
    ///
    /// - Parameter now: Tells the time in milliseconds by a clock that all processes share, at best one that never jumps, such
    ///   as the time since the machine started. It is asked once no other process can come in between.
    package func askForTurn(
        _ ticket: PacingTicket, in workspace: WorkspaceID, rate: PacingRate = .standard, now: @Sendable () -> Int64
    ) throws(StoreError) -> PacingAnswer {
        try withPacingQueue(of: workspace) { queue in queue.ask(ticket, rate: rate, now: now()) }
    }

    /// Gives a place in the line up.
    package func withdraw(_ ticket: PacingTicket, in workspace: WorkspaceID) throws(StoreError) {
        try withPacingQueue(of: workspace) { queue in queue.withdraw(ticket) }
    }

    /// A ticket for one request of this process.
    package nonisolated func newTicket(_ pacingClass: PacingClass) -> PacingTicket {
        let id = String(UInt64.random(in: .min ... .max), radix: 16)
        return PacingTicket(id: id, owner: process.text, pacingClass: pacingClass)
    }

    private func withPacingQueue<Value>(
        of workspace: WorkspaceID, _ body: (inout PacingQueue) -> Value
    ) throws(StoreError) -> Value {
        let database = try database()
        return try database.transaction(.process) { () throws(StoreError) in
            let text = try database.first(
                "SELECT state FROM pacing WHERE workspace = ?", [.text(workspace.text)]
            ) { row in row.text(0) }
            var queue = PacingQueue(text: text ?? "")
            let value = body(&queue)
            try database.run(
                "INSERT OR REPLACE INTO pacing (workspace, state) VALUES (?, ?)",
                [.text(workspace.text), .text(queue.text)])
            return value
        }
    }
}
