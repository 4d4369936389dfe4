import Directory
import Guard
import JSON

/// A text with places for what is known of each recipient, such as `{first_name}`.
///
/// A place that cannot be filled for somebody is a fault: nobody is greeted with an empty name.
struct MessageTemplate {
    /// A piece of the text.
    private enum Piece {
        case words(String)
        case field(String)
    }

    private let pieces: [Piece]

    /// Reads a text; braces that hold anything else than a name are words.
    init(_ text: String) {
        var pieces: [Piece] = []
        var words = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            words += rest[..<open]
            let tail = rest[rest.index(after: open)...]
            if let close = tail.firstIndex(of: "}"), Self.isName(tail[..<close]) {
                pieces += [.words(words), .field(String(tail[..<close]))]
                words = ""
                rest = tail[tail.index(after: close)...]
            } else {
                words.append("{")
                rest = tail
            }
        }
        pieces.append(.words(words + rest))
        self.pieces = pieces
    }

    /// Whether it has a place for something that every contact may have, so that its braces are meant to be filled.
    var namesPeople: Bool {
        pieces.contains { piece in
            guard case .field(let name) = piece else { return false }
            return ["first_name", "last_name", "name", "company", "role"].contains(name.lowercased())
        }
    }

    /// The text for one recipient.
    ///
    /// - Throws: ``ArgumentFault`` that says which place cannot be filled, and why.
    func filled(for recipient: Recipient) throws(ArgumentFault) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .words(let words): text += words
            case .field(let name):
                guard let contact = recipient.contact else {
                    throw ArgumentFault(
                        path: "", message: "{\(name)} cannot be filled for \(recipient.number), who is no contact")
                }
                guard let value = Self.value(name, of: contact) else {
                    throw ArgumentFault(
                        path: "",
                        message: "{\(name)} is no field. There are {first_name}, {last_name}, {name}, {company}, {role}"
                            + contact.customFields.map { ", {\($0.key)}" }.joined())
                }
                let plain = Self.plain(value)
                guard !plain.isEmpty else {
                    throw ArgumentFault(
                        path: "",
                        message: "{\(name)} is empty for \(contact.name.onOneLine); write them a text of their own")
                }
                text += plain
            }
        }
        return text
    }

    private static func value(_ name: String, of contact: Person) -> String? {
        switch name.lowercased() {
        case "first_name": contact.firstName ?? ""
        case "last_name": contact.lastName ?? ""
        case "name": contact.name
        case "company": contact.company ?? ""
        case "role": contact.role ?? ""
        default: contact.customFields.first { $0.key.lowercased() == name.lowercased() }?.value
        }
    }

    /// A value on one line and without what cannot be seen; unlike in answers, nothing is said of what was taken out.
    private static func plain(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
            // The joiner holds emoji together.
            case .format where scalar != "\u{200D}", .privateUse, .surrogate, .unassigned: break
            default: result.append(scalar)
            }
        }
        return String(result).trimmed
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.allSatisfy(\.isWhitespace) && text.count <= 64
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == " " }
    }
}
