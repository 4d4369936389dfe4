extension String {
    /// This text with each letter and its marks as one scalar where there is such a scalar, for digests.
    ///
    /// An accented letter can be written as one scalar or as a letter with a mark behind it. People see the same text, so it
    /// counts as the same. Only Latin, Greek and Cyrillic letters are joined; everything else stays as it is.
    var composed: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        return String(map { Self.composedLetters[$0] ?? $0 })
    }

    /// The letters by themselves: a `Character` equals every other spelling of it, so looking one up finds its single scalar.
    private static let composedLetters: [Character: Character] = {
        let blocks: [ClosedRange<UInt32>] = [0xC0...0x24F, 0x370...0x4FF, 0x1E00...0x1FFF]
        let letters = blocks.joined().compactMap(Unicode.Scalar.init).filter(\.properties.isAlphabetic).map(
            Character.init)
        // Of two single scalars for one letter the first is the usual one.
        return Dictionary(letters.map { ($0, $0) }) { usual, _ in usual }
    }()
}
