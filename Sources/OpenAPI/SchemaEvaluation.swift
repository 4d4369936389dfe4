import JSON

/// The walk of one value through one schema.
struct SchemaEvaluation {
    let root: JSONValue
    private var work = 0
    private var isExhausted = false
    private var patterns: [String: SchemaPattern?] = [:]

    init(root: JSONValue) { self.root = root }

    mutating func faults(in instance: JSONValue) -> [SchemaValidator.Fault] {
        var findings = evaluate(instance, root, path: "", depth: 0)
        // Inside a `not` or among alternatives the end of the work could read as agreement; so it is a fault of its
        // own.
        if isExhausted { findings.insert(SchemaFinding(path: "", message: "is too large or too deep to check"), at: 0) }
        return findings.prefix(SchemaValidator.maximumFaults).map {
            SchemaValidator.Fault(path: $0.path, message: $0.message, example: $0.example)
        }
    }

    mutating func evaluate(_ instance: JSONValue, _ schema: JSONValue, path: String, depth: Int) -> [SchemaFinding] {
        work += 1
        if work > SchemaValidator.maximumWork || depth > SchemaValidator.maximumDepth {
            isExhausted = true
            return []
        }
        switch schema {
        case .bool(true): return []
        case .object(let object): return evaluate(instance, object, path: path, depth: depth + 1)
        default: return [SchemaFinding(path: path, message: "is not allowed")]
        }
    }

    private mutating func evaluate(
        _ instance: JSONValue, _ schema: JSONObject, path: String, depth: Int
    ) -> [SchemaFinding] {
        // One telling fault is better than several that follow from it.
        if let finding = SchemaAssertions.ofKind(instance, schema, path: path) { return [finding] }
        var findings: [SchemaFinding] = []
        if let reference = schema["$ref"] {
            findings += referenced(instance, reference, path: path, depth: depth)
        }
        switch instance {
        case .number(let number): findings += SchemaAssertions.ofNumber(number, schema, path: path)
        case .string(let string): findings += ofString(string, schema, path: path)
        case .array(let elements): findings += ofArray(elements, schema, path: path, depth: depth)
        case .object(let members): findings += ofObject(members, schema, path: path, depth: depth)
        case .null, .bool: break
        }
        findings += combined(instance, schema, path: path, depth: depth)
        return findings
    }

    private mutating func referenced(
        _ instance: JSONValue, _ reference: JSONValue, path: String, depth: Int
    ) -> [SchemaFinding] {
        guard let target = reference.stringValue.flatMap(JSONPointer.init(fragment:))?.value(in: root) else {
            return [SchemaFinding(path: path, message: "cannot be checked: \(reference) names nothing")]
        }
        return evaluate(instance, target, path: path, depth: depth)
    }

    private mutating func isValid(_ instance: JSONValue, _ schema: JSONValue, depth: Int) -> Bool {
        evaluate(instance, schema, path: "", depth: depth).isEmpty
    }

    // MARK: Strings

    private mutating func ofString(_ string: String, _ schema: JSONObject, path: String) -> [SchemaFinding] {
        var findings = SchemaAssertions.ofLength(string, schema, path: path)
        if findings.isEmpty, let source = schema["pattern"]?.stringValue {
            findings += ofPattern(string, source, schema, path: path)
        }
        if let format = schema["format"]?.stringValue.flatMap(SchemaFormat.init), !format.matches(string) {
            findings.append(SchemaFinding(path, mustBe: format.phrase, not: .string(string), schema))
        }
        return findings
    }

    private mutating func ofPattern(
        _ string: String, _ source: String, _ schema: JSONObject, path: String
    ) -> [SchemaFinding] {
        guard let pattern = pattern(source) else {
            return [SchemaFinding(path: path, message: "cannot be checked against the pattern \(source)")]
        }
        if string.utf8.count > SchemaValidator.maximumPatternInput {
            return [SchemaFinding(path: path, message: "is too long to check")]
        }
        if pattern.matches(string) { return [] }
        var finding = SchemaFinding(path, mustBe: pattern.phrase, not: .string(string), schema)
        if let prefix = pattern.prefix {
            finding.message = "must start with \(prefix), unlike \(finding.received ?? "")"
        }
        return [finding]
    }

    private mutating func pattern(_ source: String) -> SchemaPattern? {
        if let known = patterns[source] { return known }
        let pattern = try? SchemaPattern(source)
        patterns[source] = .some(pattern)
        return pattern
    }

    // MARK: Arrays

    private mutating func ofArray(
        _ elements: [JSONValue], _ schema: JSONObject, path: String, depth: Int
    ) -> [SchemaFinding] {
        var findings = SchemaAssertions.ofCount(elements, schema, path: path)
        let example = SchemaFinding.example(of: schema)?[0]
        let prefix = schema["prefixItems"]?.arrayValue ?? []
        let rest = schema["items"]
        for (index, element) in elements.enumerated() {
            if findings.count >= SchemaValidator.maximumFaults || isExhausted { break }
            guard let subschema = index < prefix.count ? prefix[index] : rest else { break }
            findings += evaluate(element, subschema, path: "\(path)[\(index)]", depth: depth).map {
                var finding = $0
                if finding.example == nil, finding.path == "\(path)[\(index)]" { finding.example = example }
                return finding
            }
        }
        if let contained = schema["contains"] {
            var count = 0
            for element in elements where isValid(element, contained, depth: depth) { count += 1 }
            let least = schema["minContains"]?.integerValue ?? 1
            if count < least {
                findings.append(
                    SchemaFinding(path: path, message: "must hold at least \(least) such elements, not \(count)"))
            }
            if let most = schema["maxContains"]?.integerValue, count > most {
                findings.append(
                    SchemaFinding(path: path, message: "must hold at most \(most) such elements, not \(count)"))
            }
        }
        return findings
    }

    // MARK: Objects

    private mutating func ofObject(
        _ object: JSONObject, _ schema: JSONObject, path: String, depth: Int
    ) -> [SchemaFinding] {
        var findings = SchemaAssertions.ofMembers(object, schema, path: path)
        let properties = schema["properties"]?.objectValue ?? [:]
        let patternProperties = schema["patternProperties"]?.objectValue ?? [:]
        for member in object {
            if findings.count >= SchemaValidator.maximumFaults || isExhausted { break }
            let place = SchemaFinding.path(path, member.name)
            var isKnown = false
            if let subschema = properties[member.name] {
                isKnown = true
                findings += evaluate(member.value, subschema, path: place, depth: depth)
            }
            for each in patternProperties {
                let isMatch = pattern(each.name)?.matches(member.name)
                if isMatch == false { continue }
                isKnown = true
                if isMatch == nil {
                    findings.append(SchemaFinding(path: place, message: "cannot be checked against \(each.name)"))
                } else {
                    findings += evaluate(member.value, each.value, path: place, depth: depth)
                }
            }
            if !isKnown, let additional = schema["additionalProperties"] {
                if additional == false {
                    let message = SchemaFinding.unknownName(known: properties.names)
                    findings.append(SchemaFinding(path: place, message: message))
                } else {
                    findings += evaluate(member.value, additional, path: place, depth: depth)
                }
            }
            if let names = schema["propertyNames"] {
                findings += evaluate(.string(member.name), names, path: place, depth: depth).map {
                    SchemaFinding(path: $0.path, message: "has a name that \($0.message)")
                }
            }
        }
        for dependent in schema["dependentSchemas"]?.objectValue ?? [:] where object[dependent.name] != nil {
            findings += evaluate(.object(object), dependent.value, path: path, depth: depth)
        }
        return findings
    }

    // MARK: Combinations

    private mutating func combined(
        _ instance: JSONValue, _ schema: JSONObject, path: String, depth: Int
    ) -> [SchemaFinding] {
        var findings: [SchemaFinding] = []
        for part in schema["allOf"]?.arrayValue ?? [] {
            findings += evaluate(instance, part, path: path, depth: depth)
        }
        if let branches = schema["anyOf"]?.arrayValue {
            let results = branches.map { evaluate(instance, $0, path: path, depth: depth) }
            if !results.contains(where: \.isEmpty) {
                findings += closest(branches, results, instance, schema, path: path)
            }
        }
        if let branches = schema["oneOf"]?.arrayValue {
            let results = branches.map { evaluate(instance, $0, path: path, depth: depth) }
            let count = results.count(where: \.isEmpty)
            if count == 0 { findings += closest(branches, results, instance, schema, path: path) }
            if count > 1 { findings.append(SchemaFinding(path: path, message: "fits more than one alternative")) }
        }
        if let excluded = schema["not"], isValid(instance, excluded, depth: depth) {
            findings.append(SchemaFinding(path: path, message: "is excluded"))
        }
        if let condition = schema["if"] {
            let branch = isValid(instance, condition, depth: depth) ? schema["then"] : schema["else"]
            if let branch { findings += evaluate(instance, branch, path: path, depth: depth) }
        }
        return findings
    }

    /// What to say where no alternative fits: what the alternatives want where they are close, else the faults of the
    /// closest.
    private func closest(
        _ branches: [JSONValue], _ results: [[SchemaFinding]], _ instance: JSONValue, _ schema: JSONObject,
        path: String
    ) -> [SchemaFinding] {
        // Alternatives that are of the value's type come before those that are not, and null is none to offer.
        let offered = zip(branches, results).filter { SchemaOutline($0.0).types != ["null"] }
        let fitting = offered.filter { branch, _ in
            guard let types = SchemaOutline(branch).types else { return true }
            return types.contains(instance.typeName) || instance.typeName == "integer" && types.contains("number")
        }
        let candidates = (fitting.isEmpty ? offered.isEmpty ? Array(zip(branches, results)) : offered : fitting).map(
            \.1)
        let singles = candidates.compactMap { $0.count == 1 ? $0.first : nil }
        let places = Set(singles.map(\.path))
        if singles.count == candidates.count, places.count == 1, var finding = singles.first {
            var phrases: [String] = []
            for single in singles {
                guard let phrase = single.expected else { return [finding] }
                if !phrases.contains(phrase) { phrases.append(phrase) }
            }
            if finding.path == path, let example = SchemaFinding.example(of: schema) { finding.example = example }
            guard phrases.count > 1 else { return [finding] }
            finding.expected = "one of: \(phrases.joined(separator: ", "))"
            finding.message = "must be \(finding.expected ?? "")" + (finding.received.map { ", not \($0)" } ?? "")
            return [finding]
        }
        return candidates.min { $0.count < $1.count } ?? []
    }
}
