public import JSON

/// What a contract was first published as, changed to what holds since.
///
/// An object of the contract may carry `x-amended`, a merge patch (RFC 7396) of the object itself. So the document keeps
/// both states side by side, and everything that is generated follows the newer one.
public enum Amendments {
    private static let member = "x-amended"

    /// The contract with every amendment applied, and none left.
    public static func applied(to contract: JSONValue) -> JSONValue {
        switch contract {
        case .array(let elements): return .array(elements.map(applied))
        case .object(let object):
            let original = object.without([member]).compactMapValues(applied)
            guard let patch = object[member] else { return .object(original) }
            return merged(.object(original), with: patch)
        default: return contract
        }
    }

    /// A value changed by a merge patch: null removes a member, an object changes one, anything else takes its place.
    public static func merged(_ value: JSONValue, with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = value.objectValue ?? [:]
        for change in changes {
            guard !change.value.isNull else {
                result = result.without([change.name])
                continue
            }
            result[change.name] = merged(result[change.name] ?? .object([:]), with: change.value)
        }
        return .object(result)
    }
}
