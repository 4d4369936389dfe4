import Configuration
import Guard
import HTTP
import JSON
import QuoAPI
import Synchronization

/// An API that answers every request with what it is told, and remembers the requests.
final class RecordingTransport: HTTPTransport {
    private let requests = Mutex<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse

    init(
        answer: @escaping @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse = { _ throws(HTTPError) in
            HTTPResponse(status: 202, body: Array(#"{"data":{"id":"AC1","status":"queued"}}"#.utf8))
        }
    ) {
        self.answer = answer
    }

    var count: Int { requests.withLock { $0.count } }
    var bodies: [String] { requests.withLock { $0.map { String(decoding: $0.body ?? [], as: UTF8.self) } } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        return try await answer(request)
    }
}

/// A clock that a test moves.
final class ManualClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var now: ContinuousClock.Instant { start + offset.withLock { $0 } }
    func advance(by duration: Duration) { offset.withLock { $0 += duration } }
}

/// A guard over a recording transport.
struct Fixture {
    let transport: RecordingTransport
    let clock = ManualClock()
    let gatekeeper: Guard

    init(_ transport: RecordingTransport = RecordingTransport()) throws {
        self.transport = transport
        let connection = Connection(
            transport: transport, credential: try Credential(key: "key"), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "tests"))
        gatekeeper = Guard(writer: Writer(connection), now: { [clock] in clock.now }, record: { _ in })
    }

    /// Asks for an effect and returns the form and the ticket.
    func ask(_ effect: Effect) async throws -> (form: ApprovalForm, ticket: String) {
        guard
            case .approvalNeeded(let form, let ticket) = try await gatekeeper.perform(
                effect, consent: .none(canAsk: true))
        else { throw Unexpected() }
        return (form, ticket)
    }

    struct Unexpected: Error {}
}

extension Effect {
    /// A text message, or another effect of the same shape.
    static func message(_ text: String = "Hello", risk: Risk = .send) -> Effect {
        Effect(
            tool: "send_message", risk: risk, operation: .sendMessage,
            arguments: OperationArguments(body: ["content": .string(text), "from": "PN1", "to": ["+15555550123"]]),
            question: "Send this text message?", approval: "Send it", refusal: "Do not send",
            facts: [Effect.Fact("To", "+15555550123"), Effect.Fact("Text", text)])
    }
}

extension Outcome {
    var rule: Refusal.Rule? {
        if case .refused(let refusal) = self { refusal.rule } else { nil }
    }

    var isPerformed: Bool {
        if case .performed = self { true } else { false }
    }
}
