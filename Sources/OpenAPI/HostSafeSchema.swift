public import JSON

/// Input schemas in the part of JSON Schema that every known agent host accepts.
///
/// Hosts hand a tool's input schema to model providers and grammar builders, and one construct that one of them does
/// not know can make a session fail or all tools vanish. What is left is an object of plainly named properties: each a
/// scalar with one type, a string out of a list, or an array of these. Patterns, limits and unions stay behind; the
/// server validates them against the full schema.
public struct HostSafeSchema: Sendable {
    /// One property to draw up.
    public struct Property: Sendable {
        /// Its name.
        public let name: String
        /// Its full schema, references resolved.
        public let schema: JSONValue
        /// What it means; the schema's own description where nil.
        public let description: String?
        /// Whether it must be given.
        public let isRequired: Bool

        /// Describes one property.
        public init(name: String, schema: JSONValue, description: String?, isRequired: Bool) {
            self.name = name
            self.schema = schema
            self.description = description
            self.isRequired = isRequired
        }
    }

    /// What a host is given: `type`, `properties` and, where there are any, `required`.
    public let schema: JSONValue

    /// Draws up the schema of an object, required properties first and otherwise in their order.
    ///
    /// - Throws: ``HostSafeError`` naming the first property that cannot be said plainly.
    public init(_ properties: [Property]) throws(HostSafeError) {
        var members = JSONObject()
        for property in properties.filter(\.isRequired) + properties.filter({ !$0.isRequired }) {
            members[property.name] = try Self.plain(property)
        }
        var result: JSONObject = ["type": "object", "properties": .object(members)]
        let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { result["required"] = .array(required) }
        schema = .object(result)
    }

    private static func plain(_ property: Property) throws(HostSafeError) -> JSONValue {
        let outline = SchemaOutline(property.schema)
        guard let type = outline.plainType, type != "object" else {
            throw HostSafeError(property: property.name, reason: "is neither a scalar nor an array of scalars")
        }
        var result: JSONObject
        if type == "array" {
            guard let items = outline.items, let itemType = items.plainType, itemType != "object", itemType != "array"
            else { throw HostSafeError(property: property.name, reason: "is an array of something else than scalars") }
            result = ["type": "array", "items": .object(scalar(items, type: itemType))]
        } else {
            result = scalar(outline, type: type)
        }
        if let description = property.description ?? property.schema["description"]?.stringValue {
            result["description"] = .string(description)
        }
        return .object(result)
    }

    private static func scalar(_ outline: SchemaOutline, type: String) -> JSONObject {
        var result: JSONObject = ["type": .string(type)]
        guard type == "string" else { return result }
        if let values = outline.stringValues { result["enum"] = .array(values.map { .string($0) }) }
        if outline.format == "date-time" { result["format"] = "date-time" }
        return result
    }
}

/// Why a property cannot be said in a host-safe schema.
public struct HostSafeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The property.
    public let property: String
    /// What it is.
    public let reason: String
    /// The property and the reason.
    public var description: String { "\(property) \(reason)" }
}
