import JSON

/// The families of the API's resources, by the two digits that start their error codes.
enum Resource: String, Sendable {
    case calls = "01"
    case messages = "02"
    case webhooks = "03"
    case phoneNumbers = "04"
    case summaries = "05"
    case transcripts = "06"
    case customFields = "07"
    case contacts = "08"
    case recordings = "09"
    case conversations = "10"
    case users = "11"
    case voicemails = "12"
    /// What no family answers for: an unknown path.
    case none = "00"

    /// Tasks came later, and share their digits with transcripts.
    static let tasks = Resource.transcripts
}

/// An answer of 400 or above.
struct ErrorAnswer: Error, Sendable {
    /// One thing wrong with a request.
    struct Detail: Sendable {
        /// A JSON Pointer into the query or the body, for example `/maxResults`.
        let path: String
        let message: String
        /// What was sent; nil where nothing was.
        let value: JSONValue?
        /// The JSON type that is expected.
        let type: String
    }

    let status: Int
    let code: String
    let title: String
    let message: String
    /// The fixed sentence that some errors carry besides their message.
    var description: String?
    var details: [Detail] = []

    /// - Parameter subcode: The two digits that tell errors of one family and status apart.
    init(_ resource: Resource, _ status: Int, _ title: String, _ message: String, subcode: String = "00") {
        self.status = status
        code = resource.rawValue + subcode + String(status)
        self.title = title
        self.message = message
    }

    static func badRequest(_ resource: Resource, _ details: [Detail]) -> ErrorAnswer {
        var answer = ErrorAnswer(resource, 400, "Bad Request", "The request is not valid")
        answer.details = details
        return answer
    }

    static func badRequest(_ resource: Resource, _ message: String) -> ErrorAnswer {
        ErrorAnswer(resource, 400, "Bad Request", message)
    }

    static func unauthorized(_ resource: Resource) -> ErrorAnswer {
        ErrorAnswer(resource, 401, "Unauthorized", "The Authorization header must be an API key, without a prefix")
    }

    static func forbidden(_ resource: Resource, _ message: String) -> ErrorAnswer {
        ErrorAnswer(resource, 403, "Forbidden", message)
    }

    static func notFound(_ resource: Resource, _ message: String) -> ErrorAnswer {
        ErrorAnswer(resource, 404, "Not Found", message)
    }

    /// The user has no access to the phone number.
    static func notPhoneNumberUser(_ resource: Resource) -> ErrorAnswer {
        // Messages number this error differently from the other families.
        var answer = ErrorAnswer(
            resource, 403, "Not Phone Number User", "The user has no access to this phone number",
            subcode: resource == .messages ? "02" : "01")
        answer.description = answer.title
        return answer
    }

    /// An error whose description repeats its title.
    static func described(
        _ resource: Resource, _ status: Int, _ title: String, _ message: String, subcode: String
    ) -> ErrorAnswer {
        var answer = ErrorAnswer(resource, status, title, message, subcode: subcode)
        answer.description = title
        return answer
    }

    /// The body in the envelope of the dated version, which tells code and status for webhooks alone.
    func datedBody(trace: String) -> JSONValue {
        var object: JSONObject = [
            "title": .string(title), "message": .string(message), "docs": "https://quo.com/docs",
            "trace": .string(trace),
        ]
        if code.hasPrefix(Resource.webhooks.rawValue) {
            object["code"] = .string(code)
            object["status"] = .number(JSONNumber(Int64(status)))
        }
        if !details.isEmpty { object["errors"] = .array(details.map(\.body)) }
        return .object(object)
    }

    /// The body.
    ///
    /// - Parameter trace: The identifier that a request to the vendor's support would quote.
    func body(trace: String) -> JSONValue {
        var object: JSONObject = [
            "message": .string(message), "code": .string(code), "status": .number(JSONNumber(Int64(status))),
            "docs": "https://openphone.com/docs", "title": .string(title), "trace": .string(trace),
        ]
        if let description { object["description"] = .string(description) }
        if !details.isEmpty { object["errors"] = .array(details.map(\.body)) }
        return .object(object)
    }
}

extension ErrorAnswer.Detail {
    fileprivate var body: JSONValue {
        var object: JSONObject = ["path": .string(path), "message": .string(message)]
        if let value { object["value"] = value }
        object["schema"] = ["type": .string(type)]
        return .object(object)
    }
}
