import JSON
import QuoAPI

/// A delivery of an event that a webhook's address has not taken yet.
struct PendingDelivery: Sendable {
    /// Its place among all deliveries.
    let number: Int
    /// The id that receivers know it by.
    let id: String
    let webhook: WebhookReference
    let body: [UInt8]
    var attempts = 0
    /// When it goes next; nil while it is under way.
    var due: Timestamp?

    /// A webhook of one of the two kinds, whose identifiers have nothing to do with one another.
    enum WebhookReference: Sendable, Equatable {
        case first(String)
        case dated(String)
    }

    /// How long after an attempt that failed the next follows, in milliseconds; there are eight in all.
    static let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map { Int64($0) * Timestamp.second }
}

/// A delivery that is due, to be signed and posted.
package struct SandboxDelivery: Sendable {
    /// The id that receivers know it by; the deliveries of v1 show none.
    package let id: String
    /// Where it goes: an address of this machine.
    package let url: String
    /// The webhook's signing secret, as the API tells it.
    package let secret: String
    /// The event.
    package let body: [UInt8]
    fileprivate let number: Int
}

extension Workspace {
    /// Enters an event for every webhook that wants it.
    ///
    /// Only what leads to this machine is posted; other addresses are said to have taken it, so that nothing leaves.
    mutating func deliver(_ event: SandboxEvent) {
        func isWanted(_ isEnabled: Bool, _ events: [String], _ lines: [String]) -> Bool {
            let isItsLine = event.lineID.map { lines.contains("*") || lines.contains($0) } ?? true
            return isEnabled && events.contains(event.type) && isItsLine
        }
        for (index, webhook) in datedWebhooks.enumerated()
        where isWanted(webhook.isEnabled, webhook.events, webhook.resourceIDs) {
            deliver(event, to: index)
        }
        guard let content = event.legacyContent else { return }
        for webhook in webhooks where isWanted(webhook.isEnabled, webhook.events, webhook.resourceIDs) {
            guard Self.isOfThisMachine(webhook.url) else { continue }
            enqueue(content.bytes(), id: event.id, for: .first(webhook.id))
        }
    }

    /// Enters an event for a webhook of the dated version, whether it wants it or not.
    mutating func deliver(_ event: SandboxEvent, to index: Int) {
        let webhook = datedWebhooks[index]
        let isPosted = Self.isOfThisMachine(webhook.url)
        let delivery = DatedWebhook.Delivery(
            id: log.random.shortIdentifier("msg_", length: 22), event: event.type, content: event.content,
            createdAt: now, attempts: isPosted ? [] : [DatedWebhook.Attempt(moment: now, isManual: false, status: 200)])
        datedWebhooks[index].deliveries.append(delivery)
        if isPosted { enqueue(event.content.bytes(), id: delivery.id, for: .dated(webhook.id)) }
    }

    /// Enters a delivery that was made before once more.
    mutating func deliverAgain(_ delivery: DatedWebhook.Delivery, of webhook: DatedWebhook) {
        guard !log.deliveries.contains(where: { $0.id == delivery.id }) else { return }
        enqueue(delivery.content.bytes(), id: delivery.id, for: .dated(webhook.id))
    }

    private mutating func enqueue(_ body: [UInt8], id: String, for webhook: PendingDelivery.WebhookReference) {
        log.lastDelivery += 1
        log.deliveries.append(
            PendingDelivery(number: log.lastDelivery, id: id, webhook: webhook, body: body, due: now))
    }

    /// Whether an address is plain http to this machine.
    static func isOfThisMachine(_ url: String) -> Bool {
        url.lowercased().hasPrefix("http://") && (try? BaseURL(url)) != nil
    }

    /// When a delivery goes next; nil where it does not.
    func nextAttempt(at delivery: String) -> Timestamp? { log.deliveries.first { $0.id == delivery }?.due }

    /// The deliveries that are due, which are under way from now on.
    mutating func takeDeliveries() -> [SandboxDelivery] {
        var taken: [SandboxDelivery] = []
        for (index, pending) in log.deliveries.enumerated().reversed() {
            guard let due = pending.due, due <= now else { continue }
            // As the webhook is now: it may be gone, or have another address or secret.
            guard let (url, secret) = target(of: pending.webhook), Self.isOfThisMachine(url) else {
                log.deliveries.remove(at: index)
                continue
            }
            log.deliveries[index].due = nil
            taken.append(
                SandboxDelivery(id: pending.id, url: url, secret: secret, body: pending.body, number: pending.number))
        }
        return taken.reversed()
    }

    private func target(of webhook: PendingDelivery.WebhookReference) -> (url: String, secret: String)? {
        switch webhook {
        case .first(let id): webhooks.first { $0.id == id }.map { ($0.url, $0.key) }
        case .dated(let id): datedWebhooks.first { $0.id == id }.map { ($0.url, $0.key) }
        }
    }

    /// Notes how a delivery was answered; what was not taken goes again later, up to eight times.
    mutating func note(_ delivery: SandboxDelivery, answeredWith status: Int?) {
        guard let index = log.deliveries.firstIndex(where: { $0.number == delivery.number }) else { return }
        if case .dated(let id) = log.deliveries[index].webhook,
            let webhook = datedWebhooks.firstIndex(where: { $0.id == id }),
            let place = datedWebhooks[webhook].deliveries.firstIndex(where: { $0.id == delivery.id })
        {
            datedWebhooks[webhook].deliveries[place].attempts.append(
                DatedWebhook.Attempt(
                    moment: now, isManual: datedWebhooks[webhook].deliveries[place].isRetried, status: status))
        }
        let failures = log.deliveries[index].attempts
        if let status, (200..<300).contains(status) {
            log.deliveries.remove(at: index)
        } else if failures < PendingDelivery.pauses.count {
            log.deliveries[index].attempts += 1
            log.deliveries[index].due = now.adding(PendingDelivery.pauses[failures])
        } else {
            log.deliveries.remove(at: index)
        }
    }
}
