import JSON

extension Session {
    /// How often a legacy call may ask before it counts as broken.
    static let maximumRounds = 10

    /// Reads the parameters of `tools/call`.
    func call(_ parameters: JSONObject, _ metadata: RequestMetadata, from peer: Peer) throws(ProtocolError) -> Work {
        guard let name = parameters["name"]?.stringValue else {
            throw .invalidParams("tools/call needs \"name\", a string")
        }
        let arguments: JSONObject
        switch parameters["arguments"] {
        case nil, .null: arguments = [:]
        case .object(let object): arguments = object
        default: throw .invalidParams("\"arguments\" must be an object")
        }
        let progress = metadata.progressToken.map {
            ProgressReporter(token: $0, revision: peer.revision, output: output)
        }
        var context = RequestContext(
            revision: peer.revision, client: peer.client, canElicitForms: peer.canElicitForms,
            traceContext: metadata.traceContext, progress: progress.map { $0.report })
        if peer.revision.isModern {
            context.answers = try Self.answers(in: parameters)
            context.requestState = try Self.requestState(in: parameters)
        }
        return Work(isCall: true, progress: progress) { [context] ticket throws(ProtocolError) in
            try await self.call(name, arguments: arguments, context: context, ticket: ticket)
        }
    }

    /// Enters the handler, on a legacy connection as often as it asks for answers.
    private func call(
        _ name: String, arguments: JSONObject, context: RequestContext, ticket: RequestGate.Ticket
    ) async throws(ProtocolError) -> JSONObject {
        let revision = context.revision
        var context = context
        // Clients give up on a call after a minute, whatever it was doing; so the person's time is what the handler leaves,
        // and an answer that comes in time must still be acted on in time, or not at all.
        var patience = elicitations.limit
        var isFirst = true
        for _ in 1...Self.maximumRounds {
            let allowance = isFirst || revision.isModern ? nil : max(.zero, patience) + Self.actingTime
            isFirst = false
            let (reply, spent) = await entry(name, arguments: arguments, context: context, within: allowance)
            patience -= spent
            switch try reply.get() {
            case .complete(let result):
                let json = result.json(for: revision)
                return revision.isModern ? modern(json) : json
            case .inputRequired(let forms, let state):
                guard !forms.isEmpty || state != nil else {
                    throw .internalError("the tool asked for input without saying which")
                }
                guard forms.isEmpty || context.canElicitForms else {
                    throw .missingClientCapability(
                        "The tool must ask the person, and the client did not declare that it can",
                        required: ["elicitation": ["form": [:]]])
                }
                if revision.isModern { return modern(inputRequired(forms, state: state), type: "input_required") }
                let time = max(.zero, patience)
                let (answers, waited) = await requests.yieldingPlace(of: ticket) {
                    await elicitations.ask(forms, revision: revision, within: time)
                }
                // A cancelled call is not entered again; its error is dropped like any other answer.
                guard !Task.isCancelled else { throw .internalError("the call was cancelled") }
                patience -= waited
                context.answers = answers
                context.requestState = state
            }
        }
        throw .internalError("the tool asked more than \(Self.maximumRounds) times")
    }

    /// How long a legacy call may act on an answer that came at the last moment.
    private static let actingTime = Duration.seconds(8)

    /// Enters the handler once, and cancels it where it takes longer than it may.
    private func entry(
        _ name: String, arguments: JSONObject, context: RequestContext, within allowance: Duration?
    ) async -> (reply: Result<ToolReply, ProtocolError>, spent: Duration) {
        let work = Task { () async -> Result<ToolReply, ProtocolError> in
            do throws(ProtocolError) {
                return .success(try await handler.call(name, arguments: arguments, context: context))
            } catch {
                return .failure(error)
            }
        }
        let timer = allowance.map { allowance in
            Task {
                guard (try? await elicitations.clock.sleep(for: allowance)) != nil else { return }
                work.cancel()
            }
        }
        defer { timer?.cancel() }
        let clock = elicitations.clock
        var reply: Result<ToolReply, ProtocolError>?
        let spent = await clock.measure {
            reply = await withTaskCancellationHandler {
                await work.value
            } onCancel: {
                work.cancel()
            }
        }
        return (reply ?? .failure(.internalError("the call did not end")), spent)
    }

    private func inputRequired(_ forms: KeyValuePairs<String, ElicitationForm>, state: String?) -> JSONObject {
        var result = JSONObject()
        if !forms.isEmpty {
            var requests = JSONObject()
            for (key, form) in forms {
                requests[key] = ["method": "elicitation/create", "params": form.parameters(for: .july2026)]
            }
            result["inputRequests"] = .object(requests)
        }
        if let state { result["requestState"] = .string(state) }
        return result
    }

    private static func answers(in parameters: JSONObject) throws(ProtocolError) -> [String: ElicitationAnswer] {
        switch parameters["inputResponses"] {
        case nil, .null: return [:]
        case .object(let responses):
            var answers: [String: ElicitationAnswer] = [:]
            for response in responses {
                guard let answer = ElicitationAnswer(response.value) else {
                    throw .invalidParams(
                        "\"inputResponses\" must hold answers to forms; \"\(response.name)\" is none")
                }
                answers[response.name] = answer
            }
            return answers
        default: throw .invalidParams("\"inputResponses\" must be an object")
        }
    }

    private static func requestState(in parameters: JSONObject) throws(ProtocolError) -> String? {
        switch parameters["requestState"] {
        case nil, .null: nil
        case .string(let state): state
        default: throw .invalidParams("\"requestState\" must be a string")
        }
    }
}
