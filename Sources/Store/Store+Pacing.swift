extension Store {
    /// Asks for a request's turn among all requests of all processes with the same key.
    ///
    /// One that is told to wait keeps its place and asks again at that time with the same ticket; one that no longer wants it
    /// calls ``withdraw(_:in:)``. A place whose owner does not ask for half a second after its time is given up. Nothing of it
    /// survives a loss of power.
    ///
    /// - Parameter now: Tells the time in milliseconds by a clock that all processes share, at best one that never jumps, such
    ///   as the time since the machine started. It is asked once no other process can come in between.
    package nonisolated func askForTurn(
        _ ticket: PacingTicket, in workspace: WorkspaceID, rate: PacingRate = .standard, now: @Sendable () -> Int64
    ) async throws(StoreError) -> PacingAnswer {
        try await withPacingQueue(of: workspace) { queue in
            // A place whose owner is gone would be waited behind until its time.
            queue.dropWaiters { $0 != process.text && ProcessIdentity(text: $0).hasEnded }
            return queue.ask(ticket, rate: rate, now: now())
        }
    }

    /// Gives a place in the line up.
    ///
    /// A task that was cancelled tries once; where another process is at the line just then, the place lapses by itself.
    package nonisolated func withdraw(_ ticket: PacingTicket, in workspace: WorkspaceID) async throws(StoreError) {
        try await withPacingQueue(of: workspace) { queue in queue.withdraw(ticket) }
    }

    /// A ticket for one request of this process.
    package nonisolated func newTicket(_ pacingClass: PacingClass) -> PacingTicket {
        let id = String(UInt64.random(in: .min ... .max), radix: 16)
        return PacingTicket(id: id, owner: process.text, pacingClass: pacingClass)
    }

    private nonisolated func withPacingQueue<Value>(
        of workspace: WorkspaceID, _ body: (inout PacingQueue) -> Value
    ) async throws(StoreError) -> Value {
        let file = PacingFile(folder: folder, workspace: workspace)
        for _ in 0...busyTimeout {
            if let value = try file.update(body) { return value }
            // Whoever was cancelled cannot pause between two tries, and needs no second one: a place that nobody asks for any more
            // is given up by itself.
            do { try await Task.sleep(for: .milliseconds(1)) } catch { break }
        }
        throw .locked(path: file.path)
    }
}
