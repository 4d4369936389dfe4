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

/// A page that the client offers the person to open, for what must not pass through the client.
///
/// An accepting answer says only that the person agreed to open it; whether they are done is known to the page.
public struct ElicitationPage: Sendable, Hashable {
    /// Why the page is to be opened, in plain text.
    public var message: String
    /// Where the page is: without secrets, and of no use to anyone but the person asked.
    public var url: String
    /// Distinguishes this page among all; revisions of 2025 want it.
    public var id: String

    /// Makes a page.
    public init(message: String, url: String, id: String) {
        self.message = message
        self.url = url
        self.id = id
    }

    /// The parameters of `elicitation/create`.
    func parameters(for revision: ProtocolRevision) -> JSONValue {
        var object: JSONObject = ["mode": "url", "message": .string(message), "url": .string(url)]
        if !revision.isModern { object["elicitationId"] = .string(id) }
        return .object(object)
    }
}

/// What became of a form or a page.
public enum ElicitationAnswer: Sendable, Hashable {
    /// The person, or a client that answers for them, sent the form with these fields, or agreed to open the page.
    ///
    /// The fields are as they came: they may be missing or of another type than was asked.
    case accept(JSONObject)
    /// The person said no.
    case decline
    /// The person closed it without choosing.
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
