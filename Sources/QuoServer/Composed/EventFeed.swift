import Store
import Webhooks

/// What webhooks told of a workspace, which every process of this machine can read and `quo-mcp listen` writes.
///
/// The events of the sandbox are written by the server that it is in.
///
/// Where the state cannot be read there are no events, as where nobody listens.
package struct EventFeed: Sendable {
    /// How often those who wait look, which costs no request.
    static let interval: Duration = .milliseconds(250)
    /// How many arrivals are looked at at once.
    static let page = 100

    private let store: Store
    private let workspace: WorkspaceID
    private let time: @Sendable () -> Int64
    private let isServedHere: Bool

    /// - Parameter isServedHere: Whether this process itself writes what happens.
    init(store: Store, workspace: WorkspaceID, time: @escaping @Sendable () -> Int64, isServedHere: Bool) {
        self.isServedHere = isServedHere
        self.store = store
        self.workspace = workspace
        self.time = time
    }

    /// The place of the latest arrival, which grows with each; 0 where nothing arrived.
    package func latest() async -> Int64 { (try? await store.latestArrival(in: workspace)) ?? 0 }

    /// Whether some process takes webhooks now.
    package func isLive() async -> Bool {
        if isServedHere { return true }
        return (try? await store.hasListener(in: workspace, now: time())) ?? false
    }

    /// What arrived after a place, in the order of arrival.
    func arrivals(after sequence: Int64, of types: [String]) async -> [WebhookRecord] {
        (try? await store.arrivals(after: sequence, of: types, limit: Self.page, in: workspace)) ?? []
    }

    /// What happened, latest first.
    func events(_ filter: WebhookFilter, before place: WebhookPlace?, limit: Int) async throws -> [WebhookRecord] {
        try await store.events(filter, before: place, limit: limit, in: workspace)
    }

    /// The texts that came in after a time, oldest first.
    func texts(after time: Int64) async -> [WebhookRecord] {
        let filter = WebhookFilter(types: [WebhookEventType.messageReceived.rawValue], since: time + 1)
        return ((try? await events(filter, before: nil, limit: Self.page)) ?? []).reversed()
    }

    /// The event that was kept; nil where the state was changed by hand.
    static func event(of record: WebhookRecord) -> WebhookEvent? { try? WebhookEvent(Array(record.content.utf8)) }
}
