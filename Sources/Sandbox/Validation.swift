import JSON

/// Whether a text is a phone number in E.164.
func isE164(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.first == UInt8(ascii: "+"), (3...16).contains(bytes.count) else { return false }
    let digits = bytes.dropFirst()
    return digits.first != UInt8(ascii: "0") && digits.allSatisfy { (0x30...0x39).contains($0) }
}

/// Whether a text is an absolute URI with a host.
func isURI(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"),
        let first = text.utf8.first, (0x61...0x7A).contains(first | 0x20)
    else { return false }
    let rest = text[colon...].dropFirst(3)
    return !rest.isEmpty && rest.first != "/" && !text.contains(" ")
}

/// A placeholder of the path must start as the API's identifiers of that kind do.
func checkIdentifier(
    _ identifier: String, prefix: String, name: String, _ resource: Resource
) throws(ErrorAnswer) {
    if identifier.hasPrefix(prefix) { return }
    throw .badRequest(
        resource,
        [
            ErrorAnswer.Detail(
                path: "/\(name)", message: "Expected string to match '^\(prefix)(.*)$'", value: .string(identifier),
                type: "string")
        ])
}

/// Gathers everything that is wrong with a request, so that it is answered all at once.
struct Validation {
    private(set) var details: [ErrorAnswer.Detail] = []

    mutating func fail(_ path: String, _ message: String, _ value: JSONValue?, type: String) {
        details.append(ErrorAnswer.Detail(path: path, message: message, value: value, type: type))
    }

    mutating func requireE164(_ path: String, _ value: String) {
        if isE164(value) { return }
        fail(path, #"Expected string to match '^\+[1-9]\d{1,14}$'"#, .string(value), type: "string")
    }

    /// - Throws: 400 with every fault, where there is any.
    func finish(_ resource: Resource) throws(ErrorAnswer) {
        if !details.isEmpty { throw .badRequest(resource, details) }
    }
}

/// Reads and checks the parameters of a query.
struct QueryReader {
    let query: Query
    var validation = Validation()

    init(_ query: Query) { self.query = query }

    private mutating func missing(_ name: String, type: String) {
        validation.fail("/\(name)", "Expected required property", nil, type: type)
    }

    mutating func identifier(_ name: String, prefix: String, isRequired: Bool = false) -> String? {
        guard let value = query.value(name) else {
            if isRequired { missing(name, type: "string") }
            return nil
        }
        if !value.hasPrefix(prefix) {
            validation.fail(
                "/\(name)", "Expected string to match '^\(prefix)(.*)$'", .string(value), type: "string")
        }
        return value
    }

    /// A list; empty where it is not sent.
    mutating func list(_ name: String, isRequired: Bool = false, count: ClosedRange<Int>) -> [String] {
        let values = query.values(name)
        if values.isEmpty {
            if isRequired { missing(name, type: "array") }
        } else if !count.contains(values.count) {
            validation.fail(
                "/\(name)", "Expected array length to be less or equal to \(count.upperBound)",
                .array(values.map { .string($0) }), type: "array")
        }
        for (index, value) in values.enumerated() where value.isEmpty {
            validation.fail(
                "/\(name)/\(index)", "Expected string length greater or equal to 1", .string(value), type: "string")
        }
        return values
    }

    /// The page's size; required although the contract names a default.
    mutating func maxResults(upTo limit: Int) -> Int {
        guard let text = query.value("maxResults") else {
            missing("maxResults", type: "integer")
            return 0
        }
        guard let value = Int(text) else {
            validation.fail("/maxResults", "Expected integer", .string(text), type: "integer")
            return 0
        }
        let sent = JSONValue.number(JSONNumber(Int64(value)))
        if value < 1 {
            validation.fail("/maxResults", "Expected integer to be greater or equal to 1", sent, type: "integer")
        } else if value > limit {
            validation.fail("/maxResults", "Expected integer to be less or equal to \(limit)", sent, type: "integer")
        }
        return value
    }

    mutating func timestamp(_ name: String) -> Timestamp? {
        guard let text = query.value(name) else { return nil }
        let value = Timestamp(parsing: text)
        if value == nil {
            validation.fail(
                "/\(name)", "Expected string to match 'date-time' format", .string(text), type: "string")
        }
        return value
    }

    mutating func boolean(_ name: String) -> Bool {
        guard let text = query.value(name) else { return false }
        if text != "true", text != "false" {
            validation.fail("/\(name)", "Expected boolean", .string(text), type: "boolean")
        }
        return text == "true"
    }

    /// The time span that two parameters bound; both ends lie outside of it.
    mutating func span(after: String, before: String) -> TimeSpan {
        TimeSpan(after: timestamp(after), before: timestamp(before))
    }
}

/// The time between two moments, which are not part of it; nil leaves an end open.
struct TimeSpan {
    let after: Timestamp?
    let before: Timestamp?

    func contains(_ moment: Timestamp) -> Bool {
        if let after, moment <= after { return false }
        if let before, moment >= before { return false }
        return true
    }
}

/// What was sent for an optional member.
enum Sent<Value> {
    case absent
    case null
    case value(Value)
}

/// Reads and checks the members of a JSON body.
struct BodyReader {
    let object: JSONObject
    var validation = Validation()

    /// - Throws: 400 where the body is no JSON object.
    init(_ input: Input, _ resource: Resource) throws(ErrorAnswer) {
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONValue(parsing: input.body)
        } catch {
            throw .badRequest(resource, "The body is not JSON: \(error)")
        }
        guard case .object(let object) = value else { throw .badRequest(resource, "The body must be a JSON object") }
        self.object = object
    }

    mutating func missing(_ path: String, type: String) {
        validation.fail(path, "Expected required property", nil, type: type)
    }

    mutating func wrongType(_ path: String, _ value: JSONValue, expected: String) {
        validation.fail(path, "Expected \(expected)", value, type: expected)
    }

    /// A string or null.
    ///
    /// - Parameters:
    ///   - container: The object to read from; the body itself where nil.
    ///   - path: The JSON Pointer of the container.
    mutating func string(
        _ name: String, in container: JSONObject? = nil, at path: String = "", length: ClosedRange<Int>? = nil,
        allowsNull: Bool = true
    ) -> Sent<String> {
        guard let value = (container ?? object)[name] else { return .absent }
        if value.isNull, allowsNull { return .null }
        guard let text = value.stringValue else {
            wrongType("\(path)/\(name)", value, expected: "string")
            return .absent
        }
        if let length, !length.contains(text.unicodeScalars.count) {
            validation.fail(
                "\(path)/\(name)",
                "Expected string length between \(length.lowerBound) and \(length.upperBound)", value, type: "string")
        }
        return .value(text)
    }

    mutating func requiredString(_ name: String, length: ClosedRange<Int>? = nil) -> String {
        switch string(name, length: length, allowsNull: false) {
        case .value(let text): return text
        case .null, .absent:
            if object[name] == nil { missing("/\(name)", type: "string") }
            return ""
        }
    }

    /// A string that is left out or present, never null.
    mutating func optionalString(_ name: String, length: ClosedRange<Int>? = nil) -> String? {
        if case .value(let text) = string(name, length: length, allowsNull: false) { text } else { nil }
    }

    mutating func optionalIdentifier(_ name: String, prefix: String) -> String? {
        let text = optionalString(name)
        if let text, !text.hasPrefix(prefix) {
            validation.fail(
                "/\(name)", "Expected string to match '^\(prefix)(.*)$'", .string(text), type: "string")
        }
        return text
    }

    /// A moment that is left out or present, never null.
    mutating func timestamp(_ name: String) -> Timestamp? {
        guard let text = optionalString(name) else { return nil }
        let value = Timestamp(parsing: text)
        if value == nil {
            validation.fail(
                "/\(name)", "Expected string to match 'date-time' format", .string(text), type: "string")
        }
        return value
    }

    /// A list of strings; nil where it is not sent.
    mutating func strings(_ name: String, isRequired: Bool, count: ClosedRange<Int>) -> [String]? {
        guard let value = object[name] else {
            if isRequired { missing("/\(name)", type: "array") }
            return nil
        }
        guard let elements = value.arrayValue else {
            wrongType("/\(name)", value, expected: "array")
            return nil
        }
        if elements.count < count.lowerBound {
            validation.fail(
                "/\(name)", "Expected array length to be greater or equal to \(count.lowerBound)", value, type: "array")
        } else if elements.count > count.upperBound {
            validation.fail(
                "/\(name)", "Expected array length to be less or equal to \(count.upperBound)", value, type: "array")
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = element.stringValue {
                texts.append(text)
            } else {
                wrongType("/\(name)/\(index)", element, expected: "string")
            }
        }
        return texts
    }

    func finish(_ resource: Resource) throws(ErrorAnswer) { try validation.finish(resource) }
}
