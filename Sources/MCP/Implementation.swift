import JSON

/// The name and version by which a client or a server introduces itself.
///
/// What a client says here is a courtesy for logs and wording; nothing about security may rest on it.
public struct Implementation: Sendable, Hashable {
    /// The identifier, such as `example-server`.
    public var name: String
    /// The name for people; told to revisions of June 2025 and later.
    public var title: String?
    /// The version of the program.
    public var version: String

    /// Makes an introduction.
    public init(name: String, title: String? = nil, version: String) {
        self.name = name
        self.title = title
        self.version = version
    }

    /// Reads an introduction; nil where it has no name or no version.
    init?(_ json: JSONValue?) {
        guard let name = json?["name"]?.stringValue, let version = json?["version"]?.stringValue else { return nil }
        self.init(name: name, title: json?["title"]?.stringValue, version: version)
    }

    /// The introduction in the words of a revision.
    func json(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        if let title, revision >= .june2025 { object["title"] = .string(title) }
        object["version"] = .string(version)
        return .object(object)
    }
}
