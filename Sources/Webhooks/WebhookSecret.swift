import Cryptography

/// The schemes by which Quo signs deliveries.
package enum WebhookScheme: String, Sendable, CaseIterable {
    /// Standard Webhooks, of the API of 2026-03-30: the headers `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    case standard = "Standard Webhooks"
    /// The scheme of the API v1 and of webhooks made in the app: the header `openphone-signature`.
    case legacy = "legacy"
}

/// The key that a webhook's deliveries are signed with; it is never shown.
package struct WebhookSecret: Sendable {
    /// The scheme that the key is for.
    package let scheme: WebhookScheme
    let key: [UInt8]

    /// Takes a secret as Quo shows it: `whsec_` and base64 for Standard Webhooks, base64 alone for the legacy scheme.
    ///
    /// - Throws: ``WebhookSecretError`` where it is neither.
    package init(_ text: String) throws(WebhookSecretError) {
        let prefix = "whsec_"
        scheme = text.hasPrefix(prefix) ? .standard : .legacy
        let encoded = scheme == .standard ? String(text.dropFirst(prefix.count)) : text
        guard let key = Base64.decode(encoded), key.count >= Self.shortest else { throw WebhookSecretError() }
        self.key = key
    }

    /// Takes several secrets with commas between, as while one replaces another.
    package static func list(_ text: String) throws(WebhookSecretError) -> [WebhookSecret] {
        var secrets: [WebhookSecret] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            secrets.append(try WebhookSecret(String(part)))
        }
        return secrets
    }

    /// The fewest bytes of a key; a word that someone made up is not taken for one.
    private static let shortest = 12
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots, whatever the secret.
    package var description: String { "••••" }
    /// Dots, whatever the secret.
    package var debugDescription: String { description }
    /// Nothing, so that no dump shows the secret.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why a text is no webhook secret; never holds any part of it.
package struct WebhookSecretError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a secret looks like.
    package var description: String {
        "a webhook secret is whsec_ with base64 after it, or, of a webhook of the API v1, base64 alone, as Quo shows it"
    }
}
