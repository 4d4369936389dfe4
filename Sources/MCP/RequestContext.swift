/// What a handler knows about the request that it serves, beside the tool's arguments.
public struct RequestContext: Sendable {
    /// Takes a report of progress: how far, of how much, and what is being done.
    public typealias ProgressSink = @Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void

    /// The revision in whose words the request came.
    public let revision: ProtocolRevision
    /// Who asks, where it said so; not to be trusted.
    public let client: Implementation?
    /// Whether the client can show forms to the person, so whether ``ToolReply/inputRequired(_:state:)`` is allowed.
    public let canElicitForms: Bool
    /// The answers to the forms of the entry before, by key; keys that were never asked may be among them.
    public var answers: [String: ElicitationAnswer]
    /// The state that the entry before returned, as it came back; on modern connections anyone may have written it.
    public var requestState: String?
    /// The identifiers by which the request takes part in a distributed trace.
    public let traceContext: TraceContext

    private let progress: ProgressSink?

    /// Makes a context.
    public init(
        revision: ProtocolRevision, client: Implementation? = nil, canElicitForms: Bool = false,
        answers: [String: ElicitationAnswer] = [:], requestState: String? = nil,
        traceContext: TraceContext = TraceContext(), progress: ProgressSink? = nil
    ) {
        self.revision = revision
        self.client = client
        self.canElicitForms = canElicitForms
        self.answers = answers
        self.requestState = requestState
        self.traceContext = traceContext
        self.progress = progress
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
