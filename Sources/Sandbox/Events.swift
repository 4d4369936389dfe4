package import JSON
import QuoAPI

/// Something that happened in the simulated workspace, as webhooks tell of it.
package struct SandboxEvent: Sendable {
    /// Its id, which begins with EV.
    package let id: String
    /// The name of its type, such as `message.received`.
    package let type: String
    /// When it happened, in milliseconds since 1970.
    package let time: Int64
    /// In the form of the version 2026-03-30.
    package let content: JSONValue
    /// In the form of v1; nil where that does not tell of it.
    package let legacyContent: JSONValue?
    /// The line that it is about; nil where it is about the whole workspace.
    let lineID: String?
}

/// What happened and is not told yet.
struct EventLog: Sendable {
    /// The most that are kept where nobody asks for them.
    private static let limit = 1_000

    /// Draws identifiers.
    ///
    /// Apart from what draws the workspace's, which stays as it is; and other ones at each start, because receivers know a
    /// delivery again by its id.
    var random: RandomSource
    /// What nobody has asked for yet, oldest first.
    private(set) var events: [SandboxEvent] = []
    /// The texts whose fate is not told yet, and when it is decided.
    var openTexts: [(id: String, due: Timestamp)] = []
    var deliveries: [PendingDelivery] = []
    var lastDelivery = 0

    init(start: Timestamp) { random = RandomSource(seed: UInt64(bitPattern: start.milliseconds)) }

    mutating func append(_ event: SandboxEvent) {
        if events.count >= Self.limit { events.removeFirst() }
        events.append(event)
    }

    mutating func take() -> [SandboxEvent] {
        defer { events = [] }
        return events
    }
}

extension Workspace {
    /// Tells of something, now, to whoever asks and to the webhooks that want it.
    private mutating func tell(
        _ type: String, on lineID: String?, at moment: Timestamp, _ resource: JSONObject, context: JSONObject,
        legacy: JSONObject? = nil
    ) {
        let id = log.random.hexadecimalIdentifier("EV", digits: 32)
        let content: JSONObject = [
            "id": .string(id), "apiVersion": .string(VersionPreference.dated.rawValue),
            "createdAt": .string(moment.text), "type": .string(type),
            "data": ["resource": .object(resource), "context": .object(context), "links": ["quo": .null]],
        ]
        let legacyContent = legacy.map { object -> JSONValue in
            [
                "id": .string(id), "object": "event", "apiVersion": "v4", "createdAt": .string(moment.text),
                "type": .string(type), "data": ["object": .object(object)],
            ]
        }
        let event = SandboxEvent(
            id: id, type: type, time: moment.milliseconds, content: .object(content), legacyContent: legacyContent,
            lineID: lineID)
        log.append(event)
        deliver(event)
    }

    /// What every event says of where it happened.
    private func place(_ line: PhoneNumber?, _ conversation: String?, user: String) -> JSONObject {
        [
            "orgId": .string(organizationID), "phoneNumberId": .nullable(line?.id),
            "conversationId": .nullable(conversation), "userId": .string(user),
        ]
    }

    private func contacts(with numbers: [String]) -> JSONValue {
        let ids = contacts.filter { contact in contact.phoneNumbers.contains { numbers.contains($0.value) } }.map(\.id)
        return ["ids": .strings(ids), "lookupStatus": ids.isEmpty ? "none" : "matched"]
    }
}

// MARK: - Texts

extension Workspace {
    /// Tells of a text that arrived, or follows one that was sent until its fate is decided.
    mutating func noteText(_ message: Message, in conversation: Conversation) {
        if message.direction == .outgoing {
            let settled = (message.retriedAt ?? message.createdAt).adding(Message.settlingTime)
            log.openTexts.append((message.id, settled))
        } else {
            tell("message.received", message, in: conversation, status: "received", at: message.createdAt)
        }
    }

    /// Tells of the texts whose fate is decided by now.
    mutating func tellFates() {
        guard log.openTexts.contains(where: { $0.due <= now }) else { return }
        let due = log.openTexts.filter { $0.due <= now }
        log.openTexts.removeAll { $0.due <= now }
        for text in due {
            for conversation in conversations {
                guard let message = conversation.messages.first(where: { $0.id == text.id }) else { continue }
                let status = message.progress(at: text.due).status
                tell("message.\(status)", message, in: conversation, status: status, at: text.due)
            }
        }
    }

    private mutating func tell(
        _ type: String, _ message: Message, in conversation: Conversation, status: String, at moment: Timestamp
    ) {
        let line = phoneNumbers.first { $0.id == conversation.phoneNumberID }
        var resource: JSONObject = [
            "id": .string(message.id), "direction": .string(message.direction.rawValue), "text": .string(message.text),
            "status": .string(status), "createdAt": .string(message.createdAt.text),
        ]
        if type == "message.failed" { resource["errorCode"] = "30003" } else { resource["media"] = [] }
        if type == "message.undelivered" { resource["errorCode"] = .null }
        var context = place(line, conversation.id, user: message.userID)
        context["contacts"] = contacts(with: conversation.participants)
        context["senderIdentifier"] = .string(message.from)
        context["recipientIdentifiers"] = .strings(message.to)
        var legacy: JSONObject?
        if type == "message.received" || type == "message.delivered" {
            legacy = [
                "id": .string(message.id), "object": "message", "from": .string(message.from),
                "to": .string(message.to.first ?? ""), "direction": .string(message.direction.rawValue),
                "body": .string(message.text), "media": [], "status": .string(status),
                "createdAt": .string(message.createdAt.text), "userId": .string(message.userID),
                "phoneNumberId": .string(conversation.phoneNumberID), "conversationId": .string(conversation.id),
            ]
        }
        tell(type, on: conversation.phoneNumberID, at: moment, resource, context: context, legacy: legacy)
    }
}

// MARK: - Calls

extension Workspace {
    /// Tells of a call that came in and is over.
    mutating func noteCall(_ call: Call, in conversation: Conversation) {
        guard let line = phoneNumbers.first(where: { $0.id == conversation.phoneNumberID }) else { return }
        let answered = call.answeredAfter.map { call.createdAt.adding(Int64($0) * Timestamp.second) }
        let ended = call.createdAt.adding(Int64(call.duration) * Timestamp.second)
        tell("call.ringing", call, in: conversation, on: line, at: call.createdAt, answered: nil, ended: nil)
        if answered == nil {
            tell("call.missed", call, in: conversation, on: line, at: ended, answered: nil, ended: ended)
        }
        tell("call.completed", call, in: conversation, on: line, at: ended, answered: answered, ended: ended)
    }

    private mutating func tell(
        _ type: String, _ call: Call, in conversation: Conversation, on line: PhoneNumber, at moment: Timestamp,
        answered: Timestamp?, ended: Timestamp?
    ) {
        var resource: JSONObject = [
            "id": .string(call.id), "createdAt": .string(call.createdAt.text), "updatedAt": .string(moment.text),
        ]
        if type != "call.missed" { resource["direction"] = .string(call.direction.rawValue) }
        if type == "call.completed" {
            resource["status"] = answered == nil ? "unanswered" : "answered"
            resource["answeredAt"] = .nullable(answered)
            resource["completedAt"] = .nullable(ended)
            resource["duration"] = .number(JSONNumber(Int64(call.duration)))
            resource["hasVoicemail"] = false
        }
        var context = place(line, conversation.id, user: call.userID)
        context["phoneNumberType"] = "shared"
        context["contacts"] = contacts(with: [call.participant])
        context["participants"] = [
            "workspace": [.string(line.number)], "external": [.string(call.participant)], "resolution": "available",
        ]
        var legacy: JSONObject?
        if type != "call.missed" {
            legacy = [
                "id": .string(call.id), "object": "call", "from": .string(call.participant),
                "to": .string(line.number), "direction": .string(call.direction.rawValue), "media": [],
                "voicemail": .null, "status": type == "call.ringing" ? "ringing" : "completed",
                "createdAt": .string(call.createdAt.text), "answeredAt": .nullable(answered),
                "completedAt": .nullable(ended), "userId": .string(call.userID), "phoneNumberId": .string(line.id),
                "conversationId": .string(conversation.id),
            ]
        }
        tell(type, on: line.id, at: moment, resource, context: context, legacy: legacy)
    }
}

// MARK: - Contacts and tasks

extension Workspace {
    /// Tells of a contact that was changed or deleted.
    mutating func noteContact(_ contact: Contact, _ type: String = "contact.updated") {
        func values(_ items: [ContactItem], _ type: String) -> JSONValue {
            .array(items.map { ["value": .string($0.value), "type": .string(type)] })
        }
        let fields = contact.customFields.compactMap { item -> JSONValue? in
            guard let field = customFields.first(where: { $0.key == item.key }) else { return nil }
            return [
                "name": .string(field.name), "key": .string(field.key), "type": .string(field.kind.rawValue),
                "value": item.value,
            ]
        }
        let resource: JSONObject = [
            "id": .string(contact.id), "firstName": .nullable(contact.firstName),
            "lastName": .nullable(contact.lastName), "company": .nullable(contact.company),
            "role": .nullable(contact.role), "location": .null, "source": .nullable(contact.source),
            "externalId": .nullable(contact.externalID), "emails": values(contact.emails, "email"),
            "phoneNumbers": values(contact.phoneNumbers, "phone-number"), "customFields": .array(fields),
            "createdAt": .string(contact.createdAt.text), "updatedAt": .string(contact.updatedAt.text),
        ]
        let context: JSONObject = [
            "orgId": .string(organizationID), "userId": .string(contact.createdByUserID),
            "sharedWithIds": [.string(organizationID)],
        ]
        tell(type, on: nil, at: now, resource, context: context)
    }

    /// Tells what happened to a task.
    ///
    /// - Parameter members: What events of the type say of it besides its id.
    mutating func noteTask(_ task: WorkspaceTask, _ type: String, _ members: JSONObject = [:]) {
        var resource: JSONObject = ["id": .string(task.id)]
        for member in members { resource[member.name] = member.value }
        let line = phoneNumbers.first { $0.id == task.phoneNumberID }
        var context = place(line, task.conversationID, user: task.createdBy).without(["userId"])
        context["actorId"] = .string(task.createdBy)
        context["activityId"] = .nullable(task.activityID)
        context["phoneNumberGroupId"] = .nullable(line?.groupID)
        tell(type, on: task.phoneNumberID, at: now, resource, context: context)
    }

    /// Tells of the open tasks that became due since a moment.
    mutating func tellOverdue(since moment: Timestamp) {
        for task in tasks where !task.isCompleted {
            guard let due = task.dueDate, due > moment, due <= now else { continue }
            noteTask(task, "task.overdue", ["dueDate": .string(due.text)])
        }
    }
}
