public import JSON

/// What a handler knows about the request that it serves, beside its arguments.
public struct RequestContext: Sendable {
    /// Takes a report of progress: how far, of how much, and what is being done.
    typealias ProgressSink = @Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void

    /// Takes a log message: how grave, what, and by which part of the server.
    typealias LogSink = @Sendable (_ level: LogLevel, _ data: JSONValue, _ logger: String?) -> Void

    /// The revision in whose words the request came.
    public let revision: ProtocolRevision
    /// Who asks, where it said so; not to be trusted.
    public let client: Implementation?
    /// What the client can be asked for by ``Reply/inputRequired(_:state:)``.
    public let abilities: ClientAbilities
    /// What became of the forms and pages of the entry before, by key; keys that were never asked may be among them.
    public var answers: [String: ElicitationAnswer]
    /// The results of the other requests of the entry before, by key, or why there is none.
    ///
    /// A message of the client's model has `role`, `content` and `model`; the client's folders are in `roots`.
    public var results: [String: Result<JSONObject, ProtocolError>] = [:]
    /// The state that the entry before returned, as it came back; on modern connections anyone may have written it.
    public var requestState: String?
    /// The identifiers by which the request takes part in a distributed trace.
    public let traceContext: TraceContext

    private let progress: ProgressSink?
    private let log: LogSink?

    /// Makes the context of a first entry that no client asked for.
    public init(revision: ProtocolRevision, canElicitForms: Bool = false) {
        self.init(
            revision: revision, client: nil, abilities: canElicitForms ? .forms : [], traceContext: TraceContext(),
            progress: nil, log: nil)
    }

    /// Makes the context of a first entry.
    init(
        revision: ProtocolRevision, client: Implementation?, abilities: ClientAbilities, traceContext: TraceContext,
        progress: ProgressSink?, log: LogSink?
    ) {
        self.revision = revision
        self.client = client
        self.abilities = abilities
        self.answers = [:]
        self.traceContext = traceContext
        self.progress = progress
        self.log = log
    }

    /// Whether the client can show forms to the person.
    public var canElicitForms: Bool { abilities.contains(.forms) }

    /// Takes what a round brought.
    mutating func take(_ answers: InputAnswers, state: String?) {
        self.answers = answers.elicitations
        results = answers.results
        requestState = state
    }

    /// Whether the client asked to be told of progress.
    public var wantsProgress: Bool { progress != nil }

    /// Tells the client how far the call has come.
    ///
    /// Does nothing where the client did not ask. A report that is not above the one before, or that follows too many
    /// others within a second, is dropped; the one that reaches `total` never is.
    public func reportProgress(_ progress: Double, total: Double? = nil, message: String? = nil) {
        self.progress?(progress, total, message)
    }

    /// Sends the client a log message, in the name of a part of the server.
    ///
    /// Does nothing where the server did not declare ``ServerCapabilities/logging``, where the client wants no messages
    /// of that level, or once the request is answered. A modern client wants none unless its request says so. Log
    /// messages are for the one who runs the server, so nothing secret may be in them.
    public func log(_ level: LogLevel, _ data: JSONValue, logger: String? = nil) {
        log?(level, data, logger)
    }
}

/// The W3C trace context of a request.
public struct TraceContext: Sendable, Hashable {
    /// The identifiers of the trace and of the caller's span.
    public var traceparent: String?
    /// What vendors add to them.
    public var tracestate: String?
    /// Properties that travel with the trace.
    public var baggage: String?

    /// Makes a trace context.
    public init(traceparent: String? = nil, tracestate: String? = nil, baggage: String? = nil) {
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.baggage = baggage
    }
}
