import HTTP
import JSON

/// What a handler is given of a request.
struct Input {
    /// The value of the path's one placeholder; empty where it has none.
    let identifier: String
    let query: Query
    let body: [UInt8]
}

/// What a handler answers when nothing is wrong.
enum Answer {
    case json(Int, JSONValue)
    /// 204.
    case noContent
    /// The request was carried out, but the connection breaks before the answer arrives.
    case connectionLost

    static func data(_ value: JSONValue, status: Int = 200) -> Answer { .json(status, ["data": value]) }
}

/// One operation of the API: what is asked for, who answers for its errors, and how it is carried out.
struct Route: Sendable {
    typealias Handler = @Sendable (inout Workspace, Input) throws(ErrorAnswer) -> Answer

    let method: HTTPMethod
    let template: [Substring]
    let resource: Resource
    let handle: Handler

    private init(_ method: HTTPMethod, _ path: String, _ resource: Resource, _ handle: @escaping Handler) {
        self.method = method
        template = path.split(separator: "/")
        self.resource = resource
        self.handle = handle
    }

    /// The route of a request, and what its path has in the place of the placeholder.
    static func find(_ method: HTTPMethod, _ path: [String]) -> (route: Route, identifier: String)? {
        for route in all where route.method == method && route.template.count == path.count {
            var identifier = ""
            let isMatch = zip(route.template, path).allSatisfy { expected, segment in
                guard expected.first == "{" else { return segment == expected }
                identifier = segment
                return true
            }
            if isMatch { return (route, identifier) }
        }
        return nil
    }

    /// All 27 operations of v1.
    static let all: [Route] = [
        Route(.get, "/v1/calls", .calls) { (w, input) throws(ErrorAnswer) in try w.listCalls(input) },
        Route(.get, "/v1/calls/{callId}", .calls) { (w, input) throws(ErrorAnswer) in try w.getCall(input) },
        Route(.get, "/v1/call-recordings/{callId}", .recordings) { (w, input) throws(ErrorAnswer) in
            try w.getRecordings(input)
        },
        Route(.get, "/v1/call-summaries/{callId}", .summaries) { (w, input) throws(ErrorAnswer) in
            try w.getSummary(input)
        },
        Route(.get, "/v1/call-transcripts/{id}", .transcripts) { (w, input) throws(ErrorAnswer) in
            try w.getTranscript(input)
        },
        Route(.get, "/v1/call-voicemails/{callId}", .voicemails) { (w, input) throws(ErrorAnswer) in
            try w.getVoicemail(input)
        },
        Route(.get, "/v1/contact-custom-fields", .customFields) { (w, _) throws(ErrorAnswer) in w.getCustomFields() },
        Route(.get, "/v1/contacts", .contacts) { (w, input) throws(ErrorAnswer) in try w.listContacts(input) },
        Route(.post, "/v1/contacts", .contacts) { (w, input) throws(ErrorAnswer) in try w.createContact(input) },
        Route(.get, "/v1/contacts/{id}", .contacts) { (w, input) throws(ErrorAnswer) in try w.getContact(input) },
        Route(.patch, "/v1/contacts/{id}", .contacts) { (w, input) throws(ErrorAnswer) in try w.updateContact(input) },
        Route(.delete, "/v1/contacts/{id}", .contacts) { (w, input) throws(ErrorAnswer) in try w.deleteContact(input) },
        Route(.get, "/v1/conversations", .conversations) { (w, input) throws(ErrorAnswer) in
            try w.listConversations(input)
        },
        Route(.get, "/v1/messages", .messages) { (w, input) throws(ErrorAnswer) in try w.listMessages(input) },
        Route(.post, "/v1/messages", .messages) { (w, input) throws(ErrorAnswer) in try w.sendMessage(input) },
        Route(.get, "/v1/messages/{id}", .messages) { (w, input) throws(ErrorAnswer) in try w.getMessage(input) },
        Route(.get, "/v1/phone-numbers", .phoneNumbers) { (w, input) throws(ErrorAnswer) in
            try w.listPhoneNumbers(input)
        },
        Route(.get, "/v1/phone-numbers/{phoneNumberId}", .phoneNumbers) { (w, input) throws(ErrorAnswer) in
            try w.getPhoneNumber(input)
        },
        Route(.get, "/v1/users", .users) { (w, input) throws(ErrorAnswer) in try w.listUsers(input) },
        Route(.get, "/v1/users/{userId}", .users) { (w, input) throws(ErrorAnswer) in try w.getUser(input) },
        Route(.get, "/v1/webhooks", .webhooks) { (w, input) throws(ErrorAnswer) in try w.listWebhooks(input) },
        Route(.get, "/v1/webhooks/{id}", .webhooks) { (w, input) throws(ErrorAnswer) in try w.getWebhook(input) },
        Route(.delete, "/v1/webhooks/{id}", .webhooks) { (w, input) throws(ErrorAnswer) in try w.deleteWebhook(input) },
        Route(.post, "/v1/webhooks/messages", .webhooks) { (w, input) throws(ErrorAnswer) in
            try w.createWebhook(.messages, input)
        },
        Route(.post, "/v1/webhooks/calls", .webhooks) { (w, input) throws(ErrorAnswer) in
            try w.createWebhook(.calls, input)
        },
        Route(.post, "/v1/webhooks/call-summaries", .webhooks) { (w, input) throws(ErrorAnswer) in
            try w.createWebhook(.callSummaries, input)
        },
        Route(.post, "/v1/webhooks/call-transcripts", .webhooks) { (w, input) throws(ErrorAnswer) in
            try w.createWebhook(.callTranscripts, input)
        },
    ]
}
