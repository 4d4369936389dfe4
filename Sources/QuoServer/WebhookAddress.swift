import Configuration
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

    /// Reads an address of the form `https://host[:port][/path]`.
    ///
    /// - Parameters:
    ///   - allowed: The only hosts that may be, a private one where it is written out; nil for any on the open internet.
    ///   - allowsLoopback: Whether it may lead to this machine instead, also as plain `http`.
    ///   - argument: What the agent gave it by, for the fault.
    /// - Throws: A fault where it has user information, which can pass for the host, or a host that is not a machine on the
    ///   open internet, or one that can be written to look like another.
    init(
        _ text: String, allowed: [HostPattern]? = nil, allowsLoopback: Bool = false, argument: String = "url"
    ) throws(ArgumentFault) {
        do throws(Fault) {
            let (scheme, host) = try Self.parts(of: text)
            self.host = host
            if allowsLoopback, Self.isLoopback(host) { return }
            guard scheme == "https" else { throw Fault("must be an https address: what is posted there is private") }
            let isNamed = allowed?.contains { $0.names(host) } ?? false
            if !isNamed { try Self.checkOpen(host) }
            if let allowed {
                guard allowed.contains(where: { $0.matches(host) }) else {
                    throw Fault(
                        "leads to \(host), which is none of the hosts that the owner lets get data (webhookHosts)")
                }
            } else if host.split(separator: ".").contains(where: { $0.hasPrefix("xn--") }) {
                throw Fault(
                    "has an internationalised name, which can look like another; the owner allows it in webhookHosts")
            }
        } catch {
            throw ArgumentFault(path: argument, message: error.message, example: "https://example.com/quo")
        }
    }

    /// What is wrong, as the rest of a sentence that begins with the argument.
    private struct Fault: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    private static func parts(of text: String) throws(Fault) -> (scheme: String, host: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Fault("holds a space or a character that an address cannot have")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts[0].lowercased()
        guard parts.count == 2, parts[1].hasPrefix("//"), scheme == "https" || scheme == "http" else {
            throw Fault("must be an https address")
        }
        let authority = parts[1].dropFirst(2).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw Fault("must have nothing before an @, which could pass for the host")
        }
        let isIPv6 = authority.hasPrefix("[")
        let end = isIPv6 ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
        if isIPv6 && end == nil { throw Fault("has an IPv6 address without its ]") }
        let port = authority[(end ?? authority.endIndex)...]
        if !port.isEmpty {
            let digits = port.dropFirst()
            guard port.hasPrefix(":"), digits.allSatisfy(\.isNumber), let number = UInt16(digits), number > 0 else {
                throw Fault("has a port that is no number from 1 to 65535")
            }
        }
        return (scheme, authority[..<(end ?? authority.endIndex)].lowercased())
    }

    // MARK: The open internet

    private static func checkOpen(_ host: String) throws(Fault) {
        let isOpen = host.hasPrefix("[") ? try isOpenIPv6(host.dropFirst().dropLast()) : try isOpenName(host)
        guard isOpen else { throw Fault("leads to this machine or a private network, which Quo cannot reach") }
    }

    /// The ends of names that lead nowhere on the open internet.
    private static let privateEnds: Set<Substring> = [
        "localhost", "local", "internal", "lan", "home", "corp", "intranet", "arpa",
    ]

    private static func isOpenName(_ host: String) throws(Fault) -> Bool {
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }) else {
            throw Fault("has no valid host")
        }
        guard !host.hasSuffix(".") else { throw Fault("has a dot at the end of its host; leave it out") }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !labels.contains("") else { throw Fault("has no valid host") }
        // Programs take a last label that is a number for an IPv4 address, which they also read in parts, octal and hexadecimal.
        guard last.allSatisfy(\.isNumber) || last.hasPrefix("0x") else {
            return labels.count > 1 && !privateEnds.contains(last)
        }
        let bytes = labels.compactMap { $0.hasPrefix("0") && $0 != "0" ? nil : UInt8($0) }
        guard bytes.count == 4, labels.count == 4 else {
            throw Fault("has an IPv4 address that is not four plain numbers")
        }
        return isOpenIPv4(bytes)
    }

    private static func isOpenIPv4(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (100, 64...127), (169, 254), (172, 16...31), (192, 168), (198, 18...19): false
        case (192, 0): bytes[2] != 0
        // Groups of machines, and what is reserved.
        case (224..., _): false
        default: true
        }
    }

    private static func isOpenIPv6(_ text: Substring) throws(Fault) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, String(text), &bytes) == 1 else { throw Fault("has no valid IPv6 address") }
        // An IPv4 address in its mapped or its older, plain form, of which ::1 and :: are two, or translated.
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        let isTranslated = bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        if isMapped || isTranslated || bytes[..<12].allSatisfy({ $0 == 0 }) { return isOpenIPv4(Array(bytes[12...])) }
        switch (bytes[0], bytes[1]) {
        case (0x20, 0x02): return isOpenIPv4(Array(bytes[2..<6]))
        // An IPv4 address that is written backwards.
        case (0x20, 0x01) where bytes[2] == 0 && bytes[3] == 0: return false
        // Machines of this network and of this site, private networks, groups.
        case (0xFE, 0x80...), (0xFC...0xFD, _), (0xFF, _): return false
        default: return true
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && bytes.map(String.init).joined(separator: ".") == host
    }
}

extension Desk {
    /// The address that an agent wants a webhook to post to.
    ///
    /// - Throws: ``InvalidArguments`` where it may get no data.
    func webhookAddress(_ url: String) throws(InvalidArguments) -> WebhookAddress {
        do {
            return try WebhookAddress(
                url, allowed: policy.webhookHosts, allowsLoopback: workspace.isSandbox)
        } catch {
            throw InvalidArguments(faults: [error])
        }
    }

    /// Refuses an address that a webhook has already, where the owner does not let it get data now.
    func checkReceiver(_ url: String) throws(InvalidArguments) {
        guard let hosts = policy.webhookHosts else { return }
        do {
            _ = try WebhookAddress(
                url, allowed: hosts, allowsLoopback: workspace.isSandbox, argument: "webhookId")
        } catch {
            throw InvalidArguments(faults: [error])
        }
    }
}
