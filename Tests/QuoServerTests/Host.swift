import Configuration
import JSON
import MCP
import QuoAPI
import QuoServer
import Sandbox
import Store
import Synchronization
import TestSupport

/// A host of one generation of the protocol, connected to a server over a sandbox, that hears notifications too.
final class Host: Sendable {
    /// The two ways in which hosts speak.
    enum Generation: String, CaseIterable, Sendable {
        /// With `initialize`, as in 2025.
        case legacy
        /// With an envelope in each request, as from 2026 on.
        case modern
    }

    private final class Inbox: LineOutput {
        private struct State {
            var answers: [Int64: JSONValue] = [:]
            var waitingForAnswer: [Int64: CheckedContinuation<JSONValue, Never>] = [:]
            var notifications: [JSONValue] = []
            var waitingForNotification: CheckedContinuation<JSONValue, Never>?
        }
        private let state = Mutex(State())
        /// What was said in this session, in both directions.
        let transcript = SessionTranscript("host")

        func send(_ line: [UInt8]) {
            transcript.record(line, isIncoming: false)
            guard let message = try? JSONValue(parsing: line) else { return }
            let waiting = state.withLock { state -> CheckedContinuation<JSONValue, Never>? in
                if message["method"] != nil {
                    if let waiting = state.waitingForNotification.take() { return waiting }
                    state.notifications.append(message)
                } else if let id = message["id"]?.integerValue {
                    if let waiting = state.waitingForAnswer.removeValue(forKey: id) { return waiting }
                    state.answers[id] = message
                }
                return nil
            }
            waiting?.resume(returning: message)
        }

        func answer(to id: Int64) async -> JSONValue {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> JSONValue? in
                    if let answer = state.answers.removeValue(forKey: id) { return answer }
                    state.waitingForAnswer[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        }

        func notification() async -> JSONValue {
            await withCheckedContinuation { continuation in
                let notification = state.withLock { state -> JSONValue? in
                    if !state.notifications.isEmpty { return state.notifications.removeFirst() }
                    state.waitingForNotification = continuation
                    return nil
                }
                if let notification { continuation.resume(returning: notification) }
            }
        }
    }

    let sandbox = SandboxTransport()
    let clock = ManualClock()
    private let inbox = Inbox()
    private let session: Session
    private let folder: TemporaryFolder
    private let generation: Generation
    private let showsForms: Bool
    private let lastIdentifier = Atomic<Int64>(0)

    init(
        _ generation: Generation = .modern, policy: Policy = .forTests, showsForms: Bool = true,
        report: @escaping @Sendable (CallReport) -> Void = { _ in }
    ) async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        self.generation = generation
        self.showsForms = showsForms
        let connector = WorkspaceConnector(
            .transport(sandbox, try Credential(key: "key"), .standard), policy: policy,
            state: { () throws(StoreError) in try StateFolder(path: folder.path) }, log: { _ in })
        session = Session(handler: PhoneServer(connector, clock: clock, report: report), output: inbox)
        if generation == .legacy {
            _ = await request(
                "initialize",
                [
                    "protocolVersion": "2025-11-25", "capabilities": [:],
                    "clientInfo": ["name": "test", "version": "0"],
                ])
            notify("notifications/initialized")
        }
    }

    /// Sends a request and returns the whole answer.
    func request(_ method: String, _ parameters: JSONObject = [:], metadata: JSONObject = [:]) async -> JSONValue {
        await inbox.answer(to: send(method, parameters, metadata: metadata))
    }

    /// Sends a request without waiting; returns its id.
    @discardableResult
    func send(_ method: String, _ parameters: JSONObject = [:], metadata: JSONObject = [:]) -> Int64 {
        let id = lastIdentifier.add(1, ordering: .relaxed).newValue
        var parameters = parameters
        var envelope = metadata
        if generation == .modern {
            envelope["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
            envelope["io.modelcontextprotocol/clientCapabilities"] = showsForms ? ["elicitation": [:]] : [:]
        }
        if !envelope.isEmpty { parameters["_meta"] = .object(envelope) }
        let message: JSONValue = [
            "jsonrpc": "2.0", "id": .number(JSONNumber(id)), "method": .string(method), "params": .object(parameters),
        ]
        receive(message)
        return id
    }

    private func notify(_ method: String) {
        receive(["jsonrpc": "2.0", "method": .string(method)])
    }

    private func receive(_ message: JSONValue) {
        inbox.transcript.record(message.bytes(), isIncoming: true)
        session.receive(line: message.bytes())
    }

    /// The oldest notification that was not taken yet; waits for one.
    func notification() async -> JSONValue { await inbox.notification() }

    /// Asks to be told of changes to a resource, as hosts of this generation do.
    func subscribe(to uri: String) async {
        switch generation {
        case .legacy: _ = await request("resources/subscribe", ["uri": .string(uri)])
        case .modern:
            send("subscriptions/listen", ["notifications": ["resourceSubscriptions": [.string(uri)]]])
            _ = await notification()
        }
    }

    /// The text of a resource; nil where it cannot be read.
    func read(_ uri: String) async -> String? {
        await request("resources/read", ["uri": .string(uri)])["result"]?["contents"]?[0]?["text"]?.stringValue
    }

    /// The structured answer of a tool.
    func call(_ tool: String, _ arguments: JSONObject = [:]) async -> JSONValue {
        let answer = await request("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
        return answer["result"]?["structuredContent"] ?? answer
    }

    /// The values to which an argument is completed.
    func complete(_ reference: JSONValue, _ argument: String, _ value: String) async -> [String] {
        let answer = await request(
            "completion/complete",
            ["ref": reference, "argument": ["name": .string(argument), "value": .string(value)]])
        return (answer["result"]?["completion"]?["values"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
