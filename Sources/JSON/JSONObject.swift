/// The members of a JSON object, in the order in which they were written, each name once.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// The name, unique in its object.
        public let name: String
        /// The value.
        public var value: JSONValue

        /// Whether the name is the same, scalar by scalar.
        ///
        /// Swift calls strings equal that Unicode calls equivalent (é as one scalar or as two); to JSON they are two names.
        func isNamed(_ other: String) -> Bool {
            // What Swift calls different is, and that it finds out at once; names are looked up more often than anything.
            name.utf8.count == other.utf8.count && name == other && name.utf8.elementsEqual(other.utf8)
        }
    }

    /// The members in order.
    public private(set) var members: [Member]

    /// Makes an empty object.
    public init() { members = [] }

    /// Takes members whose names the parser found distinct.
    init(distinctMembers: [Member]) { members = distinctMembers }

    /// The value of that name.
    ///
    /// Setting nil removes the member; setting a new name appends it.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.isNamed(name) }?.value }
        set {
            if let index = members.firstIndex(where: { $0.isNamed(name) }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(name: name, value: newValue))
            }
        }
    }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// This object without the members of those names.
    public func without(_ names: Set<String>) -> JSONObject {
        JSONObject(distinctMembers: members.filter { !names.contains($0.name) })
    }

    /// This object with each value changed; a nil result drops the member.
    public func compactMapValues(_ transform: (JSONValue) -> JSONValue?) -> JSONObject {
        JSONObject(
            distinctMembers: members.compactMap { member in
                transform(member.value).map { Member(name: member.name, value: $0) }
            })
    }
}

extension JSONObject: RandomAccessCollection {
    /// The first place.
    public var startIndex: Int { members.startIndex }
    /// The place after the last.
    public var endIndex: Int { members.endIndex }
    /// The member at a place.
    public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Hashable {
    /// Whether both hold the same values by the same names, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // Each value is compared once: twice at each level would take time exponential in the depth.
        if zip(left.members, right.members).allSatisfy({ $0.isNamed($1.name) }) {
            return zip(left.members, right.members).allSatisfy { $0.value == $1.value }
        }
        let values = Dictionary(uniqueKeysWithValues: right.members.map { (Array($0.name.utf8), $0.value) })
        return left.members.allSatisfy { values[Array($0.name.utf8)] == $0.value }
    }

    /// Feeds the members into a hasher, blind to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var each = Hasher()
            each.combine(member)
            sum &+= each.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object; of members with one name the last stands.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}
