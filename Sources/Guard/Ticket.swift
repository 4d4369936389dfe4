import Cryptography
import JSON
import QuoAPI

/// What an approval is bound to: one tool, one exact request, and what the person was told about it.
///
/// Two requests have the same digest only when every byte that would go to the API is the same. The facts count as well,
/// because a request names things by their ids: the contact, line or webhook behind an id may change while a person reads.
struct Digest: Sendable, Hashable {
    /// SHA-256 of what would be done, 64 hexadecimal digits; by it the ledger knows whether the same was done before.
    ///
    /// For a text that is line, people and words, however the call spells the line and whatever else it sets; for anything
    /// else it is the exact request.
    let request: String
    /// SHA-256 of the request and of whether it may be a repetition; by it the ledger keeps approvals.
    let approval: String
    /// SHA-256 of the exact request, the question and the facts that must not change before the answer.
    private(set) var facts: String

    /// Every digest under which the ledger may have the same text.
    var ledgerNames: [String] {
        get throws(CryptographyError) { [request, try Self.again(request)] }
    }

    /// Digests the exact request of an effect.
    ///
    /// - Throws: `CryptographyError` where the library for it is missing, or the API's error where the arguments make no request.
    init(of effect: Effect) throws {
        let operation = effect.operation.operation
        let target = try operation.target(for: effect.arguments)
        let body = effect.arguments.body?.text() ?? ""
        let exact = "\(effect.tool)\n\(operation.id) \(target)\n\(body)"
        if let outreach = effect.outreach {
            let people = outreach.recipients.sorted().joined(separator: " ")
            request = try Self.hash("text \(outreach.lineID) \(people)\n\(outreach.text.composed)")
        } else {
            request = try Self.hash(exact)
        }
        approval = effect.allowsDuplicate ? try Self.again(request) : request
        let lines = effect.facts.filter { !$0.isPassing }.map { "\($0.label)\u{0}\($0.value)" }
        facts = try Self.hash(([exact, effect.question] + lines).joined(separator: "\u{1}"))
    }

    /// This digest where it is also a fact that the same was found to be lost, so that whoever approved it before approved
    /// something else.
    func afterLoss(at time: Int64) throws(CryptographyError) -> Digest {
        var digest = self
        digest.facts = try Self.hash("lost \(time)\n\(facts)")
        return digest
    }

    /// Digests a batch: all its exact requests in their order, and what is said of them and of all together.
    init(of batch: Batch) throws {
        let lines = batch.facts.filter { !$0.isPassing }.map { "\($0.label)\u{0}\($0.value)" }
        var parts = [
            try Self.hash(([batch.tool, batch.question(batch.messages.count)] + lines).joined(separator: "\u{1}"))
        ]
        for message in batch.messages {
            let digest = try Digest(of: message)
            parts += [digest.approval, digest.facts]
        }
        request = try Self.hash("batch \(parts.joined(separator: " "))")
        approval = request
        facts = request
    }

    private static func again(_ request: String) throws(CryptographyError) -> String { try hash("again \(request)") }

    /// SHA-256 of a text, 64 hexadecimal digits.
    static func hash(_ text: String) throws(CryptographyError) -> String {
        Hexadecimal.encode(try SHA256.hash(Array(text.utf8)))
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
    /// One form that is out.
    struct Entry {
        /// What it asks about.
        let digest: Digest
        /// Whom the form names as those whom it reaches.
        let recipients: [String]
        /// What the person must type, where the form wants it.
        let confirmation: String?
        /// When it was shown.
        let issued: ContinuousClock.Instant
        /// What it says is as of then, in milliseconds since 1970.
        let time: Int64
        /// When its time is up.
        let expiry: ContinuousClock.Instant
    }

    /// How many forms may be unanswered at a time; beyond it the oldest lapses.
    static let capacity = 256

    private var key: [UInt8] = []
    private var outstanding: [(number: String, entry: Entry)] = []

    /// Seals a ticket for a form.
    mutating func issue(_ entry: Entry) throws(CryptographyError) -> String {
        if key.isEmpty { key = try randomBytes(32) }
        let number = Hexadecimal.encode(try randomBytes(16))
        // A new form for the same request replaces the one before, so that asking in a loop pushes out no other.
        outstanding.removeAll { $0.entry.expiry <= entry.issued || $0.entry.digest == entry.digest }
        if outstanding.count >= Self.capacity { outstanding.removeFirst() }
        outstanding.append((number, entry))
        let payload = "v1.\(number).\(entry.digest.approval)"
        return "\(payload).\(try seal(payload))"
    }

    /// Opens a ticket and withdraws it, so that it opens once.
    mutating func redeem(_ ticket: String, at now: ContinuousClock.Instant) throws -> Entry {
        let parts = ticket.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "v1", !key.isEmpty,
            constantTimeEquals(
                Array(parts[3].utf8), Array(try seal(parts[0...2].joined(separator: ".")).utf8))
        else { throw TicketFault.forged }
        guard let index = outstanding.firstIndex(where: { $0.number == parts[1] }) else { throw TicketFault.used }
        let entry = outstanding.remove(at: index).entry
        guard now < entry.expiry else { throw TicketFault.expired }
        return entry
    }

    private func seal(_ payload: String) throws(CryptographyError) -> String {
        Hexadecimal.encode(try HMAC.sha256(key: key, message: Array(payload.utf8)))
    }
}
