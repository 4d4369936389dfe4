import FuzzSupport
import Glibc
import HTTP
import JSON

@testable import QuoAPI
@testable import QuoServer

/// Addresses that are taken lead where they seem to, a key is hidden wherever it stands, and what a server asks to wait is
/// a time.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            var input = Input(bytes)
            switch input.byte() % 3 {
            case 0: checkAddress(String(decoding: input.remainder, as: UTF8.self))
            case 1:
                let key = String(decoding: input.line(), as: UTF8.self)
                guard let credential = try? Credential(key: key) else { return }
                checkHidden(credential, in: input.remainder)
            default:
                let headers = [
                    HTTPHeader("Retry-After", String(decoding: input.line(), as: UTF8.self)),
                    HTTPHeader("Date", String(decoding: input.line(), as: UTF8.self)),
                ]
                guard let wait = HTTPResponse(status: 429, headers: headers).retryAfter else { return }
                require((.zero ... .seconds(1_000_000_000)).contains(wait), "a wait of \(wait) is bounded")
            }
        }
    }
}

/// Holds the reading of an address to that of libcurl, which goes there.
func checkAddress(_ text: String) {
    if let address = try? BaseURL(text) {
        require((try? BaseURL(address.description)) == address, "\(address) reads as itself")
        guard let read = URLParts(address.description + "/v1/messages") else {
            return require(false, "\(address) is an address to libcurl")
        }
        require(read.user == nil, "\(address) has no user")
        require(address.description.hasPrefix("\(read.scheme)://"), "\(address) is \(read.scheme)")
        let isHere = ["localhost", "[::1]"].contains(read.host) || isLoopback(read.host)
        require(read.scheme == "https" || isHere, "no key goes to \(read.host) in clear text")
    }
    if let address = try? WebhookAddress(text) {
        // What libcurl does not read, it cannot go to.
        guard let read = URLParts(text) else { return }
        require(read.scheme == "https" && read.user == nil, "\(text) is \(read.scheme)")
        let isSame = read.host == address.host || address.host.hasPrefix("[")
        require(isSame, "\(text) leads to \(read.host), not to \(address.host)")
    }
}

func isLoopback(_ text: String) -> Bool {
    var address = in_addr()
    return text.hasPrefix("127.") && inet_pton(AF_INET, text, &address) == 1
}

/// Looks for a key in a value from which it was taken out.
func checkHidden(_ credential: Credential, in bytes: [UInt8]) {
    let key = Array(credential.key.utf8)
    guard key.count >= 8, let value = try? JSONValue(parsing: bytes) else { return }
    var texts: [String] = []
    collect(credential.redacted(value), into: &texts)
    texts.append(credential.redacted(String(decoding: bytes, as: UTF8.self)))
    for text in texts {
        // Dots stay, and keep apart what is on both sides of them.
        let visible = text.unicodeScalars.filter { (0x21...0x7E).contains($0.value) || $0 == "•" }
        let bytes = Array(String(String.UnicodeScalarView(visible)).utf8)
        require(bytes.firstRange(of: key) == nil, "no key is in \(text)")
    }
}

func collect(_ value: JSONValue, into texts: inout [String]) {
    switch value {
    case .string(let text): texts.append(text)
    case .array(let elements): for element in elements { collect(element, into: &texts) }
    case .object(let object):
        for member in object {
            texts.append(member.name)
            collect(member.value, into: &texts)
        }
    default: return
    }
}
