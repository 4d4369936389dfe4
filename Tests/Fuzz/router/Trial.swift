import FuzzSupport
import JSON
import MCP

/// An input is what a client writes.
///
/// Each request is answered once with its id or, where it was withdrawn or stays open, not at
/// all; nothing else is answered; and the server still answers afterwards.
@main enum Trial {
    static func main() {
        fuzz { bytes in
            let recorder = Recorder()
            let session = Session(handler: Server(), output: recorder, elicitationLimit: .milliseconds(2))
            var expectation = Expectation()
            var input = Input(bytes)
            while !input.isAtEnd {
                let line = input.line()
                expectation.note(line)
                session.receive(line: line)
            }
            let ping: JSONValue = ["jsonrpc": "2.0", "id": .string(Expectation.pingID), "method": "ping"]
            session.receive(line: ping.bytes())
            // A ping is answered at once; of the requests before it only subscriptions do not end by themselves.
            wait { await session.waitUntilAnswered() }
            session.inputStopped()
            expectation.check(recorder.messages)
        }
    }
}
