import JSON

/// One change inside a schema.
struct SchemaChange: Hashable {
    /// The value that it concerns, as a path: `body.to[]`.
    let place: String
    /// What changed, in words.
    let words: String
}

extension SchemaForm {
    /// What another schema changes against this one.
    ///
    /// - Parameter place: What the value is called; its parts are named after it.
    func changes(to other: SchemaForm, at place: String) -> [SchemaChange] {
        if self == other { return [] }
        var result: [SchemaChange] = []
        // Several alternatives may change alike, which is one change to who reads it.
        func addNew(_ changes: [SchemaChange]) {
            for each in changes where !result.contains(each) { result.append(each) }
        }
        func add(_ words: String) { result.append(SchemaChange(place: place, words: words)) }
        if allowsNull != other.allowsNull { add(other.allowsNull ? "may now be null" : "may no longer be null") }
        if defaultValue != other.defaultValue { add(words("default", defaultValue, other.defaultValue)) }
        let types = Set(alternatives.map(\.type))
        let otherTypes = Set(other.alternatives.map(\.type))
        if types != otherTypes { add("type: was \(Self.names(types)), now \(Self.names(otherTypes))") }
        for type in types.intersection(otherTypes).sorted() {
            addNew(changes(of: type, to: other, at: place))
        }
        return result
    }

    /// The changes of the alternatives of one type, each set against the one that is most like it.
    private func changes(of type: String, to other: SchemaForm, at place: String) -> [SchemaChange] {
        let own = alternatives.filter { $0.type == type && !other.alternatives.contains($0) }
        var others = other.alternatives.filter { $0.type == type && !alternatives.contains($0) }
        var result: [SchemaChange] = []
        for alternative in own {
            let candidates = others.map { alternative.changes(to: $0, at: place) }
            guard let best = candidates.indices.min(by: { candidates[$0].count < candidates[$1].count }) else {
                result.append(SchemaChange(place: place, words: "an alternative was removed: \(alternative.summary)"))
                continue
            }
            result += candidates[best]
            others.remove(at: best)
        }
        return result
            + others.map { SchemaChange(place: place, words: "an alternative was added: \($0.summary)") }
    }

    private static func names(_ types: Set<String>) -> String {
        types.isEmpty ? "none" : types.sorted().joined(separator: " or ")
    }
}

extension SchemaForm.Alternative {
    /// What another alternative of the same type changes against this one.
    func changes(to other: Self, at place: String) -> [SchemaChange] {
        var result = changesOfValues(to: other).map { SchemaChange(place: place, words: $0) }
        for keyword in Set(conditions.keys).union(other.conditions.keys).sorted() {
            let (old, new) = (conditions[keyword], other.conditions[keyword])
            if old != new { result.append(SchemaChange(place: place, words: words(keyword, old, new))) }
        }
        for name in Set(members.keys).union(other.members.keys).sorted() {
            result += changes(ofMember: name, to: other, at: "\(place).\(name)")
        }
        // A member may be required without being described.
        for name in required.symmetricDifference(other.required).sorted()
        where members[name] == nil && other.members[name] == nil {
            result.append(
                SchemaChange(
                    place: "\(place).\(name)",
                    words: other.required.contains(name) ? "became required" : "became optional"))
        }
        let anything = SchemaForm(true)
        result += (items ?? anything).changes(to: other.items ?? anything, at: "\(place)[]")
        switch (otherMembers, other.otherMembers) {
        case (let old, let new) where old == new: break
        case (let old, .nothing?) where old != .nothing:
            result.append(SchemaChange(place: place, words: "members that are not listed are no longer allowed"))
        case (.nothing?, nil):
            result.append(SchemaChange(place: place, words: "members that are not listed are now allowed"))
        case (let old, let new): result += (old ?? anything).changes(to: new ?? anything, at: "\(place).*")
        }
        return result
    }

    private func changes(ofMember name: String, to other: Self, at place: String) -> [SchemaChange] {
        let isRequired = other.required.contains(name)
        var result: [SchemaChange] = []
        switch (members[name], other.members[name]) {
        case (nil, let new?):
            let words = "added, \(isRequired ? "required" : "optional"): \(new.summary)"
            return [SchemaChange(place: place, words: words)]
        case (_?, nil): return [SchemaChange(place: place, words: "removed")]
        case (let old?, let new?):
            if required.contains(name) != isRequired {
                result.append(SchemaChange(place: place, words: isRequired ? "became required" : "became optional"))
            }
            return result + old.changes(to: new, at: place)
        case (nil, nil): return []
        }
    }

    private func changesOfValues(to other: Self) -> [String] {
        switch (values, other.values) {
        case (let old?, let new?):
            var words: [String] = []
            if !new.isSubset(of: old) { words.append("added \(list(new.subtracting(old)))") }
            if !old.isSubset(of: new) { words.append("removed \(list(old.subtracting(new)))") }
            return words.isEmpty ? [] : ["values: \(words.joined(separator: "; "))"]
        case (let old?, nil): return ["values: any is now allowed, was \(list(old))"]
        case (nil, let new?): return ["values: now only \(list(new))"]
        case (nil, nil): return []
        }
    }
}

extension SchemaForm {
    /// What allows no value at all.
    fileprivate static var nothing: SchemaForm { SchemaForm(false) }

    /// What it allows, in a few words.
    var summary: String {
        let words = alternatives.map(\.summary) + (allowsNull ? ["null"] : [])
        return words.isEmpty ? "nothing" : words.joined(separator: " or ")
    }
}

extension SchemaForm.Alternative {
    /// What it allows, in a few words.
    var summary: String {
        var words: [String] = []
        if let values { words.append(list(values)) }
        words += conditions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text())" }
        if let items { words.append("of \(items.summary)") }
        if !members.isEmpty { words.append("with \(members.keys.sorted().joined(separator: ", "))") }
        return words.isEmpty ? type : "\(type) (\(words.joined(separator: ", ")))"
    }
}

/// The words for a keyword that has another value now.
private func words(_ keyword: String, _ old: JSONValue?, _ new: JSONValue?) -> String {
    "\(keyword): was \(old?.text() ?? "none"), now \(new?.text() ?? "none")"
}

/// Values in an order that does not change from run to run.
private func list(_ values: Set<JSONValue>) -> String {
    values.isEmpty ? "none" : values.map { $0.text() }.sorted().joined(separator: ", ")
}
