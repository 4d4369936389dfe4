import JSON
import Store
import TestSupport
import Testing

@testable import quo_mcp

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What `quo-mcp doctor` finds on disk, in real files.
@Suite struct DoctorStateTests {
    private let surroundings: Surroundings
    private let workspace = WorkspaceID(text: "workspace")

    init() throws { surroundings = try Surroundings() }

    /// Makes a store with some lines in its audit, and closes it.
    private func makeStore(_ rules: [String] = ["pending", "timed_out"]) async throws {
        let store = Store(folder: try StateFolder(environment: { ["HOME": surroundings.home][$0] }))
        for (index, rule) in rules.enumerated() {
            var entry = AuditEntry(time: 1_799_999_000_000 + Int64(index), workspace: workspace, event: "asked")
            (entry.client, entry.rule) = ("a-host", rule)
            try await store.appendAudit(entry)
        }
    }

    private func change(_ statement: String) throws {
        let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"
        #expect(try ChildProcess(["python3", "-c", python, "\(surroundings.state)/state.sqlite3", statement]).wait())
    }

    private func found() -> [Finding] {
        let examination = surroundings.examination()
        return examination.stateFolder() + examination.database()
    }

    @Test func `where there is nothing yet, nothing is made`() async throws {
        let before = try surroundings.listing()
        let found = found()
        #expect(found["state-folder"]?.state == .ok && found["database"]?.state == .skipped)
        #expect(try surroundings.listing() == before)
    }

    @Test func `a store that is as it should be is fine, and stays as it is`() async throws {
        try await makeStore()
        let before = try surroundings.listing()
        let found = found()
        #expect(found.filter { $0.check != "forms" }.allSatisfy { $0.state == .ok }, "\(found)")
        #expect(found["audit"]?.seen == "intact, 2 lines")
        #expect(try surroundings.listing() == before)
    }

    @Test func `a line for turns that no process can use is told with the way out`() async throws {
        try await makeStore()
        try surroundings.write("granted p i 0 1", to: ".local/state/quo-mcp/pace-good")
        #expect(found()["pacing"] == nil)
        try surroundings.write("", to: ".local/state/quo-mcp/pace-bad/file")
        let before = try surroundings.listing()
        let finding = try #require(found()["pacing"])
        #expect(finding.state == .warning)
        #expect(finding.seen.contains("~/.local/state/quo-mcp/pace-bad is no file"))
        #expect(finding.remedy?.contains("Remove it") == true)
        #expect(try surroundings.listing() == before)
    }

    @Test func `a store that is in use is read with what its log holds`() async throws {
        let store = Store(folder: try StateFolder(environment: { ["HOME": surroundings.home][$0] }))
        try await store.appendAudit(AuditEntry(time: 1, workspace: workspace, event: "asked"))
        let names = try surroundings.listing().map { $0.prefix { $0 != " " } }
        #expect(names.contains { $0.hasSuffix("-wal") })
        #expect(found()["audit"]?.seen == "intact, 1 line")
        #expect(try surroundings.listing().map { $0.prefix { $0 != " " } } == names)
        try await store.appendAudit(AuditEntry(time: 2, workspace: workspace, event: "asked"))
        #expect(found()["audit"]?.seen == "intact, 2 lines")
    }

    @Test func `a host that never showed a form is told apart`() async throws {
        try await makeStore(["pending", "timed_out", "pending"])
        let forms = try #require(found()["forms"])
        #expect(forms.state == .warning && forms.seen.contains("a-host") && forms.seen.contains("1 never answered"))
    }

    @Test func `a file that is no database fails`() async throws {
        try surroundings.write("this is no database, however long it is", to: ".local/state/quo-mcp/state.sqlite3")
        #expect(found()["database"]?.state == .failed)
    }

    @Test func `a damaged database fails`() async throws {
        try await makeStore(Array(repeating: "pending", count: 300))
        let path = "\(surroundings.state)/state.sqlite3"
        let descriptor = open(path, O_WRONLY)
        let junk = [UInt8](repeating: 0xAA, count: 16_384)
        for page in 4..<8 { #expect(pwrite(descriptor, junk, 4096, off_t(page * 4096)) == 4096) }
        close(descriptor)
        #expect(found()["database"]?.state == .failed, "\(found())")
    }

    @Test func `a database of a newer program fails`() async throws {
        try await makeStore()
        try change("PRAGMA user_version=99")
        #expect(found()["database-version"]?.state == .failed)
    }

    @Test func `an audit that was edited fails`() async throws {
        try await makeStore()
        try change("DROP TRIGGER audit_stays; UPDATE audit SET rule = 'x' WHERE sequence = 1")
        let audit = try #require(found()["audit"])
        #expect(audit.state == .failed && audit.seen == "broken at line 1: edited")
    }

    @Test(arguments: [(mode_t(0o755), Finding.State.warning), (0o700, .ok), (0o500, .failed)])
    func `the mode of the folder is looked at and left as it is`(mode: mode_t, state: Finding.State) async throws {
        // The superuser can write wherever they like.
        if geteuid() == 0, mode == 0o500 { return }
        try await makeStore()
        #expect(chmod(surroundings.state, mode) == 0)
        #expect(found()["state-folder"]?.state == state, "\(found())")
        var status = stat()
        #expect(lstat(surroundings.state, &status) == 0 && status.st_mode & 0o777 == mode)
        chmod(surroundings.state, 0o700)
    }

    @Test func `a named folder in which others can write fails`() async throws {
        try surroundings.write("", to: "shared/file")
        let folder = "\(surroundings.home)/shared"
        chmod(folder, 0o777)
        let examination = surroundings.examination(variables: ["QUO_MCP_STATE": folder])
        #expect(examination.stateFolder()["state-folder"]?.state == .failed)
    }

    @Test func `a database that others can open is a warning`() async throws {
        try await makeStore()
        chmod("\(surroundings.state)/state.sqlite3", 0o644)
        #expect(found()["database"]?.state == .warning)
    }

    #if !canImport(Darwin)
        @Test func `the nearest mount says whether a path is on another machine`() {
            let mounts = Array(
                """
                22 1 0:20 / / rw - ext4 /dev/sda rw
                23 22 0:21 / /home rw shared:1 - nfs4 server:/home rw
                24 23 0:22 / /home/me/local rw - xfs /dev/sdb rw
                """.utf8)
            #expect(Mounts.networkFileSystem(of: "/home/me/state", mounts: mounts) == "nfs4")
            #expect(Mounts.networkFileSystem(of: "/home/me/local/state", mounts: mounts) == nil)
            #expect(Mounts.networkFileSystem(of: "/homes", mounts: mounts) == nil)
        }
    #endif
}
