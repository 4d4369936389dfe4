import JSON

extension Session {
    /// How often a legacy request may ask before it counts as broken.
    static let maximumRounds = 10

    /// Makes work of a request whose handler may ask for input: `tools/call`, `prompts/get` or `resources/read`.
    ///
    /// - Parameters:
    ///   - enter: Enters the handler.
    ///   - result: Writes what it made, without what every modern result carries.
    func rounds<Value: Sendable>(
        _ request: Request, _ metadata: RequestMetadata, from peer: Peer,
        enter: @escaping @Sendable (RequestContext) async throws(ProtocolError) -> Turn<Value>,
        result: @escaping @Sendable (Value) -> JSONObject
    ) throws(ProtocolError) -> Work {
        let progress = metadata.progressToken.map {
            ProgressReporter(token: $0, revision: peer.revision, output: output)
        }
        let log = try logReporter(for: metadata, from: peer)
        var context = RequestContext(
            revision: peer.revision, client: peer.client, abilities: peer.abilities,
            traceContext: metadata.traceContext, progress: progress.map { $0.report },
            log: log.map { $0.report })
        if peer.revision.isModern {
            context.take(
                try InputAnswers(responses: request.parameters["inputResponses"]),
                state: try Self.requestState(in: request.parameters))
        }
        let silence: @Sendable () -> Void = {
            progress?.finish()
            log?.finish()
        }
        return Work(isCall: true, silence: silence) { [context] ticket throws(ProtocolError) in
            try await self.run(context, ticket, enter: enter, result: result)
        }
    }

    /// Enters the handler, on a legacy connection as often as it asks for answers.
    private func run<Value: Sendable>(
        _ context: RequestContext, _ ticket: RequestGate.Ticket,
        enter: @escaping @Sendable (RequestContext) async throws(ProtocolError) -> Turn<Value>,
        result: (Value) -> JSONObject
    ) async throws(ProtocolError) -> JSONObject {
        let revision = context.revision
        var context = context
        // Clients give up on a call after a minute, whatever it was doing; so the person's time is what the handler leaves,
        // and an answer that comes in time must still be acted on in time, or not at all.
        var patience = clientRequests.limit
        var isFirst = true
        for _ in 1...Self.maximumRounds {
            let allowance = isFirst || revision.isModern ? nil : max(.zero, patience) + Self.actingTime
            isFirst = false
            let (turn, spent) = await entry(context, within: allowance, enter: enter)
            patience -= spent
            switch try turn.get() {
            case .complete(let value):
                return finished(result(value), for: revision)
            case .ask(let requests, let state):
                guard !requests.isEmpty || state != nil else {
                    throw .internalError("the server asked for input without saying which")
                }
                try Self.check(requests.map(\.request), against: context.abilities)
                if revision.isModern { return modern(Self.inputRequired(requests, state), type: "input_required") }
                let time = max(.zero, patience)
                let (outcomes, waited) = await self.requests.yieldingPlace(of: ticket) {
                    await clientRequests.ask(requests, revision: revision, within: time)
                }
                // A cancelled call is not entered again; its error is dropped like any other answer.
                guard !Task.isCancelled else { throw .internalError("the request was cancelled") }
                patience -= waited
                context.take(InputAnswers(outcomes), state: state)
            }
        }
        throw .internalError("the server asked more than \(Self.maximumRounds) times")
    }

    /// How long a legacy call may act on an answer that came at the last moment.
    private static let actingTime = Duration.seconds(8)

    /// Enters the handler once, and tells how long that took.
    private func entry<Value: Sendable>(
        _ context: RequestContext, within allowance: Duration?,
        enter: @escaping @Sendable (RequestContext) async throws(ProtocolError) -> Turn<Value>
    ) async -> (turn: Result<Turn<Value>, ProtocolError>, spent: Duration) {
        let enter = { @Sendable () async -> Result<Turn<Value>, ProtocolError> in
            do throws(ProtocolError) {
                return .success(try await enter(context))
            } catch {
                return .failure(error)
            }
        }
        let elapsed = clientRequests.clock.stopwatch()
        let turn = if let allowance { await cutOff(after: allowance, enter) } else { await enter() }
        return (turn, elapsed())
    }

    /// Does something, and cancels it where it takes longer than it may.
    private func cutOff<Value: Sendable>(
        after allowance: Duration, _ operation: @escaping @Sendable () async -> Value
    ) async -> Value {
        let work = Task { await operation() }
        let timer = Task { [clock = clientRequests.clock] in
            guard (try? await clock.sleep(for: allowance)) != nil else { return }
            work.cancel()
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
    }

    /// Refuses questions that the client did not declare it can answer.
    private static func check(
        _ requests: [InputRequest], against abilities: ClientAbilities
    ) throws(ProtocolError) {
        var missing: ClientAbilities = []
        for request in requests { missing.formUnion(request.ability.subtracting(abilities)) }
        guard missing.isEmpty else {
            throw .missingClientCapability(
                "The server must ask the client for input, and the client did not declare that it can give it",
                required: missing.required)
        }
    }

    private static func inputRequired(
        _ requests: [(key: String, request: InputRequest)], _ state: String?
    ) -> JSONObject {
        var result = JSONObject()
        if !requests.isEmpty {
            var members = JSONObject()
            for (key, request) in requests {
                members[key] = ["method": .string(request.method), "params": request.parameters(for: .july2026)]
            }
            result["inputRequests"] = .object(members)
        }
        if let state { result["requestState"] = .string(state) }
        return result
    }

    private static func requestState(in parameters: JSONObject) throws(ProtocolError) -> String? {
        switch parameters["requestState"] {
        case nil, .null: nil
        case .string(let state): state
        default: throw .invalidParams("\"requestState\" must be a string")
        }
    }
}
