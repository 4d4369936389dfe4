/// A text as it is compared: its words in lower case without accents, one space between them.
///
/// White space and punctuation part words, whichever and however much; apostrophes are left out. Latin, Greek and Cyrillic
/// letters lose their accents, composed or not; ligatures and letters such as ø and ß become what people type for them. Digits
/// of every script become 0 to 9. What is no letter, number or mark, such as an emoji, does not count.
package func folded(_ text: String) -> String { foldedWords(text).joined(separator: " ") }

/// The words of a text as they are compared; see ``folded(_:)``.
func foldedWords(_ text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39: word.append(scalar)
        case 0x41...0x5A: appendLowercase(scalar.value + 0x20, to: &word)
        // Apostrophes, and the letters that stand for them.
        case 0x27, 0x60, 0xB4, 0x2BB, 0x2BC, 0x2018, 0x2019, 0x2032: break
        case ..<0x80: end(&word, in: &words)
        default: appendFolded(scalar, to: &word, in: &words)
        }
    }
    end(&word, in: &words)
    return words
}

private func end(_ word: inout String.UnicodeScalarView, in words: inout [String]) {
    guard !word.isEmpty else { return }
    words.append(String(word))
    word = String.UnicodeScalarView()
}

private func appendLowercase(_ value: UInt32, to word: inout String.UnicodeScalarView) {
    if let scalar = Unicode.Scalar(value) { word.append(scalar) }
}

private func appendFolded(
    _ scalar: Unicode.Scalar, to word: inout String.UnicodeScalarView, in words: inout [String]
) {
    switch scalar.value {
    // The accents of decomposed letters, and what shows nothing.
    case 0x300...0x36F, 0xAD, 0x200B...0x200F, 0x2060, 0xFE00...0xFE0F, 0xFEFF: return
    // Full-width letters, as keyboards of East Asia write them.
    case 0xFF21...0xFF3A: return appendLowercase(scalar.value - 0xFF21 + 0x61, to: &word)
    case 0xFF41...0xFF5A: return appendLowercase(scalar.value - 0xFF41 + 0x61, to: &word)
    default: break
    }
    let properties = scalar.properties
    if properties.numericType == .decimal, let digit = properties.numericValue {
        return appendLowercase(0x30 + UInt32(digit), to: &word)
    }
    guard properties.isAlphabetic || properties.numericType != nil || properties.generalCategory.isMark else {
        return end(&word, in: &words)
    }
    for lowercase in properties.lowercaseMapping.unicodeScalars where !(0x300...0x36F).contains(lowercase.value) {
        if let base = LetterTable.bases[lowercase.value] {
            word.append(contentsOf: base.unicodeScalars)
        } else {
            word.append(lowercase)
        }
    }
}

extension Unicode.GeneralCategory {
    /// Whether it is one of the marks that belong to the letter before them, such as vowel signs.
    fileprivate var isMark: Bool {
        switch self {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}

private enum LetterTable {
    /// What a lower-case letter is compared as, by its scalar.
    static let bases: [UInt32: String] = {
        var bases: [UInt32: String] = [:]
        for (base, letters) in rows {
            for scalar in letters.unicodeScalars { bases[scalar.value] = base }
        }
        return bases
    }()

    /// Bases, and the composed letters that become them.
    ///
    /// The standard library has no decomposition to compute them by.
    private static let rows: [(base: String, letters: String)] = [
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("ae", "æǣǽ"),
        ("b", "ɓḃḅḇ"),
        ("c", "çćĉċčḉ"),
        ("d", "ðďđɗḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ƒḟ"),
        ("ff", "ﬀ"),
        ("ffi", "ﬃ"),
        ("ffl", "ﬄ"),
        ("fi", "ﬁ"),
        ("fl", "ﬂ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįıǐȉȋɨḭḯỉị"),
        ("ij", "ĳ"),
        ("j", "ĵǰ"),
        ("k", "ķĸƙǩḱḳḵ"),
        ("l", "ĺļľłḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňŉŋǹṅṇṉṋ"),
        ("o", "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("oe", "œ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšſșṡṣṥṧṩẛ"),
        ("ss", "ß"),
        ("st", "ﬆ"),
        ("t", "ţťŧțṫṭṯṱẗ"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷƴȳẏẙỳỵỷỹ"),
        ("z", "źżžƶẑẓẕ"),
        ("ʒ", "ǯ"),
        ("α", "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"),
        ("ε", "έἐἑἒἓἔἕὲέ"),
        ("η", "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ"),
        ("ι", "ΐίϊἰἱἲἳἴἵἶἷὶίῐῑῒΐῖῗ"),
        ("ο", "όὀὁὂὃὄὅὸό"),
        ("ρ", "ῤῥ"),
        ("σ", "ς"),
        ("υ", "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ"),
        ("ω", "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"),
        ("ϒ", "ϓϔ"),
        ("а", "ӑӓ"),
        ("г", "ѓ"),
        ("е", "ѐёӗ"),
        ("ж", "ӂӝ"),
        ("з", "ӟ"),
        ("и", "йѝӣӥ"),
        ("к", "ќ"),
        ("о", "ӧ"),
        ("у", "ўӯӱӳ"),
        ("ч", "ӵ"),
        ("ы", "ӹ"),
        ("э", "ӭ"),
        ("і", "ї"),
        ("ѵ", "ѷ"),
        ("ә", "ӛ"),
        ("ө", "ӫ"),
    ]
}
