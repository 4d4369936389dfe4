/// A text without the white space around it.
func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[start...end])
}

/// A text as it is compared: see ``foldedWords(_:)``; the words with one space between them.
package func folded(_ text: String) -> String { foldedWords(text).joined(separator: " ") }

/// The words of a text as they are compared.
func foldedWords(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
}
