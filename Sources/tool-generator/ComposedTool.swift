package import JSON
import OpenAPI

extension ToolCatalog {
    /// A tool of this server's own: what hosts are told of it, and what is validated.
    package struct ComposedTool: Sendable {
        /// Its name.
        package let name: String
        /// The title that hosts show.
        package let title: String
        /// The toolset that it belongs to.
        package let toolset: String
        /// What it may change.
        package let risk: Risk
        /// Whether doing it twice is as doing it once.
        package let isIdempotent: Bool
        /// Whether what it answers was written or said by people outside the workspace.
        package let tellsOutsideText: Bool
        /// What an agent needs to know to choose and use it.
        package let description: String
        /// Its arguments, required ones first.
        package let arguments: [ToolPlan.Argument]
        /// The schema of its answer.
        package let answer: JSONValue
    }
}

extension CatalogReader {
    mutating func composedTool(_ member: JSONObject.Member) -> ToolCatalog.ComposedTool {
        let name = member.name
        let keys: Set<String> = [
            "title", "toolset", "risk", "idempotent", "outside", "description", "arguments", "answer",
        ]
        let object = object(member.value, name, keys: keys)
        let risk: ToolCatalog.Risk? = choice(object["risk"], "\(name).risk")
        if object["idempotent"]?.boolValue == nil { report("\(name).idempotent must be true or false") }
        let arguments = self.object(object["arguments"] ?? [:], "\(name).arguments", keys: nil).map {
            argument($0, of: name)
        }
        var answer: JSONObject = ["type": "object"]
        for part in self.object(object["answer"], "\(name).answer", keys: ["properties", "required"]) {
            answer[part.name] = part.value
        }
        let unclaimed = SchemaValidator.unclaimed(in: .object(answer))
        for reason in unclaimed { report("\(name).answer: \(reason)") }
        return ToolCatalog.ComposedTool(
            name: name, title: string(object["title"], "\(name).title"),
            toolset: string(object["toolset"], "\(name).toolset"), risk: risk ?? .destructive,
            isIdempotent: object["idempotent"] == true, tellsOutsideText: object["outside"] == true,
            description: string(object["description"], "\(name).description"),
            arguments: arguments.filter(\.isRequired) + arguments.filter { !$0.isRequired }, answer: .object(answer))
    }

    /// An argument is its own schema, with `required` beside it and a schema of the items where it is a list.
    private mutating func argument(_ member: JSONObject.Member, of tool: String) -> ToolPlan.Argument {
        let name = "\(tool).\(member.name)"
        let object = object(member.value, name, keys: nil)
        var schema = object.without(["required", "example", "description", "reference"])
        if schema["type"] == "string", schema["enum"] == nil, schema["minLength"] == nil, schema["pattern"] == nil {
            schema["pattern"] = #"\S"#
        }
        if let example = object["example"] {
            if let wrong = SchemaValidator(.object(schema)).faults(in: example).first {
                report("\(name): the example \(wrong.message)")
            }
            schema["examples"] = [example]
        }
        for reason in SchemaValidator.unclaimed(in: .object(schema)) { report("\(name): \(reason)") }
        return ToolPlan.Argument(
            name: member.name, destination: .server, description: string(object["description"], "\(name).description"),
            schema: .object(schema), isRequired: object["required"] == true, isExposed: true, defaultValue: nil,
            reference: object["reference"].flatMap { choice($0, "\(name).reference") })
    }
}
