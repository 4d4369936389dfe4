import HTTP
import JSON
import QuoAPI

extension SandboxClient {
    /// Sends a request of the dated version.
    func dated(
        _ method: HTTPMethod, _ target: String, body: JSONValue? = nil,
        headers: [HTTPHeader] = [HTTPHeader("Authorization", "test-key"), HTTPHeader("Quo-Api-Version", "2026-03-30")]
    ) async throws -> SandboxAnswer {
        try await send(method, target, body: body, headers: headers)
    }
}

/// Arguments with which each operation of both contracts succeeds in a new workspace.
struct OperationCase {
    let client: SandboxClient
    let operation: Operation

    struct Missing: Error { let what: String }

    func arguments() async throws -> OperationArguments {
        var path: [String: String] = [:]
        for parameter in operation.parameters where parameter.location == .path {
            path[parameter.name] = try await identifier(parameter.name, path)
        }
        try await prepare()
        return OperationArguments(path: path, query: try await query(), body: try await body(path))
    }

    private func text(_ value: JSONValue?, _ what: String) throws -> String {
        guard let text = value?.stringValue else { throw Missing(what: what) }
        return text
    }

    // MARK: Paths

    private func identifier(_ name: String, _ known: [String: String]) async throws -> String {
        switch name {
        case "userId": return try await client.user("Luis")
        case "phoneNumberId": return try await client.line("Main Line")
        case "conversationId": return try await conversation()
        case "callId" where operation.path.contains("voicemails"):
            return try await client.call("call-voicemails") { _ in true }
        case "callId": return try await client.call("call-recordings") { $0.arrayValue?.isEmpty == false }
        case "messageId": return try await failedMessage()
        case "contactId": return try text(try await client.contact("Tom", "Becker")["id"], "contact")
        case "noteId":
            let note = try await client.dated(
                .post, "/contacts/\(known["contactId"] ?? "")/notes", body: ["text": "Prefers mornings"])
            return try text(note.data["id"], "note")
        case "propertyId":
            let properties = try await client.dated(
                .get, "/contacts/\(known["contactId"] ?? "")/properties?type=phone-number")
            return try text(properties.items.first?["id"], "property")
        case "taskId": return try text(try await task()["taskId"], "task")
        case "webhookId":
            let webhook = try await client.dated(
                .post, "/webhooks", body: ["url": "https://example.com/hook", "events": ["message.received"]])
            return try text(webhook.data["id"], "webhook")
        case "deliveryId":
            let webhook = known["webhookId"] ?? ""
            _ = try await client.dated(
                .post, "/webhooks/\(webhook)/events/test", body: ["eventType": "call.missed"])
            let deliveries = try await client.dated(.get, "/webhooks/\(webhook)/events")
            return try text(deliveries.items.first?["id"], "delivery")
        default: return try await firstVersionIdentifier()
        }
    }

    /// The first version calls most of them plainly `id`.
    private func firstVersionIdentifier() async throws -> String {
        if operation.path.contains("contacts") {
            return try text(try await client.contact("Tom", "Becker")["id"], "contact")
        }
        if operation.path.contains("webhooks") {
            return try text(try await client.get("/v1/webhooks").items.first?["id"], "webhook")
        }
        if operation.path.contains("messages") {
            return try text(try await client.thread("+16145550112").first?["id"], "text")
        }
        return try await client.call("call-summaries") { $0["status"]?.stringValue == "completed" }
    }

    private func conversation() async throws -> String {
        if operation.id.lowercased().contains("unlink") {
            return try text(try await task()["conversationId"], "linked conversation")
        }
        return try text(try await client.get("/v1/conversations?maxResults=1").items.first?["id"], "conversation")
    }

    private func task() async throws -> JSONValue {
        let tasks = try await client.get("/v1/tasks?maxResults=100").items
        guard
            let task = tasks.first(where: {
                $0["assignedTo"]?.stringValue != nil && $0["conversationId"]?.stringValue != nil
            })
        else { throw Missing(what: "task") }
        return task
    }

    private func failedMessage() async throws -> String {
        let sent = try await client.text("+16145550187")
        client.clock.advance(seconds: 5)
        return try text(sent.data["id"], "failed text")
    }

    // MARK: Before, and beside

    private func prepare() async throws {
        guard operation.path.hasPrefix("/a2p-registration"), operation.id != "createA2PRegistration" else { return }
        _ = try await client.dated(.post, "/a2p-registration", body: Self.registration)
    }

    private func query() async throws -> [OperationArguments.QueryItem] {
        let names = operation.parameters.filter { $0.location == .query && $0.isRequired }.map(\.name)
        var items: [OperationArguments.QueryItem] = []
        for name in names {
            switch name {
            case "phoneNumberId": items.append(.init(name, try await client.line("Main Line")))
            case "participants": items.append(.init(name, ["+16145550111"]))
            default: items.append(.init(name, "5"))
            }
        }
        return items
    }

    private func body(_ path: [String: String]) async throws -> JSONValue? {
        guard operation.bodySchema != nil else { return nil }
        let member = JSONValue.string(try await client.user("Luis"))
        switch operation.id {
        case "sendMessage_v1", "sendMessage":
            return ["content": "Hello", "from": .string(try await client.line("Main Line")), "to": ["+16145550112"]]
        case "createContact_v1": return ["defaultFields": ["firstName": "Ada"]]
        case "updateContactById_v1": return ["defaultFields": ["company": "Example"]]
        case "createContact": return ["firstName": "Ada", "company": .null]
        case "updateContactById": return ["company": "Example"]
        case "createContactNote", "updateContactNote": return ["text": "Prefers evenings"]
        case "createContactProperty": return ["type": "email", "name": "work", "value": "tom@example.com"]
        case "updateContactProperty": return ["name": "home"]
        case "createTask_v1", "tasks.create":
            return ["title": "Call", "description": "Today", "conversationId": .string(try await conversation())]
        case "updateTask_v1", "tasks.update": return ["title": "Call", "description": "Today"]
        case "changeTaskDueDate_v1", "tasks.updateDueDate": return ["dueDate": "2026-06-01T09:00:00Z"]
        case "assignTask_v1", "tasks.assignUser": return ["userId": member]
        case "unassignTask_v1", "tasks.unassignUser": return ["userId": try await task()["assignedTo"] ?? .null]
        case "linkTaskToConversation_v1", "unlinkTaskFromConversation_v1", "tasks.linkConversation",
            "tasks.unlinkConversation":
            return ["conversationId": .string(try await conversation())]
        case "tasks.updateStatus": return ["status": "completed"]
        case "createMessageWebhook_v1": return Self.webhook("message.received")
        case "createCallWebhook_v1": return Self.webhook("call.completed")
        case "createCallSummaryWebhook_v1": return Self.webhook("call.summary.completed")
        case "createCallTranscriptWebhook_v1": return Self.webhook("call.transcript.completed")
        case "createHeaderVersionedWebhook": return Self.webhook("task.overdue")
        case "updateHeaderVersionedWebhookById": return ["label": "CRM", "resourceIds": .null]
        case "sendHeaderVersionedTestWebhookEvent": return ["eventType": "message.failed"]
        case "createA2PRegistration": return Self.registration
        case "updateA2PRegistration": return ["employeeCount": 5]
        default: throw Missing(what: "a body of \(operation.id)")
        }
    }

    private static func webhook(_ event: String) -> JSONValue {
        ["url": "https://example.com/hook", "events": [.string(event)]]
    }

    static let registration: JSONValue = [
        "name": "Brightwater Plumbing", "businessType": "Limited Liability Corporation", "companyType": "Private",
        "industry": "Construction", "employeeCount": 4, "avgDailyCallVolume": 30,
        "regionsOfOperation": ["USA and Canada"], "websiteUrl": "https://brightwater.example",
        "idType": "USA: Employer Identification Number (EIN)", "idNumber": "00-0000000",
        "address": [
            "line1": "1 Main Street", "city": "Columbus", "region": "OH", "postalCode": "43201", "country": "US",
        ],
        "personOfContact": [
            "firstName": "Dana", "lastName": "Whitaker", "jobTitle": "Owner", "jobPosition": "Director",
            "email": "dana@brightwater.example", "phoneNumber": "+16145550100",
        ],
        "messageTypes": ["customer_support"],
    ]
}
