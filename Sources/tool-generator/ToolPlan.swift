package import JSON
package import OpenAPI

/// One tool, fully thought out: its definition, its full schema and where each argument goes.
package struct ToolPlan: Sendable {
    /// Where an argument goes.
    package enum Destination: Sendable, Hashable {
        /// A parameter of the path or the query.
        case parameter(String)
        /// A member of the body.
        case body([String], ToolCatalog.Form)
        /// The server itself.
        case server
    }

    /// One argument.
    package struct Argument: Sendable {
        /// Its name in the tool.
        package let name: String
        /// Where it goes.
        package let destination: Destination
        /// What it means.
        package let description: String?
        /// The full schema of its value.
        package let schema: JSONValue
        /// Whether an agent must give it.
        package let isRequired: Bool
        /// Whether agents see it.
        package let isExposed: Bool
        /// The value that is sent where none is given.
        package let defaultValue: JSONValue?
    }

    /// The operation.
    package let operation: Document.Operation
    /// What the catalog says.
    package let entry: ToolCatalog.Tool
    /// The arguments, required ones first and otherwise in the contract's order.
    package let arguments: [Argument]
    /// The definition as `tools/list` gives it.
    package let definition: JSONValue
    /// The full schema of the arguments.
    package let argumentSchema: JSONValue

    /// The plans of all operations, in the catalog's order.
    ///
    /// - Throws: ``GeneratorError`` with every fault in the catalog or the definitions that follow from it.
    package static func plans(for document: Document, catalog: ToolCatalog) throws(GeneratorError) -> [ToolPlan] {
        var faults: [String] = []
        func report(_ reason: String) { faults.append("schemas/tools.json: \(reason)") }

        let operations = Dictionary(uniqueKeysWithValues: document.operations.map { ($0.id, $0) })
        let described = Set(catalog.tools.map(\.operation))
        for operation in document.operations where !described.contains(operation.id) {
            report("operation \(operation.id) has no entry")
        }
        for (index, tool) in catalog.tools.enumerated()
        where catalog.tools[..<index].contains(where: { $0.name == tool.name }) {
            report("two tools are called \(tool.name)")
        }
        var plans: [ToolPlan] = []
        for tool in catalog.tools {
            if !catalog.toolsets.contains(where: { $0.name == tool.toolset }) {
                report("\(tool.operation) is in an unknown toolset \(tool.toolset)")
            }
            guard let operation = operations[tool.operation] else {
                report("\(tool.operation) is no operation of the contract")
                continue
            }
            if (operation.method == "GET") != (tool.risk == .read) {
                report("\(tool.operation) is a \(operation.method), which its risk \(tool.risk.rawValue) does not fit")
            }
            do throws(GeneratorError) { plans.append(try ToolPlan(operation, tool)) } catch { faults += error.faults }
        }
        if !faults.isEmpty { throw GeneratorError(faults) }
        return plans
    }

    private init(_ operation: Document.Operation, _ entry: ToolCatalog.Tool) throws(GeneratorError) {
        self.operation = operation
        self.entry = entry
        let arguments = try ArgumentPlanner(operation, entry).arguments()
        self.arguments = arguments
        let exposed = arguments.filter(\.isExposed)
        argumentSchema = Self.argumentSchema(exposed)
        let inputSchema: HostSafeSchema
        do throws(HostSafeError) {
            inputSchema = try HostSafeSchema(
                exposed.map {
                    HostSafeSchema.Property(
                        name: $0.name, schema: $0.schema, description: $0.description, isRequired: $0.isRequired)
                })
        } catch { throw GeneratorError(["schemas/tools.json: \(entry.operation): \(error)"]) }
        definition = [
            "name": .string(entry.name), "title": .string(entry.title), "description": .string(entry.description),
            "inputSchema": inputSchema.schema, "outputSchema": AnswerSchema(operation, risk: entry.risk).schema,
            "annotations": Self.annotations(entry),
        ]
        let violations = HostSafeLint.violations(in: definition)
        if !violations.isEmpty { throw GeneratorError(violations.map { "schemas/tools.json: \($0)" }) }
    }

    private static func argumentSchema(_ arguments: [Argument]) -> JSONValue {
        var properties = JSONObject()
        for argument in arguments {
            properties[argument.name] = argument.schema.schemaWithout([
                "title", "description", "default", "deprecated", "readOnly", "writeOnly", "$comment",
            ])
        }
        var result: JSONObject = ["type": "object", "properties": .object(properties)]
        let required = arguments.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { result["required"] = .array(required) }
        result["additionalProperties"] = false
        return .object(result)
    }

    /// The hints, by risk.
    ///
    /// What cannot be taken back counts as destructive: a text that was sent, data that went to another address. The
    /// world is open where an effect leaves the workspace, and where what is read was written or said by people outside
    /// it, so that a host that keeps untrusted text apart knows where it comes from.
    private static func annotations(_ entry: ToolCatalog.Tool) -> JSONValue {
        let isOutward = entry.risk == .send || entry.risk == .exposing
        let readsOutsideText = entry.risk == .read && ["messages", "calls"].contains(entry.toolset)
        return [
            "readOnlyHint": .bool(entry.risk == .read),
            "destructiveHint": .bool(isOutward || entry.risk == .destructive),
            "idempotentHint": .bool(entry.isIdempotent),
            "openWorldHint": .bool(isOutward || readsOutsideText),
        ]
    }
}
