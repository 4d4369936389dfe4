import HTTP
import Sandbox
import TestSupport
import Testing

@testable import quo_mcp

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A home folder with everything that `quo-mcp doctor` looks at, removed with its object.
final class Surroundings: Sendable {
    static let key = "key-that-must-not-show"

    let home: String

    init() throws {
        var template = Array("/tmp/quo-mcp-home-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        home = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? ChildProcess(["rm", "-rf", home]).wait() }

    /// The folder of the state; it is not made.
    var state: String { "\(home)/.local/state/quo-mcp" }

    /// Writes a file below the home folder, and the folders above it; returns its path.
    @discardableResult func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        let path = "\(home)/\(name)"
        var folder = home
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o700)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        fchmod(descriptor, mode)
        let bytes = Array(text.utf8)
        #if canImport(Darwin)
            try #require(Darwin.write(descriptor, bytes, bytes.count) == bytes.count)
        #else
            try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        #endif
        return path
    }

    /// What there is below the home folder, with sizes, modes and times.
    func listing() throws -> [String] {
        let find = try ChildProcess(["find", home, "-printf", "%P %s %m %T@\n"])
        var lines: [String] = []
        while let line = find.readLine() { lines.append(line) }
        try #require(find.wait())
        return lines.sorted()
    }

    /// An examination of this home, with the API at an address.
    func examination(
        at address: String = "http://127.0.0.1:1", key: String? = Surroundings.key, variables: [String: String] = [:],
        workingFolder: String? = nil, timeout: Duration = .seconds(20), now: Int64 = 1_800_000_000_000
    ) -> Examination {
        var connection = ["QUO_BASE_URL": address]
        connection["QUO_API_KEY"] = key
        return Examination(
            environment: variables.merging(["HOME": home]) { $1 }.merging(connection) { $1 }, connection: connection,
            isSandbox: false, configurationFile: nil, transport: CurlTransport(), timeout: timeout,
            executable: "\(home)/bin/quo-mcp", workingFolder: workingFolder ?? home,
            surroundings: ["HOME": home, "PATH": "/usr/bin:/bin"], now: { now })
    }
}

extension Examination {
    /// What every check finds.
    func findings() async -> [Finding] {
        var all: [Finding] = []
        for check in Examination.checks { all += await check(self) }
        return all
    }
}

extension [Finding] {
    /// The finding of a check.
    subscript(check: String) -> Finding? { first { $0.check == check } }
}
