import JSON

/// How many bytes of JSON an answer may have, so that it stays small in a model's context.
struct AnswerBudget {
    /// The most bytes of an answer's text.
    static let bytes = 24_000

    /// How many of the items fit from the start, at least one: what is left is told as a next page, never dropped.
    ///
    /// - Parameter reserved: The bytes that the rest of the answer takes.
    static func fitting(_ items: [JSONValue], reserved: Int = 1_000) -> Int {
        var left = bytes - reserved
        for (index, item) in items.enumerated() {
            left -= item.bytes().count + 1
            if left < 0 { return max(1, index) }
        }
        return items.count
    }
}
