public import JSON

/// How JSON Schema's keywords hold further schemas, so that every walk over a schema agrees on what is one.
package enum SchemaKeyword {
    /// How a keyword's value holds schemas.
    enum Layout {
        /// The value is a schema.
        case one
        /// The value is an array of schemas.
        case list
        /// The value is an object whose members are schemas.
        case named
    }

    /// The keywords that hold schemas; the values of all others are plain data.
    static let layouts: [String: Layout] = [
        "items": .one, "contains": .one, "additionalProperties": .one, "propertyNames": .one, "not": .one, "if": .one,
        "then": .one, "else": .one, "unevaluatedItems": .one, "unevaluatedProperties": .one, "contentSchema": .one,
        "allOf": .list, "anyOf": .list, "oneOf": .list, "prefixItems": .list,
        "properties": .named, "patternProperties": .named, "dependentSchemas": .named, "$defs": .named,
    ]

    /// The keywords that describe and never decide.
    static let annotations: Set<String> = [
        "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "example", "$comment",
        "contentEncoding", "contentMediaType", "contentSchema", "discriminator", "externalDocs", "xml",
    ]

    /// A copy of a schema object with each schema directly inside it changed.
    ///
    /// - Parameters:
    ///   - pointer: Where the schema stands; its children get theirs.
    ///   - transform: Makes the new schema of one child and its place.
    package static func mapSubschemas<Failure: Error>(
        of schema: JSONObject, at pointer: JSONPointer,
        _ transform: (JSONValue, JSONPointer) throws(Failure) -> JSONValue
    ) throws(Failure) -> JSONObject {
        var result = JSONObject()
        for member in schema {
            let place = pointer.appending(member.name)
            switch (layouts[member.name], member.value) {
            case (.one, let value): result[member.name] = try transform(value, place)
            case (.list, .array(let elements)):
                var changed: [JSONValue] = []
                for (index, element) in elements.enumerated() {
                    changed.append(try transform(element, place.appending(String(index))))
                }
                result[member.name] = .array(changed)
            case (.named, .object(let members)):
                var changed = JSONObject()
                for each in members { changed[each.name] = try transform(each.value, place.appending(each.name)) }
                result[member.name] = .object(changed)
            default: result[member.name] = member.value
            }
        }
        return result
    }
}

extension JSONValue {
    /// This schema and every schema in it without the keywords of those names.
    ///
    /// - Parameter keywords: Names of keywords; a property that happens to have such a name stays.
    public func schemaWithout(_ keywords: Set<String>) -> JSONValue {
        guard case .object(let schema) = self else { return self }
        return .object(
            SchemaKeyword.mapSubschemas(of: schema.without(keywords), at: JSONPointer()) { child, _ in
                child.schemaWithout(keywords)
            })
    }
}
