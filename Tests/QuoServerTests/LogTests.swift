import Configuration
import JSON
import MCP
import QuoServer
import Synchronization
import Testing

@testable import quo_mcp

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct LogTests {
    /// Keeps lines.
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var all: [String] { kept.withLock { $0 } }
        func append(_ line: String) { kept.withLock { $0.append(line) } }
    }

    /// What is logged of some calls at a level, without the time they took.
    private func lines(at level: String?, _ calls: [(String, JSONObject)], metadata: JSONObject = [:]) async throws
        -> [String]
    {
        let lines = Lines()
        let log = Log(level: level) { lines.append($0) }
        let host = try await Host(report: { log.write($0) })
        for (tool, arguments) in calls {
            let parameters: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
            _ = await host.request("tools/call", parameters, metadata: metadata)
        }
        return lines.all
    }

    private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test func `a call is one line with its trace, and says nothing of what is in it`() async throws {
        let said = try await lines(
            at: "info", [("read_thread", ["with": ["+1 614 555 0177"]]), ("no_such\ntool", [:])],
            metadata: ["traceparent": .string("00-\(trace)-00f067aa0ba902b7-01")])
        #expect(said.count == 2)
        let pattern = try Regex("^info #[0-9]+ (read_thread answered|unknown invalid) [0-9]+ ms trace=\(trace)$")
        #expect(said.allSatisfy { $0.wholeMatch(of: pattern) != nil }, "\(said)")
    }

    @Test(arguments: ["00-\("x\n")-1-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "", "A-B-C-D"])
    func `what is no trace is not logged`(traceparent: String) async throws {
        let said = try await lines(at: "info", [("whoami", [:])], metadata: ["traceparent": .string(traceparent)])
        #expect(said.count == 1 && !said[0].contains("trace") && !said[0].contains("\n"), "\(said)")
    }

    @Test func `debug masks numbers and texts`() async throws {
        let said = try await lines(
            at: "debug",
            [("send_message", ["from": "Main Line", "to": "+16145550177", "text": "The code is 2047", "odd\nname": 1])])
        #expect(said.count == 1)
        #expect(
            said[0].hasPrefix("debug ") && said[0].contains("to=••77") && said[0].contains("text=a text of 16"),
            "\(said)")
        // The number of the call is none of theirs.
        let told = said[0].split(separator: " ").dropFirst(2).joined(separator: " ")
        for secret in ["555", "2047", "Main", "odd"] { #expect(!told.contains(secret), "\(said)") }
    }

    @Test func `only what went wrong is logged unless more is asked for`() async throws {
        #expect(try await lines(at: nil, [("whoami", [:])]).isEmpty)
        let failed = try await lines(at: nil, [("get_call", ["id": "ACnone"])])
        #expect(
            failed.count == 1 && failed[0].hasPrefix("warning #") && failed[0].contains("get_call failed"), "\(failed)")
        #expect(try await lines(at: "error", [("get_call", ["id": "ACnone"])]).isEmpty)
    }

    @Test func `what a change comes to is told apart`() async throws {
        let said = try await lines(
            at: "info", [("send_message", ["from": "Main Line", "to": "+16145550177", "text": "Hello"])])
        #expect(said.count == 1 && said[0].contains("send_message asked"), "\(said)")
    }

    @Test func `a level that is none is said once, and is the default`() {
        let lines = Lines()
        let log = Log(level: "loud") { lines.append($0) }
        #expect(lines.all.count == 1 && lines.all[0].contains("QUO_LOG must be one of error, warning, info, debug"))
        log.write("nothing", at: .info)
        log.write("something", at: .warning)
        #expect(lines.all.count == 2 && lines.all[1] == "warning something")
        for word in [nil, "", "${QUO_LOG}", "WARNING"] {
            let quiet = Lines()
            _ = Log(level: word) { quiet.append($0) }
            #expect(quiet.all.isEmpty)
        }
    }

    @Test func `lines that nobody reads are left out, counted, and told of when there is room`() throws {
        let ends = try #require(descriptors())
        defer { ends.forEach { close($0) } }
        let output = LogOutput(descriptor: ends[1])
        for number in 0..<100 { output.write("\(number) " + String(repeating: "é", count: 4_000)) }
        let first = lines(in: ends[0])
        #expect((2..<100).contains(first.count))
        #expect(first.allSatisfy { $0.utf8.count < 4_096 && $0.hasSuffix("…") && $0.hasPrefix("quo-mcp: ") })
        output.write("there again")
        #expect(
            lines(in: ends[0]) == [
                "quo-mcp: warning \(100 - first.count) lines are missing here: nobody read the log",
                "quo-mcp: there again",
            ])
    }

    /// Both ends of a pipe.
    private func descriptors() -> [Int32]? {
        var ends: [Int32] = [0, 0]
        return pipe(&ends) == 0 ? ends : nil
    }

    /// The lines that are in a pipe now.
    private func lines(in descriptor: Int32) -> [String] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&source, 1, 0) == 1 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `every variable that the help names is known to the policy`() throws {
        let names = Set(help.matches(of: /QUO_[A-Z_]+/).map { String($0.output) })
        #expect(names.contains("QUO_LOG") && names.count > 8)
        for name in names {
            #expect(throws: Never.self, "\(name)") { try Policy.load(environment: [name: ""]) }
        }
    }
}
