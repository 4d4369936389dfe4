import JSON
import Synchronization

/// One client's conversation with a server, apart from how the lines travel.
///
/// Every message is routed by itself: a request with a modern envelope is served statelessly, one without by what the
/// last `initialize` agreed, so a client may probe in one era and go on in the other. What can be answered at once is
/// answered before ``receive(line:)`` returns; the rest runs in tasks, a bounded number at a time.
public final class Session: Sendable {
    /// The longest line that is read, in bytes.
    public static let maximumLineLength = 16 << 20

    /// The most requests in one batch.
    static let maximumBatchLength = 1_000

    let handler: any ServerHandler
    let output: any LineOutput
    let requests: RequestGate
    let clientRequests: ClientRequests
    let subscriptions: Subscriptions
    /// What the last `initialize` agreed, and the least level of log messages since.
    private let legacy = Mutex<(peer: Peer?, logThreshold: LogLevel)>((nil, .debug))

    /// Makes a session.
    ///
    /// - Parameters:
    ///   - handler: What the server offers.
    ///   - output: Takes the lines for the client.
    ///   - elicitationLimit: How long a legacy call waits for the person in all. Clients give up on a call after 60
    ///     seconds, so the answer must come before.
    ///   - clock: Measures that wait.
    ///   - executor: Where requests are served, or nil for the cooperative pool.
    ///   - roomAvailable: Called when ``isFull`` has become false again.
    public convenience init(
        handler: any ServerHandler, output: any LineOutput, elicitationLimit: Duration = .seconds(50),
        clock: any Clock<Duration> = ContinuousClock(), executor: (any TaskExecutor)? = nil,
        roomAvailable: @escaping @Sendable () -> Void = {}
    ) {
        self.init(
            handler: handler, output: output, elicitationLimit: elicitationLimit, clock: clock, executor: executor,
            limits: RequestGate.Limits(), roomAvailable: roomAvailable)
    }

    init(
        handler: any ServerHandler, output: any LineOutput, elicitationLimit: Duration, clock: any Clock<Duration>,
        executor: (any TaskExecutor)?, limits: RequestGate.Limits, roomAvailable: @escaping @Sendable () -> Void
    ) {
        self.handler = handler
        self.output = output
        requests = RequestGate(limits: limits, executor: executor, roomAvailable: roomAvailable)
        clientRequests = ClientRequests(output: output, limit: elicitationLimit, clock: clock)
        subscriptions = Subscriptions(handler: handler, output: output)
    }

    /// Whether so many requests wait that no further line should be given for now.
    ///
    /// Lines given nevertheless are served.
    public var isFull: Bool { requests.isFull }

    /// Serves one line, without its newline; lines must be given one after another.
    public func receive(line: [UInt8]) {
        guard requests.ending == nil, !Self.isBlank(line) else { return }
        let message: JSONValue
        do {
            message = try JSONValue(parsing: line)
        } catch {
            refuse(.parseError(error.description))
            return
        }
        if case .array(let elements) = message {
            receive(batch: elements, size: line.count)
        } else {
            receive(IncomingMessage(message), size: line.count) { response in
                if let response { self.output.send(response.bytes()) }
            }
        }
    }

    /// Answers a line that was longer than ``maximumLineLength`` and therefore not kept.
    public func receiveOversizedLine() {
        guard requests.ending == nil else { return }
        refuse(.invalidRequest("a line may have \(Self.maximumLineLength) bytes"))
    }

    /// Ends the conversation because the client closed its side: calls are cancelled and not answered.
    public func inputClosed() { end(.closed) }

    /// Ends the conversation because the process is to stop: calls that run may still be answered.
    ///
    /// Those that wait for their turn or for the person are cancelled, and subscriptions are ended with their answer.
    public func inputStopped() { end(.terminated) }

    /// Returns when every request was answered or cancelled.
    public func waitUntilAnswered() async { await requests.waitUntilAnswered() }

    private func end(_ ending: RequestGate.Ending) {
        clientRequests.end()
        requests.end(ending)
        endSubscriptions(ending)
    }

    private func refuse(_ error: ProtocolError) {
        output.send(OutgoingMessage.response(to: nil, .failure(error)).bytes())
    }

    private static func isBlank(_ line: [UInt8]) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    /// Serves the messages of a batch, which only the revision of March 2025 knows.
    private func receive(batch: [JSONValue], size: Int) {
        guard agreed?.revision == .march2025 else {
            refuse(.invalidRequest("batches are not part of this protocol revision"))
            return
        }
        guard (1...Self.maximumBatchLength).contains(batch.count) else {
            refuse(.invalidRequest("a batch has between 1 and \(Self.maximumBatchLength) messages"))
            return
        }
        let reply = BatchReply(count: batch.count, output: output)
        for element in batch {
            receive(IncomingMessage(element), size: size / batch.count, isInBatch: true) { response in
                reply.finish(with: response)
            }
        }
    }

    /// Serves one message and calls `reply` once, with nil where it is not answered.
    private func receive(
        _ message: IncomingMessage, size: Int, isInBatch: Bool = false, reply: @escaping @Sendable (JSONValue?) -> Void
    ) {
        switch message {
        case .request(let request):
            do throws(ProtocolError) {
                guard !isInBatch || request.method != "initialize" else {
                    throw .invalidRequest("initialize cannot be part of a batch")
                }
                try serve(request, size: size, reply: reply)
            } catch {
                reply(OutgoingMessage.response(to: request.id, .failure(error)))
            }
        case .invalid(let id, let error):
            reply(OutgoingMessage.response(to: id, .failure(error)))
        case .notification(let method, let parameters):
            if method == "notifications/cancelled", let id = RequestID(parameters["requestId"]) {
                requests.cancel(id)
                subscriptions.cancel(id)
            } else if method == "notifications/initialized", agreed != nil {
                subscriptions.confirmLegacy()
            }
            reply(nil)
        case .response(let id, let result):
            if let id { clientRequests.receive(result, for: id) }
            reply(nil)
        }
    }

    /// Answers a request, or lets it run.
    private func serve(
        _ request: Request, size: Int, reply: @escaping @Sendable (JSONValue?) -> Void
    ) throws(ProtocolError) {
        guard !subscriptions.isListening(request.id) else { throw .duplicateID }
        let work: Work
        switch try route(request) {
        case .answer(let result):
            reply(OutgoingMessage.response(to: request.id, .success(result)))
            return
        case .kept:
            reply(nil)
            return
        case .work(let found):
            work = found
        }
        let isAdmitted = requests.admit(
            request.id, isCall: work.isCall, size: size, silence: work.silence
        ) { [requests, output] ticket in
            guard requests.isOpen(ticket) else { return reply(nil) }
            let result: Result<JSONObject, ProtocolError>
            do throws(ProtocolError) {
                result = .success(try await work.operation(ticket))
            } catch {
                result = .failure(error)
            }
            let isAnswered = requests.complete(ticket) {
                reply(OutgoingMessage.response(to: request.id, result))
            }
            guard isAnswered else { return reply(nil) }
            await output.waitForRoom()
        }
        guard isAdmitted else { throw .duplicateID }
    }

    /// What the last `initialize` agreed, if there was one.
    var agreed: Peer? {
        get { legacy.withLock(\.peer) }
        set { legacy.withLock { $0.peer = newValue } }
    }

    /// The least level of which a legacy client wants log messages.
    var logThreshold: LogLevel {
        get { legacy.withLock(\.logThreshold) }
        set { legacy.withLock { $0.logThreshold = newValue } }
    }
}
