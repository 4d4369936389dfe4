import JSON
import QuoAPI
import Store

/// What became of the signing secret that the API tells once, when a webhook is made or its secret replaced.
package enum WebhookSecretFate: Sendable, Equatable {
    /// It is in a file that only the owner can read, under the webhook's id.
    case kept(webhook: String)
    /// It could not be kept, for this reason, and nobody has it.
    case lost(webhook: String?, reason: String)
}

extension Effect {
    private static let secretOperations: Set<String> = Set(
        [
            WriteOperation.createMessageWebhook, .createCallWebhook, .createCallSummaryWebhook,
            .createCallTranscriptWebhook, .createWebhookDated, .rotateWebhookSecretDated,
        ].map(\.operation.id))

    /// Whether the API answers with a webhook's signing secret.
    var yieldsSecret: Bool { Self.secretOperations.contains(operation.operation.id) }

    /// The webhook that it deletes, whose secret is of no use afterwards.
    var deletedWebhook: String? {
        switch operation.operation.id {
        case WriteOperation.deleteWebhookById.operation.id: arguments.path["id"]
        case WriteOperation.deleteWebhookByIdDated.operation.id: arguments.path["webhookId"]
        default: nil
        }
    }
}

extension Guard {
    /// Makes sure that the secret which an effect yields can be kept; nil where it yields none.
    func reserveSecret(for effect: Effect) async throws(StoreError) -> WebhookSecretReservation? {
        guard effect.yieldsSecret else { return nil }
        return try await here.store.reserveWebhookSecret(in: here.workspace)
    }

    /// Gives up a reservation that no secret came for; what is left of it holds nothing.
    func release(_ reservation: WebhookSecretReservation?) async {
        if let reservation { try? await here.store.release(reservation) }
    }

    /// Keeps the secret in an answer, and takes it out of it, so that nobody behind the guard sees it.
    func keepSecret(
        in answer: JSONValue?, of effect: Effect, _ reservation: WebhookSecretReservation
    ) async -> (answer: JSONValue?, fate: WebhookSecretFate) {
        let made = answer?.withoutEnvelope
        let webhook = effect.arguments.path["webhookId"] ?? made?["id"]?.stringValue
        let fate: WebhookSecretFate
        do throws(StoreError) {
            guard let webhook, let secret = made?["key"]?.stringValue else {
                throw .failed("the answer holds no secret of a known form")
            }
            try await here.store.keepWebhookSecret(secret, of: webhook, in: reservation)
            fate = .kept(webhook: webhook)
        } catch {
            await release(reservation)
            fate = .lost(webhook: webhook, reason: error.description)
        }
        return (answer?.withoutKey, fate)
    }

    /// Forgets the secret of a webhook that was deleted; one that stays is of no use to anybody.
    func forgetSecret(after effect: Effect) async {
        guard let webhook = effect.deletedWebhook else { return }
        try? await here.store.forgetWebhookSecret(of: webhook, in: here.workspace)
    }
}

extension JSONValue {
    /// This answer without the members that hold a secret, wherever they are.
    fileprivate var withoutKey: JSONValue {
        switch self {
        case .object(let object): .object(object.without(["key"]).compactMapValues(\.withoutKey))
        case .array(let elements): .array(elements.map(\.withoutKey))
        default: self
        }
    }
}
