/// A published revision of the Model Context Protocol.
///
/// The four of 2024 and 2025 are *legacy*: a connection is opened by `initialize` and keeps what was agreed there. The
/// revision of 2026 is *modern*: every request says its revision and its client's capabilities in its own `_meta`.
public enum ProtocolRevision: String, Sendable, Hashable, CaseIterable, Comparable {
    /// The first revision.
    case november2024 = "2024-11-05"
    /// Adds tool annotations, audio, messages of progress, and batches.
    case march2025 = "2025-03-26"
    /// Adds titles, structured results, resource links and elicitation; removes batches.
    case june2025 = "2025-06-18"
    /// Adds icons and modes of elicitation.
    case november2025 = "2025-11-25"
    /// Stateless: no `initialize`; questions to the person travel in results.
    case july2026 = "2026-07-28"

    /// Whether requests of this revision carry their own envelope.
    public var isModern: Bool { self >= .july2026 }

    /// The revisions that `server/discover` names.
    static let modern: [ProtocolRevision] = allCases.filter(\.isModern)

    /// The revision that answers a bare `initialize`: the one asked for where it is legacy, else the latest legacy one.
    static func negotiated(for requested: String?) -> ProtocolRevision {
        guard let revision = requested.flatMap(ProtocolRevision.init), !revision.isModern else { return .november2025 }
        return revision
    }

    /// Whether this revision is the older one; its name is its date.
    public static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool {
        left.rawValue < right.rawValue
    }
}
