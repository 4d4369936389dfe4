/// The distinct words of an index in one buffer, numbered in the order in which they came.
struct WordTable: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each word ends; it begins where the one before ends.
    private(set) var ends: [UInt32] = []
    /// Which letters each word has; see ``signature(of:)``.
    private(set) var signatures: [UInt32] = []
    /// The numbers of words plus one by hash, 0 where there is none; a power of two of them.
    private var buckets = [UInt32](repeating: 0, count: 1024)

    /// How many words there are.
    var count: Int { ends.count }

    /// About how many bytes it takes.
    var size: Int { bytes.capacity + (ends.capacity + signatures.capacity + buckets.capacity) * 4 }

    /// The number of a word, which is new where the word is.
    mutating func insert(_ word: String) -> Int {
        var word = word
        return word.withUTF8 { text in
            let bucket = bucket(of: text)
            if buckets[bucket] != 0 { return Int(buckets[bucket]) - 1 }
            bytes.append(contentsOf: text)
            ends.append(UInt32(bytes.count))
            signatures.append(Self.signature(of: text))
            buckets[bucket] = UInt32(count)
            if count * 4 > buckets.count * 3 { grow() }
            return count - 1
        }
    }

    /// The number of a word, or nil where it is not in the table.
    func number(of word: String) -> Int? {
        var word = word
        return word.withUTF8 { text in
            let found = buckets[bucket(of: text)]
            return found == 0 ? nil : Int(found) - 1
        }
    }

    /// Calls a closure with the bytes, ends and signatures of all words, for a quick look at each.
    func withWords<Result>(
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            ends.withUnsafeBufferPointer { ends in
                signatures.withUnsafeBufferPointer { body(bytes, ends, $0) }
            }
        }
    }

    /// A bit for each letter that a word has, which tells most words apart at a glance.
    ///
    /// Letters a to z have one each; digits share two, and all else shares the rest.
    static func signature(of word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var signature: UInt32 = 0
        for byte in word {
            switch byte {
            case 0x61...0x7A: signature |= 1 << UInt32(byte - 0x61)
            case 0x30...0x34: signature |= 1 << 26
            case 0x35...0x39: signature |= 1 << 27
            default: signature |= 1 << UInt32(28 + byte & 3)
            }
        }
        return signature
    }

    private func bucket(of text: UnsafeBufferPointer<UInt8>) -> Int {
        // FNV-1a: short, and good for short words.
        var hash: UInt32 = 2_166_136_261
        for byte in text { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let mask = buckets.count - 1
        var bucket = Int(hash) & mask
        while buckets[bucket] != 0, !isWord(Int(buckets[bucket]) - 1, text) { bucket = (bucket + 1) & mask }
        return bucket
    }

    private func isWord(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = number == 0 ? 0 : Int(ends[number - 1])
        guard Int(ends[number]) - start == text.count else { return false }
        for index in text.indices where bytes[start + index] != text[index] { return false }
        return true
    }

    private mutating func grow() {
        buckets = [UInt32](repeating: 0, count: buckets.count * 2)
        for number in 0..<count {
            let start = number == 0 ? 0 : Int(ends[number - 1])
            let end = Int(ends[number])
            let bucket = bytes.withUnsafeBufferPointer { all in
                self.bucket(of: UnsafeBufferPointer(rebasing: all[start..<end]))
            }
            buckets[bucket] = UInt32(number + 1)
        }
    }
}
