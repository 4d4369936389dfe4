import JSON
import QuoAPI

extension DatedRoute {
    /// Messages, calls and conversations.
    static let activity: [DatedRoute] = [
        DatedRoute(.listMessagesDated, .messages, reading: Workspace.listDatedMessages),
        DatedRoute(.sendMessageDated, .messages) { (workspace, input) throws(ErrorAnswer) in
            // What the operation takes is not known, so it takes what the first version's does.
            try workspace.sendMessage(input.first(""))
        },
        DatedRoute(.getMessageByIdDated, .messages, reading: Workspace.getDatedMessage),
        DatedRoute(.retryMessageDated, .messages) { (workspace, input) throws(ErrorAnswer) in
            try workspace.retryDatedMessage(input)
        },
        DatedRoute(.listCallsDated, .calls, reading: Workspace.listDatedCalls),
        DatedRoute(.getCallByIdDated, .calls, reading: Workspace.getDatedCall),
        DatedRoute(.getCallRecordingsDated, .recordings, reading: Workspace.listDatedRecordings),
        DatedRoute(.getCallTranscriptsDated, .transcripts, reading: Workspace.listDatedTranscripts),
        DatedRoute(.listConversationsDated, .conversations, reading: Workspace.listDatedConversations),
        DatedRoute(.markConversationAsReadDated, .conversations) { (workspace, input) throws(ErrorAnswer) in
            Workspace.enveloped(try workspace.markAsRead(input.first("conversationId")))
        },
        DatedRoute(.markConversationAsDoneDated, .conversations) { (workspace, input) throws(ErrorAnswer) in
            Workspace.enveloped(try workspace.markAsDone(input.first("conversationId")))
        },
        DatedRoute(.markConversationAsOpenDated, .conversations) { (workspace, input) throws(ErrorAnswer) in
            Workspace.enveloped(try workspace.markAsOpen(input.first("conversationId")))
        },
    ]
}

// MARK: - Messages

extension Workspace {
    /// A text to this number fails, and sending it again delivers it; the first version calls that undelivered.
    static let failingNumber = "+16145550187"

    func listDatedMessages(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        var found: [(message: Message, conversation: Conversation)] = []
        for conversation in conversations
        where input.text("phoneNumberId") ?? conversation.phoneNumberID == conversation.phoneNumberID {
            found += conversation.messages.filter { isWanted($0, input) }.map { ($0, conversation) }
        }
        found.sort { $0.message.pageKey > $1.message.pageKey }
        return try input.page(found, id: \.message.id) { datedBody($0.message, in: $0.conversation) }
    }

    private func isWanted(_ message: Message, _ input: DatedInput) -> Bool {
        func isFitting(_ name: String, _ value: String) -> Bool { input.text(name) ?? value == value }
        let recipients = input.texts("to[all]").map(Set.init) ?? Set(message.to)
        return isFitting("from", message.from) && isFitting("direction", message.direction.rawValue)
            && isFitting("userId", message.userID) && isFitting("status", message.progress(at: now).status)
            && input.text("to").map(message.to.contains) ?? true && recipients == Set(message.to)
            && input.bounds("createdAt", message.createdAt)
    }

    func getDatedMessage(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (conversation, message) = try datedPlace(input)
        return .data(datedBody(conversations[conversation].messages[message], in: conversations[conversation]))
    }

    /// Sends a failed text again; nothing else can be.
    mutating func retryDatedMessage(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (conversation, message) = try datedPlace(input)
        guard conversations[conversation].messages[message].progress(at: now).status == "failed" else {
            throw ErrorAnswer(.messages, 422, "Unprocessable Entity", "Only a failed message can be sent again")
        }
        conversations[conversation].messages[message].retriedAt = now
        noteText(conversations[conversation].messages[message], in: conversations[conversation])
        return .json(202, [:])
    }

    private func datedPlace(_ input: DatedInput) throws(ErrorAnswer) -> (conversation: Int, message: Int) {
        for (place, conversation) in conversations.enumerated() {
            let message = conversation.messages.firstIndex { $0.id == input.path["messageId"] }
            if let message { return (place, message) }
        }
        throw .notFound(.messages, "Message not found")
    }

    private func datedBody(_ message: Message, in conversation: Conversation) -> JSONValue {
        guard case .object(var object) = body(message, in: conversation) else { return .null }
        object["status"] = .string(message.progress(at: now).status)
        object["media"] = object["media"] ?? []
        return .object(object)
    }
}

// MARK: - Conversations

extension Workspace {
    func listDatedConversations(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let lines = input.texts("phoneNumberId[in]", orOne: "phoneNumberId")
        let found = conversations.filter { conversation in
            lines?.contains(conversation.phoneNumberID) ?? true && input.bounds("createdAt", conversation.createdAt)
                && input.bounds("updatedAt", conversation.updatedAt)
        }
        let order = input.text("sort") ?? "createdAt:desc"
        let isByChange = order.hasPrefix("updatedAt")
        var sorted = found.sorted { left, right in
            let moments = isByChange ? (left.updatedAt, right.updatedAt) : (left.createdAt, right.createdAt)
            return (moments.0, left.id) < (moments.1, right.id)
        }
        if order.hasSuffix(":desc") { sorted.reverse() }
        return try input.page(sorted, id: \.id) { Self.withoutAssignee($0.body) }
    }

    /// A conversation as the dated version tells it, from one as the first does.
    private static func withoutAssignee(_ conversation: JSONValue) -> JSONValue {
        .object(conversation.objectValue?.without(["assignedTo"]) ?? [:])
    }

    /// The first version's answer to a mark as the dated one gives it.
    fileprivate static func enveloped(_ answer: Answer) -> Answer {
        guard case .json(let status, let conversation) = answer else { return answer }
        return .data(withoutAssignee(conversation), status: status)
    }
}
