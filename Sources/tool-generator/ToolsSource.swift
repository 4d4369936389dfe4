import JSON

/// Writes the tools as Swift for the module QuoServer.
package enum ToolsSource {
    /// The whole file.
    package static func text(_ plans: [ToolPlan], catalog: ToolCatalog) -> String {
        let names = plans.map { SwiftSource.name(of: $0.operation) }
        let toolsets = catalog.toolsets.map {
            "(name: \(SwiftSource.literal($0.name)), line: \(SwiftSource.literal($0.line)))"
        }
        return """
            \(SwiftSource.header)
            import Configuration
            import QuoAPI

            extension ToolDefinition {
                /// The tool of every operation, in the catalog's order.
                package static let generated: [ToolDefinition] = \(SwiftSource.list(names, indentation: 4))

                /// The toolsets in order, each with what it is for.
                package static let toolsets: [(name: String, line: String)] = \(
                    SwiftSource.list(toolsets, indentation: 4))

            \(plans.map(declaration).joined(separator: "\n\n"))
            }

            """
    }

    private static func declaration(_ plan: ToolPlan) -> String {
        let name = SwiftSource.name(of: plan.operation)
        let risk = plan.entry.risk
        let action = risk == .read ? ".read(.\(name))" : ".write(.\(name), .\(risk.rawValue))"
        return """
                /// \(plan.entry.title).
                package static let \(name): ToolDefinition = ToolDefinition(
                    name: \(SwiftSource.literal(plan.entry.name)),
                    title: \(SwiftSource.literal(plan.entry.title)),
                    toolset: \(SwiftSource.literal(plan.entry.toolset)),
                    action: \(action),
                    definition: \(SwiftSource.literal(plan.definition)),
                    argumentSchema: \(SwiftSource.literal(plan.argumentSchema)),
                    arguments: \(SwiftSource.list(plan.arguments.map(argument), indentation: 8)))
            """
    }

    private static func argument(_ argument: ToolPlan.Argument) -> String {
        let destination: String
        switch argument.destination {
        case .parameter(let name): destination = ".parameter(\(SwiftSource.literal(name)))"
        case .body(let path, let form):
            let names = path.map { SwiftSource.literal($0) }.joined(separator: ", ")
            destination = ".body([\(names)], .\(form.rawValue))"
        case .server: destination = ".server"
        }
        let value = argument.defaultValue.map { ", defaultValue: \(SwiftSource.literal($0))" } ?? ""
        return "Argument(name: \(SwiftSource.literal(argument.name)), destination: \(destination)\(value))"
    }
}
