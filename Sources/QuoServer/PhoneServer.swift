import Configuration
import Directory
import Guard
package import JSON
package import MCP
import OpenAPI
import QuoAPI

/// The tools of a Quo workspace, as an MCP server offers them.
package struct PhoneServer: ServerHandler {
    /// The version of this program.
    package static let version = "0.1.0"

    package let information = Implementation(name: "quo-mcp", title: "Quo phone", version: version)
    let connector: WorkspaceConnector
    let answer: Answer
    let catalog: ResourceCatalog
    let conversations = KnownConversations()
    /// What waiting goes by.
    let clock: any Clock<Duration>
    private let schemas = ToolSchemas()
    private let report: @Sendable (CallReport) -> Void

    /// Makes the server of one workspace, which is connected when it is first needed.
    ///
    /// - Parameters:
    ///   - connector: Connects the workspace.
    ///   - clock: What waiting between two looks at a watched resource goes by.
    ///   - report: Is told of each call when it has ended.
    package init(
        _ connector: WorkspaceConnector, clock: any Clock<Duration> = ContinuousClock(),
        report: @escaping @Sendable (CallReport) -> Void = { _ in }
    ) {
        self.connector = connector
        self.clock = clock
        self.report = report
        answer = Answer(isSandbox: connector.isSandbox)
        catalog = ResourceCatalog(selection: connector.selection, policy: connector.policy)
    }

    /// Whether the workspace is the simulated one, which ends with this program.
    package var isSandbox: Bool { connector.isSandbox }

    package var instructions: String? { Instructions.text }

    package func tools() -> [Tool] {
        connector.selection.shown.compactMap { tool in
            (try? JSONValue(parsing: tool.definition))?.objectValue.map(Tool.init(definition:))
        }
    }

    package func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> ToolReply {
        let number = CallReport.nextNumber()
        let begun = ContinuousClock.now
        func end(_ outcome: CallReport.Outcome) {
            let outcome = Task.isCancelled ? .cancelled : outcome
            report(CallReport(number, tool: name, arguments, context, outcome, after: begun.duration(to: .now)))
        }
        do throws(ProtocolError) {
            let reply = try await reply(to: name, arguments, context)
            end(CallReport.Outcome(reply, isReading: connector.selection.tool(name)?.isReading ?? true))
            return reply
        } catch {
            end(.invalid)
            throw error
        }
    }

    private func reply(
        to name: String, _ arguments: JSONObject, _ context: RequestContext
    ) async throws(ProtocolError) -> ToolReply {
        guard let tool = connector.selection.tool(name) else { throw unoffered(name) }
        do {
            let schemas = try schemas.schemas(of: tool)
            let arguments = try validated(arguments, for: tool, schemas.arguments)
            let desk = Desk(try await connector.workspace(), context, connector.policy)
            let reply = try await serve(tool, arguments, at: desk)
            guard case .complete(let result) = reply else { return reply }
            return .complete(answer.held(result, to: schemas.promise, of: tool))
        } catch {
            if let error = error as? ProtocolError { throw error }
            return .complete(answer.failed(Self.explanation(of: error, in: tool)))
        }
    }

    /// Why a tool cannot be called: there is none of that name, or the owner does not offer it.
    private func unoffered(_ name: String) -> ProtocolError {
        guard let tool = ToolDefinition.all.first(where: { $0.name == name }) else {
            let near = nearest(to: name, among: connector.selection.shown.map(\.name))
            return near.map { .invalidParams("Unknown tool: \(name); did you mean \($0)?") } ?? .unknownTool(name)
        }
        if connector.policy.api == .v1, tool.operation?.version == .dated {
            return .invalidParams(
                "Unknown tool: \(name). Only the version 2026-03-30 of the API offers it, and the owner chose v1")
        }
        if connector.hasGateway, tool.operation?.version == .dated {
            return .invalidParams(
                "Unknown tool: \(name). Only the version 2026-03-30 of the API offers it, and Maton's gateway, which the owner chose,"
                    + " carries v1 alone")
        }
        if tool.toolset == ToolSelection.gateway {
            return .invalidParams(
                "Unknown tool: \(name). It is of the toolset \(tool.toolset), which is there where the owner set QUO_GATEWAY to"
                    + " maton, and chose it")
        }
        return .invalidParams(
            "Unknown tool: \(name). It is of the toolset \(tool.toolset), which the owner did not choose for this server"
        )
    }

    /// Serves a call whose arguments have the right shape.
    private func serve(_ tool: ToolDefinition, _ given: JSONObject, at desk: Desk) async throws -> ToolReply {
        let resolved = try await References(directory: desk.directory).resolve(given, for: tool)
        let arguments = resolved.arguments
        if case .answer(let reading) = tool.action {
            return .complete(answer.read(try await desk.answer(reading, arguments), used: resolved.used))
        }
        if case .read(let operation) = tool.action {
            var arguments = arguments
            let page = PageCursor(pageToken: arguments["pageToken"]?.stringValue)
            arguments["pageToken"] = page.token.map { .string($0) }
            let envelope = try await desk.read(operation, try ArgumentBinding(tool: tool).bind(arguments))
            let shape = arguments["detail"] == "full" ? nil : tool.shape
            let told = try await desk.told(envelope, shape, from: page)
            return .complete(answer.read(told, used: resolved.used))
        }
        // From the look at a contact to the change of it, nobody else in this process changes it.
        let contact = arguments["contact"]?.stringValue
        if let contact { await connector.turns.begin(contact) }
        defer {
            if let contact { Task { await connector.turns.end(contact) } }
        }
        switch try await composition(tool, arguments, at: desk) {
        case .effect(let effect): return try await perform(effect, tool, desk, used: resolved.used)
        case .batch(let batch): return try await perform(batch, desk)
        case .nothingToDo(let explanation): return .complete(answer.nothingToDo(explanation))
        }
    }

    /// What a tool that changes something comes to.
    private func composition(
        _ tool: ToolDefinition, _ arguments: JSONObject, at desk: Desk
    ) async throws -> Composition {
        switch tool.action {
        case .write(let operation, let risk):
            try await EffectComposer(desk: desk, tool: tool, operation: operation, risk: risk).compose(arguments)
        case .change(let change, let risk): try await desk.composition(change, risk, arguments)
        case .read, .answer: .nothingToDo("\(tool.name) changes nothing.")
        }
    }

    /// What a failure before any effect was asked for comes to, in words.
    private static func explanation(of error: any Error, in tool: ToolDefinition) -> String {
        let reassurance = tool.isReading ? "" : "Nothing was done. "
        return switch error {
        case let error as InvalidArguments: error.explanation(tool: tool.name)
        case let error as ReferenceFault: "\(reassurance)\(error)"
        case let error as APIError: reassurance + error.explanation
        case let error as CredentialError: "Nothing was requested. \(error)"
        case let error as Gateway.Invalid: "Nothing was requested. \(error)"
        case let error as BaseURL.Invalid: "Nothing was requested. \(error)"
        default: "\(reassurance)\(tool.name) failed inside quo-mcp: \(error)"
        }
    }

    private func validated(
        _ arguments: JSONObject, for tool: ToolDefinition, _ schema: JSONValue
    ) throws(InvalidArguments) -> JSONObject {
        let coerced = ArgumentCoercion.coerce(arguments, schema: schema)
        if tool.operation?.id == WriteOperation.updateContactById.operation.id {
            try Self.checkChanges(arguments, coerced)
        }
        let faults = SchemaValidator(schema).faults(in: .object(coerced)).map {
            ArgumentFault(path: $0.path, message: $0.message, example: $0.example)
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        return coerced
    }

    /// Refuses an update that asks for nothing, or that would clear a value by an empty one: hosts send empty values for
    /// what a model left out, so they cannot mean it.
    private static func checkChanges(_ arguments: JSONObject, _ coerced: JSONObject) throws(InvalidArguments) {
        let emptied = arguments.names.filter { coerced[$0] == nil && $0 != "contact" }
        if coerced.count < 2, coerced["contact"] != nil {
            let faults = emptied.map {
                ArgumentFault(path: $0, message: "is empty; to take it away, name it in remove", example: [.string($0)])
            }
            throw InvalidArguments(
                faults: faults.isEmpty
                    ? [ArgumentFault(path: "", message: "name nothing to change; give at least one besides contact")]
                    : faults)
        }
    }

    private func perform(
        _ effect: Effect, _ tool: ToolDefinition, _ desk: Desk, used: JSONObject
    ) async throws(ProtocolError) -> ToolReply {
        let outcome: Outcome
        do {
            outcome = try await desk.gatekeeper.perform(
                effect, consent: Consent(desk.context), client: desk.context.client?.name)
        } catch {
            throw ProtocolError.invalidParams("requestState was not made by this server, or was changed")
        }
        switch outcome {
        case .performed(let envelope, let secret):
            let told = await desk.told(envelope, of: effect, shape: tool.shape)
            let note = secret.map { $0.note(on: effect, program: connector.program, isSandbox: connector.isSandbox) }
            let hours = desk.gatekeeper.noteOfQuietHours(effect.outreach?.recipients ?? [])
            return .complete(answer.performed(told, effect, used: used, note: note, hours: hours))
        case .repeated(let record): return .complete(answer.repeated(record))
        case .approvalNeeded(let form, let ticket):
            return .inputRequired([Consent.question: ElicitationForm(form)], state: ticket)
        case .refused(let refusal): return .complete(answer.refused(refusal, program: connector.program))
        case .failed(let error): return .complete(answer.failed(error.explanation))
        case .uncertain(let error): return .complete(answer.uncertain(error, effect))
        }
    }

    private func perform(_ batch: Batch, _ desk: Desk) async throws(ProtocolError) -> ToolReply {
        let outcome: BatchOutcome
        do {
            outcome = try await desk.gatekeeper.performAll(
                batch, consent: Consent(desk.context), client: desk.context.client?.name
            ) { decided, total in
                desk.context.reportProgress(Double(decided), total: Double(total), message: "Sending")
            }
        } catch {
            throw ProtocolError.invalidParams("requestState was not made by this server, or was changed")
        }
        switch outcome {
        case .finished(let deliveries):
            let telling = try? await desk.telling(deliveries.map(\.recipient))
            let hours = desk.gatekeeper.noteOfQuietHours(deliveries.filter(\.isSent).map(\.recipient))
            return .complete(answer.finished(deliveries, hours: hours) { telling?.person($0) ?? $0 })
        case .approvalNeeded(let form, let ticket):
            return .inputRequired([Consent.question: ElicitationForm(form)], state: ticket)
        case .refused(let refusal): return .complete(answer.refused(refusal, program: connector.program))
        }
    }
}

extension Consent {
    /// The key of the approval among the questions of a round.
    fileprivate static let question = "approval"

    /// Reads what a call brings along.
    ///
    /// A ticket without an answer, or an answer without a ticket, is no consent.
    fileprivate init(_ context: RequestContext) {
        guard let ticket = context.requestState, let given = context.answers[Self.question] else {
            self = .none(canAsk: context.canElicitForms)
            return
        }
        self = .answered(ApprovalAnswer(given), ticket: ticket)
    }
}

extension ApprovalAnswer {
    fileprivate init(_ answer: ElicitationAnswer) {
        self =
            switch answer {
            case .accept(let content):
                .accepted(
                    choice: content[ApprovalForm.decisionField]?.stringValue,
                    confirmation: content[ApprovalForm.confirmationField]?.stringValue)
            case .decline: .declined
            case .cancel: .cancelled
            case .timedOut: .timedOut
            case .unavailable: .unavailable
            }
    }
}

extension ElicitationForm {
    fileprivate init(_ form: ApprovalForm) {
        let choices: JSONValue = [.string(form.refusal), .string(form.approval)]
        var properties: JSONObject = [
            ApprovalForm.decisionField: ["type": "string", "title": "Your decision", "enum": choices]
        ]
        if form.confirmation != nil {
            properties[ApprovalForm.confirmationField] = [
                "type": "string", "title": "The number above, to go on", "maxLength": 8,
            ]
        }
        self.init(
            message: form.message,
            requestedSchema: [
                "type": "object", "properties": .object(properties), "required": [.string(ApprovalForm.decisionField)],
            ])
    }
}
