import MCP

/// A document about this server itself, which is served as a resource whatever tools there are: it tells nothing of the workspace.
struct Document: Sendable {
    /// The name of its file.
    let name: String
    /// Its text, in Markdown.
    let text: String

    private static let mimeType = "text/markdown"

    /// Where it is.
    var uri: String { "quo://docs/\(name)" }

    /// The document at a URI; nil where there is none.
    static func at(_ uri: String) -> Document? { all.first { $0.uri == uri } }

    /// How the list of resources shows it: last, for those who look for it.
    var resource: Resource {
        let isWhole = name == "llms-full.txt"
        return Resource(
            uri: uri, name: name, title: isWhole ? "About quo-mcp, in full" : "About quo-mcp",
            description: isWhole
                ? "Every document of this server: settings, guard, tools, operation, privacy, security."
                : "What this server is, its tools, how to work with them, and the rules of its guard.",
            mimeType: Self.mimeType, size: Int64(text.utf8.count),
            annotations: ContentAnnotations(audience: [.user, .assistant], priority: isWhole ? 0.1 : 0.2))
    }

    /// What reading it answers, which is the same as long as the program is.
    var reading: ResourceReading {
        ResourceReading(
            [ResourceContents(uri: uri, mimeType: Self.mimeType, text: text)],
            caching: Caching(lifetime: .seconds(3600), isPublic: true))
    }
}
