import Configuration
package import JSON

/// The tools as text for people.
package enum ToolListing {
    /// Tools: a line each, by toolset, with what asks for approval marked.
    package static func overview(of tools: [ToolDefinition] = ToolDefinition.all) -> String {
        var lines: [String] = []
        for toolset in ToolDefinition.toolsets.map(\.name) where tools.contains(where: { $0.toolset == toolset }) {
            lines.append(toolset == "core" ? "core (offered where no toolset is chosen)" : toolset)
            for tool in tools where tool.toolset == toolset {
                let padding = String(repeating: " ", count: max(1, 34 - tool.name.count))
                lines.append("  \(tool.name)\(padding)\(tool.title)\(tool.mark)")
            }
        }
        return lines.joined(separator: "\n")
            + "\n\n* asks the user for approval first.\nquo-mcp tools NAME shows one with its arguments."
    }

    /// One tool with its description and arguments, or nil where there is none of that name.
    package static func page(for name: String) -> String? {
        guard let tool = ToolDefinition.all.first(where: { $0.name == name }),
            let definition = definition(of: tool)
        else { return nil }
        var lines = ["\(tool.name): \(tool.title)\(tool.mark)", ""]
        lines += wrapped(definition["description"]?.stringValue ?? "")
        let schema = definition["inputSchema"]
        let required = schema?["required"]?.arrayValue ?? []
        let properties = schema?["properties"]?.objectValue ?? [:]
        lines += ["", properties.isEmpty ? "It takes no arguments." : "ARGUMENTS"]
        for property in properties {
            let kind = property.value["type"]?.stringValue ?? ""
            let needed = required.contains(.string(property.name)) ? ", required" : ""
            let description = property.value["description"]?.stringValue ?? ""
            let values =
                (property.value["enum"] ?? property.value["items"]?["enum"])?.arrayValue?.map(\.plainText) ?? []
            let choice = values.isEmpty ? "" : " One of: \(values.joined(separator: ", "))."
            lines.append("  \(property.name) (\(kind)\(needed))")
            lines += wrapped(description + choice, indentation: "      ")
        }
        if tool.isGuarded { lines += ["", "* asks the user for approval first."] }
        return lines.joined(separator: "\n")
    }

    /// Tools as MCP hosts are told of them.
    package static func json(of tools: [ToolDefinition] = ToolDefinition.all) -> JSONValue {
        .array(tools.compactMap { definition(of: $0) })
    }

    /// One tool as MCP hosts are told of it, or nil where there is none of that name.
    package static func json(for name: String) -> JSONValue? {
        ToolDefinition.all.first { $0.name == name }.flatMap { definition(of: $0) }
    }

    private static func definition(of tool: ToolDefinition) -> JSONValue? {
        try? JSONValue(parsing: tool.definition)
    }

    private static func wrapped(_ text: String, indentation: String = "", width: Int = 100) -> [String] {
        var lines: [String] = []
        var line = indentation
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > width, line.count > indentation.count {
                lines.append(line)
                line = indentation
            }
            line += line.count > indentation.count ? " \(word)" : "\(word)"
        }
        if line.count > indentation.count { lines.append(line) }
        return lines
    }
}

extension ToolDefinition {
    fileprivate var isGuarded: Bool { risk?.needsApproval ?? false }

    fileprivate var mark: String { isGuarded ? " *" : "" }
}
