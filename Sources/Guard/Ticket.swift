import Cryptography
import JSON
import QuoAPI

/// What an approval is bound to: one tool and one exact request.
///
/// Two requests have the same digest only when every byte that would go to the API is the same.
package struct Digest: Sendable, Hashable {
    /// SHA-256 of the request, 64 hexadecimal digits.
    package let text: String

    /// Digests the exact request of an effect.
    ///
    /// - Throws: `CryptographyError` where the library for it is missing, or the API's error where the arguments make no request.
    init(of effect: Effect) throws {
        let operation = effect.operation.operation
        let target = try operation.target(for: effect.arguments)
        let body = effect.arguments.body?.text() ?? ""
        let request = "\(effect.tool)\n\(operation.id) \(target)\n\(body)"
        text = Hexadecimal.encode(try SHA256.hash(Array(request.utf8)))
    }
}

/// Why a ticket does not open.
package enum TicketFault: Error, Sendable, Equatable {
    /// It was not sealed by this process, or was changed.
    case forged
    /// It was sealed here, but has been used, or its time is up and it was forgotten.
    case used
    /// Its time is up.
    case expired
}

/// The tickets that are out, each good for one answer.
///
/// A ticket is the sealed proof that a form was shown for one effect; the client carries it between the question and the
/// answer and is not trusted with it. The seal is an HMAC under a key that never leaves this process, and the number that
/// makes the ticket single-use is remembered here with its time, so a restart makes all tickets worthless.
struct TicketOffice {
    /// How long a person may take to answer.
    static let lifetime = Duration.seconds(600)
    /// How many forms may be unanswered at a time; beyond it the oldest lapses.
    static let capacity = 256

    private var key: [UInt8] = []
    private var outstanding: [(number: String, digest: Digest, expiry: ContinuousClock.Instant)] = []

    /// Seals a ticket for an effect.
    mutating func issue(for digest: Digest, at now: ContinuousClock.Instant) throws(CryptographyError) -> String {
        if key.isEmpty { key = try randomBytes(32) }
        let number = Hexadecimal.encode(try randomBytes(16))
        outstanding.removeAll { $0.expiry <= now }
        if outstanding.count >= Self.capacity { outstanding.removeFirst() }
        outstanding.append((number, digest, now + Self.lifetime))
        let payload = "v1.\(number).\(digest.text)"
        return "\(payload).\(try seal(payload))"
    }

    /// Opens a ticket and withdraws it, so that it opens once.
    ///
    /// - Returns: The digest that it was issued for.
    mutating func redeem(_ ticket: String, at now: ContinuousClock.Instant) throws -> Digest {
        let parts = ticket.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "v1", !key.isEmpty,
            constantTimeEquals(
                Array(parts[3].utf8), Array(try seal(parts[0...2].joined(separator: ".")).utf8))
        else { throw TicketFault.forged }
        guard let index = outstanding.firstIndex(where: { $0.number == parts[1] }) else { throw TicketFault.used }
        let entry = outstanding.remove(at: index)
        guard now < entry.expiry else { throw TicketFault.expired }
        return entry.digest
    }

    private func seal(_ payload: String) throws(CryptographyError) -> String {
        Hexadecimal.encode(try HMAC.sha256(key: key, message: Array(payload.utf8)))
    }
}
