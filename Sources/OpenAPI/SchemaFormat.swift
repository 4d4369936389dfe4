/// The formats that are asserted.
enum SchemaFormat: String {
    /// A moment of RFC 3339.
    case dateTime = "date-time"
    /// A full date of RFC 3339.
    case date
    /// A mailbox of RFC 5321, without IPv6 addresses.
    case email
    /// A URI with its scheme, of RFC 3986.
    case uri
    /// A URI, or what is relative to one.
    case uriReference = "uri-reference"

    /// What has the format, as a noun phrase.
    var phrase: String {
        switch self {
        case .dateTime: "a date and time such as 2026-01-31T09:00:00Z"
        case .date: "a date such as 2026-01-31"
        case .email: "an email address"
        case .uri: "a URL with its scheme, such as https://example.com/"
        case .uriReference: "a URL or a path"
        }
    }

    /// Whether a text has the format.
    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return switch self {
        case .dateTime: Timestamp.isDateTime(bytes[...])
        case .date: bytes.count == 10 && Timestamp.isDate(bytes[...])
        case .email: Mailbox.isValid(bytes[...])
        case .uri: ResourceIdentifier.isValid(bytes[...], needsScheme: true)
        case .uriReference: ResourceIdentifier.isValid(bytes[...], needsScheme: false)
        }
    }
}

private typealias Bytes = ArraySlice<UInt8>

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    fileprivate var isLetter: Bool { self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z") }
    fileprivate var isHexadecimal: Bool {
        isDigit || self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "f")
    }
    fileprivate func isOne(of text: StaticString) -> Bool {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).contains(self)
    }
}

/// Dates and times of RFC 3339.
private enum Timestamp {
    static func number(_ bytes: Bytes) -> Int? {
        bytes.allSatisfy(\.isDigit) ? Int(String(decoding: bytes, as: UTF8.self)) : nil
    }

    /// The fields of a text that has digits where the shape has `0` and otherwise the shape's own characters.
    static func fields(_ bytes: Bytes, _ shape: StaticString) -> [Int]? {
        let pattern = UnsafeBufferPointer(start: shape.utf8Start, count: shape.utf8CodeUnitCount)
        guard bytes.count == pattern.count else { return nil }
        for (byte, expected) in zip(bytes, pattern)
        where expected == UInt8(ascii: "0") ? !byte.isDigit : byte != expected {
            return nil
        }
        return bytes.split { !$0.isDigit }.compactMap(number)
    }

    static func isDate(_ bytes: Bytes) -> Bool {
        guard let fields = fields(bytes, "0000-00-00"), fields.count == 3 else { return false }
        let isLeap = fields[0] % 4 == 0 && (fields[0] % 100 != 0 || fields[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(fields[1]) && (1...days[fields[1] - 1]).contains(fields[2])
    }

    static func isDateTime(_ bytes: Bytes) -> Bool {
        guard bytes.count >= 20, isDate(bytes.prefix(10)), bytes[10] | 0x20 == UInt8(ascii: "t"),
            let time = fields(bytes[11..<19], "00:00:00"), time[0] < 24, time[1] < 60, time[2] <= 60
        else { return false }
        var zone = bytes[19...]
        if zone.first == UInt8(ascii: ".") {
            let fraction = zone.dropFirst().prefix(while: \.isDigit)
            if fraction.isEmpty { return false }
            zone = zone.dropFirst(1 + fraction.count)
        }
        var offset = 0
        if zone.count != 1 || zone.first.map({ $0 | 0x20 }) != UInt8(ascii: "z") {
            guard let sign = zone.first, sign.isOne(of: "+-"), let fields = fields(zone.dropFirst(), "00:00"),
                fields[0] < 24, fields[1] < 60
            else { return false }
            offset = (fields[0] * 60 + fields[1]) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        // A leap second ends a day in UTC, wherever the clock stands.
        let minute = (time[0] * 60 + time[1] - offset + 2 * 1440) % 1440
        return time[2] < 60 || minute == 1439
    }
}

/// Mailboxes of RFC 5321.
private enum Mailbox {
    static func isValid(_ bytes: Bytes) -> Bool {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let local = bytes[..<at]
        let domain = bytes[(at + 1)...]
        return (1...64).contains(local.count) && (isDotted(local) || isQuoted(local))
            && (isLiteral(domain) || isHost(domain))
    }

    private static func isDotted(_ local: Bytes) -> Bool {
        local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isLetter || $0.isDigit || $0.isOne(of: "!#$%&'*+-/=?^_`{|}~") }
        }
    }

    private static func isQuoted(_ local: Bytes) -> Bool {
        guard local.count >= 2, local.first == UInt8(ascii: "\""), local.last == UInt8(ascii: "\"") else {
            return false
        }
        var inside = local.dropFirst().dropLast()
        while let byte = inside.popFirst() {
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\"") else { return false }
            if byte == UInt8(ascii: "\\"), inside.popFirst() == nil { return false }
        }
        return true
    }

    private static func isLiteral(_ domain: Bytes) -> Bool {
        guard domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 else {
            return false
        }
        let parts = domain.dropFirst().dropLast().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { (1...3).contains($0.count) && Timestamp.number($0).map { $0 < 256 } == true }
    }

    private static func isHost(_ domain: Bytes) -> Bool {
        domain.count <= 253
            && domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count)
                    && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
                    && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            }
    }
}

/// URIs of RFC 3986.
private enum ResourceIdentifier {
    static func isValid(_ bytes: Bytes, needsScheme: Bool) -> Bool {
        var rest = bytes
        let end = bytes.firstIndex { $0.isOne(of: ":/?#") } ?? bytes.endIndex
        let hasScheme = end < bytes.endIndex && bytes[end] == UInt8(ascii: ":")
        if hasScheme {
            let scheme = bytes[..<end]
            guard let first = scheme.first, first.isLetter,
                scheme.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: "+-.") })
            else { return false }
            rest = bytes[(end + 1)...]
        } else if needsScheme {
            return false
        }
        if rest.starts(with: [0x2F, 0x2F]) {
            let authority = rest.dropFirst(2).prefix { !$0.isOne(of: "/?#") }
            guard isAuthority(authority) else { return false }
            rest = rest.dropFirst(2 + authority.count)
        }
        let hashes = rest.count { $0 == UInt8(ascii: "#") }
        return hashes <= 1 && isText(rest, beyond: ":@/?#")
    }

    private static func isAuthority(_ authority: Bytes) -> Bool {
        var host = authority
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            guard isText(authority[..<at], beyond: ":") else { return false }
            host = authority[(at + 1)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[(host.startIndex + 1)..<end]
            let isAddress =
                address.contains(UInt8(ascii: ":")) && address.allSatisfy { $0.isHexadecimal || $0.isOne(of: ":.") }
            return isAddress && isPort(host[(end + 1)...])
        }
        let name = host.prefix { $0 != UInt8(ascii: ":") }
        return isText(name, beyond: "") && isPort(host.dropFirst(name.count))
    }

    private static func isPort(_ bytes: Bytes) -> Bool {
        bytes.isEmpty || bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(\.isDigit)
    }

    /// Whether all is unreserved, a sub-delimiter, an escape, or one of a few more.
    private static func isText(_ bytes: Bytes, beyond more: StaticString) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(\.isHexadecimal) else { return false }
                rest = rest.dropFirst(2)
            } else if !(byte.isLetter || byte.isDigit || byte.isOne(of: "-._~!$&'()*+,;=") || byte.isOne(of: more)) {
                return false
            }
        }
        return true
    }
}
