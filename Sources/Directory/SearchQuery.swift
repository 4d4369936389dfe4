import PhoneNumbers

/// A query, in the ways in which it can be read; the first that finds something counts.
struct SearchQuery {
    /// The words of each reading.
    let readings: [[QueryWord]]

    /// Reads what a person typed.
    ///
    /// - Parameter region: The country in which numbers are read; empty for none.
    init(_ text: String, region: String) {
        // Not all there is: it only has to find names and numbers.
        let words = text.split(whereSeparator: \.isWhitespace).prefix(8).flatMap { part in
            part.contains("@") ? [foldedAddress(String(part))] : foldedWords(String(part))
        }.prefix(16)
        let separate = words.map { QueryWord($0) }
        let digits = foldedWords(text).joined()
        guard digits.utf8.count >= 4, digits.utf8.count <= 20, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            readings = [separate]
            return
        }
        let number = (try? PhoneNumber.parse(text, region: region)).map { String($0.e164.dropFirst()) }
        readings = [[QueryWord(digits, spellings: number.map { [$0] } ?? [])], separate]
    }
}

extension Person {
    /// Why words find this contact: the best field for each, every field once.
    func reasons(for words: [QueryWord]) -> [Match.Reason] {
        let values = searchableValues
        var reasons: [Match.Reason] = []
        for word in words {
            var best: (score: Int, reason: Match.Reason)?
            for value in values where value.field != .number || word.matchesNumbers {
                let quality = value.words.map { word.quality(of: $0) }.max() ?? 0
                let score = quality == 0 ? 0 : Int(quality) + Int(value.field.weight)
                guard score > best?.score ?? 0 else { continue }
                best = (score, Match.Reason(field: value.title, value: value.value))
            }
            if let best, !reasons.contains(best.reason) { reasons.append(best.reason) }
        }
        return reasons
    }
}
