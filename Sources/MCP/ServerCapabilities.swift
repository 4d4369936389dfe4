import JSON

/// What a server offers beside tools, which every server has.
///
/// `initialize` and `server/discover` advertise exactly these, and the methods of the others are not found.
public struct ServerCapabilities: OptionSet, Sendable, Hashable {
    /// The set as bits, which mean nothing outside this process.
    public let rawValue: Int

    /// Makes a set of such bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The server has resources.
    public static let resources = ServerCapabilities(rawValue: 1 << 0)
    /// A client may ask to be told of changes to a resource; goes with ``resources``.
    public static let resourceSubscriptions = ServerCapabilities(rawValue: 1 << 1)
    /// The server has prompts.
    public static let prompts = ServerCapabilities(rawValue: 1 << 2)
    /// The server completes arguments of prompts and variables of resource templates.
    public static let completions = ServerCapabilities(rawValue: 1 << 3)
    /// The server sends log messages.
    public static let logging = ServerCapabilities(rawValue: 1 << 4)
    /// The server tells of changes to the list of tools.
    public static let toolListChanges = ServerCapabilities(rawValue: 1 << 5)
    /// The server tells of changes to the list of prompts; goes with ``prompts``.
    public static let promptListChanges = ServerCapabilities(rawValue: 1 << 6)
    /// The server tells of changes to the list of resources; goes with ``resources``.
    public static let resourceListChanges = ServerCapabilities(rawValue: 1 << 7)

    static let listChanges: ServerCapabilities = [.toolListChanges, .promptListChanges, .resourceListChanges]

    /// The capabilities in the words of a revision; the first one completed arguments without saying so.
    func json(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["tools": features([("listChanged", .toolListChanges)])]
        if contains(.resources) {
            object["resources"] = features([
                ("subscribe", .resourceSubscriptions), ("listChanged", .resourceListChanges),
            ])
        }
        if contains(.prompts) { object["prompts"] = features([("listChanged", .promptListChanges)]) }
        if contains(.completions), revision >= .march2025 { object["completions"] = [:] }
        if contains(.logging) { object["logging"] = [:] }
        return .object(object)
    }

    private func features(_ features: [(name: String, capability: ServerCapabilities)]) -> JSONValue {
        var object = JSONObject()
        for feature in features where contains(feature.capability) { object[feature.name] = true }
        return .object(object)
    }
}

/// A list of which a server can say that it has changed.
public enum ListKind: String, Sendable, Hashable, CaseIterable {
    /// The tools.
    case tools
    /// The prompts.
    case prompts
    /// The resources and their templates.
    case resources

    /// The notification of a change.
    var notification: String { "notifications/\(rawValue)/list_changed" }

    /// The member of a listen request's filter that asks for it.
    var filter: String { "\(rawValue)ListChanged" }

    /// What a server declares that tells of it.
    var capability: ServerCapabilities {
        switch self {
        case .tools: .toolListChanges
        case .prompts: .promptListChanges
        case .resources: .resourceListChanges
        }
    }
}
