/// What a handler makes of a request: an answer, or questions to the client.
///
/// The questions of a handler are of one type, its ``ServerHandler/Question``.
public enum Reply<Value: Sendable, Question: InputRequestConvertible>: Sendable {
    /// The request is served.
    case complete(Value)
    /// The request goes on once the client has answered; the handler is then entered again.
    ///
    /// The questions are asked in their order, each under its key, and the second entry finds the answers in
    /// ``RequestContext/answers`` and ``RequestContext/results`` and the state in ``RequestContext/requestState``. On a
    /// modern connection the state travels through the client, so it must protect itself against forgery and replay.
    /// Where the client has not declared an ability that a question needs (``RequestContext/abilities``), nothing is
    /// asked, and the request is answered with an error that names what is missing.
    case inputRequired(KeyValuePairs<String, Question>, state: String?)

    /// The reply with the questions of whatever type as requests.
    var turn: Turn<Value> {
        switch self {
        case .complete(let value): .complete(value)
        case .inputRequired(let questions, let state):
            .ask(questions.map { ($0.key, $0.value.inputRequest) }, state: state)
        }
    }
}

/// What a handler makes of a call of a tool, where it asks the person by forms only.
public typealias ToolReply = Reply<ToolResult, ElicitationForm>

/// A reply of any handler.
enum Turn<Value: Sendable>: Sendable {
    case complete(Value)
    case ask([(key: String, request: InputRequest)], state: String?)
}
