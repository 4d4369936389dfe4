#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where the API is: `https`, or plain `http` on this machine only, because each request carries the key.
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Why an address is refused, for the person who configured it.
    package struct Invalid: Error, Sendable, Equatable, CustomStringConvertible {
        /// The cause and what to do.
        package let description: String
    }

    /// The environment variable that overrides the address.
    package static let environmentName = "QUO_BASE_URL"

    /// The vendor's address.
    package static let standard = BaseURL(validated: "https://api.quo.com")

    /// The vendor's older address, which knows the first version alone.
    private static let older = "https://api.openphone.com"

    /// The address of Maton's gateway to Quo.
    package static let maton = BaseURL(validated: "https://api.maton.ai/quo")

    /// The hosts of Maton: the present one and the older one.
    private static let hostsOfMaton: Set<Substring> = ["api.maton.ai", "gateway.maton.ai"]

    /// The address without a trailing slash.
    package let description: String

    /// Where the dated version is: at the vendor's address, unless the owner named one that is not the vendor's.
    package var ofDatedVersion: BaseURL {
        [Self.older, Self.older + ":443"].contains(description) ? .standard : self
    }

    private init(validated text: String) { description = text }

    /// Takes an address of the form `https://host[:port][/path]`.
    ///
    /// - Throws: ``Invalid`` where it has another scheme, user information, a query or a fragment, or is plain `http`
    ///   to anything but 127.0.0.0/8, `[::1]` or `localhost`.
    package init(_ text: String) throws(Invalid) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Self.invalid("holds a space or a character that an address cannot have")
        }
        guard let schemeEnd = text.firstRange(of: "://") else {
            throw Self.invalid("has no scheme; write it as https://host")
        }
        let scheme = text[..<schemeEnd.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw Self.invalid("must begin with https://") }
        let rest = text[schemeEnd.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else { throw Self.invalid("must have no query and no fragment") }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw Self.invalid("must have no user name or password") }
        let (host, port) = try Self.split(authority)
        if scheme == "http", !Self.isLoopback(host) {
            throw Self.invalid("is plain http to another machine, which would show the key on the way; use https")
        }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw Self.invalid("must not have . or .. in its path")
        }
        self.init(validated: scheme + "://" + host + port + path)
    }

    /// The address that the environment asks for, or the usual one.
    ///
    /// - Parameter gateway: Whose address is wanted: a key of Maton goes to Maton alone, and a key of Quo never does.
    /// - Throws: ``Invalid`` where the variable is set to something unusable.
    package static func load(
        environment: [String: String], gateway: Gateway = .none
    ) throws(Invalid) -> BaseURL {
        guard let text = environmentValue(environmentName, in: environment) else { return gateway.standardURL }
        let address = try BaseURL(text)
        let host = address.host
        let isOfMaton = host == "maton.ai" || host.hasSuffix(".maton.ai")
        if gateway.isMaton, !isLoopback(String(host)), !hostsOfMaton.contains(host) {
            throw invalid(
                "is not at Maton, and its key must not go elsewhere; leave it out, or write https://gateway.maton.ai/quo"
            )
        }
        if !gateway.isMaton, isOfMaton {
            throw invalid("is at Maton, which must not get a key of Quo; set QUO_GATEWAY to maton and MATON_API_KEY")
        }
        return address
    }

    /// The host in lower case.
    private var host: Substring {
        let authority = description.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        return authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    }

    private static func invalid(_ cause: String) -> Invalid {
        Invalid(description: "\(environmentName) \(cause).")
    }

    /// The host in lower case, and the port with its colon or nothing.
    private static func split(_ authority: Substring) throws(Invalid) -> (host: String, port: String) {
        var host = authority
        var port = authority.suffix(0)
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw invalid("has an IPv6 address without its ]") }
            host = authority[...end]
            port = authority[authority.index(after: end)...]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[colon...]
        }
        if !port.isEmpty {
            let digits = port.dropFirst()
            guard port.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(digits),
                number > 0
            else { throw invalid("has a port that is no number from 1 to 65535") }
        }
        let isValid = host.hasPrefix("[") ? isIPv6(host.dropFirst().dropLast()) : isName(host)
        guard isValid else { throw invalid("has no valid host") }
        return (host.lowercased(), String(port))
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, String(text), &address) == 1
    }

    private static func isName(_ host: Substring) -> Bool {
        !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "-._".contains($0) }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // Each as it is written in full: a name such as 127.-0.0.1 would be looked up.
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map(String.init) == String(part) }
    }
}

/// The value of an environment variable, or nil where it is unset.
///
/// Hosts pass on what a user left blank as an empty text, or as the placeholder itself, `${...}`.
func environmentValue(_ name: String, in environment: [String: String]) -> String? {
    guard let value = environment[name] else { return nil }
    let isBlank = value.allSatisfy(\.isWhitespace)
    return isBlank || value.hasPrefix("${") && value.hasSuffix("}") ? nil : value
}
