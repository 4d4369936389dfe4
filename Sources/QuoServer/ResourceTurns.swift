/// Lets changes of one resource happen one after another within this process.
///
/// A change of a contact reads it, merges and writes it whole. Two at once would both start from the same contact, and the
/// second would take back what the first wrote.
actor ResourceTurns {
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits for a resource's turn; ``end(_:)`` must follow.
    func begin(_ resource: String) async {
        if waiting[resource] == nil {
            waiting[resource] = []
            return
        }
        await withCheckedContinuation { waiting[resource]?.append($0) }
    }

    /// Ends a resource's turn.
    func end(_ resource: String) {
        guard var others = waiting[resource], !others.isEmpty else {
            waiting[resource] = nil
            return
        }
        let next = others.removeFirst()
        waiting[resource] = others
        next.resume()
    }
}
