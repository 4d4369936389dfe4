public import JSON

/// Checks that a tool's definition is one that every known agent host accepts.
///
/// Each rule stands for failures of real hosts: a 400 that ends the session, or a client that drops every tool.
public enum HostSafeLint {
    /// The rules.
    public enum Rule: String, Sendable, CaseIterable {
        /// The name is snake_case of at most 40 characters, so that it still fits behind a host's prefix.
        case toolName = "tool-name"
        /// A description is there.
        case description = "description"
        /// A title is there.
        case title = "title"
        /// All four hints are there as Booleans; a host takes a missing one for its worst case.
        case annotations = "annotations"
        /// The input schema is of type object with properties.
        case objectRoot = "object-root"
        /// The output schema is there and of type object; some clients drop all tools over one that is not.
        case outputRoot = "output-root"
        /// Property names are letters, digits and underscores, at most 64, beginning with a letter.
        case propertyName = "property-name"
        /// No property is called `properties`.
        case propertiesProperty = "properties-property"
        /// Only type, properties, required, description, items, enum and format are used: no `$ref`, union, `const`,
        /// `default`, `title`, pattern or limit.
        case keyword = "keyword"
        /// Every property has one type, written as a string, and it is not null.
        case singleType = "single-type"
        /// No property is an object or an array of arrays.
        case flat = "flat"
        /// Every array says what its items are.
        case arrayItems = "array-items"
        /// Enumerations list strings, at least one, on type string.
        case stringEnum = "string-enum"
        /// The only format is date-time, on type string.
        case format = "format"
        /// Required names are distinct and name properties.
        case required = "required"
    }

    /// One thing that some host would refuse.
    public struct Violation: Sendable, Hashable, CustomStringConvertible {
        /// The rule that it breaks.
        public let rule: Rule
        /// Where: the tool's name, and the property after a dot.
        public let place: String
        /// What is wrong.
        public let reason: String
        /// The place, the reason and the rule.
        public var description: String { "\(place): \(reason) [\(rule.rawValue)]" }
    }

    /// The longest name that a tool may have.
    public static let maximumNameLength = 40

    /// What is wrong with a definition, in the shape in which `tools/list` gives it.
    public static func violations(in tool: JSONValue) -> [Violation] {
        var walk = LintWalk(tool: tool["name"]?.stringValue ?? "a tool")
        walk.check(tool)
        return walk.violations
    }
}

private struct LintWalk {
    let tool: String
    var violations: [HostSafeLint.Violation] = []

    init(tool: String) { self.tool = tool }

    mutating func report(_ rule: HostSafeLint.Rule, _ reason: String, at property: String? = nil) {
        let place = property.map { "\(tool).\($0)" } ?? tool
        violations.append(HostSafeLint.Violation(rule: rule, place: place, reason: reason))
    }

    mutating func check(_ definition: JSONValue) {
        if !Self.isToolName(definition["name"]?.stringValue ?? "") {
            report(.toolName, "the name must be snake_case of at most \(HostSafeLint.maximumNameLength) characters")
        }
        if Self.isBlank(definition["description"]) { report(.description, "has no description") }
        if Self.isBlank(definition["title"]) { report(.title, "has no title") }
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]
        where definition["annotations"]?[hint]?.boolValue == nil {
            report(.annotations, "has no \(hint)")
        }
        if definition["outputSchema"]?["type"] != "object" {
            report(.outputRoot, "outputSchema must be there, of type object")
        }
        guard case .object(let schema)? = definition["inputSchema"], schema["type"] == "object",
            case .object(let properties)? = schema["properties"]
        else { return report(.objectRoot, "inputSchema must be of type object and have properties") }
        checkKeywords(schema, ["type", "properties", "required", "description"], nil)
        for property in properties { check(property) }
        checkRequired(schema["required"], properties)
    }

    private mutating func checkRequired(_ required: JSONValue?, _ properties: JSONObject) {
        guard let required else { return }
        let names = required.arrayValue?.compactMap(\.stringValue) ?? []
        if names.count != required.arrayValue?.count || Set(names).count != names.count {
            report(.required, "required must be a list of distinct names")
        }
        for name in names where properties[name] == nil { report(.required, "is required but no property", at: name) }
    }

    private mutating func check(_ property: JSONObject.Member) {
        let name = property.name
        if !Self.isPropertyName(name) {
            report(.propertyName, "the name must be letters, digits and underscores, at most 64", at: name)
        }
        if name == "properties" { report(.propertiesProperty, "no property may have this name", at: name) }
        guard case .object(let schema) = property.value else {
            return report(.singleType, "must be a schema with a type", at: name)
        }
        checkKeywords(schema, ["type", "description", "items", "enum", "format"], name)
        if let description = schema["description"], Self.isBlank(description) {
            report(.description, "the description is empty", at: name)
        }
        guard schema["type"] == "array" else {
            if schema["items"] != nil { report(.arrayItems, "has items without being an array", at: name) }
            return checkScalar(schema, name)
        }
        if schema["enum"] != nil { report(.stringEnum, "an array has no enum, its items may have", at: name) }
        guard case .object(let items)? = schema["items"] else {
            return report(.arrayItems, "an array must say what its items are, as one schema", at: name)
        }
        checkKeywords(items, ["type", "description", "enum", "format"], name)
        checkScalar(items, name)
    }

    private mutating func checkScalar(_ schema: JSONObject, _ name: String) {
        let type = schema["type"]?.stringValue
        switch type {
        case "string", "integer", "number", "boolean": break
        case "object", "array": report(.flat, "must be a scalar or an array of scalars", at: name)
        default: report(.singleType, "must have one type, and not null", at: name)
        }
        if let values = schema["enum"] {
            let strings = values.arrayValue?.compactMap(\.stringValue) ?? []
            if type != "string" || strings.isEmpty || strings.count != values.arrayValue?.count {
                report(.stringEnum, "an enum must list strings, on type string", at: name)
            }
        }
        if let format = schema["format"], format != "date-time" || type != "string" {
            report(.format, "the only format is date-time, on type string", at: name)
        }
    }

    private mutating func checkKeywords(_ schema: JSONObject, _ allowed: Set<String>, _ name: String?) {
        for member in schema where !allowed.contains(member.name) {
            report(.keyword, "\(member.name) is not accepted everywhere", at: name)
        }
    }

    private static func isBlank(_ value: JSONValue?) -> Bool {
        value?.stringValue?.allSatisfy(\.isWhitespace) ?? true
    }

    private static func isToolName(_ name: String) -> Bool {
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        return name.utf8.count <= HostSafeLint.maximumNameLength
            && words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isLowercaseOrDigit) }
            && name.utf8.first.map { $0 >= UInt8(ascii: "a") } == true
    }

    private static func isPropertyName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (1...64).contains(name.utf8.count) else { return false }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
