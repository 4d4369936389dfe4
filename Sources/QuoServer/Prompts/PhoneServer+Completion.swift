import Directory
import Guard
import JSON
package import MCP
import PhoneNumbers

extension PhoneServer {
    /// Completes from what is known already: at most one request, and no reading of all contacts is waited for.
    ///
    /// Nothing is told that the owner's choice of tools does not let be read. A failure completes to nothing, because clients ask
    /// with each key that is typed.
    package func complete(_ request: CompletionRequest) async throws(ProtocolError) -> Completion {
        guard let desk = try? await desk() else { return Completion([]) }
        let names = CompletionSource(desk: desk, catalog: catalog, conversations: conversations)
        switch request.reference {
        case .resourceTemplate(let template):
            guard request.argument == "id",
                let kind = ResourceAddress.Kind.allCases.first(where: { ResourceAddress.template($0) == template })
            else { return Completion([]) }
            return await names.ids(kind, request.value)
        case .prompt:
            switch PhonePrompt.Subject(rawValue: request.argument) {
            case .inbox: return await names.inboxes(request.value)
            case .person: return await names.people(request.value)
            case .contact: return await names.contacts(request.value)
            case .since: return names.days(request.value)
            case .about, .call, nil: return Completion([])
            }
        }
    }
}

/// What arguments can be completed to.
struct CompletionSource {
    /// A value, and what else it can be found by.
    private typealias Candidate = (value: String, words: String)

    let desk: Desk
    let catalog: ResourceCatalog
    let conversations: KnownConversations

    // MARK: Values

    /// The names of the own numbers.
    func inboxes(_ typed: String) async -> Completion {
        Self.completion(await lines().map { ($0.name.cleaned.onOneLine, "\($0.name) \($0.number)") }, typed)
    }

    /// The names of people: contacts, and those who wrote or called lately.
    func people(_ typed: String) async -> Completion {
        let recent = await recentPeople().map { ($0.name ?? $0.number, $0.number) }
        let contacts = await matches(typed).map { ($0.name.cleaned.onOneLine, typed) }
        return Self.completion(recent + contacts, typed)
    }

    /// The names of contacts.
    func contacts(_ typed: String) async -> Completion {
        guard catalog.offers(.contacts, isSingle: true) else { return Completion([]) }
        let recent = await recentPeople().compactMap { person in person.name.map { ($0, person.number) } }
        return Self.completion(recent + (await matches(typed).map { ($0.name.cleaned.onOneLine, typed) }), typed)
    }

    /// The last seven days.
    func days(_ typed: String) -> Completion {
        let days = (0..<7).map { String(desk.clock.stamp(desk.clock.startOfDay(desk.now, addingDays: -$0)).prefix(10)) }
        return Self.completion(days.map { ($0, $0) }, typed)
    }

    /// The ids of a kind of records, found by themselves or by the name.
    func ids(_ kind: ResourceAddress.Kind, _ typed: String) async -> Completion {
        switch kind {
        case .numbers: return Self.completion(await lines().map { ($0.id, "\($0.name) \($0.number)") }, typed)
        case .users:
            guard catalog.offers(.users, isSingle: true), let members = try? await desk.directory.members() else {
                break
            }
            return Self.completion(members.map { ($0.id, "\($0.name) \($0.email)") }, typed)
        case .contacts: return Self.completion(await matches(typed).map { ($0.id, typed) }, typed)
        case .conversations:
            let recent = await recentConversations()
            let names = await names(of: recent)
            return Self.completion(recent.map { ($0.id, $0.title(names)) }, typed)
        case .workspace, .guard, .events, .calls: break
        }
        return Completion([])
    }

    // MARK: Sources

    private func lines() async -> [Line] {
        guard catalog.offers(.numbers, isSingle: false) else { return [] }
        return (try? await desk.directory.lines()) ?? []
    }

    private func matches(_ typed: String) async -> [Person] {
        guard catalog.offers(.contacts, isSingle: true) else { return [] }
        // No waiting: what is there is searched, and what is missing is read meanwhile.
        let found = try? await desk.directory.find(typed, limit: Completion.maximumValues + 1, within: .zero)
        return found?.matches.map(\.person) ?? []
    }

    private func recentConversations() async -> [KnownConversation] {
        guard catalog.offers(.conversations, isSingle: true) else { return [] }
        return (try? await conversations.recent(at: desk, mayBeOld: true)) ?? []
    }

    /// Those who wrote or called lately, newest first, with their names as far as they are known.
    private func recentPeople() async -> [(number: String, name: String?)] {
        let own = Set(((try? await desk.directory.lines()) ?? []).map(\.number))
        let recent = await recentConversations().filter { $0.people.count == 1 && own.isDisjoint(with: $0.people) }
        let names = await names(of: recent)
        return recent.flatMap(\.people).map { ($0, names[$0]?.cleaned.onOneLine) }
    }

    private func names(of conversations: [KnownConversation]) async -> [String: String] {
        await desk.directory.names(of: Array(Set(conversations.flatMap(\.people))))
    }

    // MARK: Ranking

    /// The candidates that fit what was typed, those that begin with it first, each once.
    private static func completion(_ candidates: [Candidate], _ typed: String) -> Completion {
        let wanted = folded(typed)
        var seen: Set<String> = []
        var first: [String] = []
        var others: [String] = []
        for candidate in candidates where !candidate.value.isEmpty {
            let value = folded(candidate.value)
            let isFitting = wanted.isEmpty || value.contains(wanted) || folded(candidate.words).contains(wanted)
            guard isFitting, seen.insert(candidate.value).inserted else { continue }
            if value.hasPrefix(wanted) { first.append(candidate.value) } else { others.append(candidate.value) }
        }
        let values = first + others
        let isCut = values.count > Completion.maximumValues
        return Completion(
            Array(values.prefix(Completion.maximumValues)), total: isCut ? nil : values.count, hasMore: isCut)
    }
}
