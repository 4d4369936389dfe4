import JSON
import Synchronization
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(5)))
struct ProgressTests {
    private func progress(_ revision: ProtocolRevision, token: JSONValue) async throws -> [JSONValue] {
        let conversation = try await Conversation.legacy(revision)
        var message = try await conversation.ask(
            "tools/call", ["name": "progress", "_meta": ["progressToken": token]])
        var reports: [JSONValue] = []
        while message["method"] == "notifications/progress" {
            reports.append(message["params"] ?? .null)
            message = try await conversation.recorder.next()
        }
        #expect(message.firstText == "done")
        // A handler that keeps its context reports into the void.
        conversation.server.contexts.last?.reportProgress(9, total: 9)
        #expect(conversation.recorder.untaken.isEmpty)
        return reports
    }

    @Test(arguments: [JSONValue.string("abc"), 7])
    func `reports rise and carry the token`(token: JSONValue) async throws {
        let reports = try await progress(.march2025, token: token)
        #expect(
            reports == [
                ["progressToken": token, "progress": 1, "total": 3, "message": "begun"],
                ["progressToken": token, "progress": 3, "total": 3],
            ])
    }

    @Test func `the first revision knows no messages of progress`() async throws {
        #expect(try await progress(.november2024, token: 1).first?["message"] == nil)
    }

    @Test(arguments: [JSONValue.null, 1.5, true, []])
    func `without a token nothing is reported`(token: JSONValue) async throws {
        #expect(try await progress(.november2025, token: token).isEmpty)
    }

    @Test func `reports of work without a known end rise and are limited too`() {
        let recorder = Recorder()
        let time = ContinuousClock.now
        let reporter = ProgressReporter(token: 1, revision: .november2025, output: recorder) { time }
        for step in [1, 1, 0.5, 2] { reporter.report(step, total: nil, message: nil) }
        #expect(recorder.untaken.map { $0["params"]?["progress"] } == [1, 2])
        #expect(recorder.untaken.allSatisfy { $0["params"]?["total"] == nil })
        for step in 3...50 { reporter.report(Double(step), total: nil, message: nil) }
        #expect(recorder.untaken.count == 10)
    }

    @Test func `reports are limited in rate, except the last`() {
        let recorder = Recorder()
        let time = Mutex(ContinuousClock.now)
        let reporter = ProgressReporter(token: 1, revision: .november2025, output: recorder) { time.withLock { $0 } }
        for step in 1...50 { reporter.report(Double(step), total: 100, message: nil) }
        #expect(recorder.untaken.count == 10)
        time.withLock { $0 += .milliseconds(200) }
        for step in 51...60 { reporter.report(Double(step), total: 100, message: nil) }
        #expect(recorder.untaken.count == 12)
        reporter.report(100, total: 100, message: nil)
        #expect(recorder.untaken.last?["params"]?["progress"] == 100)
        reporter.report(.infinity, total: nil, message: nil)
        #expect(recorder.untaken.count == 13)
    }
}
