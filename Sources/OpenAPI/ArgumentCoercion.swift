public import JSON

/// Puts arguments right that a host wrote in another type than was asked for, where only one reading is possible.
///
/// Hosts send `""` or null for what is unset, and numbers, Booleans, arrays and objects as text. What is put right:
/// - a top-level argument that is null or `""` is dropped; elements of lists are kept as they are, and so are faults;
/// - text becomes a number where only a number fits, written as JSON writes it; `true` or `false` where only a Boolean
///   fits; an array or object where only that fits and the text is its JSON;
/// - a single scalar becomes a list of one where only a list of scalars fits; text with a comma does not, because it
///   could be several, nor does text that begins as JSON's arrays and objects do;
/// - a list of one text becomes that text where only text fits;
/// - a whole number written with a fraction or an exponent becomes plain where only an integer fits.
///
/// A number where text is wanted stays, and so is a fault: `15555550123` could be a number with or without its country
/// code. What is left is for ``SchemaValidator`` to judge; this decides nothing.
public enum ArgumentCoercion {
    /// The arguments with what can be put right put right.
    ///
    /// - Parameters:
    ///   - arguments: What a host sent.
    ///   - schema: The schema of the whole object, references resolved.
    public static func coerce(_ arguments: JSONObject, schema: JSONValue) -> JSONObject {
        var result = withoutUnset(arguments)
        // By the properties, which are few; the arguments may be many, and each is looked up in time linear in their number.
        for property in schema["properties"]?.objectValue ?? [:] {
            guard let value = result[property.name] else { continue }
            result[property.name] = coerce(value, SchemaOutline(property.value))
        }
        // Again, because a list of one empty text has become that text.
        return withoutUnset(result)
    }

    /// The arguments that say something.
    private static func withoutUnset(_ arguments: JSONObject) -> JSONObject {
        arguments.compactMapValues { $0.isNull || $0 == "" ? JSONValue?.none : $0 }
    }

    private static func coerce(_ value: JSONValue, _ outline: SchemaOutline) -> JSONValue {
        guard let types = outline.types.map({ Set($0).subtracting(["null"]) }) else { return value }
        switch value {
        case .string(let text) where !types.contains("string"): return coerce(text, types, outline)
        case .array(let elements) where types == ["array"]:
            guard let items = outline.items else { return value }
            return .array(elements.map { coerce($0, items) })
        case .array(let elements) where types == ["string"] && elements.count == 1:
            return elements[0].stringValue == nil ? value : elements[0]
        case .number(let number) where types == ["integer"]:
            return number.integer.map { .number(JSONNumber($0)) } ?? value
        case .number, .bool: return types == ["array"] ? listOfOne(value, outline) : value
        default: return value
        }
    }

    private static func coerce(_ text: String, _ types: Set<String>, _ outline: SchemaOutline) -> JSONValue {
        let parsed = try? JSONValue(parsing: text)
        switch (types, parsed) {
        case (["boolean"], _) where ["true", "True", "TRUE"].contains(text): return true
        case (["boolean"], _) where ["false", "False", "FALSE"].contains(text): return false
        case (["integer"], .number?), (["array"], .array?): return parsed.map { coerce($0, outline) } ?? .string(text)
        case (["number"], .number(let number)?), (["integer", "number"], .number(let number)?): return .number(number)
        case (["object"], .object(let object)?): return .object(object)
        case (["array"], _) where !text.contains(",") && !text.hasPrefix("[") && !text.hasPrefix("{"):
            return listOfOne(.string(text), outline)
        default: return .string(text)
        }
    }

    private static func listOfOne(_ value: JSONValue, _ outline: SchemaOutline) -> JSONValue {
        guard let items = outline.items, let type = items.plainType, type != "array", type != "object" else {
            return value
        }
        return .array([coerce(value, items)])
    }
}
