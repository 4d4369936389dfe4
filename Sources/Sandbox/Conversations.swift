import JSON

/// The exchange of one line with one person or one group.
struct Conversation: Sendable {
    let id: String
    let phoneNumberID: String
    /// The other side's numbers.
    let participants: [String]
    /// Set for groups; the app shows a contact's name otherwise.
    var name: String?
    var assignedTo: String?
    var snoozedUntil: Timestamp?
    /// Whether everything in it was seen, which the API does not show.
    var isRead = true
    /// Whether it is filed as done, which the API shows only through the filter `excludeInactive`.
    var isDone = false
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var lastActivityAt: Timestamp
    var lastActivityID: String
    /// Oldest first.
    var messages: [Message] = []
    /// Oldest first.
    var calls: [Call] = []

    var body: JSONValue {
        [
            "assignedTo": .nullable(assignedTo), "createdAt": .string(createdAt.text), "deletedAt": .null,
            "id": .string(id), "lastActivityAt": .string(lastActivityAt.text),
            "lastActivityId": .string(lastActivityID), "mutedUntil": .null, "name": .nullable(name),
            "participants": .strings(participants), "phoneNumberId": .string(phoneNumberID),
            "snoozedUntil": .nullable(snoozedUntil), "updatedAt": .string(updatedAt.text),
        ]
    }
}

extension Workspace {
    func listConversations(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        var lines = reader.list("phoneNumbers", count: 1...100)
        if let line = reader.query.value("phoneNumber") { lines.append(line) }
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("PN") {
            reader.validation.requireE164("/phoneNumbers/\(index)", line)
        }
        let userID = reader.identifier("userId", prefix: "US")
        let created = reader.span(after: "createdAfter", before: "createdBefore")
        let updated = reader.span(after: "updatedAfter", before: "updatedBefore")
        let excludesInactive = reader.boolean("excludeInactive")
        let page = PageRequest(.conversations, upTo: 100, from: &reader)
        try reader.validation.finish(.conversations)
        if let userID, !hasUser(userID) { throw .notFound(.conversations, "User not found") }

        var lineIDs: Set<String> = []
        for line in phoneNumbers {
            let isAskedFor = lines.isEmpty || lines.contains(line.id) || lines.contains(line.number)
            let isVisible = userID.map { line.userIDs.contains($0) } ?? true
            if isAskedFor, isVisible { lineIDs.insert(line.id) }
        }
        let matches = conversations.filter { conversation in
            lineIDs.contains(conversation.phoneNumberID) && created.contains(conversation.createdAt)
                && updated.contains(conversation.updatedAt) && !(excludesInactive && conversation.isDone)
        }
        return page.answer(
            matches, key: { PageKey(moment: $0.lastActivityAt, identifier: $0.id) }, body: \.body)
    }

    /// The conversation of a line with exactly those people.
    func conversation(_ phoneNumberID: String, _ participants: [String]) -> Conversation? {
        conversationIndex(phoneNumberID, participants).map { conversations[$0] }
    }

    private func conversationIndex(_ phoneNumberID: String, _ participants: [String]) -> Int? {
        let people = Set(participants)
        return conversations.firstIndex { conversation in
            conversation.phoneNumberID == phoneNumberID && conversation.participants.count == people.count
                && conversation.participants.allSatisfy(people.contains)
        }
    }

    mutating func markAsRead(_ input: Input) throws(ErrorAnswer) -> Answer { try mark(input) { $0.isRead = true } }

    mutating func markAsDone(_ input: Input) throws(ErrorAnswer) -> Answer { try mark(input) { $0.isDone = true } }

    mutating func markAsOpen(_ input: Input) throws(ErrorAnswer) -> Answer { try mark(input) { $0.isDone = false } }

    /// Answers with the bare conversation, as no other operation does.
    private mutating func mark(
        _ input: Input, _ change: (inout Conversation) -> Void
    ) throws(ErrorAnswer) -> Answer {
        try checkIdentifier(input.identifier, prefix: "CN", name: "conversationId", .conversations)
        guard let index = conversations.firstIndex(where: { $0.id == input.identifier }) else {
            throw .notFound(.conversations, "Conversation not found")
        }
        change(&conversations[index])
        conversations[index].updatedAt = now
        return .json(200, conversations[index].body)
    }

    /// Files a call that came in and is over.
    ///
    /// - Parameter duration: Its length in seconds; nil where nobody answered.
    /// - Returns: Its id.
    mutating func receiveCall(from caller: String, at line: PhoneNumber, duration: Int?) -> String {
        let begun = now.adding(-Int64(duration ?? 0) * Timestamp.second)
        let call = Call(
            id: random.hexadecimalIdentifier("AC", digits: 32), participant: caller, direction: .incoming,
            status: duration == nil ? .missed : .completed, userID: line.userIDs.first ?? ownerID, createdAt: begun,
            duration: duration ?? 0, answeredAfter: duration.map { min(3, $0) })
        let index: Int
        if let known = conversationIndex(line.id, [caller]) {
            index = known
        } else {
            conversations.append(
                Conversation(
                    id: random.hexadecimalIdentifier("CN", digits: 32), phoneNumberID: line.id, participants: [caller],
                    createdAt: begun, updatedAt: begun, lastActivityAt: begun, lastActivityID: call.id))
            index = conversations.count - 1
        }
        conversations[index].calls.append(call)
        conversations[index].lastActivityAt = begun
        conversations[index].lastActivityID = call.id
        conversations[index].updatedAt = now
        conversations[index].isRead = duration != nil
        noteCall(call, in: conversations[index])
        return call.id
    }

    /// Adds a message at the end of its conversation, which is begun where there is none.
    ///
    /// - Returns: The conversation as it is then.
    mutating func append(
        _ message: Message, to participants: [String], phoneNumberID: String, isDone: Bool
    ) -> Conversation {
        let isRead = message.direction == .outgoing
        guard let index = conversationIndex(phoneNumberID, participants) else {
            let conversation = Conversation(
                id: random.hexadecimalIdentifier("CN", digits: 32), phoneNumberID: phoneNumberID,
                participants: participants, isRead: isRead, isDone: isDone, createdAt: message.createdAt,
                updatedAt: message.createdAt, lastActivityAt: message.createdAt, lastActivityID: message.id,
                messages: [message])
            conversations.append(conversation)
            return conversation
        }
        conversations[index].messages.append(message)
        conversations[index].lastActivityAt = message.createdAt
        conversations[index].lastActivityID = message.id
        conversations[index].updatedAt = message.createdAt
        conversations[index].isRead = isRead
        conversations[index].isDone = isDone
        return conversations[index]
    }
}
