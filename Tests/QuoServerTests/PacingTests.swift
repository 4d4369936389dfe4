import QuoAPI
import Store
import Synchronization
import TestSupport
import Testing

@testable import QuoServer

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct PacingTests {
    private let workspace = WorkspaceID(text: "workspace")

    @Test func `a line that cannot be used is told of once, and requests go on at the pace of one process`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/pace-\(workspace.text)"
        #expect(mkdir(path, 0o700) == 0)
        defer { rmdir(path) }
        let lines = Mutex<[String]>([])
        let pacer = StorePacer(
            store: Store(folder: try StateFolder(path: folder.path)), workspace: workspace,
            log: { line in lines.withLock { $0.append(line) } })
        for _ in 0..<3 { try await pacer.grant() }
        let told = lines.withLock { $0 }
        #expect(told.count == 1)
        #expect(told.first?.contains(path) == true)
    }
}
