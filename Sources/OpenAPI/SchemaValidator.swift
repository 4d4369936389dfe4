public import JSON

/// Checks values against a JSON Schema of draft 2020-12.
///
/// Claimed, and asserted as the draft has them:
/// - of any value: `type`, `enum`, `const`, `$ref` into the same schema, `allOf`, `anyOf`, `oneOf`, `not`, `if`,
///   `then`, `else`, and the schemas `true` and `false`;
/// - of numbers: `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`. Integers are compared
///   exactly to 64 bits, others as floating-point values; `multipleOf` is exact to 18 digits of the divisor;
/// - of strings: `minLength` and `maxLength` in Unicode scalars, `pattern` as far as ``SchemaValidator/unclaimed(in:)``
///   finds nothing, and `format` of `date-time`, `date`, `email` (no IPv6 address), `uri` and `uri-reference`,
///   asserted;
/// - of arrays: `items`, `prefixItems`, `contains`, `minContains`, `maxContains`, `minItems`, `maxItems`,
///   `uniqueItems`;
/// - of objects: `properties`, `patternProperties`, `additionalProperties`, `propertyNames`, `required`,
///   `minProperties`, `maxProperties`, `dependentRequired`, `dependentSchemas`.
///
/// Not claimed: `$dynamicRef`, `$dynamicAnchor`, `$anchor`, `$id`, `$vocabulary`, `unevaluatedItems`,
/// `unevaluatedProperties`, other formats, and keywords of older drafts. `contentEncoding` and its kin describe and are
/// not asserted, as the draft wants it. Strings are equal where Swift has them equal, so composed and decomposed
/// letters are the same.
///
/// Work is bounded however the value is made: past ``maximumWork`` or ``maximumDepth`` the value is at fault.
public struct SchemaValidator: Sendable {
    /// One thing that is wrong with a value.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// Where: `to[0]`, `defaultFields.phoneNumbers[1].value`; empty for the value as a whole.
        public let path: String
        /// What is wrong, as the rest of a sentence that begins with the path: `must be a list, not "x"`.
        ///
        /// Values in it are short, and their invisible characters escaped.
        public let message: String
        /// A value that would be right, where the schema shows one.
        public let example: JSONValue?
        /// The path, the message and the example.
        public var description: String {
            "\(path.isEmpty ? "the value" : path) \(message)" + (example.map { "; for example \($0)" } ?? "")
        }
    }

    /// The most faults that are reported.
    public static let maximumFaults = 100
    /// The most comparisons of a value with a schema.
    public static let maximumWork = 100_000
    /// The deepest nesting of schemas that is followed.
    public static let maximumDepth = 256
    /// The longest string, in bytes of UTF-8, that a pattern is tried on.
    public static let maximumPatternInput = 100_000

    private let schema: JSONValue

    /// Checks against a schema.
    ///
    /// - Parameter schema: An object or a Boolean; hold it to ``unclaimed(in:)`` beforehand, for an unknown keyword
    ///   decides nothing.
    public init(_ schema: JSONValue) { self.schema = schema }

    /// Everything that is wrong with a value, in the schema's order; empty where it is valid.
    ///
    /// A value of the wrong type, or outside an enumeration, is reported for that alone.
    public func faults(in instance: JSONValue) -> [Fault] {
        var evaluation = SchemaEvaluation(root: schema)
        return evaluation.faults(in: instance)
    }

    /// What a schema says that is not claimed here, and so would not be checked, each with its JSON Pointer.
    public static func unclaimed(in schema: JSONValue) -> [String] { UnclaimedKeywords.lines(in: schema) }
}
