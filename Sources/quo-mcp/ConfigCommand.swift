import Configuration
import JSON
import PhoneNumbers
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
func showConfiguration(_ view: ConfigurationView, file: String?, isSandbox: Bool) -> Int32 {
    if view == .schema {
        Output.line(ConfigurationSchema.json.text(isPretty: true))
        return 0
    }
    guard let owners = loadPolicy(file: file) else { return 1 }
    let policy = isSandbox ? owners.inSandbox() : owners
    let place = ConfigurationFile(named: file, environment: configurationEnvironment())
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

/// Reads the owner's policy; nil after saying all that is wrong with it.
func loadPolicy(file: String?) -> Policy? {
    do throws(ConfigurationError) {
        return try readPolicy(file: file)
    } catch {
        log(error)
        return nil
    }
}

/// Reads the owner's policy for agents; one that refuses everything, after saying why, where it is wrong.
///
/// - Parameters:
///   - variables: What the command line says in place of environment variables.
///   - offersEverything: Whether every tool is offered that is not excluded. What was chosen is read all the same, because a
///     fault in it counts.
func loadPolicyOrRefusal(
    file: String?, variables: [String: String] = [:], offersEverything: Bool = false
) -> Policy {
    do throws(ConfigurationError) {
        var policy = try readPolicy(file: file, variables: variables)
        if offersEverything { policy.offerEverything() }
        for notice in policy.notices { Output.log(notice) }
        let overLimit = ToolSelection(policy).overLimit
        if !overLimit.isEmpty {
            Output.log("toolLimit leaves out \(overLimit.count) tools: \(overLimit.joined(separator: ", "))")
        }
        return policy
    } catch {
        log(error)
        var policy = Policy.refusingEverything(
            because: error.description, environment: configurationEnvironment().merging(variables) { $1 })
        if offersEverything { policy.offerEverything() }
        return policy
    }
}

extension Policy {
    /// Offers every tool that is not excluded.
    fileprivate mutating func offerEverything() {
        toolsets = ["all"]
        toolLimit = nil
    }
}

func readPolicy(
    file: String?, variables: [String: String] = [:]
) throws(ConfigurationError) -> Policy {
    let environment = configurationEnvironment().merging(variables) { $1 }
    return try Policy.load(file: file, environment: environment, names: .ofTools)
}

private func log(_ error: ConfigurationError) {
    for fault in error.faults { Output.log("\(fault)") }
    Output.log("until this is put right, nothing is sent or changed; reading goes on")
}

/// The variables that the configuration is read from: all whose names are this program's own, and those that say where files are.
func configurationEnvironment() -> [String: String] {
    let locations = ConfigurationFile.locationVariables
    return wholeEnvironment().filter { $0.key.hasPrefix("QUO_") || locations.contains($0.key) }
}

/// Every variable of this program.
func wholeEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
        let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            let (name, value) = (String(parts[0]), String(parts[1]))
            variables[name] = ConfigurationFile.isPath(name) ? expandedPath(value) : value
        }
        entry += 1
    }
    return variables
}

extension KnownNames {
    /// The tools and toolsets of this program, and the zones of this system.
    static var ofTools: KnownNames {
        KnownNames(
            toolsets: ToolDefinition.toolsets.map(\.name), tools: ToolDefinition.all.map(\.name),
            isZone: { (try? ZoneDatabase.system.rules(for: $0)) != nil })
    }
}
