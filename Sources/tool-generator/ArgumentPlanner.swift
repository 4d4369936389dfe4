import JSON
import OpenAPI

/// Works out a tool's arguments from an operation and what the catalog says of its parameters.
struct ArgumentPlanner {
    private let operation: Document.Operation
    private let entry: ToolCatalog.Tool
    private let entries: [String: ToolCatalog.Parameter]

    init(_ operation: Document.Operation, _ entry: ToolCatalog.Tool) {
        self.operation = operation
        self.entry = entry
        entries = Dictionary(uniqueKeysWithValues: entry.parameters.map { ($0.name, $0) })
    }

    /// The arguments, required ones first and otherwise in the contract's order.
    ///
    /// - Throws: ``GeneratorError`` with the faults of the entry.
    func arguments() throws(GeneratorError) -> [ToolPlan.Argument] {
        let members = operation.body.map { SchemaOutline($0.schema).members } ?? []
        var faults = faultsOfNames(members)
        if operation.body != nil, members.isEmpty { faults.append(fault("the body is no object with members")) }
        var result: [ToolPlan.Argument] = []
        func add(_ plan: () throws(GeneratorError) -> ToolPlan.Argument?) {
            do throws(GeneratorError) {
                if let argument = try plan() { result.append(argument) }
            } catch { faults += error.faults }
        }
        for parameter in operation.givenParameters {
            add { () throws(GeneratorError) in try argument(for: parameter) }
        }
        for member in members {
            let leaves = entry.parameters.filter { $0.field?.first == member.name }
            if leaves.isEmpty {
                add { () throws(GeneratorError) in
                    try argument(
                        member.name, .body([member.name], entries[member.name]?.form ?? .plain), member.schema,
                        description: nil, isRequired: member.isRequired && operation.body?.isRequired == true)
                }
            }
            for leaf in leaves { add { () throws(GeneratorError) in try argument(for: leaf, in: members) } }
        }
        for additional in entry.additional {
            result.append(
                ToolPlan.Argument(
                    name: additional.name, destination: .server, description: additional.description,
                    schema: additional.schema, isRequired: false, isExposed: true, defaultValue: nil, reference: nil))
        }
        if entry.shape != nil, entry.risk == .read {
            result.append(
                ToolPlan.Argument(
                    name: "detail", destination: .server, description: "full: all fields.",
                    schema: ["type": "string", "enum": ["full"]], isRequired: false, isExposed: true, defaultValue: nil,
                    reference: nil))
        }
        let names = result.map(\.name)
        for name in Set(names).sorted() where names.count(where: { $0 == name }) > 1 {
            faults.append(fault("two arguments are called \(name)"))
        }
        if !faults.isEmpty { throw GeneratorError(faults) }
        return result.filter(\.isRequired) + result.filter { !$0.isRequired }
    }

    private func fault(_ reason: String) -> String { "schemas/tools.json: \(operation.id): \(reason)" }

    private func faultsOfNames(_ members: [SchemaOutline.Member]) -> [String] {
        let outer = Set(operation.givenParameters.map(\.name))
        let body = Set(members.map(\.name))
        var faults = outer.intersection(body).sorted().map { fault("\($0) is a parameter and a member of the body") }
        for parameter in entry.parameters {
            let isKnown = outer.contains(parameter.name) || body.contains(parameter.name)
            if parameter.field == nil, !isKnown {
                faults.append(fault("\(parameter.name) is no parameter and no member of the body"))
            }
            if parameter.field?.count == 1 { faults.append(fault("\(parameter.name): the field is not nested")) }
            let isEnclosing = entry.parameters.contains { $0.field?.first == parameter.name }
            if parameter.field == nil, isEnclosing {
                faults.append(fault("\(parameter.name) has an entry, and so have its members"))
            }
        }
        return faults
    }

    private func argument(for parameter: Document.Parameter) throws(GeneratorError) -> ToolPlan.Argument? {
        guard parameter.location == .path || parameter.location == .query else {
            throw GeneratorError([fault("\(parameter.name) travels in a \(parameter.location.rawValue)")])
        }
        if let form = entries[parameter.name]?.form, form != .plain {
            throw GeneratorError([fault("\(parameter.name): only members of the body have a form")])
        }
        return try argument(
            parameter.name, .parameter(parameter.name), parameter.schema, description: parameter.description,
            isRequired: parameter.isRequired)
    }

    private func argument(
        for leaf: ToolCatalog.Parameter, in members: [SchemaOutline.Member]
    ) throws(GeneratorError) -> ToolPlan.Argument? {
        let path = leaf.field ?? []
        var members = members
        var isRequired = operation.body?.isRequired == true
        var schema: JSONValue?
        for name in path {
            guard let member = members.first(where: { $0.name == name }) else {
                throw GeneratorError([
                    fault("\(leaf.name): the field \(path.joined(separator: ".")) is not in the body")
                ])
            }
            isRequired = isRequired && member.isRequired
            members = SchemaOutline(member.schema).members
            schema = member.schema
        }
        return try argument(leaf.name, .body(path, leaf.form), schema ?? true, description: nil, isRequired: isRequired)
    }

    private func argument(
        _ name: String, _ destination: ToolPlan.Destination, _ schema: JSONValue, description: String?,
        isRequired: Bool
    ) throws(GeneratorError) -> ToolPlan.Argument? {
        let entry = entries[name]
        // A default of the contract counts where the API wants the value to be sent; elsewhere the API applies it
        // itself.
        let defaultValue = entry?.defaultValue ?? (isRequired ? schema["default"] : nil)
        let isExposed = entry?.hidden == nil
        if !isExposed, defaultValue == nil {
            if isRequired { throw GeneratorError([fault("\(name) is hidden, yet required and without a default")]) }
            return nil
        }
        let value = try fullSchema(name, destination, schema, example: entry?.example)
        if let defaultValue, let wrong = SchemaValidator(value).faults(in: defaultValue).first {
            throw GeneratorError([fault("\(name): the default \(wrong.message)")])
        }
        return ToolPlan.Argument(
            name: entry?.rename ?? name, destination: destination,
            description: entry?.description ?? description ?? schema["description"]?.stringValue, schema: value,
            isRequired: isRequired && defaultValue == nil, isExposed: isExposed, defaultValue: defaultValue,
            reference: entry?.reference)
    }

    private func fullSchema(
        _ name: String, _ destination: ToolPlan.Destination, _ schema: JSONValue, example: JSONValue?
    ) throws(GeneratorError) -> JSONValue {
        var result: JSONObject
        if case .body(_, let form) = destination, form != .plain {
            guard SchemaOutline(schema).plainType == "array" else {
                throw GeneratorError([fault("\(name): a form needs a list")])
            }
            result = ["type": "array", "minItems": 1, "items": ["type": "string", "pattern": #"\S"#]]
        } else {
            // A null argument counts as left out, so that null is no value here.
            let narrowed = try entries[name]?.type.map { type throws(GeneratorError) in
                try alternative(type, of: schema, name)
            }
            guard case .object(let object) = SchemaOutline(narrowed ?? schema).schemaWithoutNull else { return schema }
            result = object
        }
        // A name is held to the contract's pattern after it was resolved.
        if entries[name]?.reference != nil { result = Self.reference(result) }
        if let example {
            if let wrong = SchemaValidator(.object(result)).faults(in: example).first {
                throw GeneratorError([fault("\(name): the example \(wrong.message)")])
            }
            result["examples"] = [example]
        }
        return .object(result)
    }

    /// The alternative of a schema that has one type.
    private func alternative(_ type: String, of schema: JSONValue, _ name: String) throws(GeneratorError) -> JSONValue {
        let alternatives = schema["anyOf"]?.arrayValue ?? []
        guard let chosen = alternatives.first(where: { SchemaOutline($0).plainType == type }) else {
            throw GeneratorError([fault("\(name): \(type) is no type that the contract allows besides others")])
        }
        return chosen
    }

    /// The schema of a reference where the contract has that of an id or a number, or of a list of them.
    private static func reference(_ schema: JSONObject) -> JSONObject {
        let name: JSONValue = ["type": "string", "pattern": #"\S"#]
        guard SchemaOutline(.object(schema)).plainType == "array" else { return name.objectValue ?? [:] }
        var list: JSONObject = ["type": "array", "items": name]
        for limit in ["minItems", "maxItems"] { list[limit] = schema[limit] }
        return list
    }
}
