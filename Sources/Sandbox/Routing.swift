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

    init(_ method: HTTPMethod, _ path: String, _ resource: Resource, _ handle: @escaping Handler) {
        self.method = method
        template = path.split(separator: "/")
        self.resource = resource
        self.handle = handle
    }

    /// A route that changes nothing.
    init(
        _ path: String, _ resource: Resource,
        reading handle: @escaping @Sendable (Workspace) -> (Input) throws(ErrorAnswer) -> Answer
    ) {
        self.init(.get, path, resource) { (workspace, input) throws(ErrorAnswer) in try handle(workspace)(input) }
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

    /// All 43 operations of v1.
    static let all = common + tasks

    /// All but those of tasks.
    private static let common: [Route] = [
        Route("/v1/calls", .calls, reading: Workspace.listCalls),
        Route("/v1/calls/{callId}", .calls, reading: Workspace.getCall),
        Route("/v1/call-recordings/{callId}", .recordings, reading: Workspace.getRecordings),
        Route("/v1/call-summaries/{callId}", .summaries, reading: Workspace.getSummary),
        Route("/v1/call-transcripts/{id}", .transcripts, reading: Workspace.getTranscript),
        Route("/v1/call-voicemails/{callId}", .voicemails, reading: Workspace.getVoicemail),
        Route("/v1/contact-custom-fields", .customFields, reading: Workspace.getCustomFields),
        Route("/v1/contacts", .contacts, reading: Workspace.listContacts),
        Route(.post, "/v1/contacts", .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createContact(input)
        },
        Route("/v1/contacts/{id}", .contacts, reading: Workspace.getContact),
        Route(.patch, "/v1/contacts/{id}", .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateContact(input)
        },
        Route(.delete, "/v1/contacts/{id}", .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deleteContact(input)
        },
        Route("/v1/conversations", .conversations, reading: Workspace.listConversations),
        Route(.post, "/v1/conversations/{conversationId}/mark-as-read", .conversations) {
            (workspace, input) throws(ErrorAnswer) in try workspace.markAsRead(input)
        },
        Route(.post, "/v1/conversations/{conversationId}/mark-as-done", .conversations) {
            (workspace, input) throws(ErrorAnswer) in try workspace.markAsDone(input)
        },
        Route(.post, "/v1/conversations/{conversationId}/mark-as-open", .conversations) {
            (workspace, input) throws(ErrorAnswer) in try workspace.markAsOpen(input)
        },
        Route("/v1/messages", .messages, reading: Workspace.listMessages),
        Route(.post, "/v1/messages", .messages) { (workspace, input) throws(ErrorAnswer) in
            try workspace.sendMessage(input)
        },
        Route("/v1/messages/{id}", .messages, reading: Workspace.getMessage),
        Route("/v1/phone-numbers", .phoneNumbers, reading: Workspace.listPhoneNumbers),
        Route("/v1/phone-numbers/{phoneNumberId}", .phoneNumbers, reading: Workspace.getPhoneNumber),
        Route("/v1/users", .users, reading: Workspace.listUsers),
        Route("/v1/users/{userId}", .users, reading: Workspace.getUser),
        Route("/v1/webhooks", .webhooks, reading: Workspace.listWebhooks),
        Route("/v1/webhooks/{id}", .webhooks, reading: Workspace.getWebhook),
        Route(.delete, "/v1/webhooks/{id}", .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deleteWebhook(input)
        },
        Route(.post, "/v1/webhooks/messages", .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createWebhook(.messages, input)
        },
        Route(.post, "/v1/webhooks/calls", .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createWebhook(.calls, input)
        },
        Route(.post, "/v1/webhooks/call-summaries", .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createWebhook(.callSummaries, input)
        },
        Route(.post, "/v1/webhooks/call-transcripts", .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createWebhook(.callTranscripts, input)
        },
    ]
}
