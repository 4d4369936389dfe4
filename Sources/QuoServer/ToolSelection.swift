package import Configuration
import QuoAPI

/// The tools that the owner chose, in the catalog's order; fixed for the process.
package struct ToolSelection: Sendable {
    /// The toolset that is offered where none is chosen.
    static let standard = "core"
    /// The word for all toolsets.
    static let everything = "all"
    /// The toolset that is there with Maton's gateway only.
    static let gateway = "maton"

    /// The tools that can be called.
    package let tools: [ToolDefinition]
    /// The names of those that were chosen and left out, because the owner's limit is lower.
    package let overLimit: [String]
    private let isReadOnly: Bool

    /// Chooses by toolset and by name; what is excluded never is among them, and neither is what is beyond the limit.
    ///
    /// - Parameters:
    ///   - policy: What the owner chose.
    ///   - hasGateway: Whether the API is reached through Maton.
    package init(_ policy: Policy, hasGateway: Bool = false) {
        let chosen = policy.toolsets.isEmpty ? [Self.standard] : policy.toolsets
        let found = ToolDefinition.all.filter { tool in
            (hasGateway || tool.toolset != Self.gateway) && !policy.excludedTools.contains(tool.name)
                && (hasGateway || policy.api == .v1 ? tool.operation?.version != .dated : true)
                && (chosen.contains(Self.everything) || chosen.contains(tool.toolset) || chosen.contains(tool.name)
                    || policy.tools.contains(tool.name))
        }
        tools = Array(found.prefix(policy.toolLimit ?? .max))
        overLimit = found.dropFirst(policy.toolLimit ?? .max).map(\.name)
        isReadOnly = policy.isReadOnly
    }

    /// The tools that hosts are told of: what changes something is not where nothing may change.
    package var shown: [ToolDefinition] { isReadOnly ? tools.filter(\.isReading) : tools }

    /// The tool of a name, if it was chosen.
    package func tool(_ name: String) -> ToolDefinition? { tools.first { $0.name == name } }
}
