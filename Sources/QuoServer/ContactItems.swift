import Directory
import JSON
import OpenAPI

/// The two kinds of labelled items that a contact has.
enum ContactItemKind: CaseIterable {
    case phoneNumber
    case email

    /// The kind that an argument of that name holds; nil for any other.
    init?(argument: String) {
        guard let kind = Self.allCases.first(where: { $0.member == argument }) else { return nil }
        self = kind
    }

    /// The member of `defaultFields` that lists them.
    var member: String { self == .email ? "emails" : "phoneNumbers" }

    /// What one is called.
    var noun: String { self == .email ? "email" : "phone" }

    /// The label of an item that came without one; the API requires some label.
    var defaultLabel: String { noun }

    /// Whether two values mean the same number or address.
    func isSame(_ first: String, _ second: String) -> Bool {
        switch self {
        case .email: first.lowercased() == second.lowercased()
        case .phoneNumber: first.dialledCharacters == second.dialledCharacters
        }
    }
}

extension String {
    /// The characters of a phone number that are dialled: digits and a leading plus.
    var dialledCharacters: String {
        String(enumerated().filter { $1.isASCII && $1.isNumber || ($0 == 0 && $1 == "+") }.map(\.element))
    }
}

/// One number or address of a contact, written as `value` or `label: value`.
struct LabelledItem {
    let label: String?
    let value: String

    init(parsing text: String, _ kind: ContactItemKind) throws(ArgumentFault) {
        let colon = text.lastIndex(of: ":")
        let label = colon.map { String(text[..<$0]).trimmed } ?? ""
        let raw = (colon.map { String(text[text.index(after: $0)...]) } ?? text).trimmed
        self.label = label.isEmpty ? nil : label
        switch kind {
        case .email:
            let parts = raw.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !raw.contains(where: \.isWhitespace)
            else {
                throw ArgumentFault(
                    path: "", message: "\"\(raw)\" is no email address", example: "work: maria@example.com")
            }
            value = raw
        case .phoneNumber:
            let number = raw.dialledCharacters
            let isFormatted = raw.allSatisfy { $0.isNumber || " +-().".contains($0) || $0 == "\u{A0}" }
            guard isFormatted, number.hasPrefix("+"), number.dropFirst().first != "0", (8...16).contains(number.count)
            else {
                throw ArgumentFault(
                    path: "", message: "\"\(raw)\" is no phone number with a plus and a country code",
                    example: "mobile: +15555550123")
            }
            value = number
        }
    }
}

/// One custom field value, written as `key: value` and typed by the field's definition.
///
/// The options of a multi-select have commas between them, or are a JSON list where one has a comma in it.
struct KeyedItem {
    let key: String
    let name: String
    let value: JSONValue

    init(parsing text: String, definitions: [CustomField]) throws(ArgumentFault) {
        guard text.contains(":") else {
            throw ArgumentFault(
                path: "", message: "\"\(text)\" has no colon between key and value", example: "plan: gold")
        }
        guard
            let (definition, raw) = Self.split(text, definitions.map { ($0.key, $0) })
                ?? Self.split(text, definitions.map { ($0.name, $0) })
        else {
            let known = definitions.map(\.key).joined(separator: ", ")
            throw ArgumentFault(
                path: "", message: "\"\(text)\" begins with no custom field of the workspace; it has: \(known)")
        }
        key = definition.key
        name = definition.name
        value = try Self.typed(raw, definition)
    }

    /// Cuts a text behind the longest title that it begins with; titles may have colons themselves.
    private static func split(
        _ text: String, _ titled: [(title: String, definition: CustomField)]
    ) -> (CustomField, raw: String)? {
        for colon in text.indices.reversed() where text[colon] == ":" {
            let title = String(text[..<colon]).trimmed
            guard let match = titled.first(where: { $0.title == title }) else { continue }
            return (match.definition, String(text[text.index(after: colon)...]).trimmed)
        }
        return nil
    }

    private static func typed(_ raw: String, _ definition: CustomField) throws(ArgumentFault) -> JSONValue {
        switch definition.type {
        case "boolean":
            switch raw.lowercased() {
            case "true", "yes": return true
            case "false", "no": return false
            default:
                throw ArgumentFault(
                    path: "", message: "\(definition.key) is a boolean", example: "\(definition.key): true")
            }
        case "number":
            guard let value = try? JSONValue(parsing: raw), value.numberValue != nil else {
                throw ArgumentFault(
                    path: "", message: "\(definition.key) is a number", example: "\(definition.key): 12.5")
            }
            return value
        case "date":
            let text = raw.count == 10 ? raw + "T00:00:00Z" : raw
            guard SchemaValidator(["format": "date-time"]).faults(in: .string(text)).isEmpty else {
                throw ArgumentFault(
                    path: "", message: "\(definition.key) is a date", example: "\(definition.key): 2026-01-31")
            }
            return .string(text)
        case "multi-select":
            if raw.hasPrefix("[") {
                guard let options = (try? JSONValue(parsing: raw))?.arrayValue,
                    options.allSatisfy({ $0.stringValue != nil })
                else {
                    throw ArgumentFault(
                        path: "", message: "\(definition.key) begins a list, but is no JSON list of texts",
                        example: .string("\(definition.key): [\"one, with a comma\", \"another\"]"))
                }
                return .array(options)
            }
            return .array(raw.split(separator: ",").map { .string(String($0).trimmed) }.filter { $0 != "" })
        default:
            return .string(raw)
        }
    }
}
