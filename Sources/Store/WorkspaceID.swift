package import Cryptography

/// The name under which a workspace's state is kept.
///
/// It is made from the API key, because all processes of one key share that key's limits, and tells nothing about the key.
package struct WorkspaceID: Sendable, Hashable {
    /// What the names of simulated workspaces begin with, whose people no other workspace reaches.
    static let simulatedPrefix = "sandbox-"

    /// Thirty-two hexadecimal digits, after ``simulatedPrefix`` where the workspace is simulated.
    package let text: String

    /// A few characters that tell it apart for a person; of a simulated one that it is.
    package var shortText: String {
        text.hasPrefix(Self.simulatedPrefix) ? "sandbox" : String(text.prefix(8))
    }

    /// Takes a name that was made before.
    package init(text: String) { self.text = text }

    /// Names the workspace of a key.
    ///
    /// - Parameters:
    ///   - key: The API key.
    ///   - domain: What the key is for, for example the API's address, so that two APIs never share a name.
    /// - Throws: ``CryptographyError`` where the library for the digest is missing.
    package init(key: String, domain: String) throws(CryptographyError) {
        let digest = try SHA256.hash(Array("quo-mcp workspace 1\0\(domain)\0\(key)".utf8))
        text = Hexadecimal.encode(Array(digest.prefix(16)))
    }

    /// Names a simulated workspace, which is like no other.
    ///
    /// - Throws: ``CryptographyError`` where the system gives no randomness.
    package static func simulated() throws(CryptographyError) -> WorkspaceID {
        WorkspaceID(text: simulatedPrefix + Hexadecimal.encode(try randomBytes(16)))
    }
}
