import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The program that was built beside the tests, run as a person would.
struct Program {
    /// A folder of its own, also for its state.
    let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = try #require(Self.besideTests())
    }

    /// What a run came to.
    struct Result {
        let status: Int
        let output: String
        let errors: String
    }

    /// Runs the program to its end, without any setting of whoever runs the tests.
    func run(_ words: String..., environment: [String: String] = [:]) throws -> Result {
        try run(words, environment: environment)
    }

    /// Runs the program with words that a test is given.
    func run(_ words: [String], environment: [String: String] = [:]) throws -> Result {
        var settings = ["HOME": folder.path, "QUO_MCP_STATE": folder.path].merging(environment) { $1 }
            .map { "\($0.key)=\($0.value)" }
        // Where coverage is measured, the run counts.
        if let file = getenv("LLVM_PROFILE_FILE") { settings.append("LLVM_PROFILE_FILE=\(String(cString: file))") }
        let script = #"out="$1" err="$2"; shift 2; env -i "$@" >"$out" 2>"$err" </dev/null; echo $?"#
        let (output, errors) = ("\(folder.path)/stdout", "\(folder.path)/stderr")
        let process = try ChildProcess(["sh", "-c", script, "sh", output, errors] + settings + [path] + words)
        let status = process.readLine().flatMap { Int($0) }
        process.wait()
        return Result(status: try #require(status), output: Self.text(of: output), errors: Self.text(of: errors))
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "rb") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&bytes, 1, bytes.count, file), count > 0 { text += bytes[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The program in the folder of the running tests, or in one above it, where the tests are a bundle.
    private static func besideTests() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        #if canImport(Darwin)
            var folder = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
        #else
            guard readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 else { return nil }
            var folder = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #endif
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            if access("\(folder)/quo-mcp", X_OK) == 0 { return "\(folder)/quo-mcp" }
        }
        return nil
    }
}
