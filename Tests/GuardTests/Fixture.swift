import Configuration
import Directory
import Guard
import HTTP
import JSON
import QuoAPI
import Store
import Synchronization
import TestSupport
import Testing

/// An API that answers every write with what it is told, and every read with what the test says is there.
final class RecordingTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
    /// What a test answers to a read instead; nil where it leaves it to what is shown.
    typealias Reading = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse?

    private let requests = Mutex<[HTTPRequest]>([])
    private let thread = Mutex<[JSONValue]>([])
    private let groupThread = Mutex<[JSONValue]>([])
    private let reading = Mutex<Reading?>(nil)
    private let answer: Answer

    init(
        answer: @escaping Answer = { _ throws(HTTPError) in
            HTTPResponse(status: 202, body: Array(#"{"data":{"id":"AC1","status":"queued"}}"#.utf8))
        }
    ) {
        self.answer = answer
    }

    /// How many writes there were.
    var count: Int { requests.withLock { $0.filter { $0.method != .get }.count } }

    /// The writes, in their order.
    var writes: [HTTPRequest] { requests.withLock { $0.filter { $0.method != .get } } }

    /// The reads, in their order.
    var reads: [HTTPRequest] { requests.withLock { $0.filter { $0.method == .get } } }

    /// What the API lists as messages, newest first.
    func showMessages(_ messages: [JSONValue]) { thread.withLock { $0 = messages } }

    /// What the API lists as messages of threads with several people, newest first.
    func showGroupMessages(_ messages: [JSONValue]) { groupThread.withLock { $0 = messages } }

    /// What happens at every read from now on.
    func whenReading(_ action: @escaping Reading) { reading.withLock { $0 = action } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        guard request.method == .get else { return try await answer(request) }
        let action = reading.withLock { $0 }
        if let response = try await action?(request) { return response }
        let isGroup = request.url.ranges(of: "participants").count > 1
        let isThread = request.url.contains("/v1/messages")
        let messages = isThread ? isGroup ? groupThread.withLock { $0 } : thread.withLock { $0 } : []
        let page: JSONValue = ["data": .array(messages), "totalItems": 0, "nextPageToken": nil]
        return HTTPResponse(status: 200, body: page.bytes())
    }
}

/// Clocks that a test moves.
final class TestClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var now: ContinuousClock.Instant { start + offset.withLock { $0 } }
    /// Noon in Ohio on a Wednesday, and what was advanced since.
    var time: Int64 { 1_781_107_200_000 + Int64(offset.withLock { $0 } / .milliseconds(1)) }
    func advance(by duration: Duration) { offset.withLock { $0 += duration } }
}

/// The lines that a guard wrote.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}

/// A guard over a recording transport and a real state folder.
struct Fixture {
    let transport: RecordingTransport
    let clock: TestClock
    let gatekeeper: Guard
    let store: Store
    let workspace: WorkspaceID
    let folder: TemporaryFolder
    let log = Log()

    init(
        _ transport: RecordingTransport = RecordingTransport(), policy: Policy = Policy(),
        clock: TestClock = TestClock(),
        folder: TemporaryFolder? = nil, process: ProcessIdentity = .current, key: String = "key",
        notice: String? = nil, waiting: any Clock<Duration> = ContinuousClock(), pacer: any Pacer = NoPacing()
    ) throws {
        self.transport = transport
        self.clock = clock
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        store = Store(folder: try StateFolder(path: folder.path), process: process)
        workspace = try WorkspaceID(key: key, domain: "test")
        let connection = Connection(
            transport: transport, credential: try Credential(key: key), pacer: pacer,
            options: ConnectionOptions(userAgent: "tests"))
        var surroundings = Guard.Surroundings(
            workspace: workspace, policy: policy, store: store, notice: notice, record: { [log] in log.append($0) })
        surroundings.now = { clock.now }
        surroundings.time = { clock.time }
        let reader = Reader(connection)
        let directory = Directory(
            reader: reader, store: store, workspace: workspace, time: { clock.time }, clock: waiting)
        gatekeeper = Guard(
            writer: Writer(connection), reader: reader, directory: directory, surroundings: surroundings)
    }

    /// Asks for an effect and returns the form and the ticket.
    func ask(_ effect: Effect) async throws -> (form: ApprovalForm, ticket: String) {
        let outcome = try await gatekeeper.perform(effect, consent: .none(canAsk: true))
        guard case .approvalNeeded(let form, let ticket) = outcome else { throw Unexpected(outcome: outcome) }
        clock.advance(by: .seconds(5))
        return (form, ticket)
    }

    /// Asks for an effect and approves it as a person would.
    func approve(_ effect: Effect) async throws -> Outcome {
        let (form, ticket) = try await ask(effect)
        let answer = ApprovalAnswer.accepted(choice: form.approval, confirmation: form.confirmation)
        return try await gatekeeper.perform(effect, consent: .answered(answer, ticket: ticket))
    }

    /// Approves what waits, as a person in a terminal would; returns how many those were.
    @discardableResult func approveInTerminal() async throws -> Int {
        let waiting = try await store.pendingEffects(in: workspace, now: clock.time)
        for record in waiting {
            _ = try await store.grant(
                record.id, approver: "tester", method: "terminal", expiresAt: clock.time + 300_000, now: clock.time)
        }
        return waiting.count
    }

    /// Changes the state from outside, as another process or a failing disk may in the middle of a call.
    func change(_ statement: String) throws {
        let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"
        guard try ChildProcess(["python3", "-c", python, "\(folder.path)/state.sqlite3", statement]).wait() else {
            throw Unchanged(statement: statement)
        }
    }

    struct Unexpected: Error { let outcome: Outcome }
    struct Unchanged: Error { let statement: String }
}

extension Policy {
    /// Texts to Ohio go without a person, unless a rule wants one.
    static func unattended() throws -> Policy {
        var policy = Policy()
        policy.profile = .unattended
        policy.recipients.allow = [try #require(NumberPattern("+1614"))]
        return policy
    }
}

extension Effect {
    /// A text message, or another effect of the same request.
    static func message(
        _ text: String = "Hello", to recipients: [String] = ["+16145550123"], risk: Risk = .send, again: Bool = false
    ) -> Effect {
        var effect = Effect(
            tool: "send_message", risk: risk, operation: .sendMessage,
            arguments: OperationArguments(
                body: ["content": .string(text), "from": "PN1", "to": .array(recipients.map { .string($0) })]),
            question: "Send this text message?", approval: "Send it", refusal: "Do not send",
            facts: [Effect.Fact("To", recipients.joined(separator: ", ")), Effect.Fact("Text", text)])
        if risk == .send {
            effect.outreach = Effect.Outreach(
                lineID: "PN1", lineNumber: "+16145550100", recipients: recipients, text: text,
                ownNumbers: ["+16145550100"])
        }
        effect.allowsDuplicate = again
        return effect
    }
}

extension Outcome {
    var rule: Refusal.Rule? {
        if case .refused(let refusal) = self { refusal.rule } else { nil }
    }

    var isPerformed: Bool {
        if case .performed = self { true } else { false }
    }

    var isRepeated: Bool {
        if case .repeated = self { true } else { false }
    }
}
