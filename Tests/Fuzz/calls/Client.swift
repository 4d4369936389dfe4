import Configuration
import FuzzSupport
import JSON
import MCP
import QuoAPI
import QuoServer
import Synchronization

@testable import Store

/// A host that calls tools, each client with a state of its own.
final class Client: Sendable {
    static let key = "qk7LpZ0sWvXtYr3B"

    private final class Lines: LineOutput {
        private let last = Mutex<JSONValue>(.null)
        /// The last message with an id.
        var answer: JSONValue { last.withLock { $0 } }

        func send(_ line: [UInt8]) {
            guard let message = try? JSONValue(parsing: line) else { return require(false, "a message is JSON") }
            if message["id"] != nil { last.withLock { $0 = message } }
        }
    }

    let phone: ScriptedPhone
    private let lines = Lines()
    private let session: Session
    private let connector: WorkspaceConnector

    init(_ phone: ScriptedPhone, isOfFirstVersion: Bool) {
        self.phone = phone
        guard let credential = try? Credential(key: Self.key) else { fatalError("the key is none") }
        var policy = Policy()
        policy.toolsets = ["all"]
        // At any time of day, and answered at once.
        policy.quietHours.isEnabled = false
        policy.approvals.fastDeclineMilliseconds = 0
        if isOfFirstVersion { policy.api = .v1 }
        // Its own, because what a client began may go on for a moment beside the next.
        let folder = Folder()
        folder.writeState(template)
        connector = WorkspaceConnector(
            .transport(phone, credential, .standard), policy: policy,
            state: { () throws(StoreError) in try StateFolder(path: folder.path) }, log: { _ in })
        session = Session(handler: PhoneServer(connector), output: lines)
    }

    /// Calls a tool and returns its result, or the error instead of it.
    func call(_ name: String, _ arguments: JSONObject, _ approval: Approval? = nil) async -> JSONValue {
        var parameters: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
        parameters["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": ["elicitation": [:]],
        ]
        if let approval {
            parameters["inputResponses"] = ["approval": approval.response]
            parameters["requestState"] = approval.requestState
        }
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": .object(parameters),
        ]
        session.receive(line: request.bytes())
        await session.waitUntilAnswered()
        return lines.answer["result"] ?? lines.answer
    }

    /// Lets what goes on beside the calls end.
    func end() async {
        session.inputStopped()
        await connector.drain(limit: .seconds(1))
    }
}

/// What a person answers who approves what a form shows.
struct Approval: Sendable {
    let response: JSONValue
    let requestState: JSONValue

    /// Reads the form of an answer; nil where it has none.
    init?(of answer: JSONValue) {
        guard let form = answer["inputRequests"]?["approval"]?["params"],
            let choices = form["requestedSchema"]?["properties"]?["decision"]?["enum"]?.arrayValue, choices.count > 1
        else { return nil }
        var content: JSONObject = ["decision": choices[1]]
        if let message = form["message"]?.stringValue, let place = message.firstRange(of: "type this number: ") {
            content["confirmation"] = .string(String(message[place.upperBound...].prefix(4)))
        }
        response = ["action": "accept", "content": .object(content)]
        requestState = answer["requestState"] ?? .null
    }
}

/// An empty state, so that not every client makes its own.
private let template: [UInt8] = {
    let folder = Folder()
    do {
        // What closes the file puts all of it into its place.
        _ = try Database(folder: StateFolder(path: folder.path), busyTimeout: 0, migrations: Schema.migrations)
    } catch { fatalError("the state cannot be made: \(error)") }
    return folder.readState()
}()
