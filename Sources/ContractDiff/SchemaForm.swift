import JSON
import OpenAPI

/// What a schema allows, in the one form that all equal spellings of it share.
///
/// A list of types and a union are the same, as are `oneOf` and `anyOf`, a constant and an enumeration of one value, an
/// `allOf` and its parts in one, `nullable` and a union with null. Keywords that forbid nothing (`minLength` 0) and prose
/// are gone. References must be resolved.
struct SchemaForm: Hashable {
    /// What a value of one type must be.
    struct Alternative: Hashable {
        /// The type; `any` where the schema names none.
        var type: String
        /// The only values that are allowed, where they are listed.
        var values: Set<JSONValue>?
        /// The limits, formats and other conditions by their keywords.
        var conditions: [String: JSONValue] = [:]
        /// The members of an object.
        var members: [String: SchemaForm] = [:]
        /// The names of the members that must be there.
        var required: Set<String> = []
        /// The elements of an array.
        var items: SchemaForm?
        /// The members of an object that are not listed.
        var otherMembers: SchemaForm?

        /// Whether it says nothing but its type and its values.
        var isPlain: Bool { self == Alternative(type: type, values: values) }
    }

    /// The alternatives other than null, each once.
    private(set) var alternatives: [Alternative] = []
    /// Whether null is allowed.
    private(set) var allowsNull = false
    /// What the API takes where nothing is given.
    private(set) var defaultValue: JSONValue?

    /// Reads a schema.
    init(_ schema: JSONValue) {
        guard case .object(let object) = schema else {
            // `false` allows nothing, and anything that is no schema was reported when it was read.
            if schema != false { alternatives = [Alternative(type: "any")] }
            return
        }
        defaultValue = object["default"]
        for alternative in SchemaReading.alternatives(of: object) { add(alternative) }
    }

    private mutating func add(_ alternative: Alternative) {
        if alternative.type == "null" {
            allowsNull = true
            return
        }
        // Constants in a union are an enumeration.
        let enumeration = alternatives.firstIndex { $0.type == alternative.type && $0.isPlain && $0.values != nil }
        if let enumeration, alternative.isPlain, let values = alternative.values {
            alternatives[enumeration].values?.formUnion(values)
        } else if !alternatives.contains(alternative) {
            alternatives.append(alternative)
        }
    }

    static func == (left: SchemaForm, right: SchemaForm) -> Bool {
        left.allowsNull == right.allowsNull && left.defaultValue == right.defaultValue
            && Set(left.alternatives) == Set(right.alternatives)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(allowsNull)
        hasher.combine(Set(alternatives))
    }
}

/// The walk that splits a schema by its types.
private enum SchemaReading {
    /// The most alternatives that one schema is split into; what is beyond them stays unsplit.
    static let mostAlternatives = 256

    /// The keywords that describe and never decide.
    static let prose: Set<String> = [
        "title", "description", "$comment", "example", "examples", "readOnly", "writeOnly",
        "externalDocs",
        "xml", "discriminator", "contentMediaType", "contentEncoding", "contentSchema", "$schema", "$id", "$defs",
    ]

    static func alternatives(of schema: JSONObject) -> [SchemaForm.Alternative] {
        let object = joiningParts(of: schema)
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = object[keyword]?.arrayValue, !branches.isEmpty else { continue }
            let base = object.without([keyword, "default"])
            let result = branches.flatMap { branch -> [SchemaForm.Alternative] in
                // A union that has become null does not make its neighbours' members objects.
                if isOnlyNull(branch) { return [SchemaForm.Alternative(type: "null")] }
                guard case .object(let branch) = branch else { return alternatives(of: base) }
                return alternatives(of: joined(base, branch.without(["default"])))
            }
            if result.count <= mostAlternatives { return result }
        }
        return types(of: object).map { alternative($0, of: object) }
    }

    private static func isOnlyNull(_ schema: JSONValue) -> Bool {
        schema["type"] == "null" || schema["type"] == ["null"] || schema["const"] == .null || schema["enum"] == [nil]
    }

    /// The schema with the parts of its `allOf` in it, as far as they do not contradict each other.
    private static func joiningParts(of schema: JSONObject) -> JSONObject {
        guard let parts = schema["allOf"]?.arrayValue else { return schema }
        return parts.reduce(schema.without(["allOf"])) { joined($0, $1.objectValue.map(joiningParts) ?? [:]) }
    }

    private static func joined(_ first: JSONObject, _ second: JSONObject) -> JSONObject {
        var result = first
        var conflicts = JSONObject()
        for member in second where !prose.contains(member.name) {
            switch (member.name, result[member.name], member.value) {
            case (_, nil, _): result[member.name] = member.value
            case (_, let known?, let value) where known == value: continue
            case ("properties", .object(let known)?, .object(let members)):
                result["properties"] = .object(joinedMembers(known, members))
            case ("required", .array(let known)?, .array(let names)): result["required"] = .array(known + names)
            default: conflicts[member.name] = member.value
            }
        }
        if !conflicts.isEmpty {
            result["allOf"] = .array((result["allOf"]?.arrayValue ?? []) + [.object(conflicts)])
        }
        return result
    }

    private static func joinedMembers(_ first: JSONObject, _ second: JSONObject) -> JSONObject {
        var result = first
        for member in second {
            guard let known = result[member.name], known != member.value else {
                result[member.name] = member.value
                continue
            }
            result[member.name] = ["allOf": [known, member.value]]
        }
        return result
    }

    private static func types(of schema: JSONObject) -> [String] {
        var types: [String] = []
        if let type = schema["type"] {
            types = type.arrayValue?.compactMap(\.stringValue) ?? [type.stringValue ?? "any"]
        } else if let values = values(of: schema) {
            for value in values where !types.contains(value.typeName) { types.append(value.typeName) }
        } else if schema["properties"] != nil || schema["required"] != nil {
            types = ["object"]
        } else if schema["items"] != nil {
            types = ["array"]
        } else {
            types = ["any"]
        }
        // Every integer is a number; 3.0 said null beside the type.
        if types.contains("number") { types.removeAll { $0 == "integer" } }
        if schema["nullable"] == true { types.append("null") }
        return types
    }

    private static func values(of schema: JSONObject) -> [JSONValue]? {
        schema["const"].map { [$0] } ?? schema["enum"]?.arrayValue
    }

    private static func alternative(_ type: String, of schema: JSONObject) -> SchemaForm.Alternative {
        var result = SchemaForm.Alternative(type: type)
        if type == "null" { return result }
        if let values = values(of: schema) {
            result.values = Set(values.filter { has(type, $0) })
        }
        for member in schema where !prose.contains(member.name) && !member.name.hasPrefix("x-") {
            guard owners[member.name]?.contains(type) ?? true || type == "any" else { continue }
            switch (member.name, member.value) {
            case ("type", _), ("const", _), ("enum", _), ("nullable", _), ("default", _): continue
            case ("properties", .object(let members)):
                for each in members { result.members[each.name] = SchemaForm(each.value) }
            case ("required", .array(let names)): result.required.formUnion(names.compactMap(\.stringValue))
            case ("items", let items): result.items = forbiddingSomething(items)
            case ("additionalProperties", let others): result.otherMembers = forbiddingSomething(others)
            default: if !forbidsNothing(member) { result.conditions[member.name] = stripped(member.value) }
            }
        }
        readBooleanLimits(&result.conditions)
        return result
    }

    /// 3.0 said of a limit that it is excluded; 3.1 has the limit itself there.
    private static func readBooleanLimits(_ conditions: inout [String: JSONValue]) {
        for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            guard let isExclusive = conditions[exclusive]?.boolValue else { continue }
            conditions[exclusive] = isExclusive ? conditions.removeValue(forKey: limit) : nil
        }
    }

    private static func has(_ type: String, _ value: JSONValue) -> Bool {
        type == "any" || value.typeName == type || type == "number" && value.typeName == "integer"
    }

    private static func forbiddingSomething(_ schema: JSONValue) -> SchemaForm? {
        let form = SchemaForm(schema)
        return form == SchemaForm(true) ? nil : form
    }

    private static func forbidsNothing(_ member: JSONObject.Member) -> Bool {
        ["minLength", "minItems", "minProperties"].contains(member.name) && member.value == 0
            || ["uniqueItems", "deprecated"].contains(member.name) && member.value == false
    }

    private static func stripped(_ value: JSONValue) -> JSONValue {
        if let list = value.arrayValue { return .array(list.map { $0.schemaWithout(prose) }) }
        return value.schemaWithout(prose)
    }

    /// The types that a keyword speaks of; one that is not here speaks of all.
    private static let owners: [String: Set<String>] = {
        var result: [String: Set<String>] = ["format": ["string", "number", "integer"]]
        for name in ["minLength", "maxLength", "pattern"] { result[name] = ["string"] }
        for name in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] {
            result[name] = ["number", "integer"]
        }
        for name in ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"] {
            result[name] = ["array"]
        }
        for name in [
            "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
            "maxProperties", "dependentRequired", "dependentSchemas",
        ] { result[name] = ["object"] }
        return result
    }()
}
