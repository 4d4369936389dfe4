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
        /// What of the workspace it names; nil where it is taken as it is.
        package let reference: ToolCatalog.Reference?
    }

    /// What the tool does.
    package enum Subject: Sendable {
        /// One operation, as the catalog's entry says.
        case operation(Document.Operation, ToolCatalog.Tool)
        /// What this server composes.
        case composed
    }

    /// What the tool does.
    package let subject: Subject
    /// The tool's name.
    package let name: String
    /// The title that hosts show.
    package let title: String
    /// The toolset that it belongs to.
    package let toolset: String
    /// What it may change.
    package let risk: ToolCatalog.Risk
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
        for operation in document.operations
        where described.contains(operation.id) == (catalog.withoutTool[operation.id] != nil) {
            report("operation \(operation.id) has \(described.contains(operation.id) ? "two entries" : "no entry")")
        }
        for id in catalog.withoutTool.keys.sorted() where operations[id] == nil {
            report("\(id) is no operation of the contract")
        }
        let names = catalog.composed.map(\.name) + catalog.tools.map(\.name)
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            report("two tools are called \(name)")
        }
        var plans: [ToolPlan] = []
        for tool in catalog.composed {
            if !catalog.toolsets.contains(where: { $0.name == tool.toolset }) {
                report("\(tool.name) is in an unknown toolset \(tool.toolset)")
            }
            do throws(GeneratorError) { plans.append(try ToolPlan(tool)) } catch { faults += error.faults }
        }
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
        let readsOutsideText =
            entry.risk == .read && (entry.tellsOutsideText || ["messages", "calls"].contains(entry.toolset))
        try self.init(
            .operation(operation, entry), name: entry.name, title: entry.title, toolset: entry.toolset,
            risk: entry.risk,
            description: entry.description, arguments: try ArgumentPlanner(operation, entry).arguments(),
            answer: AnswerSchema(operation, risk: entry.risk, isShaped: entry.shape != nil).schema,
            annotations: Self.annotations(
                entry.risk, isIdempotent: entry.isIdempotent, tellsOutsideText: readsOutsideText))
    }

    private init(_ tool: ToolCatalog.ComposedTool) throws(GeneratorError) {
        try self.init(
            .composed, name: tool.name, title: tool.title, toolset: tool.toolset, risk: tool.risk,
            description: tool.description, arguments: tool.arguments, answer: tool.answer,
            annotations: Self.annotations(
                tool.risk, isIdempotent: tool.isIdempotent, tellsOutsideText: tool.tellsOutsideText))
    }

    private init(
        _ subject: Subject, name: String, title: String, toolset: String, risk: ToolCatalog.Risk, description: String,
        arguments: [Argument], answer: JSONValue, annotations: JSONValue
    ) throws(GeneratorError) {
        self.subject = subject
        self.name = name
        self.title = title
        self.toolset = toolset
        self.risk = risk
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
        } catch { throw GeneratorError(["schemas/tools.json: \(name): \(error)"]) }
        definition = [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": inputSchema.schema, "outputSchema": answer, "annotations": annotations,
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
    private static func annotations(
        _ risk: ToolCatalog.Risk, isIdempotent: Bool, tellsOutsideText: Bool
    ) -> JSONValue {
        let isOutward = risk == .send || risk == .exposing
        return [
            "readOnlyHint": .bool(risk == .read),
            "destructiveHint": .bool(isOutward || risk == .destructive),
            "idempotentHint": .bool(isIdempotent),
            "openWorldHint": .bool(isOutward || tellsOutsideText),
        ]
    }
}
