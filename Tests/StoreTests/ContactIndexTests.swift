import Testing

@testable import Store

@Suite struct ContactIndexTests {
    private let day: Int64 = 86_400_000

    private func contact(_ id: String, _ name: String = "Name", numbers: [String] = []) -> IndexedContact {
        IndexedContact(id: id, name: name, numbers: numbers, content: "{\"id\":\"\(id)\",\"name\":\"\(name)\"}")
    }

    /// Reads contacts as one page.
    private func sync(
        _ store: Store, _ contacts: [IndexedContact], in place: WorkspaceID = workspace, at now: Int64
    ) async throws {
        let claim = try #require(try await store.begin(place, expiresAt: now + 100, now: now))
        #expect(
            try await store.writeContactPage(contacts, of: place, sync: claim, askedAt: now, expiresAt: now + 100))
        #expect(try await store.finishContactSync(claim, of: place, now: now))
    }

    @Test func `a database of the first shape gets the index and keeps what it has`() async throws {
        let shelf = try Shelf()
        do {
            let database = try shelf.database(migrations: [Schema.migrations[0]])
            try database.run("INSERT INTO opt_out (workspace, number, time) VALUES ('', '\(alice)', 1)")
        }
        let store = try shelf.store()
        #expect(try await store.optOuts(in: nil).map(\.number) == [alice])
        #expect(try await store.contactIndex(of: workspace, now: 1) == nil)
    }

    @Test func `a contact is found by key, id and number`() async throws {
        let store = try Shelf().store()
        try await sync(
            store, [contact("c1", "Ana", numbers: [alice]), contact("c2", "Bo", numbers: [alice, bob])], at: 1)
        let change = try #require(try await store.contactChanges(of: workspace, after: 0, limit: 10).first)
        #expect(change.content == contact("c1", "Ana").content)
        #expect(try await store.indexedContact(change.key, of: workspace) == change.content)
        #expect(try await store.indexedContact(change.key, of: elsewhere) == nil)
        #expect(try await store.indexedContact(id: "c2", of: workspace) == contact("c2", "Bo").content)
        #expect(try await store.indexedContact(id: "c2", of: elsewhere) == nil)
        #expect(try await store.indexedContacts(number: bob, of: workspace) == [contact("c2", "Bo").content])
        #expect(try await store.contactNames(of: alice, in: workspace) == ["Ana", "Bo"])
        #expect(try await store.contactNames(of: alice, in: elsewhere) == [])
        let names = try await store.contactNames(of: [alice, bob, "+12025550103"], in: workspace)
        #expect(names == [alice: ["Ana", "Bo"], bob: ["Bo"]])
    }

    @Test func `what a complete reading did not see is gone`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1", numbers: [alice]), contact("c2", numbers: [bob])], at: 1)
        try await sync(store, [contact("c2", numbers: [bob])], at: 2)
        let head = try #require(try await store.contactIndex(of: workspace, now: 3))
        #expect(head.count == 1)
        #expect(head.completedAt == 2)
        #expect(head.isSyncing == false)
        #expect(try await store.contactNames(of: alice, in: workspace) == [])
        #expect(try await store.indexedContact(id: "c1", of: workspace) == nil)
    }

    @Test func `a reading that was given up leaves what there was`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1"), contact("c2")], at: 1)
        let claim = try #require(try await store.begin(workspace, expiresAt: 100, now: 2))
        #expect(
            try await store.writeContactPage([contact("c1")], of: workspace, sync: claim, askedAt: 2, expiresAt: 100))
        #expect(try await store.contactIndex(of: workspace, now: 3)?.isSyncing == true)
        try await store.abandonContactSync(claim, of: workspace)
        let head = try #require(try await store.contactIndex(of: workspace, now: 3))
        #expect(head.count == 2)
        #expect(head.completedAt == 1)
        #expect(head.isSyncing == false)
        #expect(try await !store.finishContactSync(claim, of: workspace, now: 4))
    }

    @Test func `one process reads at a time, until its claim expires`() async throws {
        let shelf = try Shelf()
        let (one, two) = (try shelf.store(), try shelf.store())
        let first = try #require(try await one.begin(workspace, expiresAt: 100, now: 0))
        #expect(try await two.begin(workspace, expiresAt: 150, now: 50) == nil)
        #expect(try await two.begin(elsewhere, expiresAt: 150, now: 50) != nil)
        #expect(try await one.writeContactPage([], of: workspace, sync: first, askedAt: 60, expiresAt: 160))
        #expect(try await two.begin(workspace, expiresAt: 250, now: 159) == nil)
        let second = try #require(try await two.begin(workspace, expiresAt: 260, now: 160))
        #expect(
            try await !one.writeContactPage([contact("c1")], of: workspace, sync: first, askedAt: 170, expiresAt: 300))
        #expect(try await !one.finishContactSync(first, of: workspace, now: 180))
        try await one.abandonContactSync(first, of: workspace)
        #expect(try await two.finishContactSync(second, of: workspace, now: 190))
        #expect(try await two.contactIndex(of: workspace, now: 191)?.count == 0)
    }

    @Test func `a reading that another process completed meanwhile is not repeated`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1")], at: 5)
        #expect(try await store.beginContactSync(of: workspace, after: nil, expiresAt: 100, now: 6) == nil)
        #expect(try await store.beginContactSync(of: workspace, after: 5, expiresAt: 100, now: 6) != nil)
    }

    @Test func `only what changed is a change, removals too`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1"), contact("c2"), contact("c3")], at: 1)
        let first = try #require(try await store.contactIndex(of: workspace, now: 1))
        try await sync(store, [contact("c1"), contact("c2"), contact("c3")], at: 2)
        #expect(try await store.contactIndex(of: workspace, now: 2)?.revision == first.revision)
        try await sync(store, [contact("c1"), contact("c2", "Other")], at: 3)
        let changes = try await store.contactChanges(of: workspace, after: first.revision, limit: 10)
        #expect(changes.map(\.content) == [contact("c2", "Other").content, nil])
        let second = try #require(try await store.contactIndex(of: workspace, now: 3))
        #expect(second.floor <= first.revision)
        #expect(changes.last?.revision == second.revision)
        // Two completions later nobody lists the removal any more, and who does not know it is told so.
        try await sync(store, [contact("c1")], at: 4)
        let third = try #require(try await store.contactIndex(of: workspace, now: 4))
        #expect(third.floor == second.revision)
        #expect(try await store.contactChanges(of: workspace, after: first.revision, limit: 10).count == 1)
    }

    @Test func `changes come in pieces without gaps`() async throws {
        let store = try Shelf().store()
        try await sync(store, (1...7).map { contact("c\($0)") }, at: 1)
        try await store.noteContact(contact("c2", "Other"), of: workspace, now: 2)
        var (revision, key) = (Int64(0), Int64.max)
        var contents: [String?] = []
        while let piece = try? await store.contactChanges(of: workspace, after: revision, key: key, limit: 2),
            let last = piece.last
        {
            contents += piece.map(\.content)
            (revision, key) = (last.revision, last.key)
        }
        #expect(contents == [1, 3, 4, 5, 6, 7].map { contact("c\($0)").content } + [contact("c2", "Other").content])
    }

    @Test func `what was noted outlives pages that were asked for before, and the reading`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1", numbers: [alice]), contact("c2", numbers: [bob])], at: 1)
        let claim = try #require(try await store.begin(workspace, expiresAt: 100, now: 10))
        try await store.noteContact(contact("c1", "New"), of: workspace, now: 12)
        try await store.noteContact(contact("c3", "Made"), of: workspace, now: 12)
        try await store.noteContactRemoval("c2", of: workspace, now: 12)
        let page = [contact("c1", numbers: [alice]), contact("c2", numbers: [bob])]
        #expect(try await store.writeContactPage(page, of: workspace, sync: claim, askedAt: 11, expiresAt: 100))
        #expect(try await store.finishContactSync(claim, of: workspace, now: 13))
        #expect(try await store.indexedContact(id: "c1", of: workspace) == contact("c1", "New").content)
        #expect(try await store.indexedContact(id: "c2", of: workspace) == nil)
        #expect(try await store.indexedContact(id: "c3", of: workspace) == contact("c3", "Made").content)
        #expect(try await store.contactNames(of: bob, in: workspace) == [])
        #expect(try await store.contactNames(of: alice, in: workspace) == [])
        try await sync(store, page, at: 14)
        #expect(try await store.indexedContact(id: "c2", of: workspace) == contact("c2").content)
        #expect(try await store.contactNames(of: alice, in: workspace) == ["Name"])
    }

    @Test func `an index goes with its key, and when nobody used it for 30 days`() async throws {
        let store = try Shelf().store()
        try await sync(store, [contact("c1", numbers: [alice])], at: 0)
        try await sync(store, [contact("c1", numbers: [alice])], in: elsewhere, at: 0)
        let epoch = try await store.contactIndex(of: workspace, now: 1)?.epoch
        try await store.forgetContacts(of: workspace)
        #expect(try await store.contactIndex(of: workspace, now: 1) == nil)
        #expect(try await store.contactNames(of: alice, in: workspace) == [])
        #expect(try await store.contactNames(of: alice, in: elsewhere) == ["Name"])
        try await sync(store, [], at: 1)
        #expect(try await store.contactIndex(of: workspace, now: 1)?.epoch != epoch)
        // A look is a use.
        _ = try await store.contactIndex(of: elsewhere, now: 20 * day)
        try await sync(store, [], at: 49 * day)
        #expect(try await store.contactNames(of: alice, in: elsewhere) == ["Name"])
        try await sync(store, [], at: 51 * day)
        #expect(try await store.contactNames(of: alice, in: elsewhere) == [])
        #expect(try await store.contactIndex(of: elsewhere, now: 51 * day) == nil)
    }
}

extension Store {
    /// Claims a reading as one who knows of the last completion.
    fileprivate func begin(_ place: WorkspaceID, expiresAt: Int64, now: Int64) throws(StoreError) -> ContactSync? {
        let completedAt = try contactIndex(of: place, now: now)?.completedAt
        return try beginContactSync(of: place, after: completedAt, expiresAt: expiresAt, now: now)
    }
}
