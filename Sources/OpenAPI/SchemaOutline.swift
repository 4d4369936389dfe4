public import JSON

/// What a schema allows, told without its unions: enough to draw up a plainer schema.
///
/// It looks through `allOf`, `anyOf` and `oneOf` and takes no notice of `not` and of `if`. References must be resolved.
public struct SchemaOutline: Sendable {
    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its schema; where several parts speak of it, all of theirs or any of theirs, as the parts are joined.
        public let schema: JSONValue
        /// Whether it must be there.
        public let isRequired: Bool
    }

    /// The schema.
    public let schema: JSONValue

    /// Looks at one schema.
    public init(_ schema: JSONValue) { self.schema = schema }

    private var all: [SchemaOutline] { schema["allOf"]?.arrayValue?.map(SchemaOutline.init) ?? [] }
    private var alternatives: [SchemaOutline] {
        (schema["anyOf"] ?? schema["oneOf"])?.arrayValue?.map(SchemaOutline.init) ?? []
    }
    private var alternativesButNull: [SchemaOutline] { alternatives.filter { $0.types != ["null"] } }

    /// What the first part of `allOf` says that says something.
    ///
    /// Each part is asked once: a lazy `compactMap` asks twice, which takes time exponential in the depth.
    private func firstOfAll<Value>(_ property: (SchemaOutline) -> Value?) -> Value? {
        for part in all { if let value = property(part) { return value } }
        return nil
    }

    /// The names of the types that it allows, sorted; nil where it names none.
    public var types: [String]? {
        var allowed: Set<String>?
        func narrow(_ types: [String]?) {
            guard let types else { return }
            guard let known = allowed else {
                allowed = Set(types)
                return
            }
            allowed = known.intersection(types)
            // Every integer is a number.
            let isInteger = known.contains("integer") && types.contains("number")
            if isInteger || known.contains("number") && types.contains("integer") { allowed?.insert("integer") }
        }
        if let type = schema["type"] { narrow(type.arrayValue?.compactMap(\.stringValue) ?? [type.stringValue ?? ""]) }
        if let constant = schema["const"] { narrow([constant.typeName]) }
        if let values = schema["enum"]?.arrayValue { narrow(values.map(\.typeName)) }
        for part in all { narrow(part.types) }
        let branches = alternatives.map(\.types)
        if !branches.isEmpty, !branches.contains(nil) { narrow(branches.flatMap { $0 ?? [] }) }
        return allowed.map { $0.sorted() }
    }

    /// Whether null is among the types that it allows.
    public var isNullable: Bool { types?.contains("null") ?? true }

    /// The one type besides null; `number` where both numeric types are allowed, nil where there is more than one.
    public var plainType: String? {
        var types = types?.filter { $0 != "null" } ?? []
        if types.contains("number") { types.removeAll { $0 == "integer" } }
        return types.count == 1 ? types.first : nil
    }

    /// The strings that it allows, where it lists them.
    public var stringValues: [String]? {
        let listed = schema["enum"]?.arrayValue ?? schema["const"].map { [$0] }
        if let values = listed?.filter({ !$0.isNull }) {
            let strings = values.compactMap(\.stringValue)
            return strings.count == values.count ? strings : nil
        }
        if let values = firstOfAll(\.stringValues) { return values }
        let branches = alternativesButNull.map(\.stringValues)
        guard !branches.isEmpty, !branches.contains(nil) else { return nil }
        return branches.flatMap { $0 ?? [] }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The format that every allowed string has.
    public var format: String? {
        if let format = schema["format"]?.stringValue { return format }
        if let format = firstOfAll(\.format) { return format }
        let formats = Set(alternativesButNull.map(\.format))
        return formats.count == 1 ? formats.first ?? nil : nil
    }

    /// The schema of an array's elements, where one is given.
    public var items: SchemaOutline? {
        if let items = schema["items"] { return SchemaOutline(items) }
        if let items = firstOfAll(\.items) { return items }
        let branches = alternatives.compactMap { $0.items?.schema }
        guard let first = branches.first else { return nil }
        return SchemaOutline(branches.count == 1 ? first : .object(["anyOf": .array(branches)]))
    }

    /// The members of an object in order.
    ///
    /// Of alternatives, the members of each are there, and those are required that every alternative requires.
    public var members: [Member] {
        let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        let own = (schema["properties"]?.objectValue ?? [:]).map {
            Member(name: $0.name, schema: $0.value, isRequired: required.contains($0.name))
        }
        var result: [Member] = []
        for part in all.map(\.members) + [own] {
            result = Self.joined(result, part, by: "allOf") { $0 || $1 }
        }
        let branches = alternativesButNull.map(\.members)
        if var union = branches.first {
            for branch in branches.dropFirst() {
                let names = Set(branch.map(\.name))
                union = union.map { names.contains($0.name) ? $0 : $0.optional }
                let known = Set(union.map(\.name))
                let additions = branch.map { known.contains($0.name) ? $0 : $0.optional }
                union = Self.joined(union, additions, by: "anyOf") { $0 && $1 }
            }
            result = Self.joined(result, union, by: "allOf") { $0 || $1 }
        }
        return result.map {
            Member(name: $0.name, schema: $0.schema, isRequired: $0.isRequired || required.contains($0.name))
        }
    }

    /// The schema without null, for a place where null says nothing.
    public var schemaWithoutNull: JSONValue {
        guard case .object(var object) = schema else { return schema }
        if let types = object["type"]?.arrayValue?.filter({ $0 != "null" }), let first = types.first {
            object["type"] = types.count == 1 ? first : .array(types)
        }
        if let values = object["enum"]?.arrayValue { object["enum"] = .array(values.filter { !$0.isNull }) }
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = object[keyword]?.arrayValue else { continue }
            let kept = branches.filter { SchemaOutline($0).types != ["null"] }
            object[keyword] = .array(kept)
            guard kept.count == 1, case .object(let only)? = kept.first else { continue }
            let neighbours = object.without([keyword])
            guard neighbours.allSatisfy({ SchemaKeyword.annotations.contains($0.name) }) else { continue }
            object = only
            for member in neighbours { object[member.name] = member.value }
        }
        return .object(object)
    }

    private static func joined(
        _ first: [Member], _ second: [Member], by keyword: String, _ isRequired: (Bool, Bool) -> Bool
    ) -> [Member] {
        var result = first
        for member in second {
            guard let index = result.firstIndex(where: { $0.name == member.name }) else {
                result.append(member)
                continue
            }
            let known = result[index]
            let schema =
                known.schema == member.schema
                ? known.schema : .object([keyword: .array([known.schema, member.schema])])
            result[index] = Member(
                name: member.name, schema: schema, isRequired: isRequired(known.isRequired, member.isRequired))
        }
        return result
    }
}

extension SchemaOutline.Member {
    fileprivate var optional: Self { Self(name: name, schema: schema, isRequired: false) }
}
