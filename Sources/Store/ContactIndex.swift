/// A contact as the index keeps it.
package struct IndexedContact: Sendable, Equatable {
    /// The API's id.
    package let id: String
    /// What a person is told it is called.
    package let name: String
    /// Its numbers in E.164.
    package let numbers: [String]
    /// The whole contact as the API gave it, JSON; never empty.
    package let content: String

    package init(id: String, name: String, numbers: [String], content: String) {
        self.id = id
        self.name = name
        self.numbers = numbers
        self.content = content
    }
}

/// How far the index of a workspace's contacts is.
package struct ContactIndexHead: Sendable, Equatable {
    /// Which index it is: a forgotten one that is begun anew has another.
    package let epoch: Int64
    /// The number of the last change.
    package let revision: Int64
    /// The last change after which removed contacts are no longer listed; who knows less reads everything anew.
    package let floor: Int64
    /// When all contacts had been read last, in milliseconds since 1970; nil where they never were.
    package let completedAt: Int64?
    /// Whether some process reads them now.
    package let isSyncing: Bool
    /// How many contacts there are.
    package let count: Int
}

/// One change of the index since another.
package struct ContactIndexChange: Sendable, Equatable {
    /// The contact's number in this index, which it keeps.
    package let key: Int64
    /// The number of the change.
    package let revision: Int64
    /// The whole contact, JSON; nil where it was removed.
    package let content: String?
}

/// The claim of one process to read all contacts.
package struct ContactSync: Sendable, Equatable {
    /// The name of the claim.
    let claim: String
    /// Its place among all readings.
    let generation: Int64
}
