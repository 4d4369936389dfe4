import Store
import Synchronization
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

    /// How late a text may arrive and still be told to who waits for what was written after it, in milliseconds.
    private static let lateness: Int64 = 600_000

    private let store: Store
    private let workspace: WorkspaceID
    private let time: @Sendable () -> Int64
    private let isServedHere: Bool
    private let told = ToldTexts()

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

    /// Every text in which a number stands and that was written after a time, or arrived after it a little late, oldest first.
    func texts(after time: Int64, with number: String) async -> [WebhookRecord] {
        let filter = WebhookFilter(
            types: [WebhookEventType.messageReceived.rawValue], since: time - Self.lateness, number: number)
        let texts = (try? await events(filter, before: nil, limit: .max)) ?? []
        return texts.reversed().filter { $0.resourceTime > time || $0.receivedAt > time }
    }

    /// Notes which texts were told as replies, by their ids.
    func noteTold(_ ids: [String]) { told.ids.withLock { $0 = ($0 + ids).suffix(1_000) } }

    /// Whether a text was told as a reply by this process.
    func wasTold(_ id: String) -> Bool { told.ids.withLock { $0.contains(id) } }

    /// The event that was kept; nil where the state was changed by hand.
    static func event(of record: WebhookRecord) -> WebhookEvent? { try? WebhookEvent(Array(record.content.utf8)) }
}

/// The texts that this process told as replies.
private final class ToldTexts: Sendable {
    /// Their ids, the latest last.
    let ids = Mutex<[String]>([])
}
