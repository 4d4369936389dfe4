package import JSON
import QuoAPI
import Webhooks

/// What a document that others publish adds, removes and changes against this program's contract.
///
/// Only what is said to machines counts: prose, examples and extensions do not, and spellings that mean the same are the
/// same. The contract is the one that this program uses, with its amendments. What cannot be read is a difference, because
/// nobody knows whether it is one.
package struct ContractComparison: Sendable {
    /// One difference.
    package struct Difference: Sendable, Hashable {
        /// The method and path, or what else it is: `every operation`, `webhooks`.
        package let operation: String
        /// The part of the operation: `parameter limit`, `body.to[]`, `answer.data`; empty for the operation itself.
        package let place: String
        /// What the document does there against the contract, in words.
        package let change: String

        /// The part and what happens to it.
        package var text: String { place.isEmpty ? change : "\(place): \(change)" }
    }

    /// The differences, operation by operation in the contract's order, those that only the document has last.
    package private(set) var differences: [Difference] = []
    /// What is wrong in the document without keeping anything from being compared.
    package let warnings: [String]
    /// How many operations both have.
    package private(set) var sharedCount = 0

    /// Compares a document, whose paths say which versions of the API it is about.
    ///
    /// - Parameter bytes: The whole document as JSON.
    /// - Throws: ``UnreadableContract`` where it is no OpenAPI document.
    package init(_ bytes: [UInt8]) throws(UnreadableContract) {
        let file = try ContractFile(bytes)
        warnings = file.warnings
        let versions = Set(file.operations.map { ContractOperation.version(ofPath: $0.path) })
        var theirs: [String: ContractOperation] = [:]
        for operation in file.operations { theirs[operation.route] = operation }
        for operation in Operation.all where versions.contains(ContractOperation.version(ofPath: operation.path)) {
            let own: ContractOperation
            do throws(JSONParseError) { own = try ContractOperation(operation) } catch {
                throw UnreadableContract(description: "the contract of \(operation.id) is not JSON: \(error)")
            }
            guard let other = theirs.removeValue(forKey: own.route) else {
                // One that is there and cannot be read is told as that.
                if file.flaws.contains(where: { [own.name, own.path].contains($0.operation) }) { continue }
                differences.append(Difference(operation: own.name, place: "", change: "operation removed"))
                continue
            }
            sharedCount += 1
            differences += own.differences(to: other)
        }
        for operation in file.operations where theirs[operation.route] != nil {
            differences.append(Difference(operation: operation.name, place: "", change: "operation added"))
        }
        // Where each operation says its own, nothing of the whole document's holds.
        if file.operations.contains(where: { $0.security == nil }), let security = file.security,
            let change = ContractSecurity.own.change(to: security)
        {
            differences.append(Difference(operation: "every operation", place: "security", change: change))
        }
        if let types = file.eventTypes { compare(types, isLegacy: versions == ["v1"]) }
        differences += file.flaws
    }

    /// Compares the types of events with those that this program knows.
    private mutating func compare(_ types: Set<String>, isLegacy: Bool) {
        let known = WebhookEventType.allCases.filter { !isLegacy || $0.isLegacy }.map(\.rawValue)
        for type in types.symmetricDifference(known).sorted() {
            let change = types.contains(type) ? "event added" : "event removed"
            differences.append(Difference(operation: "webhooks", place: type, change: change))
        }
    }

    /// The comparison for a person, line by line: under each operation what changes there.
    package var lines: [String] {
        var lines: [String] = []
        var operation = ""
        for difference in differences {
            if difference.operation != operation { lines.append(difference.operation) }
            operation = difference.operation
            lines.append("  \(difference.text)")
        }
        let count = differences.count
        lines.append("\(count == 1 ? "1 difference" : "\(count) differences"), \(sharedCount) operations compared")
        return lines
    }

    /// The comparison for a program.
    package var json: JSONValue {
        let entries: [JSONValue] = differences.map {
            ["operation": .string($0.operation), "place": .string($0.place), "change": .string($0.change)]
        }
        return [
            "compared": JSONValue(integerLiteral: Int64(sharedCount)), "differences": .array(entries),
            "warnings": .array(warnings.map(JSONValue.string)),
        ]
    }
}

extension ContractOperation {
    /// What another document of this operation changes.
    fileprivate func differences(to other: ContractOperation) -> [ContractComparison.Difference] {
        var result: [ContractComparison.Difference] = []
        func add(_ place: String, _ change: String) {
            result.append(ContractComparison.Difference(operation: name, place: place, change: change))
        }
        func add(_ changes: [SchemaChange]) { for change in changes { add(change.place, change.words) } }
        func add(_ place: String, from old: Part, to new: Part) {
            switch (old, new) {
            case (.none, .schema(let form)): add(place, "added: \(form.summary)")
            case (.schema, .none): add(place, "removed")
            case (.schema(let old), .schema(let new)): add(old.changes(to: new, at: place))
            case (.unreadable, _), (_, .unreadable), (.none, .none): break
            }
        }
        if isDeprecated != other.isDeprecated { add("", deprecation(other.isDeprecated)) }
        if let change = other.security.flatMap({ ContractSecurity.own.change(to: $0) }) { add("security", change) }
        for change in changesOfParameters(to: other) { add(change.place, change.words) }
        add("body", from: body, to: other.body)
        if case .schema = body, case .schema = other.body, isBodyRequired != other.isBodyRequired {
            add("body", other.isBodyRequired ? "became required" : "became optional")
        }
        if let old = successStatus, let new = other.successStatus, old != new {
            add("answer", "the status of success was \(old), now \(new)")
        }
        add("answer", from: answer, to: other.answer)
        add(other.flaws)
        // Without any status the list of them could not be read.
        if other.statuses.isEmpty, other.isFlawed(at: "answer") { return result }
        for status in other.statuses.subtracting(statuses).sorted() { add("status \(status)", "added") }
        for status in statuses.subtracting(other.statuses).sorted() { add("status \(status)", "removed") }
        for error in errorCodes.symmetricDifference(other.errorCodes).sorted(by: { $0.code < $1.code })
        where !other.isFlawed(at: "status \(error.status)") {
            add(
                "status \(error.status)",
                "error code \(error.code) \(other.errorCodes.contains(error) ? "added" : "removed")")
        }
        return result
    }

    private func changesOfParameters(to other: ContractOperation) -> [SchemaChange] {
        var result: [SchemaChange] = []
        var added = other.parameters
        for parameter in parameters {
            let place = "parameter \(parameter.name)"
            guard
                let index = added.firstIndex(where: { $0.name == parameter.name && $0.location == parameter.location })
            else {
                // One that cannot be read may be any of them.
                if !other.isFlawed(at: "parameters") { result.append(SchemaChange(place: place, words: "removed")) }
                continue
            }
            let new = added.remove(at: index)
            if parameter.isRequired != new.isRequired {
                result.append(SchemaChange(place: place, words: new.isRequired ? "became required" : "became optional"))
            }
            if parameter.isDeprecated != new.isDeprecated {
                result.append(SchemaChange(place: place, words: deprecation(new.isDeprecated)))
            }
            if let old = parameter.schema, let new = new.schema { result += old.changes(to: new, at: place) }
        }
        return result
            + added.map { parameter in
                let summary = parameter.schema.map { ": \($0.summary)" } ?? ""
                let need = parameter.isRequired ? "required" : "optional"
                return SchemaChange(
                    place: "parameter \(parameter.name)",
                    words: "added, in the \(parameter.location), \(need)\(summary)")
            }
    }

    private func isFlawed(at place: String) -> Bool { flaws.contains { $0.place == place } }

    private func deprecation(_ isDeprecated: Bool) -> String {
        isDeprecated ? "became deprecated" : "is no longer deprecated"
    }
}
