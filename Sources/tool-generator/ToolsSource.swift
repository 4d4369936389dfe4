import JSON

/// Writes the tools as Swift for the module QuoServer.
package enum ToolsSource {
    /// The whole file.
    package static func text(_ plans: [ToolPlan], catalog: ToolCatalog) -> String {
        let names = plans.map(swiftName)
        let reading = catalog.composed.filter { $0.risk == .read }.map(composedCase).joined(separator: "\n    ")
        let changing = catalog.composed.filter { $0.risk != .read }.map(composedCase).joined(separator: "\n    ")
        let toolsets = catalog.toolsets.map {
            "(name: \(SwiftSource.literal($0.name)), line: \(SwiftSource.literal($0.line)))"
        }
        return """
            \(SwiftSource.header)
            import Configuration
            import QuoAPI

            /// The tools that this server composes and that change nothing.
            package enum ReadingTool: String, Sendable, CaseIterable {
                \(reading)
            }

            /// The tools that this server composes and that change something.
            package enum ChangingTool: String, Sendable, CaseIterable {
                \(changing)
            }

            extension ToolDefinition {
                /// Every tool, in the catalog's order.
                package static let all: [ToolDefinition] = \(SwiftSource.list(names, indentation: 4))

                /// The toolsets in order, each with what it is for.
                package static let toolsets: [(name: String, line: String)] = \(
                    SwiftSource.list(toolsets, indentation: 4))

            \(plans.map(declaration).joined(separator: "\n\n"))
            }

            """
    }

    private static func composedCase(_ tool: ToolCatalog.ComposedTool) -> String {
        "case \(SwiftSource.camelCase(tool.name)) = \(SwiftSource.literal(tool.name))"
    }

    private static func swiftName(_ plan: ToolPlan) -> String { SwiftSource.camelCase(plan.name) }

    private static func declaration(_ plan: ToolPlan) -> String {
        let action: String
        var shape = "nil"
        switch plan.subject {
        case .operation(let operation, let entry):
            let name = SwiftSource.name(of: operation)
            action = plan.risk == .read ? ".read(.\(name))" : ".write(.\(name), .\(plan.risk.rawValue))"
            if let known = entry.shape { shape = ".\(known.rawValue)" }
        case .composed:
            let name = swiftName(plan)
            action = plan.risk == .read ? ".answer(.\(name))" : ".change(.\(name), .\(plan.risk.rawValue))"
        }
        return """
                /// \(plan.title).
                package static let \(swiftName(plan)): ToolDefinition = ToolDefinition(
                    name: \(SwiftSource.literal(plan.name)),
                    title: \(SwiftSource.literal(plan.title)),
                    toolset: \(SwiftSource.literal(plan.toolset)),
                    action: \(action),
                    shape: \(shape),
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
        let reference = argument.reference.map { ", reference: .\($0.rawValue)" } ?? ""
        return "Argument(name: \(SwiftSource.literal(argument.name)), destination: \(destination)\(value)\(reference))"
    }
}
