import Configuration
import JSON
import MCP
import QuoServer
import Store
import Synchronization
import TestSupport

/// A client of the revision of 2026-07-28, speaking lines to a session as a host would.
final class Client: Sendable {
    private final class Lines: LineOutput {
        private struct State {
            var received: [Int64: JSONValue] = [:]
            var waiting: [Int64: CheckedContinuation<JSONValue, Never>] = [:]
        }
        private let state = Mutex(State())
        /// What was said in this session, in both directions.
        let transcript = SessionTranscript("phone")

        func send(_ line: [UInt8]) {
            transcript.record(line, isIncoming: false)
            guard let message = try? JSONValue(parsing: line), let id = message["id"]?.integerValue else { return }
            let waiting = state.withLock { state -> CheckedContinuation<JSONValue, Never>? in
                if let continuation = state.waiting.removeValue(forKey: id) { return continuation }
                state.received[id] = message
                return nil
            }
            waiting?.resume(returning: message)
        }

        func answer(to id: Int64) async -> JSONValue {
            await withCheckedContinuation { continuation in
                let received = state.withLock { state -> JSONValue? in
                    if let message = state.received.removeValue(forKey: id) { return message }
                    state.waiting[id] = continuation
                    return nil
                }
                if let received { continuation.resume(returning: received) }
            }
        }
    }

    private let lines = Lines()
    private let session: Session
    private let folder: TemporaryFolder
    private let lastIdentifier = Atomic<Int64>(0)
    private let showsForms: Bool
    /// The server that the workspace is on, which must not end before.
    private let server: LoopbackServer?

    init(
        _ place: WorkspaceConnector.Place, policy: Policy = .forTests, showsForms: Bool = true,
        folder: TemporaryFolder? = nil, keeping server: LoopbackServer? = nil,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.server = server
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        let connector = WorkspaceConnector(
            place, policy: policy, state: { () throws(StoreError) in try StateFolder(path: folder.path) }, log: log)
        session = Session(handler: PhoneServer(connector), output: lines)
        self.showsForms = showsForms
    }

    /// Sends a request and returns the whole answer.
    func request(_ method: String, _ parameters: JSONObject = [:]) async -> JSONValue {
        let id = lastIdentifier.add(1, ordering: .relaxed).newValue
        var parameters = parameters
        parameters["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": showsForms ? ["elicitation": [:]] : [:],
        ]
        let message: JSONValue = [
            "jsonrpc": "2.0", "id": .number(JSONNumber(id)), "method": .string(method), "params": .object(parameters),
        ]
        lines.transcript.record(message.bytes(), isIncoming: true)
        session.receive(line: message.bytes())
        return await lines.answer(to: id)
    }

    /// Calls a tool and returns its result as it came, which may be a question.
    func call(_ tool: String, _ arguments: JSONObject = [:]) async -> JSONValue {
        await request("tools/call", ["name": .string(tool), "arguments": .object(arguments)])["result"] ?? .null
    }

    /// Calls a tool, answers the form that it shows with the choice at that place, and returns the result.
    func call(_ tool: String, _ arguments: JSONObject = [:], choosing place: Int) async -> JSONValue {
        let question = await call(tool, arguments)
        guard let choice = question.choices[safe: place] else { return question }
        var content: JSONObject = ["decision": choice]
        if let number = question.confirmation { content["confirmation"] = .string(number) }
        return await answer(question, tool, arguments, ["action": "accept", "content": .object(content)])
    }

    /// Answers a question.
    func answer(
        _ question: JSONValue, _ tool: String, _ arguments: JSONObject, _ response: JSONValue
    ) async -> JSONValue {
        let answer = await request(
            "tools/call",
            [
                "name": .string(tool), "arguments": .object(arguments), "inputResponses": ["approval": response],
                "requestState": question["requestState"] ?? .null,
            ])
        return answer["result"] ?? answer
    }
}

extension JSONValue {
    /// The text of a tool's result.
    var resultText: String { self["content"]?[0]?["text"]?.stringValue ?? "" }
    /// The structured content of a tool's result.
    var structure: JSONValue { self["structuredContent"] ?? .null }
    /// The message of the form in a question.
    var form: String { self["inputRequests"]?["approval"]?["params"]?["message"]?.stringValue ?? "" }
    /// The number that the form wants typed, where it does.
    var confirmation: String? {
        form.firstRange(of: "type this number: ").map { String(form[$0.upperBound...].prefix(4)) }
    }
    /// The choices of the form in a question.
    var choices: [JSONValue] {
        self["inputRequests"]?["approval"]?["params"]?["requestedSchema"]?["properties"]?["decision"]?["enum"]?
            .arrayValue
            ?? []
    }
}

extension Policy {
    /// All tools and otherwise the defaults, at any time of day, because tests run at any.
    static var forTests: Policy {
        var policy = Policy()
        policy.toolsets = ["all"]
        policy.quietHours.isEnabled = false
        // A test answers at once, as no person does.
        policy.approvals.fastDeclineMilliseconds = 0
        policy.toolsets = ["all"]
        return policy
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
