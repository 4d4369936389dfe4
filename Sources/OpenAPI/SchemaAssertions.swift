import JSON

/// The assertions that look at one value alone.
enum SchemaAssertions {
    /// A fault of `const`, `enum` or `type`, the first of them.
    static func ofKind(_ instance: JSONValue, _ schema: JSONObject, path: String) -> SchemaFinding? {
        if let constant = schema["const"], instance != constant {
            return SchemaFinding(path, mustBe: constant.text(), not: instance, schema)
        }
        if let values = schema["enum"]?.arrayValue, !values.contains(instance) {
            let offered = values.map { $0.text() }.joined(separator: ", ")
            return SchemaFinding(path, mustBe: values.count == 1 ? offered : "one of \(offered)", not: instance, schema)
        }
        guard let type = schema["type"] else { return nil }
        let types = type.arrayValue?.compactMap(\.stringValue) ?? [type.stringValue ?? ""]
        if types.contains(instance.typeName) || instance.typeName == "integer" && types.contains("number") {
            return nil
        }
        let wanted = types.filter { $0 != "null" || types.count == 1 }.map(phrase)
        return SchemaFinding(path, mustBe: wanted.joined(separator: " or "), not: instance, schema)
    }

    private static func phrase(_ type: String) -> String {
        switch type {
        case "string": "a string"
        case "integer": "a whole number"
        case "number": "a number"
        case "boolean": "true or false"
        case "array": "a list"
        case "object": "an object"
        default: type
        }
    }

    /// The faults of a number's size.
    static func ofNumber(_ number: JSONNumber, _ schema: JSONObject, path: String) -> [SchemaFinding] {
        var findings: [SchemaFinding] = []
        func check(_ keyword: String, _ phrase: String, _ isRight: (JSONNumber) -> Bool) {
            guard let limit = schema[keyword]?.numberValue, !isRight(limit) else { return }
            findings.append(SchemaFinding(path, mustBe: "\(phrase) \(limit.text)", not: .number(number), schema))
        }
        check("minimum", "at least") { !number.isLess(than: $0) }
        check("maximum", "at most") { !$0.isLess(than: number) }
        check("exclusiveMinimum", "more than") { $0.isLess(than: number) }
        check("exclusiveMaximum", "less than") { number.isLess(than: $0) }
        check("multipleOf", "a multiple of") { number.isMultiple(of: $0) }
        return findings
    }

    /// The faults of a string's length, in Unicode scalars.
    static func ofLength(_ string: String, _ schema: JSONObject, path: String) -> [SchemaFinding] {
        limits(
            string.unicodeScalars.count, schema, least: "minLength", most: "maxLength", path: path,
            singular: "character long", plural: "characters long", .string(string))
    }

    /// The faults of an array's length, and of repeated elements.
    static func ofCount(_ elements: [JSONValue], _ schema: JSONObject, path: String) -> [SchemaFinding] {
        var findings = limits(
            elements.count, schema, least: "minItems", most: "maxItems", path: path, singular: "element long",
            plural: "elements long", .array(elements))
        guard schema["uniqueItems"] == true else { return findings }
        var places: [JSONValue: Int] = [:]
        for (index, element) in elements.enumerated() where findings.count < SchemaValidator.maximumFaults {
            if let first = places[element] {
                findings.append(SchemaFinding(path: "\(path)[\(index)]", message: "repeats element \(first)"))
            } else {
                places[element] = index
            }
        }
        return findings
    }

    /// The faults of which members there are, and how many.
    static func ofMembers(_ object: JSONObject, _ schema: JSONObject, path: String) -> [SchemaFinding] {
        var findings = limits(
            object.count, schema, least: "minProperties", most: "maxProperties", path: path, singular: "member large",
            plural: "members large", .object(object))
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where object[name] == nil {
            let example = schema["properties"]?[name]?.objectValue.flatMap(SchemaFinding.example)
            findings.append(
                SchemaFinding(path: SchemaFinding.path(path, name), message: "is required", example: example))
        }
        for dependent in schema["dependentRequired"]?.objectValue ?? [:] where object[dependent.name] != nil {
            for name in dependent.value.arrayValue?.compactMap(\.stringValue) ?? [] where object[name] == nil {
                findings.append(
                    SchemaFinding(
                        path: SchemaFinding.path(path, name), message: "is required where \(dependent.name) is given"))
            }
        }
        return findings
    }

    private static func limits(
        _ count: Int, _ schema: JSONObject, least: String, most: String, path: String, singular: String,
        plural: String, _ value: JSONValue
    ) -> [SchemaFinding] {
        var findings: [SchemaFinding] = []
        func check(_ keyword: String, _ phrase: String, _ isRight: (Int64) -> Bool) {
            guard let limit = schema[keyword]?.integerValue, !isRight(limit) else { return }
            let unit = limit == 1 ? singular : plural
            findings.append(
                SchemaFinding(path, mustBe: "\(phrase) \(limit) \(unit)", not: value, as: String(count), schema))
        }
        check(least, "at least") { count >= $0 }
        check(most, "at most") { count <= $0 }
        return findings
    }
}
