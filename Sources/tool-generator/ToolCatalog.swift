package import JSON

/// What `tools.json` says: how each operation becomes a tool.
package struct ToolCatalog: Sendable {
    /// A group of tools that is switched on or off together.
    package struct Toolset: Sendable {
        /// Its name.
        package let name: String
        /// What it is for, in a line.
        package let line: String
    }

    /// What is said of one parameter.
    package struct Parameter: Sendable {
        /// The name in the contract, or of the field.
        package let name: String
        /// The name that the tool gives it, where that is another.
        package let rename: String?
        /// What of the workspace it names, so that it is taken as a person would say it; nil where it is taken as it is.
        package let reference: Reference?
        /// What it means; the contract's own words where nil.
        package let description: String?
        /// A value to show where a wrong one came.
        package let example: JSONValue?
        /// Why it is kept from agents; nil where it is not.
        package let hidden: String?
        /// The value that is sent where none is given.
        package let defaultValue: JSONValue?
        /// The names that lead to a member within the body.
        package let field: [String]?
        /// How text becomes what the API takes.
        package let form: Form
        /// The one type that the tool takes, where the contract allows several.
        package let type: String?
    }

    /// How the text of an argument becomes the value that the API takes.
    package enum Form: String, Sendable {
        /// As it is.
        case plain
        /// A value with an optional label.
        case labelled
        /// A key and a value.
        case keyed
    }

    /// What an argument may name in a person's words instead of by its id.
    package enum Reference: String, Sendable, CaseIterable {
        /// An own number.
        case line
        /// A member of the workspace.
        case member
        /// A contact.
        case contact
        /// Another person's number.
        case number
    }

    /// A kind of record that answers tell in short unless they are asked for everything.
    package enum Shape: String, Sendable, CaseIterable {
        case call, contact, conversation, line, member, message
    }

    /// An argument that the server acts on and the API never sees.
    package struct Additional: Sendable {
        /// Its name.
        package let name: String
        /// What it means.
        package let description: String
        /// Its schema.
        package let schema: JSONValue
    }

    /// One tool.
    package struct Tool: Sendable {
        /// The operation that it performs.
        package let operation: String
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
        /// What an agent needs to know to choose and use it.
        package let description: String
        /// What is said of its parameters.
        package let parameters: [Parameter]
        /// What it takes beyond its parameters.
        package let additional: [Additional]
        /// Whether what it answers was written or said by people outside the workspace, beyond what its toolset says.
        package let tellsOutsideText: Bool
        /// The kind of record that it answers with, where that has a short form.
        package let shape: Shape?
    }

    /// What a tool may change.
    package enum Risk: String, Sendable, CaseIterable {
        /// Nothing.
        case read
        /// Something internal and easily put right.
        case write
        /// It reaches people.
        case send
        /// It overwrites or deletes.
        case destructive
        /// It points data elsewhere.
        case exposing
    }

    /// The toolsets in order.
    package let toolsets: [Toolset]
    /// The tools that this server composes of several requests, in order.
    package let composed: [ComposedTool]
    /// The tools of single operations, in order.
    package let tools: [Tool]
    /// The operations that have no tool of their own, each with the reason.
    package let withoutTool: [String: String]

    /// Reads the catalog strictly: an unknown key or a value of another type is a fault.
    ///
    /// - Throws: ``GeneratorError`` with every fault that was found.
    package init(_ json: JSONValue) throws(GeneratorError) {
        var reader = CatalogReader()
        let root = reader.object(json, "the catalog", keys: ["toolsets", "composed", "tools", "withoutTool"])
        toolsets = reader.object(root["toolsets"], "toolsets", keys: nil).map { member in
            Toolset(name: member.name, line: reader.string(member.value, "toolset \(member.name)"))
        }
        composed = reader.object(root["composed"] ?? [:], "composed", keys: nil).map { reader.composedTool($0) }
        tools = reader.object(root["tools"], "tools", keys: nil).map { reader.tool($0) }
        let exceptions = reader.object(root["withoutTool"] ?? [:], "withoutTool", keys: nil)
        withoutTool = Dictionary(
            uniqueKeysWithValues: exceptions.map { ($0.name, reader.string($0.value, "withoutTool.\($0.name)")) })
        if !reader.faults.isEmpty { throw GeneratorError(reader.faults) }
    }
}

/// What keeps tools from being generated.
package struct GeneratorError: Error, Sendable, CustomStringConvertible {
    /// Every fault, each a sentence of its own.
    package let faults: [String]
    /// The faults line by line.
    package var description: String { faults.map { "error: \($0)" }.joined(separator: "\n") }

    init(_ faults: [String]) { self.faults = faults }
}

/// Reads with a note of every fault instead of a stop at the first.
struct CatalogReader {
    var faults: [String] = []

    mutating func report(_ reason: String) { faults.append("schemas/tools.json: \(reason)") }

    mutating func object(_ value: JSONValue?, _ name: String, keys: Set<String>?) -> JSONObject {
        guard case .object(let object)? = value else {
            report("\(name) must be an object")
            return JSONObject()
        }
        for member in object where keys?.contains(member.name) == false {
            report("\(name) has an unknown key \(member.name)")
        }
        return object
    }

    mutating func string(_ value: JSONValue?, _ name: String) -> String {
        // Source and hosts' menus take one line.
        if let string = value?.stringValue, !string.isEmpty, string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
            return string
        }
        report("\(name) must be a text on one line")
        return ""
    }

    mutating func optionalString(_ value: JSONValue?, _ name: String) -> String? {
        value.map { string($0, name) }
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ value: JSONValue?, _ name: String
    ) -> Value? where Value.RawValue == String {
        if let choice = value?.stringValue.flatMap(Value.init(rawValue:)) { return choice }
        report("\(name) must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    mutating func tool(_ member: JSONObject.Member) -> ToolCatalog.Tool {
        let id = member.name
        let keys: Set<String> = [
            "name", "title", "toolset", "risk", "idempotent", "description", "parameters", "additional", "shape",
            "outside",
        ]
        let object = object(member.value, id, keys: keys)
        let risk: ToolCatalog.Risk? = choice(object["risk"], "\(id).risk")
        if object["idempotent"]?.boolValue == nil { report("\(id).idempotent must be true or false") }
        return ToolCatalog.Tool(
            operation: id, name: string(object["name"], "\(id).name"), title: string(object["title"], "\(id).title"),
            toolset: string(object["toolset"], "\(id).toolset"), risk: risk ?? .destructive,
            isIdempotent: object["idempotent"] == true,
            description: string(object["description"], "\(id).description"),
            parameters: self.object(object["parameters"] ?? [:], "\(id).parameters", keys: nil).map {
                parameter($0, of: id)
            },
            additional: self.object(object["additional"] ?? [:], "\(id).additional", keys: nil).map {
                additional($0, of: id)
            },
            tellsOutsideText: object["outside"] == true, shape: object["shape"].flatMap { choice($0, "\(id).shape") })
    }

    private mutating func parameter(_ member: JSONObject.Member, of id: String) -> ToolCatalog.Parameter {
        let name = "\(id).\(member.name)"
        let keys: Set<String> = [
            "description", "example", "hidden", "default", "field", "form", "rename", "reference", "type",
        ]
        let object = object(member.value, name, keys: keys)
        let form = object["form"].map { ToolCatalog.Form(rawValue: $0.stringValue ?? "") } ?? .plain
        if form == nil { report("\(name).form must be labelled or keyed") }
        return ToolCatalog.Parameter(
            name: member.name, rename: optionalString(object["rename"], "\(name).rename"),
            reference: object["reference"].flatMap { choice($0, "\(name).reference") },
            description: optionalString(object["description"], "\(name).description"),
            example: object["example"], hidden: optionalString(object["hidden"], "\(name).hidden"),
            defaultValue: object["default"],
            field: optionalString(object["field"], "\(name).field").map { $0.split(separator: ".").map(String.init) },
            form: form ?? .plain, type: optionalString(object["type"], "\(name).type"))
    }

    private mutating func additional(_ member: JSONObject.Member, of id: String) -> ToolCatalog.Additional {
        let name = "\(id).\(member.name)"
        let object = object(member.value, name, keys: ["type", "items", "description", "example"])
        var schema: JSONObject = ["type": .string(string(object["type"], "\(name).type"))]
        if let items = object["items"] { schema["items"] = ["type": .string(string(items, "\(name).items"))] }
        if let example = object["example"] { schema["examples"] = [example] }
        return ToolCatalog.Additional(
            name: member.name, description: string(object["description"], "\(name).description"),
            schema: .object(schema))
    }
}
