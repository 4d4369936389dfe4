import JSON
import OpenAPI

/// A contact with changes laid over it.
///
/// The API's PATCH replaces: lists that are sent replace whole lists, and those left out of a sent object are deleted. So the
/// whole contact is written back with the ids of its items, and an item is removed by its id and an empty value, which
/// holds whether left-out items are deleted or kept.
struct ContactMerge {
    /// The names of the single values of a contact, with what may be emptied.
    private static let scalars = [
        (name: "firstName", isRemovable: false), (name: "lastName", isRemovable: true),
        (name: "company", isRemovable: true), (name: "role", isRemovable: true),
    ]
    private static let sourceMembers = ["externalId", "source", "sourceUrl"]

    /// The body that writes the merged contact.
    let body: JSONValue
    /// One line for each difference; empty where the contact is already as asked.
    let differences: [String]
    /// One line for everything that stays.
    let unchanged: [String]

    /// Lays a tool's arguments over the contact that the API returned.
    ///
    /// - Throws: ``InvalidArguments`` with every fault, for example something to remove that is not there.
    init(contact: JSONValue, arguments: JSONObject, customFields definitions: [CustomField]) throws {
        var draft = Draft(contact: contact)
        var faults: [ArgumentFault] = []
        for (name, _) in Self.scalars {
            guard let value = arguments[name]?.stringValue else { continue }
            if value.trimmed().isEmpty {
                faults.append(ArgumentFault(path: name, message: "is blank; to take it away, name it in remove"))
            } else {
                draft.set(name, value)
            }
        }
        for kind in ContactItemKind.allCases {
            let texts = arguments[kind.member]?.arrayValue?.compactMap(\.stringValue) ?? []
            for (index, text) in texts.enumerated() {
                let item = collect(at: "\(kind.member)[\(index)]", &faults) { () throws(ArgumentFault) in
                    try LabelledItem(parsing: text, kind)
                }
                if let item { draft.put(item, kind) }
            }
        }
        for (index, text) in (arguments["customFields"]?.arrayValue?.compactMap(\.stringValue) ?? []).enumerated() {
            let item = collect(at: "customFields[\(index)]", &faults) { () throws(ArgumentFault) in
                try KeyedItem(parsing: text, definitions: definitions)
            }
            if let item { draft.put(item) }
        }
        for (index, text) in (arguments["remove"]?.arrayValue?.compactMap(\.stringValue) ?? []).enumerated() {
            let isScalar = Self.scalars.contains { $0.name == text && $0.isRemovable }
            // A custom field may have the key of a single value, which then goes first.
            if isScalar && draft.clear(text) || draft.remove(text) { continue }
            faults.append(
                ArgumentFault(
                    path: "remove[\(index)]",
                    message:
                        "the contact has no \"\(text)\" to remove; it has: \(draft.present.joined(separator: ", "))"))
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        var body = draft.body
        for name in Self.sourceMembers {
            guard let value = arguments[name], value != contact[name] else { continue }
            body[name] = value
            draft.differences.append("~ \(name): \(contact[name]?.stringValue ?? "none") → \(value.stringValue ?? "")")
        }
        self.body = .object(body)
        differences = draft.differences
        unchanged = draft.unchanged
    }
}

/// The contact while it is being changed.
private struct Draft {
    struct Item {
        var fields: JSONObject
        var isTouched = false
    }

    var scalars: JSONObject = [:]
    var lists: [ContactItemKind: [Item]] = [:]
    var custom: [Item] = []
    var differences: [String] = []
    private var touchedScalars: Set<String> = []

    init(contact: JSONValue) {
        let fields = contact["defaultFields"]?.objectValue ?? [:]
        for name in ["company", "firstName", "lastName", "role"] { scalars[name] = fields[name] ?? .null }
        for kind in ContactItemKind.allCases {
            lists[kind] = (fields[kind.member]?.arrayValue ?? []).compactMap(\.objectValue).map { Item(fields: $0) }
        }
        custom = (contact["customFields"]?.arrayValue ?? []).compactMap(\.objectValue).map { Item(fields: $0) }
    }

    /// What could be removed, in the words that remove it.
    var present: [String] {
        var names = ["lastName", "company", "role"].filter { scalars[$0]?.stringValue != nil }
        for kind in ContactItemKind.allCases {
            names += (lists[kind] ?? []).compactMap { $0.fields["value"]?.stringValue }
        }
        return names
            + custom.filter { $0.fields["value"]?.isNull == false }.compactMap { $0.fields["key"]?.stringValue }
    }

    mutating func set(_ name: String, _ value: String) {
        guard scalars[name]?.stringValue != value else { return }
        differences.append("~ \(name): \(scalars[name]?.stringValue ?? "none") → \(value)")
        scalars[name] = .string(value)
        touchedScalars.insert(name)
    }

    mutating func clear(_ name: String) -> Bool {
        guard let old = scalars[name]?.stringValue else { return false }
        differences.append("− \(name): \(old)")
        scalars[name] = .null
        touchedScalars.insert(name)
        return true
    }

    mutating func put(_ item: LabelledItem, _ kind: ContactItemKind) {
        var items = lists[kind] ?? []
        defer { lists[kind] = items }
        let place = items.firstIndex { kind.isSame($0.fields["value"]?.stringValue ?? "", item.value) }
        guard let place else {
            let label = item.label ?? kind.defaultLabel
            items.append(Item(fields: ["name": .string(label), "value": .string(item.value)], isTouched: true))
            differences.append("+ \(kind.noun) \(label): \(item.value)")
            return
        }
        guard let label = item.label, items[place].fields["name"]?.stringValue != label else { return }
        differences.append(
            "~ \(kind.noun) \(item.value): label \(items[place].fields["name"]?.stringValue ?? "none") → \(label)")
        items[place].fields["name"] = .string(label)
        items[place].isTouched = true
    }

    mutating func put(_ item: KeyedItem) {
        guard let place = custom.firstIndex(where: { $0.fields["key"]?.stringValue == item.key }) else {
            custom.append(Item(fields: ["key": .string(item.key), "value": item.value], isTouched: true))
            differences.append("+ \(item.key): \(item.value.plainText)")
            return
        }
        guard custom[place].fields["value"] != item.value else { return }
        let old = custom[place].fields["value"]?.plainText ?? "none"
        differences.append("~ \(item.key): \(old) → \(item.value.plainText)")
        custom[place].fields["value"] = item.value
        custom[place].isTouched = true
    }

    /// Removes the number, address or custom field that a text names exactly; what it says about it is what is stored.
    mutating func remove(_ text: String) -> Bool {
        for kind in ContactItemKind.allCases {
            guard let wanted = try? LabelledItem(parsing: text, kind) else { continue }
            guard
                let place = lists[kind]?.firstIndex(where: {
                    $0.fields["value"]?.stringValue.map { kind.isSame($0, wanted.value) } ?? false
                }), let item = lists[kind]?[place]
            else { continue }
            differences.append(
                "− \(kind.noun) \(item.fields["name"]?.stringValue ?? ""): \(item.fields["value"]?.stringValue ?? "")")
            lists[kind]?[place].fields["value"] = .null
            lists[kind]?[place].isTouched = true
            return true
        }
        guard
            let place = custom.firstIndex(where: {
                ($0.fields["key"]?.stringValue == text || $0.fields["name"]?.stringValue == text)
                    && $0.fields["value"]?.isNull == false
            })
        else { return false }
        differences.append("− \(text): \(custom[place].fields["value"]?.plainText ?? "")")
        custom[place].fields["value"] = .null
        custom[place].isTouched = true
        return true
    }

    /// The whole contact as the API takes it.
    var body: JSONObject {
        var fields = scalars
        for kind in ContactItemKind.allCases {
            let items = lists[kind] ?? []
            fields[kind.member] = .array(items.map { .object(sendable($0, ["id", "name", "value"])) })
        }
        return [
            "defaultFields": .object(fields),
            "customFields": .array(custom.map { .object(sendable($0, ["id", "key", "value"])) }),
        ]
    }

    private func sendable(_ item: Item, _ names: [String]) -> JSONObject {
        var result: JSONObject = [:]
        for name in names { result[name] = item.fields[name] }
        return result
    }

    var unchanged: [String] {
        var lines: [String] = []
        for name in ["firstName", "lastName", "company", "role"] where !touchedScalars.contains(name) {
            if let value = scalars[name]?.stringValue { lines.append("\(name): \(value)") }
        }
        for kind in ContactItemKind.allCases {
            for item in lists[kind] ?? [] where !item.isTouched {
                guard let value = item.fields["value"]?.stringValue else { continue }
                lines.append("\(kind.noun) \(item.fields["name"]?.stringValue ?? ""): \(value)")
            }
        }
        for item in custom where !item.isTouched {
            guard let value = item.fields["value"], !value.isNull else { continue }
            lines.append("\(item.fields["key"]?.stringValue ?? "field"): \(value.plainText)")
        }
        return lines
    }
}

extension JSONValue {
    /// The value for a person: strings bare, lists with commas.
    var plainText: String {
        switch self {
        case .string(let text): text
        case .array(let items): items.map(\.plainText).joined(separator: ", ")
        default: text()
        }
    }
}
