import JSON

/// The place of an element in a list that is sorted newest first.
struct PageKey: Comparable {
    let moment: Timestamp
    /// Decides between elements of the same moment.
    let identifier: String

    static func < (left: PageKey, right: PageKey) -> Bool {
        if left.moment != right.moment { return left.moment < right.moment }
        return left.identifier < right.identifier
    }
}

/// The lists that are read page by page; a token of one is refused by the others.
enum PagedList: String {
    case calls, contacts, conversations, messages, users
}

/// Tokens name the last element that was handed out, not a count, so elements that arrive between two pages repeat none.
extension PagedList {
    private func checksum(_ text: String) -> UInt32 {
        (rawValue + text).utf8.reduce(2_166_136_261) { hash, byte in (hash ^ UInt32(byte)) &* 16_777_619 }
    }

    func token(after key: PageKey) -> String {
        let text = "\(key.moment.milliseconds).\(key.identifier)"
        return text.utf8.reduce(into: String(checksum(text), radix: 36) + "-") { token, byte in
            token += String(Int(byte) + 0x100, radix: 16).dropFirst()
        }
    }

    /// The key in a token; nil for one that this list never made.
    func key(of token: String) -> PageKey? {
        let parts = token.split(separator: "-")
        guard parts.count == 2, parts[1].utf8.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var digits = parts[1][...]
        while !digits.isEmpty {
            guard let byte = UInt8(digits.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        guard let text = String(validating: bytes, as: UTF8.self), String(checksum(text), radix: 36) == parts[0],
            let dot = text.firstIndex(of: "."), let moment = Int64(text[..<dot])
        else { return nil }
        return PageKey(
            moment: Timestamp(milliseconds: moment), identifier: String(text[text.index(after: dot)...]))
    }
}

/// Which page is asked for.
struct PageRequest {
    let list: PagedList
    let size: Int
    let after: PageKey?

    /// Reads `maxResults` and `pageToken`.
    init(_ list: PagedList, upTo limit: Int, from reader: inout QueryReader) {
        self.list = list
        size = reader.maxResults(upTo: limit)
        guard let token = reader.query.value("pageToken") else {
            after = nil
            return
        }
        after = list.key(of: token)
        if after == nil {
            reader.validation.fail("/pageToken", "Invalid page token", .string(token), type: "string")
        }
    }

    /// The page of all elements that match, newest first.
    func answer<Element>(
        _ elements: [Element], key: (Element) -> PageKey, body: (Element) -> JSONValue
    ) -> Answer {
        var places = elements.indices.map { (key: key(elements[$0]), index: $0) }
        if let after { places.removeAll { $0.key >= after } }
        places.sort { $0.key > $1.key }
        let page = places.prefix(size)
        var nextPageToken = JSONValue.null
        if places.count > page.count, let last = page.last { nextPageToken = .string(list.token(after: last.key)) }
        return .json(
            200,
            [
                "data": .array(page.map { body(elements[$0.index]) }),
                "totalItems": .number(JSONNumber(Int64(elements.count))),
                "nextPageToken": nextPageToken,
            ])
    }
}
