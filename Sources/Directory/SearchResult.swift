/// What a search of the contacts found.
package struct SearchResult: Sendable, Equatable {
    /// The matches asked for, best first.
    package let matches: [Match]
    /// How many matches there are in all.
    package let total: Int
    /// How complete the index was that was searched.
    package let index: IndexState
}

/// A contact that a search found.
package struct Match: Sendable, Equatable {
    /// Why it was found: one reason for each field that a word of the query matched.
    package struct Reason: Sendable, Equatable {
        /// The field: `name`, `company`, `role`, `number`, `email`, or a custom field's key.
        package let field: String
        /// What it holds.
        package let value: String
    }

    /// The contact.
    package let person: Person
    /// Why it was found.
    package let reasons: [Reason]
}

/// How far the index of contacts is.
package enum IndexState: Sendable, Equatable {
    /// Nothing was read yet.
    case none
    /// Contacts are being read for the first time; this many so far.
    case syncing(count: Int)
    /// All contacts were read, completed at a time in milliseconds since 1970.
    case complete(at: Int64, count: Int)

    /// The number of contacts in the index.
    package var count: Int {
        switch self {
        case .none: 0
        case .syncing(let count), .complete(_, let count): count
        }
    }

    /// Whether every contact was read.
    package var isComplete: Bool {
        if case .complete = self { true } else { false }
    }
}
