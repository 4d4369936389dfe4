import HTTP
import Testing

@testable import Webhooks

extension SignatureVector {
    var standardHeaders: [HTTPHeader] {
        [
            HTTPHeader("Webhook-Id", id), HTTPHeader("Webhook-Timestamp", "\(seconds)"),
            HTTPHeader("Webhook-Signature", standard),
        ]
    }
    var legacyHeaders: [HTTPHeader] { [HTTPHeader("openphone-signature", "hmac;1;\(seconds * 1000);\(legacy)")] }
    var bytes: [UInt8] { Array(body.utf8) }
    var now: Int64 { seconds * 1000 + 1500 }

    func verifier(_ scheme: WebhookScheme) throws -> WebhookVerifier {
        WebhookVerifier(secrets: [try WebhookSecret(scheme == .standard ? "whsec_\(secret)" : secret)])
    }
    func headers(_ scheme: WebhookScheme) -> [HTTPHeader] { scheme == .standard ? standardHeaders : legacyHeaders }
}

/// Every vector in both schemes.
private let cases = SignatureVector.all.indices.flatMap { index in WebhookScheme.allCases.map { (index, $0) } }

@Suite struct `Signatures of deliveries` {
    private func rejection(_ work: () throws -> WebhookSignature) -> WebhookRejection? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? WebhookRejection
        }
    }

    @Test(arguments: cases)
    func `what other libraries sign is believed`(index: Int, scheme: WebhookScheme) throws {
        let vector = SignatureVector.all[index]
        let signature = try vector.verifier(scheme).verify(
            headers: vector.headers(scheme), body: vector.bytes, now: vector.now)
        #expect(signature.scheme == scheme)
        #expect(signature.time == vector.seconds * 1000)
        #expect(signature.deliveryID == (scheme == .standard ? vector.id : nil))
    }

    @Test(arguments: cases)
    func `what is signed here is what other libraries sign`(index: Int, scheme: WebhookScheme) throws {
        let vector = SignatureVector.all[index]
        let secret = try WebhookSecret(scheme == .standard ? "whsec_\(vector.secret)" : vector.secret)
        let headers = try WebhookSigner.headers(
            for: vector.bytes, id: vector.id, time: vector.seconds * 1000, secret: secret)
        #expect(headers.last?.value == vector.headers(scheme).last?.value)
    }

    @Test(arguments: cases)
    func `a change of any byte of the body is found`(index: Int, scheme: WebhookScheme) throws {
        let vector = SignatureVector.all[index]
        let verifier = try vector.verifier(scheme)
        for position in vector.bytes.indices.prefix(60) {
            var changed = vector.bytes
            changed[position] ^= 1
            let found = rejection {
                try verifier.verify(headers: vector.headers(scheme), body: changed, now: vector.now)
            }
            #expect(found == .wrongSignature(scheme), "byte \(position)")
        }
        let longer = rejection {
            try verifier.verify(headers: vector.headers(scheme), body: vector.bytes + [0x20], now: vector.now)
        }
        #expect(longer == .wrongSignature(scheme))
    }

    @Test(arguments: cases)
    func `another secret does not fit`(index: Int, scheme: WebhookScheme) throws {
        let vector = SignatureVector.all[index]
        let other = try #require(SignatureVector.all.first { $0.secret != vector.secret })
        let found = rejection {
            try other.verifier(scheme).verify(headers: vector.headers(scheme), body: vector.bytes, now: vector.now)
        }
        #expect(found == .wrongSignature(scheme))
    }

    @Test(arguments: [
        ("webhook-id", "msg_other"), ("webhook-timestamp", "1767225601"),
        ("webhook-signature", "v1,+bKe1Na1XoSUjbECe03UtTxJOAMmuV2GB0IxTIt177g="),
        ("webhook-signature", "v2,+bKe1Na1XoSUjbECe03UtTxJOAMmuV2GB0IxTIt177k="),
        ("webhook-signature", "v1,+bKe1Na1XoSUjbECe03UtTxJOAMmuV2GB0IxTIt177k"), ("webhook-signature", "v1,"),
        ("webhook-signature", ""),
    ])
    func `a change of any header is found`(name: String, value: String) throws {
        let vector = SignatureVector.all[0]
        let headers = vector.standardHeaders.map { $0.name.lowercased() == name ? HTTPHeader(name, value) : $0 }
        let found = rejection {
            try vector.verifier(.standard).verify(headers: headers, body: vector.bytes, now: vector.now)
        }
        #expect(found == .wrongSignature(.standard))
    }

    @Test(arguments: [
        ("webhook-id", ""), ("webhook-id", "a b"), ("webhook-id", "{\"a\"}"), ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "+1767225600"), ("webhook-timestamp", "1767225600.0"), ("webhook-timestamp", ""),
        ("webhook-timestamp", "99999999999999999999"),
    ])
    func `a header that is not of its form is refused`(name: String, value: String) throws {
        let vector = SignatureVector.all[0]
        let headers = vector.standardHeaders.map { $0.name.lowercased() == name ? HTTPHeader(name, value) : $0 }
        let found = rejection {
            try vector.verifier(.standard).verify(headers: headers, body: vector.bytes, now: vector.now)
        }
        #expect(found == .malformedHeader(name))
    }

    @Test(arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
    func `a header that is there twice is refused`(name: String) throws {
        let vector = SignatureVector.all[0]
        let double = vector.standardHeaders + vector.standardHeaders.filter { $0.name.lowercased() == name }
        let found = rejection {
            try vector.verifier(.standard).verify(headers: double, body: vector.bytes, now: vector.now)
        }
        #expect(found == .malformedHeader(name))
    }

    @Test(arguments: ["hmac;2;T;S", "hmac;1;T", "hmac;1;T;S;", "sha1;1;T;S", "hmac;1;x;S", "hmac;1;T;!", ""])
    func `a legacy header that is not of its form is refused`(form: String) throws {
        let vector = SignatureVector.all[0]
        let value = form.replacing("T", with: "\(vector.seconds * 1000)").replacing("S", with: vector.legacy)
        let found = rejection {
            try vector.verifier(.legacy).verify(
                headers: [HTTPHeader("openphone-signature", value)], body: vector.bytes, now: vector.now)
        }
        #expect(found == .malformedHeader("openphone-signature"))
    }

    @Test func `any of several signatures and of several secrets is enough`() throws {
        let (old, new) = (SignatureVector.all[0], SignatureVector.all[4])
        let secrets = try WebhookSecret.list("whsec_\(new.secret), whsec_\(old.secret),\(old.secret)\n")
        #expect(secrets.map(\.scheme) == [.standard, .standard, .legacy])
        let both = WebhookVerifier(secrets: secrets)
        for vector in [old, new] {
            _ = try both.verify(headers: vector.standardHeaders, body: vector.bytes, now: vector.now)
        }
        _ = try both.verify(headers: old.legacyHeaders, body: old.bytes, now: old.now)
        let rotating =
            old.standardHeaders.dropLast() + [
                HTTPHeader("webhook-signature", "v1a,xyz \(new.standard) \(old.standard)")
            ]
        _ = try old.verifier(.standard).verify(headers: Array(rotating), body: old.bytes, now: old.now)
    }

    @Test func `the scheme is the one whose header is there`() throws {
        let vector = SignatureVector.all[0]
        #expect(
            rejection {
                try vector.verifier(.legacy).verify(
                    headers: vector.standardHeaders, body: vector.bytes, now: vector.now)
            } == .noSecret(.standard))
        #expect(
            rejection {
                try vector.verifier(.standard).verify(
                    headers: vector.legacyHeaders, body: vector.bytes, now: vector.now)
            } == .noSecret(.legacy))
        #expect(
            rejection {
                try vector.verifier(.legacy).verify(
                    headers: [], body: vector.bytes, now: vector.now)
            } == .unsigned)
        // The weaker scheme is no way around the stronger one.
        #expect(
            rejection {
                try vector.verifier(.legacy).verify(
                    headers: vector.legacyHeaders + vector.standardHeaders, body: vector.bytes, now: vector.now)
            } == .noSecret(.standard))
    }

    @Test(
        arguments: [(-300_001, false), (-300_000, true), (0, true), (300_000, true), (300_001, false)]
            as [(Int64, Bool)])
    func `a delivery is believed for five minutes`(age: Int64, isBelieved: Bool) throws {
        let vector = SignatureVector.all[0]
        let found = rejection {
            try vector.verifier(.standard).verify(
                headers: vector.standardHeaders, body: vector.bytes, now: vector.seconds * 1000 + age)
        }
        let signature = WebhookSignature(scheme: .standard, deliveryID: vector.id, time: vector.seconds * 1000)
        #expect(found == (isBelieved ? nil : .outOfTime(signature, age: age)))
    }

    @Test func `a legacy delivery is believed for as long as it is known again`() throws {
        let vector = SignatureVector.all[0]
        let verifier = try vector.verifier(.legacy)
        let limit: Int64 = 28 * 86_400_000
        let signed = vector.seconds * 1000
        _ = try verifier.verify(headers: vector.legacyHeaders, body: vector.bytes, now: signed + limit)
        let found = rejection {
            try verifier.verify(headers: vector.legacyHeaders, body: vector.bytes, now: signed + limit + 1)
        }
        #expect(found == .outOfTime(WebhookSignature(scheme: .legacy, deliveryID: nil, time: signed), age: limit + 1))
    }

    @Test(arguments: ["", "whsec_", "whsec_!!!!", "password", "whsec_AAAA", "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhc"])
    func `what is no secret is refused`(text: String) {
        #expect(throws: WebhookSecretError.self) { try WebhookSecret(text) }
    }

    @Test func `a secret is never shown`() throws {
        let secret = try WebhookSecret("whsec_\(SignatureVector.all[0].secret)")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)\(String(reflecting: secret))\(dumped)".contains("AQID") == false)
        #expect(!dumped.contains("key"))
    }
}
