import JSON

/// Finds what a schema says that the validator would not check.
enum UnclaimedKeywords {
    /// One line for each, with its JSON Pointer.
    static func lines(in schema: JSONValue) -> [String] {
        var lines: [String] = []
        collect(schema, at: JSONPointer(), into: &lines)
        return lines
    }

    private static func collect(_ schema: JSONValue, at pointer: JSONPointer, into lines: inout [String]) {
        if case .bool = schema { return }
        guard case .object(let object) = schema else {
            lines.append("\(pointer): a schema must be an object or a Boolean")
            return
        }
        for member in object {
            if let fault = fault(of: member) { lines.append("\(pointer.appending(member.name)): \(fault)") }
        }
        var found: [String] = []
        _ = SchemaKeyword.mapSubschemas(of: object, at: pointer) { child, place in
            collect(child, at: place, into: &found)
            return child
        }
        lines += found
    }

    private static func fault(of member: JSONObject.Member) -> String? {
        let value = member.value
        if SchemaKeyword.annotations.contains(member.name) || member.name.hasPrefix("x-") { return nil }
        let isRight: Bool
        switch member.name {
        case "$schema": isRight = value == "https://json-schema.org/draft/2020-12/schema"
        case "const": isRight = true
        case "enum": isRight = value.arrayValue?.isEmpty == false
        case "$ref": isRight = value.stringValue.flatMap(JSONPointer.init(fragment:)) != nil
        case "type":
            let types = value.arrayValue ?? [value]
            isRight = !types.isEmpty && types.allSatisfy { typeNames.contains($0.stringValue ?? "") }
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum": isRight = value.numberValue != nil
        case "multipleOf": isRight = value.numberValue.map { $0.double > 0 } ?? false
        case "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties",
            "maxProperties":
            isRight = value.integerValue.map { $0 >= 0 } ?? false
        case "uniqueItems": isRight = value.boolValue != nil
        case "required": isRight = isNames(value)
        case "dependentRequired": isRight = value.objectValue?.allSatisfy { isNames($0.value) } ?? false
        case "format": isRight = SchemaFormat(rawValue: value.stringValue ?? "") != nil
        case "pattern": return patternFault(value.stringValue)
        case "patternProperties":
            guard let names = value.objectValue?.names else { return "must be an object" }
            return names.lazy.compactMap { patternFault($0) }.first
        case "unevaluatedItems", "unevaluatedProperties": return "is not claimed"
        default:
            switch (SchemaKeyword.layouts[member.name], value) {
            case (.one, _): isRight = true
            case (.list, .array(let schemas)): isRight = !schemas.isEmpty
            case (.named, .object): isRight = true
            case (.list, _), (.named, _): isRight = false
            case (nil, _): return "is not claimed"
            }
        }
        return isRight ? nil : "has a value that is not claimed"
    }

    private static let typeNames: Set<String> = ["null", "boolean", "integer", "number", "string", "array", "object"]

    private static func isNames(_ value: JSONValue) -> Bool {
        value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
    }

    private static func patternFault(_ source: String?) -> String? {
        guard let source else { return "must be a string" }
        do throws(SchemaPatternError) { _ = try SchemaPattern(source) } catch { return error.reason }
        return nil
    }
}
