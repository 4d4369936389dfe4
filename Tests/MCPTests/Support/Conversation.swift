import JSON
import TestSupport

@testable import MCP

/// A session with the fixture server, and what a client says in it.
struct Conversation {
    let server = FixtureServer()
    private let transcript: SessionTranscript
    let recorder: Recorder
    let clock = ManualClock()
    let session: Session
    private let ending: Ending
    /// What the client declares in each modern request; nil where it speaks a legacy revision.
    private(set) var envelope: JSONObject?

    init(
        serving handler: (any ServerHandler)? = nil, limits: RequestGate.Limits = RequestGate.Limits(),
        roomAvailable: @escaping @Sendable () -> Void = {}
    ) {
        transcript = SessionTranscript("session")
        recorder = Recorder(keeping: transcript)
        session = Session(
            handler: handler ?? server, output: recorder, elicitationLimit: .seconds(50), clock: clock,
            executor: nil, limits: limits, roomAvailable: roomAvailable)
        ending = Ending(session)
    }

    /// Ends a session with the conversation, so that no call of it waits for ever.
    private final class Ending: Sendable {
        private let session: Session

        init(_ session: Session) { self.session = session }

        deinit { session.inputClosed() }
    }

    /// A conversation with a server in any revision, to be led by ``exchange(_:_:id:)``.
    static func speaking(
        _ revision: ProtocolRevision, to handler: any ServerHandler, capabilities: JSONValue = [:],
        limits: RequestGate.Limits = RequestGate.Limits()
    ) async throws -> Conversation {
        guard !revision.isModern else {
            var conversation = Conversation(serving: handler, limits: limits)
            conversation.envelope = envelope(capabilities: capabilities)
            return conversation
        }
        return try await legacy(revision, capabilities: capabilities, serving: handler, limits: limits)
    }

    /// Sends a request as the revision wants it.
    func begin(_ method: String, _ parameters: JSONObject = [:], id: JSONValue = 1) {
        var parameters = parameters
        if let envelope { parameters["_meta"] = .object(envelope) }
        request(method, .object(parameters), id: id)
    }

    /// Sends a request as the revision wants it, and returns the next message.
    func exchange(_ method: String, _ parameters: JSONObject = [:], id: JSONValue = 1) async throws -> JSONValue {
        begin(method, parameters, id: id)
        return try await recorder.next()
    }

    func notify(_ method: String, _ parameters: JSONValue) {
        say(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// Answers a request of the server.
    func answer(_ question: JSONValue, _ result: JSONValue) {
        say(["jsonrpc": "2.0", "id": question["id"] ?? .null, "result": result])
    }

    /// A conversation in which `initialize` has been answered.
    static func legacy(
        _ revision: ProtocolRevision, capabilities: JSONValue = [:], serving handler: (any ServerHandler)? = nil,
        limits: RequestGate.Limits = RequestGate.Limits()
    ) async throws -> Conversation {
        let conversation = Conversation(serving: handler, limits: limits)
        _ = try await conversation.ask(
            "initialize",
            ["protocolVersion": .string(revision.rawValue), "capabilities": capabilities, "clientInfo": clientInfo])
        return conversation
    }

    static let clientInfo: JSONValue = ["name": "tester", "version": "0"]

    /// A modern envelope.
    static func envelope(capabilities: JSONValue = [:]) -> JSONObject {
        [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": capabilities,
            "io.modelcontextprotocol/clientInfo": clientInfo,
        ]
    }

    /// Gives the session a line as it is.
    func receive(_ line: [UInt8]) {
        transcript.record(line, isIncoming: true)
        session.receive(line: line)
    }

    func say(_ line: String) {
        receive(Array(line.utf8))
    }

    func say(_ message: JSONValue) {
        receive(message.bytes())
    }

    /// Sends a request without waiting.
    func request(_ method: String, _ parameters: JSONValue? = nil, id: JSONValue = 1) {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        message["params"] = parameters
        say(.object(message))
    }

    /// Sends a bare request and returns the next message.
    func ask(_ method: String, _ parameters: JSONValue? = nil, id: JSONValue = 1) async throws -> JSONValue {
        request(method, parameters, id: id)
        return try await recorder.next()
    }

    /// Sends a request with a modern envelope and returns the next message.
    func askModern(
        _ method: String, _ parameters: JSONObject = [:], capabilities: JSONValue = [:], id: JSONValue = 1
    ) async throws -> JSONValue {
        var parameters = parameters
        parameters["_meta"] = .object(Self.envelope(capabilities: capabilities))
        return try await ask(method, .object(parameters), id: id)
    }
}

extension JSONValue {
    /// The code of an error response.
    var errorCode: Int64? { self["error"]?["code"]?.integerValue }

    /// The message of an error response.
    var errorMessage: String { self["error"]?["message"]?.stringValue ?? "" }

    /// The text of the first block of a tool's result.
    var firstText: String? { self["result"]?["content"]?[0]?["text"]?.stringValue }
}
