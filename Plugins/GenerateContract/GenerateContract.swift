import Foundation
import PackagePlugin

/// Turns schemas/*.json, and the documents that are served, into Swift before the target that uses them is compiled.
@main struct GenerateContract: BuildToolPlugin {
    private static let schemas = ["tools.json", "quo-v1.openapi.json", "quo-2026-03-30.openapi.json"].map {
        "schemas/\($0)"
    }
    private static let documents = ["llms.txt", "llms-full.txt"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let products = [
            "QuoAPI": [("operations", Self.schemas)],
            "QuoServer": [("tools", Self.schemas), ("documents", Self.documents)],
        ]
        guard let products = products[target.name] else {
            throw GenerateContractError(description: "nothing is generated for \(target.name)")
        }
        return try products.map { product, files in
            let inputs = files.map { context.package.directoryURL.appending(path: $0) }
            let output = context.pluginWorkDirectoryURL.appending(path: "\(product).swift")
            return .buildCommand(
                displayName: "Generating the \(product) of \(target.name)",
                executable: try context.tool(named: "tool-generator").url,
                arguments: [product] + ([output] + inputs).map { $0.path(percentEncoded: false) },
                inputFiles: inputs, outputFiles: [output])
        }
    }
}

/// Why the plugin cannot serve a target.
struct GenerateContractError: Error, CustomStringConvertible {
    let description: String
}
