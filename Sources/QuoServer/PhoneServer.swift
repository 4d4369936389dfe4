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
        ToolDefinition.generated.compactMap { tool in
            (try? JSONValue(parsing: tool.definition))?.objectValue.map(Tool.init(definition:))
        }
    }

    package func call(
        _ name: String, arguments: JSONObject, context: RequestContext
    ) async throws(ProtocolError) -> ToolReply {
        guard let tool = ToolDefinition.generated.first(where: { $0.name == name }) else {
            throw ProtocolError.unknownTool(name)
        }
        do {
            let arguments = try validated(arguments, for: tool)
            let workspace = try await connector.workspace()
            switch tool.action {
            case .read(let operation):
                let bound = try ArgumentBinding(tool: tool).bind(arguments)
                return .complete(answer.read(try await workspace.reader.read(operation, bound)))
            case .write(let operation, let risk):
                return try await perform(tool, operation, risk, arguments, context, in: workspace)
            }
        } catch let error as InvalidArguments {
            return .complete(answer.failed(error.explanation(tool: name)))
        } catch let error as APIError {
            return .complete(answer.failed(error.explanation))
        } catch let error as CredentialError {
            return .complete(answer.failed("Nothing was requested: \(error)"))
        } catch let error as ProtocolError {
            throw error
        } catch {
            return .complete(answer.failed("\(name) failed inside quo-mcp: \(error). Nothing was requested."))
        }
    }

    private func validated(_ arguments: JSONObject, for tool: ToolDefinition) throws -> JSONObject {
        let schema = try JSONValue(parsing: tool.argumentSchema)
        let coerced = ArgumentCoercion.coerce(arguments, schema: schema)
        let faults = SchemaValidator(schema).faults(in: .object(coerced)).map {
            ArgumentFault(path: $0.path, message: $0.message, example: $0.example)
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        return coerced
    }

    private func perform(
        _ tool: ToolDefinition, _ operation: WriteOperation, _ risk: Risk, _ arguments: JSONObject,
        _ context: RequestContext, in workspace: Workspace
    ) async throws -> ToolReply {
        let composer = EffectComposer(reader: workspace.reader, tool: tool, operation: operation, risk: risk)
        let effect: Effect
        switch try await composer.compose(arguments) {
        case .effect(let composed): effect = composed
        case .nothingToDo(let explanation): return .complete(answer.nothingToDo(explanation))
        }
        let outcome: Outcome
        do {
            outcome = try await workspace.gatekeeper.perform(effect, consent: Consent(context))
        } catch {
            throw ProtocolError.invalidParams("requestState was not made by this server, or was changed")
        }
        switch outcome {
        case .performed(let envelope): return .complete(answer.performed(envelope, effect))
        case .approvalNeeded(let form, let ticket):
            return .inputRequired([Consent.question: ElicitationForm(form)], state: ticket)
        case .refused(let refusal):
            let command = "quo-mcp call \(tool.name) \(JSONValue.object(arguments).text().shellQuoted)"
            return .complete(answer.refused(refusal, command: command))
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
            case .accept(let content): .accepted(choice: content[ApprovalForm.field]?.stringValue)
            case .decline: .declined
            case .cancel: .cancelled
            case .timedOut: .timedOut
            case .unavailable: .unavailable
            }
    }
}

extension ElicitationForm {
    fileprivate init(_ form: ApprovalForm) {
        self.init(
            message: form.message,
            requestedSchema: [
                "type": "object",
                "properties": .object([
                    ApprovalForm.field: [
                        "type": "string", "title": "Your decision",
                        "enum": [.string(form.refusal), .string(form.approval)],
                    ]
                ]),
                "required": [.string(ApprovalForm.field)],
            ])
    }
}

extension String {
    /// This text as one word of a POSIX shell.
    fileprivate var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
