public import JSON

/// A form that the client shows to the person.
public struct ElicitationForm: Sendable, Hashable {
    /// What is asked, in plain text.
    public var message: String
    /// The fields: a flat object schema of strings, numbers, Booleans and enumerations.
    public var requestedSchema: JSONObject

    /// Makes a form.
    public init(message: String, requestedSchema: JSONObject) {
        self.message = message
        self.requestedSchema = requestedSchema
    }

    /// The parameters of `elicitation/create`; the mode is a word of November 2025.
    func parameters(for revision: ProtocolRevision) -> JSONValue {
        var object = JSONObject()
        if revision >= .november2025 { object["mode"] = "form" }
        object["message"] = .string(message)
        object["requestedSchema"] = .object(requestedSchema)
        return .object(object)
    }
}

/// What became of a form.
public enum ElicitationAnswer: Sendable, Hashable {
    /// The person, or a client that answers for them, sent the form with these fields.
    ///
    /// The fields are as they came: they may be missing or of another type than was asked.
    case accept(JSONObject)
    /// The person said no.
    case decline
    /// The person closed the form without choosing.
    case cancel
    /// No answer came while the session waited. Only on legacy connections.
    case timedOut
    /// The client could not ask, for the reason given. Only on legacy connections.
    case unavailable(String)

    /// Reads an answer; nil where it is malformed.
    init?(_ json: JSONValue) {
        switch json["action"]?.stringValue {
        case "accept":
            let content = json["content"] ?? .null
            if content.isNull {
                self = .accept([:])
            } else if let fields = content.objectValue {
                self = .accept(fields)
            } else {
                return nil
            }
        case "decline": self = .decline
        case "cancel": self = .cancel
        default: return nil
        }
    }
}
