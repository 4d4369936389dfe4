package import JSON
package import OpenAPI

/// Text of Swift source.
package enum SwiftSource {
    /// A raw string literal of a text on one line.
    package static func literal(_ text: String) -> String {
        let signs = signs(for: text)
        return "\(signs)\"\(text)\"\(signs)"
    }

    /// A raw string literal of a text of several lines.
    package static func literal(lines text: String) -> String {
        let signs = signs(for: text)
        return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
    }

    /// One number sign more than any run of them in the text, so that no part of it ends the literal or escapes.
    private static func signs(for text: String) -> String {
        let runs = text.split(omittingEmptySubsequences: true) { $0 != "#" }.map(\.count)
        return String(repeating: "#", count: (runs.max() ?? 0) + 1)
    }

    /// A raw string literal of compact JSON, or `nil`.
    package static func literal(_ json: JSONValue?) -> String { json.map { literal($0.text()) } ?? "nil" }

    /// The elements of an array literal, each on a line of its own.
    package static func list(_ elements: [String], indentation: Int) -> String {
        if elements.isEmpty { return "[]" }
        let space = String(repeating: " ", count: indentation)
        return "[\n" + elements.map { "\(space)    \($0),\n" }.joined() + "\(space)]"
    }

    /// The Swift name of an operation: its id without the version at the end, or with `Dated` there.
    package static func name(of operation: Document.Operation) -> String {
        if operation.isDated {
            let words = operation.id.replacing("HeaderVersioned", with: "").split(separator: ".")
            return camelCase(words.joined(separator: "_")) + "Dated"
        }
        let parts = operation.id.split(separator: "_")
        guard parts.count > 1, let last = parts.last, last.wholeMatch(of: /v[0-9]+/) != nil else { return operation.id }
        return parts.dropLast().joined(separator: "_")
    }

    /// A name in snake_case as Swift writes it.
    package static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// What stands at the head of every generated file.
    package static let header = "// Generated from schemas/ by tool-generator.\n"
}

extension Document.Operation {
    /// The header that names a dated version; the client sets it, and callers have no part in it.
    private static let versionHeader = "Quo-Api-Version"

    /// Whether it is of a version that is named by its date.
    var isDated: Bool { version.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil }

    /// The parameters that a caller gives.
    var givenParameters: [Document.Parameter] {
        parameters.filter { $0.location != .header || $0.name != Self.versionHeader }
    }
}
