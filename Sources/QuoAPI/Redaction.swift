import JSON

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension Credential {
    /// What stands in place of the key.
    private static let dots = "••••"

    /// Whether the key can be told from ordinary text.
    ///
    /// The API's keys are far longer. Shorter ones are made up, as the sandbox's is, and may be words that answers hold.
    private var isDistinct: Bool { key.utf8.count >= 8 }

    /// The value with dots wherever a text or a name in it holds the key.
    ///
    /// Looks at what was read, not at the bytes that came, in which the key may be escaped.
    func redacted(_ value: JSONValue) -> JSONValue {
        // Every answer comes through here, and hardly any holds the key.
        guard isDistinct, holds(Array(key.utf8), value) else { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .array(let items): return .array(items.map(redacted))
        case .object(let object):
            var result = JSONObject()
            for member in object { result[redacted(member.name)] = redacted(member.value) }
            return .object(result)
        default: return value
        }
    }

    /// The text with dots wherever it holds the key's characters in a row.
    ///
    /// Looks at visible ASCII alone, of which keys consist. So no mark, space or invisible character that stands beside
    /// the key or within it hides it, or lets a later cleaning bring it back.
    func redacted(_ text: String) -> String {
        guard isDistinct else { return text }
        let pattern = Array(key.unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        let visible = scalars.indices.filter { (0x21...0x7E).contains(scalars[$0].value) }
        var result = String.UnicodeScalarView()
        var copied = 0
        var position = 0
        while position + pattern.count <= visible.count {
            let range = position..<(position + pattern.count)
            guard visible[range].lazy.map({ scalars[$0] }).elementsEqual(pattern) else {
                position += 1
                continue
            }
            result.append(contentsOf: scalars[copied..<visible[position]])
            result.append(contentsOf: Self.dots.unicodeScalars)
            copied = visible[range.upperBound - 1] + 1
            position = range.upperBound
        }
        result.append(contentsOf: scalars[copied...])
        return String(result)
    }
}

/// Whether a text or a name in the value holds the key, among its visible ASCII characters.
private func holds(_ key: [UInt8], _ value: JSONValue) -> Bool {
    switch value {
    case .string(let text): holds(key, text)
    case .array(let items): items.contains { holds(key, $0) }
    case .object(let object): object.contains { holds(key, $0.name) || holds(key, $0.value) }
    default: false
    }
}

private func holds(_ key: [UInt8], _ text: String) -> Bool {
    text.utf8.count >= key.count && holds(key, text.utf8.filter { (0x21...0x7E).contains($0) })
}

/// Whether the bytes hold the pattern, which is not empty; fast, because the C library looks for the first byte of it.
private func holds(_ pattern: [UInt8], _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var start = buffer.baseAddress
        var left = buffer.count
        while left >= pattern.count, let here = start,
            let hit = memchr(here, Int32(pattern[0]), left - pattern.count + 1)
        {
            if memcmp(hit, pattern, pattern.count) == 0 { return true }
            start = UnsafeRawPointer(hit) + 1
            left -= UnsafeRawPointer(hit) + 1 - here
        }
        return false
    }
}
