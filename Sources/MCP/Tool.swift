public import JSON

/// A tool as `tools/list` shows it.
///
/// The definition is in the vocabulary of the latest revision; older ones are shown only what they know.
public struct Tool: Sendable, Hashable {
    /// `name`, `title`, `description`, `inputSchema`, `outputSchema`, `annotations`, in the order to be written.
    public let definition: JSONObject

    /// Wraps a definition, which is taken as it stands.
    public init(definition: JSONObject) {
        self.definition = definition
    }

    /// The name by which the tool is called; empty where the definition has none.
    public var name: String { definition["name"]?.stringValue ?? "" }

    /// The definition without what a revision does not know.
    func definition(for revision: ProtocolRevision) -> JSONObject {
        switch revision {
        case .november2024: definition.without(["annotations", "title", "outputSchema", "_meta", "icons"])
        case .march2025: definition.without(["title", "outputSchema", "_meta", "icons"])
        case .june2025: definition.without(["icons"])
        case .november2025, .july2026: definition
        }
    }
}
