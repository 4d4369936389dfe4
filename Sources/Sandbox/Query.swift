/// The path and the query of a URL, percent-decoded.
struct RequestTarget {
    /// The path's segments, for example `["v1", "calls", "AC1"]`.
    let path: [String]
    let query: Query

    /// Reads the part of a URL after its authority; nil where an escape is broken or the text is not UTF-8.
    init?(url: String) {
        var rest = url[...]
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        var query: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let authority = rest.utf8SchemeEnd { rest = rest[authority...].drop { $0 != "/" } }
        var path: [String] = []
        for segment in rest.split(separator: "/") {
            guard let decoded = segment.percentDecoded(plusIsSpace: false) else { return nil }
            path.append(decoded)
        }
        guard let query = Query(query) else { return nil }
        self.path = path
        self.query = query
    }
}

/// The parameters of a query, in order.
///
/// A list is a name that occurs again, bare or with `[]` after it.
struct Query {
    private let entries: [(name: String, value: String)]

    fileprivate init?(_ text: Substring) {
        var entries: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let encodedValue = parts.count == 2 ? parts[1] : ""
            guard var name = parts[0].percentDecoded(plusIsSpace: true),
                let value = encodedValue.percentDecoded(plusIsSpace: true)
            else { return nil }
            if name.hasSuffix("[]") { name.removeLast(2) }
            entries.append((name, value))
        }
        self.entries = entries
    }

    /// A query without parameters.
    static let none = Query(entries: [])

    private init(entries: [(name: String, value: String)]) { self.entries = entries }

    /// The names that occur.
    var names: [String] { entries.map(\.name) }

    func values(_ name: String) -> [String] {
        entries.filter { $0.name == name }.map(\.value)
    }

    func value(_ name: String) -> String? {
        entries.first { $0.name == name }?.value
    }
}

extension Substring {
    /// The place after `://`.
    fileprivate var utf8SchemeEnd: Index? {
        guard let colon = firstIndex(of: ":"), self[colon...].hasPrefix("://") else { return nil }
        return index(colon, offsetBy: 3)
    }

    /// The text without percent-escapes; nil where one is broken or the result is not UTF-8.
    fileprivate func percentDecoded(plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var iterator = utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexadecimalValue),
                    let low = iterator.next().flatMap(hexadecimalValue)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

private func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
