import FuzzSupport
import JSON
import MCP
import Synchronization

/// Keeps what a session writes.
final class Recorder: LineOutput {
    private let written = Mutex<[JSONValue]>([])

    /// What was written.
    var messages: [JSONValue] { written.withLock { $0 } }

    func send(_ line: [UInt8]) {
        require(!line.contains(0x0A), "a message is one line")
        guard let message = try? JSONValue(parsing: line) else { return require(false, "a message is JSON") }
        written.withLock { $0.append(message) }
    }
}
