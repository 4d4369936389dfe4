/// A host on the internet, or every host below one, as the owner writes it in a list.
///
/// `hooks.example.com` is that host alone, and `*.example.com` every host below `example.com`, which itself is not among
/// them. An internationalised name is written as machines write it, with `xn--`.
package struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// The text in lower case.
    package let description: String

    /// Reads a pattern: two to eleven names of letters, digits and hyphens with dots between, of which the last begins with a letter, so
    /// that no address of numbers passes for one; perhaps a star and a dot before them.
    package init?(_ text: String) {
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

    /// Whether a host is meant, which is in lower case and without a dot at its end.
    package func matches(_ host: String) -> Bool {
        guard description.hasPrefix("*.") else { return host == description }
        let end = description.dropFirst()
        return host.hasSuffix(end) && host.utf8.count > end.utf8.count
    }
}
