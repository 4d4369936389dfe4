public import JSON

/// Something that a client is asked for while it waits for an answer.
public enum InputRequest: Sendable, Hashable {
    /// The person fills a form; answered in ``RequestContext/answers``.
    case form(ElicitationForm)
    /// The person opens a page; answered in ``RequestContext/answers``.
    case page(ElicitationPage)
    /// The client's model writes a message; answered in ``RequestContext/results``.
    case sampling(SamplingRequest)
    /// The client names the folders that it works in; answered in ``RequestContext/results``.
    case roots

    /// The ability without which the client cannot answer.
    public var ability: ClientAbilities {
        switch self {
        case .form: .forms
        case .page: .pages
        case .sampling: .sampling
        case .roots: .roots
        }
    }

    var method: String {
        switch self {
        case .form, .page: "elicitation/create"
        case .sampling: "sampling/createMessage"
        case .roots: "roots/list"
        }
    }

    func parameters(for revision: ProtocolRevision) -> JSONValue {
        switch self {
        case .form(let form): form.parameters(for: revision)
        case .page(let page): page.parameters(for: revision)
        case .sampling(let sampling): sampling.parameters(for: revision)
        case .roots: [:]
        }
    }
}

/// A question of a handler, which may be of a narrower kind than ``InputRequest``.
public protocol InputRequestConvertible: Sendable {
    /// The question as it is put to the client.
    var inputRequest: InputRequest { get }
}

extension InputRequest: InputRequestConvertible {
    /// The request itself.
    public var inputRequest: InputRequest { self }
}

extension ElicitationForm: InputRequestConvertible {
    /// The form as a request.
    public var inputRequest: InputRequest { .form(self) }
}

/// A request that the client's model write a message.
public struct SamplingRequest: Sendable, Hashable {
    /// The conversation so far.
    public var messages: [PromptMessage]
    /// The most tokens to be written.
    public var maximumTokens: Int
    /// What the model is told beforehand.
    public var systemPrompt: String?
    /// Further members, such as `modelPreferences` or `temperature`, as the protocol names them.
    public var options: JSONObject

    /// Makes a request.
    public init(
        messages: [PromptMessage], maximumTokens: Int, systemPrompt: String? = nil, options: JSONObject = [:]
    ) {
        self.messages = messages
        self.maximumTokens = maximumTokens
        self.systemPrompt = systemPrompt
        self.options = options
    }

    func parameters(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["messages": .array(messages.map { $0.json(for: revision) })]
        if let systemPrompt { object["systemPrompt"] = .string(systemPrompt) }
        object["maxTokens"] = .number(JSONNumber(Int64(maximumTokens)))
        for option in options { object[option.name] = option.value }
        return .object(object)
    }
}

/// What a client can be asked for, as it declared itself.
public struct ClientAbilities: OptionSet, Sendable, Hashable {
    /// The set as bits, which mean nothing outside this process.
    public let rawValue: Int

    /// Makes a set of such bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It shows forms to the person.
    public static let forms = ClientAbilities(rawValue: 1 << 0)
    /// It offers the person to open a page.
    public static let pages = ClientAbilities(rawValue: 1 << 1)
    /// It lets its model write a message.
    public static let sampling = ClientAbilities(rawValue: 1 << 2)
    /// It names the folders that it works in.
    public static let roots = ClientAbilities(rawValue: 1 << 3)

    /// Reads the capabilities of a client, as far as the revision knows them.
    init(_ capabilities: JSONObject, revision: ProtocolRevision) {
        self = []
        if capabilities["sampling"]?.objectValue != nil { insert(.sampling) }
        if capabilities["roots"]?.objectValue != nil { insert(.roots) }
        guard revision >= .june2025, let elicitation = capabilities["elicitation"]?.objectValue else { return }
        // `elicitation: {}` has meant forms since before there were other modes.
        if elicitation.isEmpty || elicitation["form"]?.objectValue != nil { insert(.forms) }
        if revision >= .november2025, elicitation["url"]?.objectValue != nil { insert(.pages) }
    }

    /// The capabilities by which a client declares these abilities.
    var required: JSONObject {
        var object = JSONObject()
        var elicitation = JSONObject()
        if contains(.forms) { elicitation["form"] = [:] }
        if contains(.pages) { elicitation["url"] = [:] }
        if !elicitation.isEmpty { object["elicitation"] = .object(elicitation) }
        if contains(.sampling) { object["sampling"] = [:] }
        if contains(.roots) { object["roots"] = [:] }
        return object
    }
}

/// What came of a request to the client.
enum InputOutcome: Sendable, Hashable {
    case answered(JSONValue)
    case timedOut
    case unavailable(String)
}

/// The answers of a round, by the keys of the questions.
struct InputAnswers: Sendable {
    var elicitations: [String: ElicitationAnswer] = [:]
    var results: [String: Result<JSONObject, ProtocolError>] = [:]

    /// Reads the outcomes of requests that this process has put.
    init(_ outcomes: [(key: String, request: InputRequest, outcome: InputOutcome)]) {
        for (key, request, outcome) in outcomes {
            switch request {
            case .form, .page: elicitations[key] = Self.elicitation(outcome)
            case .sampling, .roots: results[key] = Self.result(of: request.method, outcome)
            }
        }
    }

    /// Reads `inputResponses`, whose requests another process may have put.
    init(responses: JSONValue?) throws(ProtocolError) {
        switch responses {
        case nil, .null: return
        case .object(let responses):
            for response in responses {
                if let answer = ElicitationAnswer(response.value) {
                    elicitations[response.name] = answer
                } else if let result = Self.methods.lazy.compactMap({ Self.result(of: $0, response.value) }).first {
                    results[response.name] = .success(result)
                } else {
                    throw .invalidParams(
                        "\"inputResponses\" must hold answers to input requests; \"\(response.name)\" is none")
                }
            }
        default: throw .invalidParams("\"inputResponses\" must be an object")
        }
    }

    private static let methods = ["sampling/createMessage", "roots/list"]
    private static let malformed = "the client's answer is malformed"

    private static func elicitation(_ outcome: InputOutcome) -> ElicitationAnswer {
        switch outcome {
        case .answered(let json): ElicitationAnswer(json) ?? .unavailable(malformed)
        case .timedOut: .timedOut
        case .unavailable(let reason): .unavailable(reason)
        }
    }

    private static func result(of method: String, _ outcome: InputOutcome) -> Result<JSONObject, ProtocolError> {
        switch outcome {
        case .answered(let json): result(of: method, json).map { .success($0) } ?? .failure(.internalError(malformed))
        case .timedOut: .failure(.internalError("no answer in time"))
        case .unavailable(let reason): .failure(.internalError(reason))
        }
    }

    /// The result of a method, or nil where the value has not its shape.
    private static func result(of method: String, _ json: JSONValue) -> JSONObject? {
        guard let object = json.objectValue else { return nil }
        switch method {
        case "roots/list":
            let isWhole = object["roots"]?.arrayValue?.allSatisfy { $0["uri"]?.stringValue != nil } ?? false
            return isWhole ? object : nil
        default:
            let isWhole = object["role"]?.stringValue != nil && object["content"] != nil
            return isWhole ? object : nil
        }
    }
}
