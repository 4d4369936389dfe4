import Foundation
import PackagePlugin

/// Turns schemas/*.json into Swift before the target that uses it is compiled.
@main struct GenerateContract: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let products = ["QuoAPI": "operations", "QuoServer": "tools"]
        guard let product = products[target.name] else {
            throw GenerateContractError(description: "nothing is generated for \(target.name)")
        }
        let schemas = context.package.directoryURL.appending(path: "schemas")
        let inputs = ["tools.json", "quo-v1.openapi.json", "quo-2026-03-30.openapi.json"].map {
            schemas.appending(path: $0)
        }
        let output = context.pluginWorkDirectoryURL.appending(path: "\(product).swift")
        return [
            .buildCommand(
                displayName: "Generating the \(product) of \(target.name)",
                executable: try context.tool(named: "tool-generator").url,
                arguments: [product] + ([output] + inputs).map { $0.path(percentEncoded: false) },
                inputFiles: inputs, outputFiles: [output])
        ]
    }
}

/// Why the plugin cannot serve a target.
struct GenerateContractError: Error, CustomStringConvertible {
    let description: String
}
