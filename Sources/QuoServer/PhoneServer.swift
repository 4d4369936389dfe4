import Configuration
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
    private let connector: WorkspaceConnector
    private let answer: Answer

    /// Makes the server of one workspace, which is connected when the first tool is called.
    package init(_ connector: WorkspaceConnector) {
        self.connector = connector
        answer = Answer(isSandbox: connector.isSandbox)
    }

    package var instructions: String? { Instructions.text }

    package func tools() -> [Tool] {
        let offered = ToolDefinition.all.filter(connector.shows)
        return offered.compactMap { tool in
            (try? JSONValue(parsing: tool.definition))?.objectValue.map(Tool.init(definition:))
        }
    }

    package func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> ToolReply {
        guard let tool = ToolDefinition.all.first(where: { $0.name == name }), connector.has(tool) else {
            throw ProtocolError.unknownTool(name)
        }
        do {
            let arguments = try validated(arguments, for: tool)
            let workspace = try await connector.workspace()
            switch tool.action {
            case .read(let operation):
                let bound = try ArgumentBinding(tool: tool).bind(arguments)
                let envelope = try await workspace.reader.read(operation, bound)
                for passage in IncomingContent.passages(in: envelope, of: operation) {
                    // Where the state cannot be used nothing is sent either, so reading may go on.
                    try? await workspace.gatekeeper.noteIncoming(passage.values, from: passage.source)
                }
                return .complete(answer.read(envelope))
            case .local(.guardStatus):
                return .complete(answer.plain(try await workspace.gatekeeper.status()))
            case .local(.restoreContact), .write:
                // From the look at the resource to the change of it, nobody else in this process changes it.
                let resource = arguments["id"]?.stringValue
                if let resource { await connector.turns.begin(resource) }
                defer {
                    if let resource { Task { await connector.turns.end(resource) } }
                }
                switch try await composition(tool, arguments, in: workspace) {
                case .effect(let effect): return try await perform(effect, context, in: workspace)
                case .nothingToDo(let explanation): return .complete(answer.nothingToDo(explanation))
                }
            }
        } catch {
            if let error = error as? ProtocolError { throw error }
            return .complete(answer.failed(Self.explanation(of: error, in: tool)))
        }
    }

    /// What a tool that changes something comes to.
    private func composition(
        _ tool: ToolDefinition, _ arguments: JSONObject, in workspace: Workspace
    ) async throws -> EffectComposer.Composition {
        if case .write(let operation, let risk) = tool.action {
            let composer = EffectComposer(
                reader: workspace.reader, gatekeeper: workspace.gatekeeper, tool: tool, operation: operation, risk: risk
            )
            return try await composer.compose(arguments)
        }
        let id = arguments["id"]?.stringValue ?? ""
        guard let snapshot = try await workspace.gatekeeper.snapshot(of: id) else {
            throw InvalidArguments(faults: [
                ArgumentFault(path: "id", message: "no contact with this id was changed or deleted through this server")
            ])
        }
        let restoration = ContactRestoration(reader: workspace.reader, snapshot: snapshot)
        return .effect(try await restoration.effect(tool: tool.name))
    }

    /// What a failure before any effect was asked for comes to, in words.
    private static func explanation(of error: any Error, in tool: ToolDefinition) -> String {
        var isRead = true
        if case .write = tool.action { isRead = false }
        let reassurance = isRead ? "" : "Nothing was done. "
        return switch error {
        case let error as InvalidArguments: error.explanation(tool: tool.name)
        case let error as APIError: reassurance + error.explanation
        case let error as CredentialError: "Nothing was requested. \(error)"
        case let error as BaseURL.Invalid: "Nothing was requested. \(error)"
        default: "\(reassurance)\(tool.name) failed inside quo-mcp: \(error)"
        }
    }

    private func validated(_ arguments: JSONObject, for tool: ToolDefinition) throws -> JSONObject {
        let schema = try JSONValue(parsing: tool.argumentSchema)
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
        let emptied = arguments.names.filter { coerced[$0] == nil && $0 != "id" }
        if coerced.count < 2, coerced["id"] != nil {
            let faults = emptied.map {
                ArgumentFault(path: $0, message: "is empty; to take it away, name it in remove", example: [.string($0)])
            }
            throw InvalidArguments(
                faults: faults.isEmpty
                    ? [ArgumentFault(path: "", message: "name nothing to change; give at least one besides id")]
                    : faults)
        }
    }

    private func perform(
        _ effect: Effect, _ context: RequestContext, in workspace: Workspace
    ) async throws(ProtocolError) -> ToolReply {
        let outcome: Outcome
        do {
            outcome = try await workspace.gatekeeper.perform(
                effect, consent: Consent(context), client: context.client?.name)
        } catch {
            throw ProtocolError.invalidParams("requestState was not made by this server, or was changed")
        }
        switch outcome {
        case .performed(let envelope): return .complete(answer.performed(envelope, effect))
        case .repeated(let record): return .complete(answer.repeated(record))
        case .approvalNeeded(let form, let ticket):
            return .inputRequired([Consent.question: ElicitationForm(form)], state: ticket)
        case .refused(let refusal): return .complete(answer.refused(refusal, program: connector.program))
        case .failed(let error): return .complete(answer.failed(error.explanation))
        case .uncertain(let error): return .complete(answer.uncertain(error, effect))
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
