/// How a text is cut into SMS segments, which is what the carrier bills.
///
/// GSM 03.38: 160 septets alone or 153 each in parts; a character outside its alphabet makes the whole text UCS-2, with 70
/// UTF-16 units alone or 67 each in parts. The vendor rewrites some characters on its side by rules it does not publish, and
/// its documentation counts a few accented letters as special that the standard does not, so this is an estimate.
package struct MessageSegments: Sendable {
    /// The encodings of a text message.
    package enum Encoding: String, Sendable {
        /// The default alphabet, seven bits to a character.
        case gsm7 = "GSM-7"
        /// Sixteen bits to a unit; emoji take two.
        case ucs2 = "UCS-2"
    }

    /// The encoding that the text needs.
    package let encoding: Encoding
    /// How many segments it fills; at least 1.
    package let count: Int
    /// The segments that the text would fill with plain quotes and dashes, where that is fewer.
    private let plainer: (change: String, count: Int)?
    /// The characters that force UCS-2, each once, in order of appearance; empty for GSM-7.
    package let specialCharacters: [Character]

    /// Counts the segments of a text.
    package init(of text: String) {
        var septets = 0
        var special: [Character] = []
        for character in text {
            for scalar in character.unicodeScalars {
                if Self.basic.contains(scalar) {
                    septets += 1
                } else if Self.extended.contains(scalar) {
                    septets += 2
                } else if !special.contains(character) {
                    special.append(character)
                }
            }
        }
        specialCharacters = special
        encoding = special.isEmpty ? .gsm7 : .ucs2
        let (length, single, part) = special.isEmpty ? (septets, 160, 153) : (text.utf16.count, 70, 67)
        count = length <= single ? 1 : (length + part - 1) / part
        plainer = special.isEmpty ? nil : Self.plainer(text, than: count)
    }

    /// The typographic characters that writing programs put in by themselves, and what stands for them in the plain alphabet.
    private static let plain: [Character: String] = [
        "\u{2018}": "'", "\u{2019}": "'", "\u{201C}": "\"", "\u{201D}": "\"", "\u{2013}": "-", "\u{2014}": "-",
        "\u{2026}": "...", "\u{A0}": " ", "\u{2022}": "-",
    ]

    private static func plainer(_ text: String, than count: Int) -> (change: String, count: Int)? {
        let plainText = text.map { plain[$0] ?? String($0) }.joined()
        guard plainText != text else { return nil }
        let segments = MessageSegments(of: plainText)
        return segments.count < count ? ("quotes, dashes and dots", segments.count) : nil
    }

    /// The estimate in words, with the vendor's price of one US cent a segment for the United States and Canada.
    package var estimate: String {
        let price = Self.price(cents: count)
        let cause =
            specialCharacters.isEmpty
            ? "" : ", because of \(specialCharacters.prefix(5).map { "\u{201C}\($0)\u{201D}" }.joined(separator: " "))"
        let segments = count == 1 ? "1 segment" : "\(count) segments"
        let advice = plainer.map { "; with plain \($0.change) it would be \($0.count)" } ?? ""
        return
            "\(segments) (\(encoding.rawValue)\(cause)), about \(price) to the US and Canada, more elsewhere\(advice)"
    }

    /// An amount of money in US dollars, for example `$0.12`.
    static func price(cents: Int) -> String { "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("^{}\\[~]|€\u{0C}".unicodeScalars)
}
