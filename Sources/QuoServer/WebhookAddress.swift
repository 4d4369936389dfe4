import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The address of a webhook, whose host can be shown to a person without doubt about where data goes.
///
/// Nothing is resolved: a name that points to a private address is not found out.
struct WebhookAddress {
    /// The host in lower case; an IPv6 address in its brackets.
    let host: String
    /// Whether nobody on the way can read what is posted.
    let isSecure: Bool

    /// Reads an address of the form `https://host[:port][/path]`, or plain `http`.
    ///
    /// - Throws: A fault where it has user information, which can pass for the host, or a host that is not a machine on the
    ///   open internet.
    init(_ text: String) throws(ArgumentFault) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Self.fault("holds a space or a character that an address cannot have")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts[0].lowercased()
        guard parts.count == 2, parts[1].hasPrefix("//"), scheme == "https" || scheme == "http" else {
            throw Self.fault("must be an https address")
        }
        let authority = parts[1].dropFirst(2).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw Self.fault("must have nothing before an @, which could pass for the host")
        }
        host = try Self.host(of: authority)
        isSecure = scheme == "https"
    }

    private static func fault(_ message: String) -> ArgumentFault {
        ArgumentFault(path: "url", message: message, example: "https://example.com/quo")
    }

    private static func host(of authority: Substring) throws(ArgumentFault) -> String {
        let isIPv6 = authority.hasPrefix("[")
        let end = isIPv6 ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
        if isIPv6 && end == nil { throw fault("has an IPv6 address without its ]") }
        let host = authority[..<(end ?? authority.endIndex)].lowercased()
        let port = authority[(end ?? authority.endIndex)...]
        if !port.isEmpty {
            let digits = port.dropFirst()
            guard port.hasPrefix(":"), digits.allSatisfy(\.isNumber), let number = UInt16(digits), number > 0 else {
                throw fault("has a port that is no number from 1 to 65535")
            }
        }
        let isOpen = isIPv6 ? try isOpenIPv6(host.dropFirst().dropLast()) : try isOpenName(host)
        guard isOpen else { throw fault("leads to this machine or a private network, which Quo cannot reach") }
        return host
    }

    private static func isOpenName(_ host: String) throws(ArgumentFault) -> Bool {
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }) else {
            throw fault("has no valid host")
        }
        let labels = (host.hasSuffix(".") ? host.dropLast() : host[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !labels.contains("") else { throw fault("has no valid host") }
        // Programs take a last label that is a number for an IPv4 address, which they also read in parts, octal and hexadecimal.
        guard last.allSatisfy(\.isNumber) || last.hasPrefix("0x") else { return last != "localhost" && last != "local" }
        let bytes = labels.compactMap { $0.hasPrefix("0") && $0 != "0" ? nil : UInt8($0) }
        guard bytes.count == 4, labels.count == 4 else {
            throw fault("has an IPv4 address that is not four plain numbers")
        }
        return isOpenIPv4(bytes)
    }

    private static func isOpenIPv4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168): false
        default: true
        }
    }

    private static func isOpenIPv6(_ text: Substring) throws(ArgumentFault) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, String(text), &bytes) == 1 else { throw fault("has no valid IPv6 address") }
        // An IPv4 address in its mapped or its older, plain form, of which ::1 and :: are two.
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped || bytes[..<12].allSatisfy({ $0 == 0 }) { return isOpenIPv4(Array(bytes[12...])) }
        let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
        return bytes[0] & 0xFE != 0xFC && !isLinkLocal
    }
}
