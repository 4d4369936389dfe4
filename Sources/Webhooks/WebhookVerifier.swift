package import Cryptography
package import HTTP

/// What a signature that fits says about a delivery.
package struct WebhookSignature: Sendable, Equatable {
    /// The scheme by which it was signed.
    package let scheme: WebhookScheme
    /// The delivery's id, which repeated attempts share; nil in the legacy scheme, which has none.
    package let deliveryID: String?
    /// When it was signed, in milliseconds since 1970.
    package let time: Int64
}

/// Why a delivery is not believed.
package enum WebhookRejection: Error, Sendable, Equatable, CustomStringConvertible {
    /// It has no signature of either scheme.
    case unsigned
    /// A header of the scheme is missing, given twice or not of its form.
    case malformedHeader(String)
    /// No secret of the scheme is known.
    case noSecret(WebhookScheme)
    /// No secret of the scheme fits any of its signatures.
    case wrongSignature(WebhookScheme)
    /// The signature fits but was made too long ago, or is not due yet; the age is in milliseconds.
    case outOfTime(WebhookSignature, age: Int64)

    /// What is wrong, without any part of the delivery.
    package var description: String {
        switch self {
        case .unsigned: "it has neither a webhook-signature nor an openphone-signature header"
        case .malformedHeader(let name):
            "its header \(name) is missing, there twice or not of the form that it must have"
        case .noSecret(let scheme):
            "it is signed by the \(scheme.rawValue) scheme, for which no secret is set in QUO_WEBHOOK_SECRET, or kept"
        case .wrongSignature(let scheme):
            "no \(scheme.rawValue) secret that is set or kept fits its signature: the secret is another webhook's, or the body was changed"
        case .outOfTime(let signature, let age):
            age < 0
                ? "its signature fits but is dated \(-age / 1000) s ahead; set this machine's clock"
                : "its signature fits but is \(age / 1000) s old, and \(WebhookVerifier.tolerance(of: signature.scheme) / 1000) s are let pass"
        }
    }
}

/// Tells deliveries of Quo from anybody else's, by their signature.
///
/// The scheme is the one whose header is present, because workspaces were seen that still get the legacy header while their
/// settings say otherwise. A delivery with both is held to the newer one.
package struct WebhookVerifier: Sendable {
    private let secrets: [WebhookSecret]

    /// Makes a verifier that believes any of several secrets.
    package init(secrets: [WebhookSecret]) { self.secrets = secrets }

    /// How long after signing a delivery is believed, in milliseconds.
    ///
    /// Standard Webhooks names five minutes. The legacy scheme names nothing, so its deliveries are believed for as long as a
    /// repeated one is known again: the store remembers them for 30 days.
    package static func tolerance(of scheme: WebhookScheme) -> Int64 {
        switch scheme {
        case .standard: 300_000
        case .legacy: 28 * 86_400_000
        }
    }

    /// How far ahead of this machine's clock a delivery may be dated, in milliseconds.
    private static let clockSkew: Int64 = 300_000

    /// Checks a delivery's signature over its body as it came.
    ///
    /// - Parameter now: The time in milliseconds since 1970.
    /// - Throws: ``WebhookRejection``, or ``CryptographyError`` where nothing can be computed.
    package func verify(headers: [HTTPHeader], body: [UInt8], now: Int64) throws -> WebhookSignature {
        let signature: WebhookSignature
        if headers.contains(where: { $0.isNamed(WebhookHeader.signature) }) {
            signature = try verifyStandard(headers, body)
        } else if headers.contains(where: { $0.isNamed(WebhookHeader.legacySignature) }) {
            signature = try verifyLegacy(headers, body)
        } else {
            throw WebhookRejection.unsigned
        }
        let (age, overflow) = now.subtractingReportingOverflow(signature.time)
        guard !overflow, age <= Self.tolerance(of: signature.scheme), age >= -Self.clockSkew else {
            throw WebhookRejection.outOfTime(signature, age: overflow ? .max : age)
        }
        return signature
    }

    private func verifyStandard(_ headers: [HTTPHeader], _ body: [UInt8]) throws -> WebhookSignature {
        let id = try headers.only(WebhookHeader.id)
        // Quotes and braces are kept out, so that no part of a signed body can pass for the id before another body.
        guard !id.isEmpty, id.utf8.count <= 256, id.utf8.allSatisfy(isIDByte) else {
            throw WebhookRejection.malformedHeader(WebhookHeader.id)
        }
        let timestamp = try headers.only(WebhookHeader.timestamp)
        guard let seconds = plainNumber(timestamp), seconds < Int64.max / 1000 else {
            throw WebhookRejection.malformedHeader(WebhookHeader.timestamp)
        }
        let given = try headers.only(WebhookHeader.signature).split(separator: " ").compactMap { part in
            part.hasPrefix("v1,") ? Base64.decode(String(part.dropFirst(3))) : nil
        }
        try check(given, of: Array("\(id).\(timestamp).".utf8) + body, .standard)
        return WebhookSignature(scheme: .standard, deliveryID: id, time: seconds * 1000)
    }

    private func verifyLegacy(_ headers: [HTTPHeader], _ body: [UInt8]) throws -> WebhookSignature {
        let fields = try headers.only(WebhookHeader.legacySignature)
            .split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, fields[0] == "hmac", fields[1] == "1", let time = plainNumber(fields[2]),
            let given = Base64.decode(fields[3])
        else { throw WebhookRejection.malformedHeader(WebhookHeader.legacySignature) }
        try check([given], of: Array("\(fields[2]).".utf8) + body, .legacy)
        return WebhookSignature(scheme: .legacy, deliveryID: nil, time: time)
    }

    /// Makes sure that some signature is that of some secret; each is compared, whichever fits.
    private func check(_ given: [[UInt8]], of message: [UInt8], _ scheme: WebhookScheme) throws {
        let secrets = secrets.filter { $0.scheme == scheme }
        guard !secrets.isEmpty else { throw WebhookRejection.noSecret(scheme) }
        var fits = false
        for secret in secrets {
            let right = try HMAC.sha256(key: secret.key, message: message)
            for signature in given where constantTimeEquals(signature, right) { fits = true }
        }
        guard fits else { throw WebhookRejection.wrongSignature(scheme) }
    }

    private func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._:=+/~".utf8.contains(byte)
        }
    }

    /// The number that a text of digits alone is.
    private func plainNumber(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}

/// Signs deliveries as Quo does, for samples and tests.
package enum WebhookSigner {
    /// The headers that sign a body.
    ///
    /// - Parameters:
    ///   - id: The delivery's id, which the legacy scheme has none of.
    ///   - time: When it is signed, in milliseconds since 1970.
    package static func headers(
        for body: [UInt8], id: String, time: Int64, secret: WebhookSecret
    ) throws(CryptographyError) -> [HTTPHeader] {
        switch secret.scheme {
        case .standard:
            let message = Array("\(id).\(time / 1000).".utf8) + body
            let signature = Base64.encode(try HMAC.sha256(key: secret.key, message: message))
            return [
                HTTPHeader(WebhookHeader.id, id), HTTPHeader(WebhookHeader.timestamp, "\(time / 1000)"),
                HTTPHeader(WebhookHeader.signature, "v1,\(signature)"),
            ]
        case .legacy:
            let signature = Base64.encode(try HMAC.sha256(key: secret.key, message: Array("\(time).".utf8) + body))
            return [HTTPHeader(WebhookHeader.legacySignature, "hmac;1;\(time);\(signature)")]
        }
    }
}

/// The headers of deliveries, in lower case.
enum WebhookHeader {
    static let id = "webhook-id"
    static let timestamp = "webhook-timestamp"
    static let signature = "webhook-signature"
    static let legacySignature = "openphone-signature"
}

extension HTTPHeader {
    fileprivate func isNamed(_ lowercased: String) -> Bool { name.lowercased() == lowercased }
}

extension [HTTPHeader] {
    /// The value of a header that must be there once.
    fileprivate func only(_ name: String) throws(WebhookRejection) -> String {
        let found = filter { $0.isNamed(name) }
        guard found.count == 1 else { throw .malformedHeader(name) }
        return found[0].value
    }
}
