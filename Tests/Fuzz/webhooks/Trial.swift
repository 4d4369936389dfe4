import Cryptography
import FuzzSupport
import HTTP

@testable import Webhooks

let now: Int64 = 1_795_000_000_000
let texts = ["whsec_AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODw=="]
let secrets = texts.compactMap { try? WebhookSecret($0) }
let verifier = WebhookVerifier(secrets: secrets)

/// Nothing is believed but what a secret signed, whatever the headers; nothing signed is believed once it is changed.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            let mode = input.byte()
            if mode % 2 == 0 {
                tryHeaders(&input)
            } else {
                tryChange(&input, scheme: mode % 4 == 1 ? 0 : 1)
            }
        }
    }
}

/// Takes header lines up to an empty one, and the body after that.
func tryHeaders(_ input: inout Input) {
    var headers: [HTTPHeader] = []
    while case let line = String(decoding: input.line(), as: UTF8.self), !line.isEmpty {
        let name = line.prefix { $0 != ":" }
        headers.append(HTTPHeader(String(name), String(line.dropFirst(name.count + 1))))
    }
    let body = input.remainder
    _ = try? WebhookSecret.list(String(decoding: body, as: UTF8.self))
    guard let signature = try? verifier.verify(headers: headers, body: body, now: now) else { return }
    let isSigned = secrets.contains { secret in
        guard secret.scheme == signature.scheme else { return false }
        let id = signature.deliveryID ?? ""
        let right = try? WebhookSigner.headers(for: body, id: id, time: signature.time, secret: secret)
        guard let code = right?.last?.value.split(separator: secret.scheme == .standard ? " " : ";").last else {
            return false
        }
        return headers.contains { $0.value.contains(code) }
    }
    require(isSigned, "what is believed was signed")
    require(abs(now - signature.time) <= WebhookVerifier.tolerance(of: signature.scheme), "and lately")
}

/// Signs a body, changes one bit of what was signed, and reads the event in it.
func tryChange(_ input: inout Input, scheme: Int) {
    let place = Int(input.byte()) << 8 | Int(input.byte())
    let bit = UInt8(1) << (input.byte() % 8)
    let body = input.remainder
    guard var headers = try? WebhookSigner.headers(for: body, id: "msg_1", time: now, secret: secrets[scheme]) else {
        return require(false, "a body can be signed")
    }
    let signature = try? verifier.verify(headers: headers, body: body, now: now)
    require(signature?.scheme == secrets[scheme].scheme, "what was signed is believed")
    var changed = body
    if place < changed.count {
        changed[place] ^= bit
    } else if place % 2 == 0 {
        changed.append(bit)
    } else {
        // The id or the time stands for the body: both are signed with it.
        let header = headers[place / 2 % max(1, headers.count - 1)]
        var value = Array(header.value.utf8)
        let index = scheme == 0 ? place / 8 % value.count : 7 + place / 8 % 13
        value[index] ^= 1
        headers = headers.map {
            $0.name == header.name ? HTTPHeader(header.name, String(decoding: value, as: UTF8.self)) : $0
        }
    }
    let again = try? verifier.verify(headers: headers, body: changed, now: now)
    require(again == nil, "what was changed is not believed")
    if let event = try? WebhookEvent(body) { read(event) }
}

func read(_ event: WebhookEvent) {
    require(!event.id.isEmpty && !event.typeName.isEmpty, "an event has an id and a type")
    require((event.type == nil) == (event.content == .unknown), "what is known is read")
    require(Set(event.numbers).count == event.numbers.count, "each number is there once")
    _ = (event.resourceTime, event.link, event.contacts, event.participants, event.lineID, event.conversationID)
}
