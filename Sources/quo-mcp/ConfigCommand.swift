import Configuration
import JSON
import QuoServer

#if canImport(Darwin)
    @preconcurrency import Darwin
#else
    @preconcurrency import Glibc
#endif

/// What `quo-mcp config` prints.
enum ConfigurationView: Equatable {
    /// The effective policy, for a person.
    case listing
    /// The effective policy as JSON.
    case json
    /// The JSON Schema of the file.
    case schema
}

/// Shows the policy that counts, and where each value came from.
///
/// - Returns: The exit status.
func showConfiguration(_ view: ConfigurationView, file: String?) -> Int32 {
    if view == .schema {
        Output.line(ConfigurationSchema.json.text(isPretty: true))
        return 0
    }
    let environment = configurationEnvironment()
    let policy: Policy
    do throws(ConfigurationError) {
        policy = try Policy.load(file: file, environment: environment, names: .ofTools)
    } catch {
        for fault in error.faults { Output.log("\(fault)") }
        Output.log("until this is put right, nothing is sent or changed; reading goes on")
        return 1
    }
    let place = ConfigurationFile(named: file, environment: environment)
    if view == .json {
        var object = policy.json.objectValue ?? [:]
        object["file"] = place.map { .string($0.path) } ?? .null
        Output.line(JSONValue.object(object).text(isPretty: true))
    } else {
        if let place { Output.line("File: \(place.path)\(place.isPresent ? "" : " (there is none)")\n") }
        Output.line(policy.listing)
    }
    return 0
}

/// The variables that the configuration is read from: all whose names are this program's own, and those that say where files are.
func configurationEnvironment() -> [String: String] {
    var names = ConfigurationFile.locationVariables
    var entry = environ
    while let text = entry.pointee {
        let name = String(cString: text).prefix { $0 != "=" }
        if name.hasPrefix("QUO_") { names.append(String(name)) }
        entry += 1
    }
    return environment(names)
}

extension KnownNames {
    /// The tools and toolsets of this program.
    static var ofTools: KnownNames {
        KnownNames(
            toolsets: ToolDefinition.toolsets.map(\.name), tools: ToolDefinition.generated.map(\.name))
    }
}
