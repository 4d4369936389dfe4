package import JSON

/// The values that one call of an operation carries.
package struct OperationArguments: Sendable, Hashable {
    /// One query parameter: a single value, or the elements of a list.
    package struct QueryItem: Sendable, Hashable {
        /// The name that the API knows.
        package let name: String
        /// The values, not yet encoded; none leaves the parameter out.
        package let values: [String]

        /// Makes a query parameter.
        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }

        /// Makes a query parameter of one value.
        package init(_ name: String, _ value: String) {
            self.init(name, [value])
        }
    }

    /// The values of the path's placeholders, not yet encoded.
    package var path: [String: String]
    /// The query parameters in the order in which they are sent.
    package var query: [QueryItem]
    /// The body, or nil for none.
    package var body: JSONValue?

    /// Makes arguments.
    package init(path: [String: String] = [:], query: [QueryItem] = [], body: JSONValue? = nil) {
        self.path = path
        self.query = query
        self.body = body
    }
}

extension Operation {
    /// The path and query that ask for this operation with these arguments.
    ///
    /// Everything but letters, digits and `-._~` is percent-encoded, so a value cannot leave its parameter; in particular
    /// `+`, which servers read as a space, becomes `%2B`. A list repeats its name, or is joined by commas. A value in the path that would leave
    /// its segment if it were decoded on the way is refused.
    ///
    /// - Parameters:
    ///   - arguments: The values.
    ///   - bracketed: The names of list parameters that are written `name[]` instead of `name`.
    /// - Throws: ``APIError`` of the kind `invalidRequest` where a placeholder has no usable value, a required
    ///   parameter is missing, or a name is not one of this operation's.
    package func target(
        for arguments: OperationArguments, bracketed: Set<String> = []
    ) throws(APIError) -> String {
        let query = try encodedQuery(arguments.query, bracketed: bracketed)
        let path = try encodedPath(arguments.path)
        return query.isEmpty ? path : path + "?" + query
    }

    private func encodedPath(_ values: [String: String]) throws(APIError) -> String {
        var unused = Set(values.keys)
        var result = ""
        for segment in path.split(separator: "/") {
            result += "/"
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
                result += segment
                continue
            }
            let name = String(segment.dropFirst().dropLast())
            guard let value = values[name] else {
                throw invalid("The path parameter \(name) is missing.", field: name)
            }
            guard canBeSegment(value) else {
                throw invalid(
                    "The path parameter \(name) must be an identifier as the API gives it. None is empty, . or .., or holds"
                        + " any of / \\ % ? # ; or an invisible character.", field: name)
            }
            result += percentEncoded(value)
            unused.remove(name)
        }
        if let name = unused.min() { throw invalid("The path has no parameter \(name).", field: name) }
        return result
    }

    private func encodedQuery(
        _ items: [OperationArguments.QueryItem], bracketed: Set<String>
    ) throws(APIError) -> String {
        let known = parameters.filter { $0.location == .query }
        for parameter in known where parameter.isRequired {
            guard items.contains(where: { $0.name == parameter.name && !$0.values.isEmpty }) else {
                throw invalid("The parameter \(parameter.name) is missing.", field: parameter.name)
            }
        }
        var pairs: [String] = []
        for item in items {
            guard let parameter = known.first(where: { $0.name == item.name }) else {
                throw invalid("There is no parameter \(item.name).", field: item.name)
            }
            guard parameter.isArray || item.values.count < 2 else {
                throw invalid("The parameter \(item.name) takes one value.", field: item.name)
            }
            let name = percentEncoded(item.name) + (bracketed.contains(item.name) ? "%5B%5D" : "")
            let values = item.values.map(percentEncoded)
            if parameter.isExploded {
                pairs += values.map { name + "=" + $0 }
            } else if !values.isEmpty {
                pairs.append(name + "=" + values.joined(separator: ","))
            }
        }
        return pairs.joined(separator: "&")
    }

    private func invalid(_ message: String, field: String) -> APIError {
        APIError(
            kind: .invalidRequest, operationID: id, message: message,
            fields: [APIError.Field(path: field, message: message)])
    }
}

/// Whether a text stays one segment of a path, even where a gateway decodes it, once or more often, and resolves the dots.
///
/// So a percent sign is refused whatever follows it.
private func canBeSegment(_ text: String) -> Bool {
    guard !text.isEmpty, text != ".", text != ".." else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
        let category = scalar.properties.generalCategory
        return !"/\\%?#;".unicodeScalars.contains(scalar) && category != .control && category != .format
    }
}

/// The text with every byte but RFC 3986's unreserved characters as `%XX`.
func percentEncoded(_ text: String) -> String {
    var result: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            result.append(byte)
        default:
            result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: result, as: UTF8.self)
}
