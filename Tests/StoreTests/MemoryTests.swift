import Testing

@testable import Store

@Suite struct MemoryTests {
    @Test func `snapshots are kept, newest first, and pruned by age`() async throws {
        let store = try Shelf().store()
        func save(_ contact: String, _ content: String, _ time: Int64, in place: WorkspaceID = workspace) async throws {
            try await store.saveSnapshot(of: contact, in: place, content: content, reason: "update", time: time)
        }
        try await save("c1", "{\"v\":1}", 10)
        try await save("c1", "{\"v\":2}", 20)
        try await save("c2", "{\"v\":3}", 30)
        try await save("c1", "{\"v\":4}", 40, in: elsewhere)
        let latest = try await store.latestSnapshot(of: "c1", in: workspace)
        #expect(latest?.content == "{\"v\":2}")
        #expect(latest?.reason == "update")
        #expect(latest?.time == 20)
        #expect(try await store.latestSnapshot(of: "c3", in: workspace) == nil)
        #expect(try await store.snapshots(in: workspace, limit: 2).map(\.time) == [30, 20])
        #expect(try await store.snapshots(of: "c1", in: workspace, limit: 10).map(\.time) == [20, 10])
        #expect(try await store.pruneSnapshots(in: workspace, before: 20) == 1)
        #expect(try await store.snapshots(in: workspace, limit: 10).map(\.time) == [30, 20])
    }

    @Test func `an opt-out holds for its workspace or for all`() async throws {
        let store = try Shelf().store()
        let own = OptOut(number: alice, workspace: workspace, note: "asked by phone", time: 1)
        let general = OptOut(number: bob, time: 2)
        try await store.addOptOut(own)
        try await store.addOptOut(general)
        #expect(try await store.optOut(of: alice, in: workspace) == own)
        #expect(try await store.optOut(of: alice, in: elsewhere) == nil)
        #expect(try await store.optOut(of: bob, in: elsewhere) == general)
        #expect(try await store.optOuts(in: elsewhere) == [general])
        #expect(try await store.optOuts(in: nil) == [own, general])
        #expect(try await store.removeOptOut(bob, in: workspace) == false)
        #expect(try await store.removeOptOut(bob, in: nil) == true)
        #expect(try await store.optOut(of: bob, in: workspace) == nil)
        try await store.addOptOut(OptOut(number: alice, workspace: workspace, note: "again", time: 3))
        #expect(try await store.optOuts(in: workspace).map(\.note) == ["again"])
    }

    @Test func `a look is good until it is too old`() async throws {
        let store = try Shelf().store()
        try await store.rememberLook(at: alice, in: workspace, verdict: "clear", time: 100)
        #expect(try await store.look(at: alice, in: workspace, since: 100) == OptOutLook(verdict: "clear", time: 100))
        #expect(try await store.look(at: alice, in: workspace, since: 101) == nil)
        #expect(try await store.look(at: alice, in: elsewhere, since: 0) == nil)
        try await store.rememberLook(at: alice, in: workspace, verdict: "opted-out", time: 200)
        #expect(try await store.look(at: alice, in: workspace, since: 101)?.verdict == "opted-out")
    }

    @Test func `where a value was first seen is remembered`() async throws {
        let store = try Shelf().store()
        try await store.rememberIncoming(["v1", "v2"], in: workspace, source: "a text from Ann", time: 10)
        try await store.rememberIncoming(["v2", "v3"], in: workspace, source: "a voicemail", time: 20)
        #expect(
            try await store.incomingSource(of: "v2", in: workspace)
                == IncomingSource(text: "a text from Ann", time: 10))
        #expect(try await store.incomingSource(of: "v3", in: workspace)?.text == "a voicemail")
        #expect(try await store.incomingSource(of: "v3", in: elsewhere) == nil)
        try await store.forgetMemories(before: 20)
        #expect(try await store.incomingSource(of: "v2", in: workspace) == nil)
        #expect(try await store.incomingSource(of: "v3", in: workspace) != nil)
    }
}
