import JSON

/// What contacts are searched by, packed: each contact is a list of word numbers with the fields that they are in.
struct SearchIndex: Sendable {
    /// The fields that are searched.
    enum Field: UInt32, CaseIterable {
        case firstName, lastName, company, role, number, email, custom

        /// How much more a word counts in this field.
        var weight: UInt8 {
            switch self {
            case .firstName, .lastName: 20
            case .number: 15
            case .company: 10
            case .email: 8
            case .role: 5
            case .custom: 0
            }
        }
    }

    private var words = WordTable()
    /// Each a word's number times eight, plus a field.
    private var entries: [UInt32] = []
    /// Where the entries of each contact begin, and how many there are; none for removed ones.
    private var starts: [UInt32] = []
    private var counts: [UInt16] = []
    private var keys: [Int64] = []
    private var places: [Int64: UInt32] = [:]
    private var unused = 0
    private static let numbers: UInt32 = 1 << Field.number.rawValue

    /// Whether so much is unused that the index should be made anew.
    var isWasteful: Bool { unused > 10_000 && unused * 2 > entries.count }

    /// About how many bytes it takes.
    var size: Int {
        let places = places.capacity * (MemoryLayout<Int64>.stride + MemoryLayout<UInt32>.stride)
        let contacts = keys.capacity * 8 + starts.capacity * 4 + counts.capacity * 2
        return words.size + entries.capacity * 4 + contacts + places
    }

    /// Takes a contact in, anew where it is known; nil removes it.
    mutating func set(_ key: Int64, to person: Person?) {
        let start = UInt32(entries.count)
        for value in person?.searchableValues ?? [] {
            for word in value.words { entries.append(UInt32(words.insert(word)) << 3 | value.field.rawValue) }
        }
        let count = UInt16(clamping: entries.count - Int(start))
        if let place = places[key].map({ Int($0) }) {
            unused += Int(counts[place])
            starts[place] = start
            counts[place] = count
        } else if person != nil {
            places[key] = UInt32(keys.count)
            keys.append(key)
            starts.append(start)
            counts.append(count)
        }
    }

    /// The contacts whose full name, first name or company is exactly these words.
    func keys(called name: [String]) -> [Int64] {
        let numbers = name.compactMap { words.number(of: $0).map { UInt32($0) } }
        guard !name.isEmpty, numbers.count == name.count else { return [] }
        return keys.indices.filter { place in
            let own = entries[Int(starts[place])..<Int(starts[place]) + Int(counts[place])]
            func has(_ fields: Field...) -> Bool {
                own.lazy.filter { entry in fields.contains { $0.rawValue == entry & 7 } }.map { $0 >> 3 }
                    .elementsEqual(numbers)
            }
            return has(.firstName, .lastName) || has(.firstName) || has(.company)
        }.map { keys[$0] }
    }

    /// The contacts that have exactly this word in a field.
    func keys(having word: String, in field: Field) -> [Int64] {
        guard let number = words.number(of: word) else { return [] }
        let entry = UInt32(number) << 3 | field.rawValue
        return keys.indices.filter { place in
            entries[Int(starts[place])..<Int(starts[place]) + Int(counts[place])].contains(entry)
        }.map { keys[$0] }
    }

    /// The contacts that a query matches, best first.
    ///
    /// - Parameters:
    ///   - fields: Which fields are searched; nil for all.
    ///   - needsAll: Whether every word must match; else any.
    func search(_ query: [QueryWord], fields: Set<Field>? = nil, needsAll: Bool = true) -> [Int64] {
        guard !query.isEmpty else { return [] }
        let mask = (fields ?? Set(Field.allCases)).reduce(UInt32(0)) { mask, field in mask | 1 << field.rawValue }
        var scores = [UInt32](repeating: 0, count: keys.count)
        for (position, word) in query.enumerated() {
            let qualities = qualities(of: word)
            let searched = word.matchesNumbers ? mask : mask & ~Self.numbers
            let mustHaveScore = needsAll && position > 0
            for place in scores.indices where !mustHaveScore || scores[place] > 0 {
                let best = bestScore(at: place, qualities, fields: searched)
                scores[place] = best == 0 && needsAll ? 0 : scores[place] + best
            }
        }
        let found = scores.indices.filter { scores[$0] > 0 }
        // One number to sort by: the score, then the order in which the contacts came.
        let ranked = found.map { place in
            let score = scores[place] + (isWholeName(query, at: place) ? 50 : 0)
            return UInt64(UInt32.max - score) << 32 | UInt64(place)
        }.sorted()
        return ranked.map { keys[Int($0 & 0xFFFF_FFFF)] }
    }

    private func qualities(of word: QueryWord) -> [UInt8] {
        words.withWords { bytes, ends, signatures in
            [UInt8](unsafeUninitializedCapacity: ends.count) { qualities, count in
                var start = 0
                for number in ends.indices {
                    let end = Int(ends[number])
                    let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
                    qualities.initializeElement(
                        at: number, to: word.quality(of: text, signature: signatures[number]))
                    start = end
                }
                count = ends.count
            }
        }
    }

    /// - Parameter fields: A bit for each field that is searched.
    private func bestScore(at place: Int, _ qualities: [UInt8], fields: UInt32) -> UInt32 {
        var best: UInt32 = 0
        let start = Int(starts[place])
        for index in start..<start + Int(counts[place]) {
            let entry = entries[index]
            let quality = qualities[Int(entry >> 3)]
            guard quality > 0, fields & 1 << (entry & 7) != 0, let field = Field(rawValue: entry & 7) else { continue }
            best = max(best, UInt32(quality) + UInt32(field.weight))
        }
        return best
    }

    /// Whether a query is the whole name of a contact, word for word.
    private func isWholeName(_ query: [QueryWord], at place: Int) -> Bool {
        let start = Int(starts[place])
        var position = 0
        for entry in entries[start..<start + Int(counts[place])] where entry & 7 <= Field.lastName.rawValue {
            let number = Int(entry >> 3)
            let first = number == 0 ? 0 : Int(words.ends[number - 1])
            guard position < query.count,
                query[position].bytes.elementsEqual(words.bytes[first..<Int(words.ends[number])])
            else { return false }
            position += 1
        }
        return position == query.count
    }
}

extension Person {
    /// A value that is searched.
    struct SearchableValue {
        let field: SearchIndex.Field
        /// What a person is told the field is.
        let title: String
        /// What a person is shown.
        let value: String
        /// What is compared.
        let words: [String]
    }

    /// Everything that the contact is searched by.
    var searchableValues: [SearchableValue] {
        var values: [SearchableValue] = []
        func add(_ field: SearchIndex.Field, _ title: String, _ text: String?, shown: String? = nil) {
            guard let text else { return }
            let words = foldedWords(text)
            values.append(SearchableValue(field: field, title: title, value: shown ?? text, words: words))
        }
        add(.firstName, "name", firstName, shown: name)
        add(.lastName, "name", lastName, shown: name)
        add(.company, "company", company)
        add(.role, "role", role)
        for number in numbers {
            let digits = foldedWords(number.value).joined()
            values.append(SearchableValue(field: .number, title: "number", value: number.value, words: [digits]))
        }
        for email in emails {
            let address = foldedAddress(email.value)
            values.append(SearchableValue(field: .email, title: "email", value: email.value, words: [address]))
        }
        for field in customFields { add(.custom, field.key, field.value) }
        return values
    }

    /// Whether the full name, the first name or the company is exactly these words.
    func isCalled(_ name: [String]) -> Bool {
        let (first, last) = (foldedWords(firstName ?? ""), foldedWords(lastName ?? ""))
        return !name.isEmpty && (name == first + last || name == first || name == foldedWords(company ?? ""))
    }
}

/// An email address as it is compared: one word, in which case does not count.
func foldedAddress(_ address: String) -> String { address.trimmed.lowercased() }
