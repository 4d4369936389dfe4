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
    case calls, contacts, conversations, messages, tasks, users
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
        answer(sorted: elements.sorted { key($0) > key($1) }, key: key, body: body)
    }

    /// The page of elements that are sorted newest first.
    func answer<Element>(
        sorted elements: [Element], key: (Element) -> PageKey, body: (Element) -> JSONValue
    ) -> Answer {
        let page = elements[firstPlace(in: elements, key: key)...].prefix(size)
        var object: JSONObject = [
            "data": .array(page.map(body)), "totalItems": .number(JSONNumber(Int64(elements.count))),
        ]
        if page.endIndex < elements.endIndex, let last = page.last {
            object["nextPageToken"] = .string(list.token(after: key(last)))
        } else if list != .tasks {
            // The newer list leaves it out at the end.
            object["nextPageToken"] = .null
        }
        return .json(200, .object(object))
    }

    /// Where the page begins, found by halving: a page of a long list must not cost the whole of it.
    private func firstPlace<Element>(in elements: [Element], key: (Element) -> PageKey) -> Int {
        guard let after else { return 0 }
        var range = elements.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = key(elements[middle]) >= after ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
