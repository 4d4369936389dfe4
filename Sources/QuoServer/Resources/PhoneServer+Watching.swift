import Directory
import JSON
package import MCP

extension PhoneServer {
    /// Looks at a resource again and again, seldom enough to leave the API's pace to others, and tells when it is another.
    ///
    /// What is not watched, because it hardly ever changes or is not offered, is none of the caller's faults: nothing is told of it.
    package func watch(_ uri: String, changed: @escaping @Sendable () -> Void) async throws(ProtocolError) {
        guard let address = ResourceAddress(uri), catalog.offers(address), let interval = Self.interval(address.kind)
        else { return }
        var last: String?
        while !Task.isCancelled {
            // A failure tells nothing of the resource; the next look may succeed.
            if let now = try? await fingerprint(of: address) {
                if let last, last != now { changed() }
                last = now
            }
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    /// How often a resource is looked at; nil for those that are not watched.
    private static func interval(_ kind: ResourceAddress.Kind) -> Duration? {
        switch kind {
        case .guard, .events: .seconds(2)
        case .conversations: .seconds(10)
        case .calls: .seconds(15)
        case .workspace, .numbers, .users, .contacts: nil
        }
    }

    /// What differs when a resource has changed; nil where there is none.
    private func fingerprint(of address: ResourceAddress) async throws -> String? {
        let desk = try await desk()
        switch (address.kind, address.id) {
        case (.guard, _): return JSONValue.object(try await desk.answer(.guardStatus, [:])).text()
        case (.events, _): return "\(await desk.workspace.events.latest())"
        case (.conversations, let id?):
            guard let conversation = try await conversations.conversation(id, at: desk) else { return nil }
            let lines = try await desk.directory.lines().filter { $0.id == conversation.lineID }
            let newest = try await desk.history(with: conversation.people, on: lines, limit: 1).entries
            return newest.map { "\($0.id) \($0.record["status"]?.stringValue ?? "")" }.joined(separator: ", ")
        case (.calls, let id?):
            let call: JSONObject = ["id": .string(id), "include": ["summary", "transcript"]]
            return JSONValue.object(try await desk.answer(.getCall, call)).text()
        default: return nil
        }
    }
}
