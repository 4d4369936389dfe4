import JSON
import MCP
import Synchronization
import TestSupport

/// Keeps what a session sends, and lets a test wait for the next message.
final class Recorder: LineOutput {
    private struct State {
        var lines: [[UInt8]] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    /// What was said in the session that this records, in both directions; nil where there is no session.
    private let transcript: SessionTranscript?

    init(keeping transcript: SessionTranscript? = nil) { self.transcript = transcript }

    func send(_ line: [UInt8]) {
        transcript?.record(line, isIncoming: false)
        let waiter = state.withLock { state in
            state.lines.append(line)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// The messages that no test has taken yet.
    var untaken: [JSONValue] {
        state.withLock(\.lines).map { (try? JSONValue(parsing: $0)) ?? "not JSON" }
    }

    /// The oldest message that was not taken; waits for one.
    func next() async throws -> JSONValue {
        while true {
            let line: [UInt8]? = state.withLock { state in
                state.lines.isEmpty ? nil : state.lines.removeFirst()
            }
            if let line { return try JSONValue(parsing: line) }
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isThere = state.withLock { state in
                        if state.lines.isEmpty { state.waiter = continuation }
                        return !state.lines.isEmpty
                    }
                    if isThere { continuation.resume() }
                    if Task.isCancelled { stopWaiting() }
                }
            } onCancel: {
                stopWaiting()
            }
        }
    }

    /// Lets a test that has run out of time end.
    private func stopWaiting() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
