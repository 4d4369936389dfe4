import JSON

/// The servers in a JSON file, under a name in its outermost object.
struct JSONServerList: ServerList {
    private let bytes: [UInt8]
    private let key: String
    private let root: JSONNode?
    private let list: JSONNode?

    init(_ bytes: [UInt8], key: String) throws(HostFileError) {
        (self.bytes, self.key) = (bytes, key)
        root = try JSONNodeReader.read(bytes)
        if let root, !root.isObject { throw HostFileError("it holds no object, so there is no place for servers") }
        list = try root?.only(key, in: bytes)?.value
        if let list, !list.isObject {
            throw HostFileError("\(key) is not an object", at: list.range.lowerBound, in: bytes)
        }
    }

    var servers: [(name: String, value: JSONObject)] {
        (list?.items ?? []).compactMap { item in
            item.value.value.objectValue.map { (item.name ?? "", $0) }
        }
    }

    func setting(_ name: String, to value: JSONObject) throws(HostFileError) -> [UInt8] {
        let text = JSONText(bytes, root: root)
        guard let root else { return text.appendingRoot([key: .object([name: .object(value)])]) }
        guard let list else { return text.adding(.object([name: .object(value)]), named: key, to: root) }
        if let old = try list.only(name, in: bytes) { return text.replacing(old, with: .object(value)) }
        return text.adding(.object(value), named: name, to: list)
    }

    func removing(_ name: String) throws(HostFileError) -> [UInt8] {
        guard let list, let index = list.items.firstIndex(where: { $0.name == name }) else { return bytes }
        _ = try list.only(name, in: bytes)
        return JSONText(bytes, root: root).removing(index, from: list)
    }

    static func masked(_ bytes: [UInt8]) -> [UInt8] {
        guard let root = try? JSONNodeReader.read(bytes) else { return LineMask.all(of: bytes) }
        var kept: [Range<Int>] = []
        root.collectNames(into: &kept)
        return LineMask.json(bytes, showing: kept)
    }
}

// MARK: - The inputs of VS Code

extension JSONServerList {
    /// The name under which VS Code keeps what it asks the user for.
    private static let inputs = "inputs"

    /// The text with an input appended, unless there is one with its id.
    static func addingInput(_ input: JSONObject, to bytes: [UInt8]) throws(HostFileError) -> [UInt8] {
        let root = try JSONNodeReader.read(bytes)
        let text = JSONText(bytes, root: root)
        guard let root else { return text.appendingRoot([inputs: [.object(input)]]) }
        guard let list = try root.only(inputs, in: bytes)?.value else {
            return text.adding([.object(input)], named: inputs, to: root)
        }
        guard list.isArray else {
            throw HostFileError("\(inputs) is not an array", at: list.range.lowerBound, in: bytes)
        }
        if list.items.contains(where: { $0.value.value["id"] == input["id"] }) { return bytes }
        return text.adding(.object(input), named: nil, to: list)
    }

    /// The text without the input with an id.
    static func removingInput(_ id: String, from bytes: [UInt8]) throws(HostFileError) -> [UInt8] {
        let root = try JSONNodeReader.read(bytes)
        guard let list = try root?.only(inputs, in: bytes)?.value, list.isArray,
            let index = list.items.firstIndex(where: { $0.value.value["id"]?.stringValue == id })
        else { return bytes }
        return JSONText(bytes, root: root).removing(index, from: list)
    }
}

extension JSONServerList {
    /// The text without what adding a server made around it: empty lists that an earlier text did not have.
    static func removingEmptyLists(_ names: [String], from bytes: [UInt8], unlessIn earlier: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for name in names {
            guard let before = try? JSONNodeReader.read(earlier), before.items.allSatisfy({ $0.name != name }),
                let root = try? JSONNodeReader.read(bytes),
                let index = root.items.firstIndex(where: { $0.name == name })
            else { continue }
            let list = root.items[index].value
            let isBlank = bytes[list.range].dropFirst().dropLast().allSatisfy(\.isWhitespace)
            if list.isObject || list.isArray, isBlank {
                bytes = JSONText(bytes, root: root).removing(index, from: root)
            }
        }
        return bytes
    }

    /// The lists in which adding a server to a host's file writes.
    static func lists(_ key: String) -> [String] { [key, inputs] }
}

extension JSONNode {
    /// The member of that name.
    ///
    /// - Throws: ``HostFileError`` where there are several, of which hosts would choose one each in their own way.
    func only(_ name: String, in bytes: [UInt8]) throws(HostFileError) -> Item? {
        let found = items.filter { $0.name == name }
        if found.count > 1 { throw HostFileError("\(name) is there twice", at: found[1].start, in: bytes) }
        return found.first
    }

    /// The ranges of all names, and of the colons and what else stands between them and their values.
    fileprivate func collectNames(into ranges: inout [Range<Int>]) {
        for item in items {
            if item.name != nil { ranges.append(item.start..<item.value.range.lowerBound) }
            item.value.collectNames(into: &ranges)
        }
    }
}
