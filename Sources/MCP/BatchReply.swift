import JSON
import Synchronization

/// Collects the answers to the requests of one batch and writes them together.
final class BatchReply: Sendable {
    private let state: Mutex<(outstanding: Int, responses: [JSONValue])>
    private let output: any LineOutput

    /// Makes a reply to that many messages, each of which must ``finish(with:)`` once.
    init(count: Int, output: any LineOutput) {
        state = Mutex((count, []))
        self.output = output
    }

    /// Ends one message, with its answer if it has one; the last writes them all.
    func finish(with response: JSONValue?) {
        let responses: [JSONValue]? = state.withLock { state in
            if let response { state.responses.append(response) }
            state.outstanding -= 1
            return state.outstanding == 0 && !state.responses.isEmpty ? state.responses : nil
        }
        if let responses { output.send(JSONValue.array(responses).bytes()) }
    }
}
