/// The signing secret of a webhook, as the API told it once.
package struct KeptWebhookSecret: Sendable, Equatable {
    /// The workspace that the webhook is of.
    package let workspace: WorkspaceID
    /// The webhook's id.
    package let webhook: String
    /// The secret itself.
    package let text: String
}

extension KeptWebhookSecret: CustomStringConvertible, CustomReflectable {
    /// Dots, whatever the secret.
    package var description: String { "••••" }
    /// Nothing, so that no dump shows the secret.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A file that a secret will be kept in.
package struct WebhookSecretReservation: Sendable {
    fileprivate let workspace: WorkspaceID
    fileprivate let file: String
}

/// Secrets of webhooks, which are in files of their own and not in the database.
extension Store {
    /// Makes sure that a secret can be kept, before it is asked for.
    ///
    /// - Throws: ``StoreError`` where no file can be written that only the owner can read.
    package func reserveWebhookSecret(in workspace: WorkspaceID) throws(StoreError) -> WebhookSecretReservation {
        let reservation = WebhookSecretReservation(workspace: workspace, file: ".\(try randomID())")
        try withSecrets(of: workspace, makes: true) { folder throws(StoreError) in try folder.reserve(reservation.file)
        }
        return reservation
    }

    /// Keeps the secret of a webhook, in place of an earlier one; it is on disk when this returns.
    ///
    /// - Throws: ``StoreError``; the secret is not kept then.
    package func keepWebhookSecret(
        _ secret: String, of webhook: String, in reservation: WebhookSecretReservation
    ) throws(StoreError) {
        guard WebhookSecretFolder.isName(webhook) else { throw .failed("the webhook's id cannot name a file") }
        let isPlain = secret.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain, (1..<WebhookSecretFolder.longest).contains(secret.utf8.count) else {
            throw .failed("the answer holds no secret of a known form")
        }
        try withSecrets(of: reservation.workspace, makes: true) { folder throws(StoreError) in
            try folder.keep(secret, in: reservation.file, as: webhook)
        }
    }

    /// Gives up a reservation that no secret came for.
    package func release(_ reservation: WebhookSecretReservation) throws(StoreError) {
        try withSecrets(of: reservation.workspace, makes: false) { folder throws(StoreError) in
            try folder.remove(reservation.file)
        }
    }

    /// Forgets the secret of a webhook that is gone.
    package func forgetWebhookSecret(of webhook: String, in workspace: WorkspaceID) throws(StoreError) {
        guard WebhookSecretFolder.isName(webhook) else { return }
        try withSecrets(of: workspace, makes: false) { folder throws(StoreError) in try folder.remove(webhook) }
    }

    /// Forgets the secrets of a workspace that is gone.
    package func forgetWebhookSecrets(in workspace: WorkspaceID) throws(StoreError) {
        try withSecrets(of: workspace, makes: false) { folder throws(StoreError) in
            for webhook in try folder.webhooks() { try folder.remove(webhook) }
        }
    }

    /// The secrets that are kept, by webhook.
    ///
    /// - Parameter workspace: Only this workspace's; nil for everyone's.
    /// - Throws: ``StoreError`` where a file may be in someone else's hands.
    package func webhookSecrets(in workspace: WorkspaceID?) throws(StoreError) -> [KeptWebhookSecret] {
        var workspaces = [workspace].compactMap { $0 }
        if workspace == nil {
            workspaces = try WebhookSecretFolder.workspaces(in: folder).sorted().map { WorkspaceID(text: $0) }
        }
        var secrets: [KeptWebhookSecret] = []
        for workspace in workspaces {
            try withSecrets(of: workspace, makes: false) { folder throws(StoreError) in
                for webhook in try folder.webhooks() {
                    guard let text = try folder.secret(of: webhook) else { continue }
                    secrets.append(KeptWebhookSecret(workspace: workspace, webhook: webhook, text: text))
                }
            }
        }
        return secrets
    }

    private func withSecrets(
        of workspace: WorkspaceID, makes: Bool, _ body: (WebhookSecretFolder) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard let folder = try WebhookSecretFolder(of: workspace.text, in: folder, makes: makes) else { return }
        try body(folder)
    }
}
