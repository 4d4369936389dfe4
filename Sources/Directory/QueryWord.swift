/// One word of a query, and how well it matches words of an index.
struct QueryWord: Sendable {
    /// How well a word matches; 0 where it does not.
    enum Quality {
        static let exact: UInt8 = 100
        static let beginning: UInt8 = 80
        static let part: UInt8 = 55
        static let oneTypo: UInt8 = 40
        static let twoTypos: UInt8 = 30
    }

    /// The word as it is compared.
    let bytes: [UInt8]
    /// Other spellings that match exactly, such as a number with its country's code.
    let spellings: [[UInt8]]
    /// Whether phone numbers may match: digits, enough of them to tell numbers apart.
    let matchesNumbers: Bool
    private let isDigits: Bool
    private let isASCII: Bool
    private let typos: Int
    private let signature: UInt32

    /// Makes a word of a text that is folded already.
    ///
    /// - Parameter allowsTypos: Whether words that are misspelt match: one typo in 4 to 7 letters, two in 8 and more.
    init(_ text: String, spellings: [String] = [], allowsTypos: Bool = true) {
        bytes = Array(text.utf8)
        self.spellings = spellings.map { Array($0.utf8) }
        isDigits = bytes.allSatisfy { (0x30...0x39).contains($0) }
        isASCII = bytes.allSatisfy { $0 < 0x80 }
        matchesNumbers = isDigits && bytes.count >= 4
        signature = bytes.withUnsafeBufferPointer { WordTable.signature(of: $0) }
        let letters = text.unicodeScalars.count
        // A digit or an address that is off by one is another's.
        let isPrecise = bytes.contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "@") }
        typos = !allowsTypos || isPrecise || letters < 4 ? 0 : letters < 8 ? 1 : 2
    }

    /// How well a word of the index matches.
    func quality(of word: UnsafeBufferPointer<UInt8>, signature other: UInt32) -> UInt8 {
        if signature & ~other == 0, let quality = containment(in: word) { return quality }
        if !spellings.isEmpty, spellings.contains(where: { $0.elementsEqual(word) }) { return Quality.exact }
        guard typos > 0 else { return 0 }
        // A typo takes away one letter and brings in another.
        if isASCII, (signature ^ other).nonzeroBitCount > 2 * typos { return 0 }
        guard abs(word.count - bytes.count) <= (isASCII ? typos : typos * 4) else { return 0 }
        let distance = isASCII ? distanceOfBytes(word) : distanceOfScalars(word)
        guard let distance, distance > 0 else { return 0 }
        return distance == 1 ? Quality.oneTypo : Quality.twoTypos
    }

    /// How well the words of a text match, as in ``quality(of:signature:)``.
    func quality(of word: String) -> UInt8 {
        var word = word
        return word.withUTF8 { quality(of: $0, signature: WordTable.signature(of: $0)) }
    }

    private func containment(in word: UnsafeBufferPointer<UInt8>) -> UInt8? {
        guard bytes.count <= word.count else { return nil }
        let (isAtStart, isAtEnd) = (word.starts(with: bytes), word.suffix(bytes.count).elementsEqual(bytes))
        if isAtStart && bytes.count == word.count { return Quality.exact }
        // People know numbers by their ends, and words by their beginnings.
        if isDigits && bytes.count >= 4 && isAtEnd { return Quality.beginning }
        if isAtStart { return isDigits && bytes.count < 3 ? nil : Quality.beginning }
        guard bytes.count >= (isDigits ? 5 : 2) else { return nil }
        for start in 1..<max(1, word.count - bytes.count + 1) where word[start] == bytes[0] {
            if word[start..<(start + bytes.count)].elementsEqual(bytes) { return Quality.part }
        }
        return nil
    }

    private func distanceOfBytes(_ word: UnsafeBufferPointer<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { editDistance($0, word, limit: typos) }
    }

    private func distanceOfScalars(_ word: UnsafeBufferPointer<UInt8>) -> Int? {
        let own = String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
        let other = String(decoding: word, as: UTF8.self).unicodeScalars.map(\.value)
        return own.withUnsafeBufferPointer { own in
            other.withUnsafeBufferPointer { editDistance(own, $0, limit: typos) }
        }
    }
}

/// How many letters must be added, left out, replaced or swapped with their neighbours to make one word of another.
///
/// The distance of Damerau and Levenshtein where no letter is changed twice.
///
/// - Returns: The distance, or nil where it is greater than the limit.
func editDistance<Letter: Equatable>(
    _ first: UnsafeBufferPointer<Letter>, _ second: UnsafeBufferPointer<Letter>, limit: Int
) -> Int? {
    guard abs(first.count - second.count) <= limit else { return nil }
    let width = second.count + 1
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: width * 3) { rows in
        for column in 0..<width { rows[column] = column }
        var (before, above, current) = (2 * width, 0, width)
        for row in 0..<first.count {
            rows[current] = row + 1
            var least = row + 1
            for column in 0..<second.count {
                let isSame = first[row] == second[column]
                var distance = rows[above + column] + (isSame ? 0 : 1)
                distance = min(distance, rows[above + column + 1] + 1, rows[current + column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    distance = min(distance, rows[before + column - 1] + 1)
                }
                rows[current + column + 1] = distance
                least = min(least, distance)
            }
            // A swap reaches back one row, so one more than the limit may still come down to it.
            if least > limit + 1 { return nil }
            (before, above, current) = (above, current, before)
        }
        let distance = rows[above + second.count]
        return distance <= limit ? distance : nil
    }
}
