/// A host on the internet, or every host below one, as the owner writes it in a list.
///
/// `hooks.example.com` is that host alone, and `*.example.com` every host below `example.com`, which itself is not among
/// them. An internationalised name is written as machines write it, with `xn--`. A host of a private network is meant only where it
/// is written out: `localhost`, `10.0.0.5`, `[fd00::5]`.
package struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// The text in lower case.
    package let description: String

    /// Reads a pattern.
    ///
    /// - Parameter text: Two to eleven names of letters, digits and hyphens with dots between, of which the last begins with a
    ///   letter, so that no address of numbers passes for one; perhaps a star and a dot before them. Or an address in its one
    ///   plain form, or `localhost`.
    package init?(_ text: String) {
        if Self.isPlainAddress(text) || text == "localhost" {
            description = text.lowercased()
            return
        }
        let names = (text.hasPrefix("*.") ? text.dropFirst(2) : text[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = names.allSatisfy { name in
            !name.isEmpty && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
        }
        guard isPlain, (2...11).contains(names.count), let first = names.last?.utf8.first,
            (first | 0x20) >= UInt8(ascii: "a")
        else {
            return nil
        }
        description = text.lowercased()
    }

    /// Whether it is an IPv4 address of four plain numbers, or an IPv6 address in brackets.
    private static func isPlainAddress(_ text: String) -> Bool {
        if text.hasPrefix("[") {
            let inner = text.dropFirst().dropLast()
            return text.hasSuffix("]") && inner.contains(":")
                && inner.utf8.allSatisfy { Self.addressBytes.contains($0) }
        }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4
            && numbers.allSatisfy { number in
                number.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && UInt8(number).map(String.init) == String(number)
            }
    }

    private static let addressBytes = Set("0123456789abcdefABCDEF:.".utf8)

    /// Whether the owner wrote out exactly this host, so that a private one is meant.
    package func names(_ host: String) -> Bool { description == host }

    /// Whether a host is meant, which is in lower case and without a dot at its end.
    package func matches(_ host: String) -> Bool {
        guard description.hasPrefix("*.") else { return host == description }
        let end = description.dropFirst()
        return host.hasSuffix(end) && host.utf8.count > end.utf8.count
    }
}
