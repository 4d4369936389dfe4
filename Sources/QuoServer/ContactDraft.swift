import JSON

/// A contact while it is being changed, with what was done to each of its parts.
struct ContactDraft {
    /// A part of the contact that can be removed.
    enum Target {
        case scalar(String)
        case item(ContactItemKind, Int)
        case field(Int)
    }

    private struct Tracked<Value> {
        var value: Value
        var isChanged = false
        /// The argument that gave it, also where it already was as given.
        var giver: String?
    }

    /// One line for each difference.
    private(set) var differences: [String] = []
    private var scalars: [(name: String, part: Tracked<JSONValue?>)]
    private var origin: [(name: String, part: Tracked<JSONValue?>)]
    private var items: [ContactItemKind: [Tracked<Contact.Item>]]
    private var fields: [Tracked<Contact.Field>]
    private let others: JSONObject

    /// Begins with the contact as it is.
    init(_ contact: Contact) {
        scalars = Contact.scalars.map { (name: $0, part: Tracked(value: contact.scalars[$0])) }
        origin = Contact.origin.map { (name: $0, part: Tracked(value: contact.origin[$0])) }
        items = contact.items.mapValues { $0.map { Tracked(value: $0) } }
        fields = contact.fields.map { Tracked(value: $0) }
        others = contact.others
    }

    // MARK: Giving

    /// Sets a single value, or one of those that say where the contact comes from.
    mutating func set(_ name: String, _ value: String) {
        if let place = scalars.firstIndex(where: { $0.name == name }) {
            Self.set(&scalars[place], value, &differences)
        } else if let place = origin.firstIndex(where: { $0.name == name }) {
            Self.set(&origin[place], value, &differences)
        }
    }

    private static func set(
        _ member: inout (name: String, part: Tracked<JSONValue?>), _ value: String, _ differences: inout [String]
    ) {
        member.part.giver = member.name
        let old = member.part.value ?? .null
        guard old != .string(value) else { return }
        differences.append("~ \(member.name): \(old.isNull ? "none" : old.plainText) → \(value)")
        member.part.value = .string(value)
        member.part.isChanged = true
    }

    /// Adds a number or address, or relabels the one that is the same.
    mutating func put(_ item: LabelledItem, _ kind: ContactItemKind, from giver: String) {
        var list = items[kind] ?? []
        defer { items[kind] = list }
        let place = list.firstIndex { $0.value.value.map { kind.isSame($0, item.value) } ?? false }
        guard let place else {
            let new = Contact.Item(id: nil, label: item.label ?? kind.defaultLabel, value: item.value)
            list.append(Tracked(value: new, isChanged: true, giver: giver))
            differences.append("+ \(new.line(kind))")
            return
        }
        list[place].giver = giver
        let old = list[place].value
        guard let label = item.label, old.label != label else { return }
        differences.append("~ \(kind.noun) \(old.value ?? ""): label \(old.label ?? "none") → \(label)")
        list[place].value.label = label
        list[place].isChanged = true
    }

    /// Sets a custom field.
    mutating func put(_ item: KeyedItem, from giver: String) {
        let place = fields.firstIndex {
            let field = $0.value
            return field.key == item.key || field.key == nil && field.name == item.name
        }
        guard let place else {
            let new = Contact.Field(id: nil, key: item.key, name: item.name, value: item.value)
            fields.append(Tracked(value: new, isChanged: true, giver: giver))
            differences.append("+ \(new.line)")
            return
        }
        fields[place].giver = giver
        let old = fields[place].value.value
        guard old != item.value else { return }
        differences.append("~ \(item.key): \(old.isNull ? "none" : old.plainText) → \(item.value.plainText)")
        fields[place].value.value = item.value
        fields[place].isChanged = true
    }

    // MARK: Removing

    /// What could be removed, in the words that remove it.
    var present: [String] {
        let names = scalars.filter { $0.name != "firstName" && $0.part.value?.stringValue != nil }.map(\.name)
        let values = ContactItemKind.allCases.flatMap { (items[$0] ?? []).compactMap(\.value.value) }
        let titles = fields.filter { !$0.value.value.isNull }.compactMap { $0.value.key ?? $0.value.name }
        return (names + values + titles).filter { !$0.trimmed.isEmpty }
    }

    /// The part that a text names exactly: a single value, a number or address, or a custom field by key or else by name.
    func target(of text: String) -> Target? {
        if text.trimmed.isEmpty { return nil }
        // A custom field may have the key of a single value, which then goes first. A first name stays.
        if text != "firstName", scalars.contains(where: { $0.name == text && $0.part.value?.stringValue != nil }) {
            return .scalar(text)
        }
        for kind in ContactItemKind.allCases {
            let values = (items[kind] ?? []).map(\.value.value)
            let wanted = try? LabelledItem(parsing: text, kind)
            let place =
                values.firstIndex(of: text)
                ?? values.firstIndex { stored in
                    guard let stored, let wanted else { return false }
                    return kind.isSame(stored, wanted.value)
                }
            if let place { return .item(kind, place) }
        }
        let stored = fields.indices.filter { !fields[$0].value.value.isNull }
        let place =
            stored.first { fields[$0].value.key == text } ?? stored.first { fields[$0].value.name == text }
        return place.map { .field($0) }
    }

    /// The argument of this call that gave a part, if one did.
    func giver(of target: Target) -> String? {
        switch target {
        case .scalar(let name): scalars.first { $0.name == name }?.part.giver
        case .item(let kind, let place): items[kind]?[place].giver
        case .field(let place): fields[place].giver
        }
    }

    /// Removes a part; what is said about it is what is stored.
    mutating func remove(_ target: Target) {
        switch target {
        case .scalar(let name):
            guard let place = scalars.firstIndex(where: { $0.name == name }) else { return }
            differences.append("− \(name): \(scalars[place].part.value?.plainText ?? "")")
            scalars[place].part = Tracked(value: .null, isChanged: true)
        case .item(let kind, let place):
            guard let item = items[kind]?[place].value else { return }
            differences.append("− \(item.line(kind))")
            items[kind]?[place].value.value = nil
            items[kind]?[place].isChanged = true
        case .field(let place):
            differences.append("− \(fields[place].value.line)")
            fields[place].value.value = .null
            fields[place].isChanged = true
        }
    }

    // MARK: Result

    /// The whole contact as the API takes it.
    ///
    /// The lists hold every item with its id, also those removed, which are empty: that holds whether the API deletes or
    /// keeps what a list leaves out.
    var body: JSONObject {
        var defaults: JSONObject = [:]
        for (name, part) in scalars { defaults[name] = part.value }
        for kind in ContactItemKind.allCases {
            defaults[kind.member] = .array((items[kind] ?? []).compactMap { $0.value.body(kind) })
        }
        for member in others { defaults[member.name] = member.value }
        var body: JSONObject = [
            "defaultFields": .object(defaults), "customFields": .array(fields.map(\.value.body)),
        ]
        for (name, part) in origin where part.isChanged { body[name] = part.value }
        return body
    }

    /// One line for everything stored that stays.
    var unchanged: [String] {
        let members = scalars + origin
        var lines = members.compactMap { name, part -> String? in
            guard !part.isChanged, let value = part.value, !value.isNull else { return nil }
            return "\(name): \(value.plainText)"
        }
        for kind in ContactItemKind.allCases {
            let kept = (items[kind] ?? []).filter { !$0.isChanged && $0.value.value != nil }
            lines += kept.map { $0.value.line(kind) }
        }
        lines += others.filter { !$0.value.isNull }.map { "\($0.name): \($0.value.plainText)" }
        return lines + fields.filter { !$0.isChanged && !$0.value.value.isNull }.map(\.value.line)
    }
}

extension JSONValue {
    /// The value for a person: strings bare, lists with commas, and in quotes where a comma is in one.
    var plainText: String {
        switch self {
        case .string(let text): return text
        case .array(let items):
            let isAmbiguous = items.contains { item in
                item.stringValue.map { $0.contains(",") || $0.contains("\"") || $0 != $0.trimmed } ?? false
            }
            return items.map { isAmbiguous ? $0.text() : $0.plainText }.joined(separator: ", ")
        default: return text()
        }
    }
}
