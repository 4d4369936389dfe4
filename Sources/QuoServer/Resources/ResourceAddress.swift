/// Where a resource of this server is: a URI of the scheme `quo`.
struct ResourceAddress: Hashable, Sendable {
    /// What is there.
    enum Kind: String, Sendable, CaseIterable {
        case workspace, `guard`, events, numbers, users, contacts, conversations, calls

        /// How the ids of single ones begin; nil where there are none.
        var idPrefix: String? {
            switch self {
            case .workspace, .guard, .events: nil
            case .numbers: "PN"
            case .users: "US"
            case .contacts: ""
            case .conversations: "CN"
            case .calls: "AC"
            }
        }

        /// Whether all of them together are a resource too.
        var hasWhole: Bool {
            switch self {
            case .workspace, .guard, .events, .numbers, .users: true
            case .contacts, .conversations, .calls: false
            }
        }
    }

    /// What every URI begins with.
    private static let scheme = "quo://"
    /// The longest id in bytes; the API's own are far shorter.
    private static let longestID = 128

    let kind: Kind
    /// The id of a single one; nil for the whole.
    let id: String?

    init(_ kind: Kind, id: String? = nil) {
        self.kind = kind
        self.id = id
    }

    /// Reads a URI; nil where it cannot be one of this server's, so that nothing is requested for it.
    ///
    /// Ids are taken that begin as the API's do and are of letters, digits, `-` and `_`, so that none can lead elsewhere.
    init?(_ uri: String) {
        guard uri.utf8.starts(with: Self.scheme.utf8) else { return nil }
        let parts = uri.utf8.dropFirst(Self.scheme.utf8.count).split(separator: 0x2F, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let kind = Kind(rawValue: String(Substring(first))) else {
            return nil
        }
        guard parts.count == 2 else {
            guard kind.hasWhole else { return nil }
            self.init(kind)
            return
        }
        guard let prefix = kind.idPrefix, let id = Self.decoded(parts[1]), id.utf8.count <= Self.longestID,
            id.utf8.count > prefix.utf8.count, id.utf8.starts(with: prefix.utf8), id.utf8.allSatisfy(Self.isPlain)
        else { return nil }
        self.init(kind, id: id)
    }

    /// The URI.
    var uri: String { Self.scheme + kind.rawValue + (id.map { "/\($0)" } ?? "") }

    /// The URIs of all single ones of a kind, as RFC 6570 has it.
    static func template(_ kind: Kind) -> String { "\(scheme)\(kind.rawValue)/{id}" }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    /// A part of a URI without its percent-escapes; nil where one is broken or the bytes are no text.
    private static func decoded(_ part: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = part[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte & 0xDF) - 0x41 + 10
        default: nil
        }
    }
}
