import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A folder of its own for one test, and stores on it.
struct Shelf {
    let folder: TemporaryFolder
    var path: String { folder.path }
    var file: String { "\(path)/state.sqlite3" }

    init() throws { folder = try TemporaryFolder() }

    func store(_ process: ProcessIdentity = .current, busyTimeout: Int32 = 5000) throws -> Store {
        Store(folder: try StateFolder(path: path), process: process, busyTimeout: busyTimeout)
    }

    /// A connection beside the stores', as a tamperer would have one.
    func database(migrations: [String] = Schema.migrations, busyTimeout: Int32 = 5000) throws -> Database {
        try Database(folder: try StateFolder(path: path), busyTimeout: busyTimeout, migrations: migrations)
    }
}

let workspace = WorkspaceID(text: "w1")
let elsewhere = WorkspaceID(text: "w2")
let alice = "+12025550101"
let bob = "+12025550102"

func message(
    _ digest: String = "d1", to recipients: [String] = [alice], in place: WorkspaceID = workspace,
    segments: Int = 1, cents: Int = 1, textDigest: String? = nil
) -> EffectProposal {
    EffectProposal(
        workspace: place, digest: digest, tool: "send_message", kind: .message, risk: "send", client: "tests",
        lineID: "PN1", recipients: recipients, textDigest: textDigest, segments: segments, cents: cents,
        facts: "{\"text\":\"facts-in-clear\"}", request: "{\"body\":\"request-in-clear\"}", rule: "approval")
}

extension Admission {
    var record: EffectRecord? { if case .admitted(let record) = self { record } else { nil } }
    var excess: BudgetExcess? { if case .exceeded(let excess) = self { excess } else { nil } }
}

extension EffectChange {
    var record: EffectRecord? { if case .changed(let record) = self { record } else { nil } }
}

extension Store {
    /// Reserves without budgets or a look at duplicates.
    func reserve(_ proposal: EffectProposal, now: Int64) throws(StoreError) -> Admission {
        try reserve(proposal, limits: [], duplicatesSince: nil, now: now)
    }

    /// Enters a message as done.
    @discardableResult func perform(_ proposal: EffectProposal, now: Int64) throws(StoreError) -> EffectRecord {
        let admission = try reserve(proposal, now: now)
        guard let id = admission.record?.id else { throw .failed("not admitted: \(admission)") }
        let change = try finish(id, as: .done, outcome: EffectOutcome(id: "AC\(proposal.digest)"), now: now)
        guard let record = change.record else { throw .failed("not finished") }
        return record
    }
}

/// The bits of a file that say who may do what.
func permissions(of path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt32(status.st_mode) & 0o777 : 0
}

/// The whole file; only after every connection of this process to it is closed, for closing the file drops their locks.
func contents(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    return bytes
}

/// Replaces what is in a file.
func overwrite(_ path: String, with bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_TRUNC)
    defer { close(descriptor) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
}
