import Cryptography
import JSON
import MCP

/// Protects a state that travels through a client against being changed, or used for another tool.
struct StateSeal: Sendable {
    private let key: [UInt8]

    init(key: [UInt8]) {
        self.key = key
    }

    /// Writes a state down for the client.
    func close(_ state: String, for purpose: String) throws(ProtocolError) -> String {
        let bytes = Array(state.utf8)
        return "\(Base64URL.encode(bytes)).\(Base64URL.encode(try code(bytes, purpose)))"
    }

    /// Reads what ``close(_:for:)`` wrote; nil where the client has sent none.
    ///
    /// - Throws: An error of the protocol where the state is anything else.
    func open(_ sealed: String?, for purpose: String) throws(ProtocolError) -> String? {
        guard let sealed else { return nil }
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let state = Base64URL.decode(String(parts[0])),
            let given = Base64URL.decode(String(parts[1])),
            constantTimeEquals(given, try code(state, purpose))
        else { throw .invalidParams("requestState was not made by this server, or was changed") }
        return String(decoding: state, as: UTF8.self)
    }

    private func code(_ state: [UInt8], _ purpose: String) throws(ProtocolError) -> [UInt8] {
        do {
            return try HMAC.sha256(key: key, message: Array(purpose.utf8) + [0] + state)
        } catch {
            throw .internalError("\(error)")
        }
    }
}
