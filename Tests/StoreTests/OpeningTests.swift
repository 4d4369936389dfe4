import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct OpeningTests {
    @Test func `nothing is made before the first call`() throws {
        let shelf = try Shelf()
        _ = try shelf.store()
        #expect(access(shelf.file, F_OK) != 0)
    }

    @Test func `folder and files are the owner's alone`() async throws {
        let shelf = try Shelf()
        let path = "\(shelf.path)/a/b"
        let store = Store(folder: try StateFolder(path: path))
        try await store.perform(message(), now: 1)
        #expect(permissions(of: "\(shelf.path)/a") == 0o700)
        #expect(permissions(of: path) == 0o700)
        for name in ["state.sqlite3", "state.sqlite3-wal", "state.sqlite3-shm"] {
            #expect(permissions(of: "\(path)/\(name)") == 0o600)
            unlink("\(path)/\(name)")
        }
        rmdir(path)
        rmdir("\(shelf.path)/a")
    }

    @Test func `a database that others could read is closed to them`() async throws {
        let shelf = try Shelf()
        _ = try shelf.folder.write("", to: "state.sqlite3", mode: 0o644)
        try await shelf.store().open()
        #expect(permissions(of: shelf.file) == 0o600)
    }

    @Test func `a database that is a symbolic link is refused`() async throws {
        let shelf = try Shelf()
        let target = try shelf.folder.write("", to: "elsewhere")
        symlink(target, shelf.file)
        await refuses(try shelf.store()) { if case .unsafe(shelf.file, _) = $0 { true } else { false } }
        #expect(contents(of: target).isEmpty)
    }

    @Test func `a dangling link is refused, and nothing made where it leads`() async throws {
        let shelf = try Shelf()
        symlink("\(shelf.path)/nowhere", shelf.file)
        await refuses(try shelf.store()) { if case .unsafe = $0 { true } else { false } }
        #expect(access("\(shelf.path)/nowhere", F_OK) != 0)
    }

    @Test func `a database with a second name is refused`() async throws {
        let shelf = try Shelf()
        let target = try shelf.folder.write("", to: "elsewhere")
        link(target, shelf.file)
        await refuses(try shelf.store()) { if case .unsafe = $0 { true } else { false } }
    }

    @Test func `a folder that is a symbolic link is refused`() async throws {
        let shelf = try Shelf()
        let path = "\(shelf.path)/link"
        symlink(shelf.path, path)
        await refuses(Store(folder: try StateFolder(path: path))) {
            if case .unsafe(path, _) = $0 { true } else { false }
        }
    }

    @Test func `a named folder that others can write in is refused and left as it is`() async throws {
        let shelf = try Shelf()
        chmod(shelf.path, 0o777)
        await refuses(try shelf.store()) { error in
            if case .unsafe(shelf.path, let reason) = error { reason.contains("chmod go-w") } else { false }
        }
        #expect(permissions(of: shelf.path) == 0o777)
    }

    @Test func `the platform's folder is closed to others`() async throws {
        let shelf = try Shelf()
        let folder = try StateFolder { $0 == "HOME" || $0 == "XDG_STATE_HOME" ? shelf.path : nil }
        let parts = folder.path.dropFirst(shelf.path.count + 1).split(separator: "/")
        var paths: [String] = []
        for part in parts { paths.append("\(paths.last ?? shelf.path)/\(part)") }
        for path in paths { mkdir(path, 0o755) }
        defer {
            for name in ["state.sqlite3", "state.sqlite3-wal", "state.sqlite3-shm"] { unlink("\(folder.path)/\(name)") }
            for path in paths.reversed() { rmdir(path) }
        }
        try await Store(folder: folder).open()
        #expect(permissions(of: folder.path) == 0o700)
    }

    @Test(.enabled(if: geteuid() == 0)) func `a folder of another user is refused`() async throws {
        let shelf = try Shelf()
        chown(shelf.path, 65534, 65534)
        await refuses(try shelf.store()) { if case .unsafe = $0 { true } else { false } }
    }

    @Test(.enabled(if: geteuid() == 0)) func `a database of another user is refused`() async throws {
        let shelf = try Shelf()
        chown(try shelf.folder.write("", to: "state.sqlite3"), 65534, 65534)
        await refuses(try shelf.store()) { if case .unsafe = $0 { true } else { false } }
    }

    /// Nothing is forbidden to root.
    @Test(.enabled(if: geteuid() != 0)) func `a folder that cannot be written is said to be`() async throws {
        let shelf = try Shelf()
        chmod(shelf.path, 0o500)
        defer { chmod(shelf.path, 0o700) }
        await refuses(try shelf.store()) { if case .readOnly = $0 { true } else { false } }
        await refuses(Store(folder: try StateFolder(path: "\(shelf.path)/inner"))) {
            if case .readOnly = $0 { true } else { false }
        }
    }

    @Test func `a folder where none can be made is said to be`() async throws {
        let shelf = try Shelf()
        let file = try shelf.folder.write("", to: "file")
        await refuses(Store(folder: try StateFolder(path: "\(file)/inner"))) {
            if case .noFolder = $0 { true } else { false }
        }
    }

    @Test func `a store works once the cause is gone`() async throws {
        let shelf = try Shelf()
        chmod(shelf.path, 0o777)
        let store = try shelf.store()
        await refuses(store) { if case .unsafe = $0 { true } else { false } }
        chmod(shelf.path, 0o700)
        try await store.open()
    }

    @Test func `a database that was moved away is made anew`() async throws {
        let shelf = try Shelf()
        let (first, second) = (try shelf.store(), try shelf.store())
        try await first.perform(message(), now: 1)
        try await second.perform(message("d2"), now: 1)
        for suffix in ["", "-wal", "-shm"] { unlink(shelf.file + suffix) }
        try await first.perform(message("d3"), now: 2)
        #expect(try await second.recentEffect(digest: "d3", in: workspace, since: 0) != nil)
        #expect(try await second.recentEffect(digest: "d1", in: workspace, since: 0) == nil)
    }

    private func refuses(
        _ store: Store, location: SourceLocation = #_sourceLocation, _ isExpected: (StoreError) -> Bool
    ) async {
        do throws(StoreError) {
            try await store.open()
            Issue.record("It was opened.", sourceLocation: location)
        } catch {
            #expect(isExpected(error), "\(error)", sourceLocation: location)
        }
    }
}

@Suite struct StateFolderTests {
    @Test func `the user's folder comes first, then the platform's`() throws {
        let variables = ["QUO_MCP_STATE": "/named", "XDG_STATE_HOME": "/state", "HOME": "/home/me"]
        #expect(try StateFolder { variables[$0] }.path == "/named")
        #if canImport(Darwin)
            #expect(
                try StateFolder { $0 == "HOME" ? "/Users/me" : nil }.path
                    == "/Users/me/Library/Application Support/quo-mcp")
        #else
            #expect(try StateFolder { $0 == "QUO_MCP_STATE" ? "" : variables[$0] }.path == "/state/quo-mcp")
            #expect(try StateFolder { $0 == "HOME" ? "/home/me" : nil }.path == "/home/me/.local/state/quo-mcp")
            #expect(
                try StateFolder { $0 == "HOME" ? "/home/me" : $0 == "XDG_STATE_HOME" ? "rel" : nil }.path
                    == "/home/me/.local/state/quo-mcp")
        #endif
    }

    @Test func `a path that depends on where one stands is refused`() {
        #expect(throws: StoreError.self) { try StateFolder { $0 == "QUO_MCP_STATE" ? "state" : nil } }
        #expect(throws: StoreError.self) { try StateFolder { _ in nil } }
    }

    @Test func `a workspace's name tells its key and its domain apart and hides the key`() throws {
        let name = try WorkspaceID(key: "secret", domain: "https://api.example.com")
        #expect(name.text.utf8.count == 32)
        #expect(try name == WorkspaceID(key: "secret", domain: "https://api.example.com"))
        #expect(try name != WorkspaceID(key: "secret", domain: "https://other.example.com"))
        #expect(try name != WorkspaceID(key: "secret2", domain: "https://api.example.com"))
    }
}
