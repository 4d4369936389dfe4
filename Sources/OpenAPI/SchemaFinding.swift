import JSON

/// One fault while it is being found, and the words for it.
struct SchemaFinding {
    /// The path of the value.
    var path: String
    /// What is wrong, after the path.
    var message: String
    /// What the value should be, as a noun phrase that can be offered among alternatives.
    var expected: String?
    /// What the value is, in short.
    var received: String?
    /// A value that would be right.
    var example: JSONValue?

    /// A fault that nothing can be offered for.
    init(path: String, message: String, example: JSONValue? = nil) {
        self.path = path
        self.message = message
        self.example = example
    }

    /// A value that is not what it must be.
    ///
    /// - Parameters:
    ///   - expected: What it must be, as a noun phrase.
    ///   - received: What it is; the value itself where nil.
    init(
        _ path: String, mustBe expected: String, not value: JSONValue, as received: String? = nil, _ schema: JSONObject
    ) {
        let received = received ?? Self.short(value)
        self.init(path: path, message: "must be \(expected), not \(received)", example: Self.example(of: schema))
        self.expected = expected
        self.received = received
    }

    /// The path of a member.
    static func path(_ path: String, _ name: String) -> String {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789_$".unicodeScalars.contains($0))
        }
        if isPlain, !name.isEmpty { return path.isEmpty ? name : "\(path).\(name)" }
        return "\(path)[\(short(.string(name)))]"
    }

    /// A value in at most some 40 characters, with what could disguise it escaped.
    static func short(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): return "a list of \(elements.count)"
        case .object: return "an object"
        case .null, .bool: return value.text()
        case .number(let number): return String(number.text.prefix(40))
        case .string(let string):
            let scalars = string.unicodeScalars
            let shown = scalars.prefix(40).map(escaped).joined()
            return "\"\(shown)\(scalars.count > 40 ? "…" : "")\""
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            "\\u{\(String(scalar.value, radix: 16))}"
        default: scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
        }
    }

    /// The first value that a schema shows as right.
    static func example(of schema: JSONObject) -> JSONValue? {
        if let example = schema["examples"]?[0] ?? schema["example"] ?? schema["enum"]?[0] ?? schema["const"] {
            return example
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for case .object(let part) in schema[keyword]?.arrayValue ?? [] {
                if let example = example(of: part) { return example }
            }
        }
        return nil
    }

    /// What to say of a name that is not among the known ones.
    static func unknownName(known: [String]) -> String {
        if known.isEmpty { return "is not known; none is" }
        let shown = known.prefix(24).joined(separator: ", ")
        return "is not known; known are \(shown)\(known.count > 24 ? ", …" : "")"
    }
}
