/// The owner's API key.
///
/// It is sent as it is, without `Bearer`, and never shown.
package struct Credential: Sendable {
    /// The key itself: for the request header, and for hashing.
    package let key: String
    /// What the owner should know about where the key was found, or nil.
    package let warning: String?

    /// Takes a key.
    ///
    /// - Throws: ``CredentialError`` where it is not a key alone.
    package init(key: String) throws(CredentialError) {
        try self.init(key: key, source: "The API key")
    }

    /// Takes a key from a source that errors are to name.
    init(key: String, source: String, warning: String? = nil) throws(CredentialError) {
        if key.lowercased().hasPrefix("bearer ") {
            throw CredentialError("\(source) begins with \"Bearer \". Paste the key alone.")
        }
        guard !key.isEmpty else { throw CredentialError("\(source) is empty. Paste the key from Quo's settings.") }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), key.utf8.count <= 512 else {
            throw CredentialError(
                "\(source) holds a space, a line break or another character that no key has. Paste the key alone.")
        }
        self.key = key
        self.warning = warning
    }
}

/// Why there is no usable key, for the owner; never holds any part of one.
package struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause and the next step.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots, whatever the key.
    package var description: String { "••••" }
    /// Dots, whatever the key.
    package var debugDescription: String { description }
    /// Nothing, so that no dump shows the key.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
