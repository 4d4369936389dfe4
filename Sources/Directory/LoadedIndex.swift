import JSON
import Store

/// The search index of this process, and how much of the store's it holds.
struct LoadedIndex {
    var index = SearchIndex()
    var epoch: Int64?
    var revision: Int64 = 0
    /// The loading that is under way.
    var loading: Task<Void, any Error>?
}

extension Directory {
    /// Brings the search index to where the store's is.
    func loadIndex() async throws -> SearchIndex {
        while let loading = contacts.loading { try await loading.value }
        let task = Task {
            // Before whoever waits can look.
            defer { contacts.loading = nil }
            try await loadChanges()
        }
        contacts.loading = task
        try await task.value
        return contacts.index
    }

    private func loadChanges() async throws {
        let head = try await store.contactIndex(of: workspace, now: time())
        guard let head else {
            contacts.index = SearchIndex()
            (contacts.epoch, contacts.revision) = (nil, 0)
            return
        }
        if contacts.epoch != head.epoch || contacts.revision < head.floor || contacts.index.isWasteful {
            contacts.index = SearchIndex()
            (contacts.epoch, contacts.revision) = (head.epoch, 0)
        }
        guard contacts.revision < head.revision else { return }
        let region = await region()
        var (revision, key) = (contacts.revision, Int64.max)
        while true {
            let changes = try await store.contactChanges(of: workspace, after: revision, key: key, limit: 500)
            for change in changes {
                let content = change.content.flatMap { try? JSONValue(parsing: $0) }
                contacts.index.set(change.key, to: content.flatMap { Person($0, region: region) })
            }
            guard changes.count == 500, let last = changes.last else {
                contacts.revision = max(changes.last?.revision ?? revision, head.revision)
                return
            }
            (revision, key) = (last.revision, last.key)
        }
    }

    /// The contact of that number in the store's index; nil where it was removed meanwhile.
    func person(_ key: Int64) async throws -> Person? {
        guard let content = try await store.indexedContact(key, of: workspace) else { return nil }
        return await person(content)
    }

    /// A contact of the store's index.
    func person(_ content: String) async -> Person? {
        guard let value = try? JSONValue(parsing: content) else { return nil }
        return Person(value, region: await region())
    }
}
