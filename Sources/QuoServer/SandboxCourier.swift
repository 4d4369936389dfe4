import Guard
import HTTP
import JSON
import Sandbox
import Store
import Webhooks

/// Brings what happens in the sandbox to those who wait for it, and to webhooks that lead to this machine.
///
/// A server of the sandbox needs no listener for its events: the courier keeps them where a listener would. It ends with
/// the last reference to it.
final class SandboxCourier: Sendable {
    /// How long a receiver may take to answer.
    private static let patience: Duration = .seconds(15)

    private let store: Store
    private let workspace: WorkspaceID
    private let work: Task<Void, Never>

    /// Begins to look; the events that come are kept for a workspace.
    init(_ sandbox: SandboxTransport, store: Store, workspace: WorkspaceID) {
        self.store = store
        self.workspace = workspace
        let transport = CurlTransport()
        work = Task.detached {
            while !Task.isCancelled {
                // Where the state cannot be used there are no events, as where nobody listens.
                for event in sandbox.takeEvents() {
                    _ = try? await store.keepEvent(WebhookRecord(event), in: workspace)
                }
                for delivery in sandbox.takeDeliveries() {
                    Task { await Self.post(delivery, of: sandbox, by: transport) }
                }
                try? await Task.sleep(for: EventFeed.interval)
            }
        }
    }

    deinit { work.cancel() }

    /// Ends it, and forgets what only this sandbox knew.
    func stop() async {
        work.cancel()
        await work.value
        try? await store.forgetEvents(in: workspace)
        try? await store.forgetWebhookSecrets(in: workspace)
    }

    private static func post(
        _ delivery: SandboxDelivery, of sandbox: SandboxTransport, by transport: CurlTransport
    ) async {
        var status: Int?
        do {
            let signature = try WebhookSigner.headers(
                for: delivery.body, id: delivery.id, time: Timestamp.now, secret: try WebhookSecret(delivery.secret))
            let request = HTTPRequest(
                method: .post, url: delivery.url,
                headers: [HTTPHeader("Content-Type", "application/json")] + signature, body: delivery.body,
                timeout: patience)
            status = try await transport.send(request).status
        } catch {
            // Nobody answered, which is noted as such.
        }
        sandbox.note(delivery, answeredWith: status)
    }
}

extension WebhookRecord {
    fileprivate init(_ event: SandboxEvent) {
        self.init(
            delivery: event.id, type: event.type, resourceTime: event.time, receivedAt: Timestamp.now,
            content: event.content.text())
    }
}
