import JSON

/// What was found in the place of a value.
enum Reading<Value: Sendable>: Sendable {
    /// The value.
    case value(Value)
    /// Nothing: the value stays what it was.
    case unset
    /// Something else.
    case wrong([Mismatch])
}

/// What is wrong with a value.
struct Mismatch: Sendable, Equatable {
    /// Where in the value, as the continuation of its path: `[0]`; empty for the whole.
    let place: String
    /// What is wrong, as the rest of a sentence that begins with the path.
    let message: String

    init(_ place: String = "", _ message: String) {
        self.place = place
        self.message = message
    }

    init(_ place: String = "", expected: String, found: JSONValue) {
        self.init(place, "must be \(expected), not \(found.excerpt)")
    }
}

/// How a kind of value is written in JSON, and read from it.
///
/// The reader and the JSON Schema say the same thing twice; they stand side by side here, and tests hold them to one another.
struct Form<Value: Sendable>: Sendable {
    /// What a right value is, as a noun phrase.
    let expected: String
    /// The keywords of JSON Schema that a right value satisfies.
    let schema: JSONObject
    /// Reads a value.
    let read: @Sendable (JSONValue) -> Reading<Value>
    /// Writes a value.
    let write: @Sendable (Value) -> JSONValue
    /// Makes of an environment variable's text what the file would say; nil where it says nothing about this value.
    var parse: @Sendable (String) -> JSONValue? = { .string($0) }
    /// What the text of an environment variable must be, where that is something else than ``expected``.
    var expectedText: String?

    /// This form with another reading of environment variables.
    func parsing(_ expectedText: String, _ parse: @escaping @Sendable (String) -> JSONValue?) -> Form {
        var form = self
        form.expectedText = expectedText
        form.parse = parse
        return form
    }
}

extension Form {
    /// A form of JSON values that either are the value or are not.
    static func simple(
        _ expected: String, schema: JSONObject, write: @escaping @Sendable (Value) -> JSONValue,
        parse: @escaping @Sendable (String) -> JSONValue? = { .string($0) },
        read: @escaping @Sendable (JSONValue) -> Value?
    ) -> Form {
        Form(
            expected: expected, schema: schema,
            read: { json in
                read(json).map { .value($0) } ?? .wrong([Mismatch(expected: expected, found: json)])
            }, write: write, parse: parse)
    }
}

// MARK: - Single values

extension Form where Value == Bool {
    /// `true` or `false`; as a variable also `1` and `0`.
    static var flag: Form {
        .simple(
            "true or false", schema: ["type": "boolean"], write: { .bool($0) },
            parse: { text in
                switch text.lowercased() {
                case "1", "true", "yes", "on": true
                case "0", "false", "no", "off": false
                default: .string(text)
                }
            }, read: \.boolValue)
    }
}

extension Form where Value == Int {
    /// A whole number within a range.
    static func integer(_ range: ClosedRange<Int>) -> Form {
        .simple(
            "a whole number from \(range.lowerBound) to \(range.upperBound)",
            schema: [
                "type": "integer", "minimum": .number(JSONNumber(Int64(range.lowerBound))),
                "maximum": .number(JSONNumber(Int64(range.upperBound))),
            ],
            write: { .number(JSONNumber(Int64($0))) },
            parse: { text in Int64(text).map { .number(JSONNumber($0)) } ?? .string(text) },
            read: { json in
                json.integerValue.flatMap(Int.init(exactly:)).flatMap { range.contains($0) ? $0 : nil }
            })
    }

    /// A number of things that may happen in a window, where `null` is the default and nothing is unlimited.
    static var limit: Form {
        let integer = Form.integer(0...1_000_000)
        var schema = integer.schema
        schema["type"] = ["integer", "null"]
        return Form(
            expected: integer.expected, schema: schema, read: { $0.isNull ? .unset : integer.read($0) },
            write: integer.write, parse: integer.parse)
    }
}

extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static var choice: Form {
        let words = Value.allCases.map { JSONValue.string($0.rawValue) }
        return .simple(
            "one of \(words.map { $0.text() }.joined(separator: ", "))", schema: ["enum": .array(words)],
            write: { .string($0.rawValue) }, read: { $0.stringValue.flatMap(Value.init(rawValue:)) })
    }
}

extension Form where Value == TimeOfDay {
    /// A time as `HH:MM`.
    static var time: Form {
        .simple(
            "a time from \"00:00\" to \"24:00\"",
            schema: ["type": "string", "pattern": #"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"#],
            write: { .string($0.description) }, read: { $0.stringValue.flatMap(TimeOfDay.init) })
    }
}

extension Form where Value == NumberPattern {
    /// A number or a prefix.
    static var numberPattern: Form {
        .simple(
            "a number like \"+16145550123\" or a prefix like \"+1614\" or \"+1614555*\"",
            schema: ["type": "string", "pattern": #"^\+[1-9]\d{0,14}\*?$"#],
            write: { .string($0.description) }, read: { $0.stringValue.flatMap(NumberPattern.init) })
    }
}

extension Form where Value == HostPattern {
    /// A host, or all below one.
    static var host: Form {
        .simple(
            "a host like \"hooks.example.com\", or \"*.example.com\" for all below it",
            schema: [
                "type": "string",
                "pattern": .string(
                    #"^((\*\.)?([A-Za-z0-9-]+\.){1,10}[A-Za-z][A-Za-z0-9-]*|localhost"#
                        + #"|(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}"#
                        + #"|\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\])$"#),
            ],
            write: { .string($0.description) }, read: { $0.stringValue.flatMap(HostPattern.init) })
    }
}

extension Form where Value == String {
    /// One of the owner's lines.
    static var line: Form {
        .simple(
            "the id (\"PN...\") or the number (\"+16145550123\") of one of your lines",
            schema: ["type": "string", "pattern": #"^(PN[A-Za-z0-9]+|\+[1-9]\d{1,14})$"#],
            write: { .string($0) },
            read: { json in
                json.stringValue.flatMap { text in
                    if let pattern = NumberPattern(text), !text.hasSuffix("*"), text.utf8.count > 2 {
                        return pattern.description
                    }
                    let rest = text.utf8.dropFirst(2)
                    return text.hasPrefix("PN") && !rest.isEmpty && rest.allSatisfy(\.isASCIILetterOrDigit)
                        ? text : nil
                }
            })
    }

    /// The name of a time zone as the IANA database has it; whether the system knows it shows when it is used.
    static var zone: Form {
        .simple(
            "the name of a time zone like \"America/New_York\"",
            schema: ["type": "string", "pattern": #"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,3}$"#],
            write: { .string($0) },
            read: { json in
                json.stringValue.flatMap { name in
                    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
                    let isName = parts.allSatisfy { part in
                        !part.isEmpty
                            && part.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_+-".utf8.contains($0) }
                    }
                    let beginsWithLetter = name.utf8.first.map { ($0 | 0x20) >= UInt8(ascii: "a") } ?? false
                    return isName && beginsWithLetter && parts.count <= 4 ? name : nil
                }
            })
    }

    /// The name of a tool or a toolset.
    static func name(of thing: String) -> Form {
        .simple(
            "the name of a \(thing) (small letters, digits, _ and -)",
            schema: ["type": "string", "pattern": .string(namePattern)],
            write: { .string($0) }, read: { $0.stringValue.flatMap { isName($0) ? $0 : nil } })
    }
}

// MARK: - Several values

extension Form {
    /// A list; as a variable, with commas.
    static func list<Element>(_ things: String, of element: Form<Element>) -> Form where Value == [Element] {
        let expected = "a list of \(things)"
        return Form(
            expected: expected, schema: ["type": "array", "items": .object(element.schema)],
            read: { json in
                guard let elements = json.arrayValue else {
                    return .wrong([Mismatch(expected: expected, found: json)])
                }
                var values: [Element] = []
                var mismatches: [Mismatch] = []
                for (index, each) in elements.enumerated() {
                    switch element.read(each) {
                    case .value(let value): values.append(value)
                    case .unset: break
                    case .wrong(let inner):
                        mismatches += inner.map { Mismatch("[\(index)]\($0.place)", $0.message) }
                    }
                }
                return mismatches.isEmpty ? .value(values) : .wrong(mismatches)
            },
            write: { .array($0.map(element.write)) },
            parse: { text in .array(text.commaSeparated.map { .string($0) }) })
    }

    /// A value that may be left to something else, which `null` cannot say.
    static func optional<Wrapped>(_ form: Form<Wrapped>) -> Form where Value == Wrapped? {
        Form(
            expected: form.expected, schema: form.schema,
            read: { json in
                switch form.read(json) {
                case .value(let value): .value(value)
                case .unset: .unset
                case .wrong(let mismatches): .wrong(mismatches)
                }
            }, write: { $0.map(form.write) ?? .null }, parse: form.parse)
    }
}

extension Form where Value == [String: Decision] {
    /// A decision for each of several tools.
    static var decisionsByTool: Form {
        let decision = Form<Decision>.choice
        let expected = "an object of tools' names and decisions"
        return Form(
            expected: expected,
            schema: [
                "type": "object", "propertyNames": ["pattern": .string(namePattern)],
                "additionalProperties": .object(decision.schema),
            ],
            read: { json in
                guard let members = json.objectValue else {
                    return .wrong([Mismatch(expected: expected, found: json)])
                }
                var decisions: [String: Decision] = [:]
                var mismatches: [Mismatch] = []
                for member in members {
                    let place = ".\(member.name.excerpt)"
                    if !isName(member.name) { mismatches.append(Mismatch(place, "is not the name of a tool")) }
                    switch decision.read(member.value) {
                    case .value(let value): decisions[member.name] = value
                    case .unset: break
                    case .wrong(let inner): mismatches += inner.map { Mismatch(place, $0.message) }
                    }
                }
                return mismatches.isEmpty ? .value(decisions) : .wrong(mismatches)
            },
            write: { decisions in
                var object = JSONObject()
                for (name, value) in decisions.sorted(by: { $0.key < $1.key }) { object[name] = decision.write(value) }
                return .object(object)
            })
    }
}

private let namePattern = "^[a-z][a-z0-9_-]*$"

private func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte.isASCIILetterOrDigit && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
