import Directory
import Guard
import JSON
import QuoAPI
import Synchronization

/// A conversation with whom it is, which never changes.
struct KnownConversation: Sendable {
    let id: String
    /// The own number that it is on.
    let lineID: String
    /// The others' numbers.
    let people: [String]
    /// When something last happened in it, as the API writes times.
    let lastActivity: String?
    /// What it was named in the app, if anything.
    private let name: String?

    /// Reads a conversation as the API describes it; nil where it has no id, line or people.
    init?(_ record: JSONValue) {
        let people = (record["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard let id = record["id"]?.stringValue, let lineID = record["phoneNumberId"]?.stringValue, !people.isEmpty
        else { return nil }
        self.id = id
        self.lineID = lineID
        self.people = people
        lastActivity = record["lastActivityAt"]?.stringValue
        name = record["name"]?.stringValue.flatMap { $0.isEmpty ? nil : $0.cleaned.onOneLine }
    }

    /// What a person would call it: its name, or those of the people as far as they are known.
    func title(_ names: [String: String]) -> String {
        name ?? people.map { names[$0]?.cleaned.onOneLine ?? $0 }.joined(separator: ", ")
    }
}

/// The conversations that were seen: the API gives none by its id.
final class KnownConversations: Sendable {
    /// The most conversations that are listed.
    static let recentCount = 50
    /// The most pages that are looked through for one id.
    private static let searchedPages = 10
    /// For how long the recent ones are good enough to complete names by, in milliseconds.
    private static let freshness: Int64 = 60_000

    private struct State {
        var byID: [String: KnownConversation] = [:]
        var recent: (conversations: [KnownConversation], at: Int64)?
    }

    private let state = Mutex(State())

    /// The latest conversations, newest first; read anew unless they may be a minute old.
    func recent(at desk: Desk, mayBeOld: Bool = false) async throws -> [KnownConversation] {
        if mayBeOld, let recent = state.withLock({ $0.recent }), desk.now - recent.at < Self.freshness {
            return recent.conversations
        }
        let lines = try await desk.directory.lines()
        let page = try await desk.conversations(on: lines, since: nil, from: PageCursor(), limit: 100)
        // The API has no order that could be relied on within a page.
        let known = page.records.compactMap { KnownConversation($0) }.sorted {
            ($0.lastActivity ?? "", $0.id) > ($1.lastActivity ?? "", $1.id)
        }
        let recent = Array(known.prefix(Self.recentCount))
        state.withLock { state in
            for conversation in known { state.byID[conversation.id] = conversation }
            state.recent = (recent, desk.now)
        }
        return recent
    }

    /// The conversation of an id; nil where none of the latest thousand has it.
    func conversation(_ id: String, at desk: Desk) async throws -> KnownConversation? {
        if let known = state.withLock({ $0.byID[id] }) { return known }
        let lines = try await desk.directory.lines()
        var cursor: PageCursor? = PageCursor()
        for _ in 0..<Self.searchedPages {
            guard let place = cursor else { break }
            let page = try await desk.conversations(on: lines, since: nil, from: place, limit: 100)
            let known = page.records.compactMap { KnownConversation($0) }
            state.withLock { state in
                for conversation in known { state.byID[conversation.id] = conversation }
            }
            if let found = known.first(where: { $0.id == id }) { return found }
            cursor = page.next
        }
        return nil
    }
}
