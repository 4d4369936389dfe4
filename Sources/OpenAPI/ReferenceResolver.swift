package import JSON

/// Puts what a reference names in the reference's place.
package struct ReferenceResolver {
    /// The deepest nesting of schemas that is followed.
    package static let maximumDepth = 48
    /// The most schemas that one document may unfold into.
    static let maximumCount = 200_000

    private let root: JSONValue
    private var count = 0

    /// Resolves against one document.
    package init(root: JSONValue) { self.root = root }

    /// A schema with every reference in it replaced, however deep.
    ///
    /// As 2020-12 has it, what stands beside a `$ref` holds too: annotations replace those of the target, anything else
    /// becomes the neighbour of an `allOf` that holds the target.
    package mutating func schema(
        _ schema: JSONValue, at pointer: JSONPointer, through path: [String] = [], depth: Int = 0
    ) throws(DocumentError) -> JSONValue {
        count += 1
        if depth > Self.maximumDepth { throw DocumentError(pointer, "schemas nest deeper than \(Self.maximumDepth)") }
        if count > Self.maximumCount { throw DocumentError(pointer, "more than \(Self.maximumCount) schemas") }
        switch schema {
        case .bool: return schema
        case .object(var object):
            // Once its references are resolved nothing can name a definition any more.
            object["$defs"] = nil
            guard let reference = object["$ref"] else {
                var resolver = self
                let result = try SchemaKeyword.mapSubschemas(of: object, at: pointer) {
                    (child, place) throws(DocumentError) in
                    try resolver.schema(child, at: place, through: path, depth: depth + 1)
                }
                self = resolver
                return .object(result)
            }
            let (target, place, name) = try follow(reference, at: pointer)
            if path.contains(name) { throw DocumentError(pointer, "a cycle of references through \(name)") }
            let resolved = try self.schema(target, at: place, through: path + [name], depth: depth + 1)
            object["$ref"] = nil
            if object.isEmpty { return resolved }
            let siblings = try self.schema(.object(object), at: pointer, through: path, depth: depth + 1)
            return Self.joined(resolved, siblings)
        default: throw DocumentError(pointer, "a schema must be an object or a Boolean")
        }
    }

    /// The object that a reference object stands for, and its place; the object itself where it is no reference.
    package func object(_ value: JSONValue, at pointer: JSONPointer) throws(DocumentError) -> (JSONObject, JSONPointer)
    {
        var value = value
        var pointer = pointer
        for _ in 0..<8 {
            guard case .object(let object) = value else { throw DocumentError(pointer, "must be an object") }
            guard let reference = object["$ref"] else { return (object, pointer) }
            let (target, place, _) = try follow(reference, at: pointer)
            value = target
            pointer = place
        }
        throw DocumentError(pointer, "a cycle or a long chain of references")
    }

    private func follow(
        _ reference: JSONValue, at pointer: JSONPointer
    ) throws(DocumentError) -> (JSONValue, JSONPointer, String) {
        guard let name = reference.stringValue else { throw DocumentError(pointer, "a $ref must be a string") }
        guard let place = JSONPointer(fragment: name) else {
            throw DocumentError(pointer, "\(name) is not a reference into this document")
        }
        guard let target = place.value(in: root) else { throw DocumentError(pointer, "\(name) names nothing") }
        return (target, place, place.description)
    }

    private static func joined(_ target: JSONValue, _ siblings: JSONValue) -> JSONValue {
        guard case .object(var siblings) = siblings else { return target }
        if case .object(var result) = target, siblings.allSatisfy({ SchemaKeyword.annotations.contains($0.name) }) {
            for member in siblings { result[member.name] = member.value }
            return .object(result)
        }
        siblings["allOf"] = .array([target] + (siblings["allOf"]?.arrayValue ?? []))
        return .object(siblings)
    }
}
