import JSON

/// Which way a message or a call went.
enum Direction: String, Sendable { case incoming, outgoing }

/// One text.
struct Message: Sendable {
    let id: String
    let from: String
    let to: [String]
    let text: String
    let direction: Direction
    let userID: String
    let createdAt: Timestamp
    /// Whether the carrier refuses it in the end.
    var isUndeliverable = false
    /// Whether it fails, which sending it again mends.
    var isFailing = false
    /// When it was sent again.
    var retriedAt: Timestamp?
    /// The name of the picture that came with it.
    var picture: String?

    /// How long after it was sent its fate is decided, in milliseconds.
    static let settlingTime: Int64 = 2_500

    /// Its place in the list.
    var pageKey: PageKey { PageKey(moment: createdAt, identifier: id) }

    /// How far it has got by a moment, and since when.
    func progress(at now: Timestamp) -> (status: String, since: Timestamp) {
        let start = retriedAt ?? createdAt
        let sent = start.adding(1_000)
        let settled = start.adding(Self.settlingTime)
        if direction == .incoming { return ("delivered", createdAt) }
        if now < sent { return ("queued", start) }
        if now < settled { return ("sent", sent) }
        if isFailing, retriedAt == nil { return ("failed", settled) }
        return (isUndeliverable ? "undelivered" : "delivered", settled)
    }
}

/// An answer on its way.
struct PendingReply: Sendable {
    let due: Timestamp
    let from: String
    /// All people of the thread; one besides the sender makes it a group.
    let participants: [String]
    let phoneNumberID: String
    let text: String
}

extension Workspace {
    func listMessages(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let phoneNumberID = reader.identifier("phoneNumberId", prefix: "PN", isRequired: true)
        let userID = reader.identifier("userId", prefix: "US")
        let participants = reader.list("participants", isRequired: true, count: 1...10)
        for (index, number) in participants.enumerated() where !number.isEmpty {
            reader.validation.requireE164("/participants/\(index)", number)
        }
        let span = reader.span(after: "createdAfter", before: "createdBefore")
        let since = reader.timestamp("since")
        let page = PageRequest(.messages, upTo: 100, from: &reader)
        try reader.validation.finish(.messages)

        let line = try line(phoneNumberID ?? "", userID: userID, .messages)
        guard let conversation = conversation(line.id, participants) else {
            return page.answer([Message](), key: \.pageKey, body: { _ in .null })
        }
        // The old parameter `since` is documented to act as createdBefore.
        let old = TimeSpan(after: nil, before: since)
        let matches = conversation.messages.filter { message in
            (userID ?? message.userID) == message.userID && span.contains(message.createdAt)
                && old.contains(message.createdAt)
        }
        return page.answer(matches, key: \.pageKey, body: { body($0, in: conversation) })
    }

    func getMessage(_ input: Input) throws(ErrorAnswer) -> Answer {
        try checkIdentifier(input.identifier, prefix: "AC", name: "id", .messages)
        for conversation in conversations {
            if let message = conversation.messages.first(where: { $0.id == input.identifier }) {
                return .data(body(message, in: conversation))
            }
        }
        throw .notFound(.messages, "Message not found")
    }

    mutating func sendMessage(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = try BodyReader(input, .messages)
        let content = reader.requiredString("content", length: 1...1_600)
        if !content.isEmpty, content.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            reader.validation.fail("/content", "Expected string to match '.*\\S.*'", .string(content), type: "string")
        }
        let from = reader.requiredString("from")
        if !from.isEmpty, !from.hasPrefix("PN") { reader.validation.requireE164("/from", from) }
        let numbers = reader.strings("to", isRequired: true, count: 1...10) ?? []
        for (index, number) in numbers.enumerated() { reader.validation.requireE164("/to/\(index)", number) }
        let userID = reader.optionalIdentifier("userId", prefix: "US")
        let inboxStatus = reader.optionalString("setInboxStatus")
        if let inboxStatus, inboxStatus != "done" {
            reader.validation.fail("/setInboxStatus", "Expected 'done'", .string(inboxStatus), type: "string")
        }
        try reader.finish(.messages)

        let lineID = phoneNumbers.first { $0.id == from || $0.number == from }?.id ?? from
        let line = try line(lineID, userID: userID, .messages)
        // Several are the people of one group; nobody is in it twice.
        let recipients = numbers.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let marked = recipients.compactMap { MarkedNumber(rawValue: $0) }
        for recipient in recipients { try checkMayText(recipient, from: line, MarkedNumber(rawValue: recipient)) }

        let message = Message(
            id: random.hexadecimalIdentifier("AC", digits: 32), from: line.number, to: recipients, text: content,
            direction: .outgoing, userID: userID ?? line.userIDs.first ?? ownerID, createdAt: now,
            isUndeliverable: marked.contains(.undelivered) || marked.contains(.optedOut),
            isFailing: recipients.contains(Self.failingNumber))
        let conversation = append(
            message, to: recipients, phoneNumberID: line.id, isDone: inboxStatus == "done")
        noteText(message, in: conversation)
        for person in marked { scheduleReply(of: person, in: conversation) }
        return marked.contains(.answerLost) ? .connectionLost : .data(body(message, in: conversation), status: 202)
    }

    /// - Throws: What the API says where the number or its marks stand in the way.
    private mutating func checkMayText(
        _ recipient: String, from line: PhoneNumber, _ marked: MarkedNumber?
    ) throws(ErrorAnswer) {
        if line.restrictedRegions.contains(Region(of: recipient)) {
            throw .forbidden(.messages, "Messaging to this region is restricted for this phone number")
        }
        switch marked {
        case .notEnoughCredits:
            var answer = ErrorAnswer(
                .messages, 402, "Not Enough Credits", "Not enough prepaid credits to send the message", subcode: "00")
            answer.description = "The organization does not have enough prepaid credits to send the message"
            throw answer
        case .registrationNotApproved:
            throw .described(
                .messages, 400, "A2P Registration Not Approved",
                "The carrier registration of this organization is not approved", subcode: "06")
        case .dailyCapReached:
            throw .described(
                .messages, 403, "A2P 10DLC Daily Message Cap Reached",
                "The carriers' daily message cap of this organization is reached", subcode: "04")
        case .internationalDisabled:
            throw .forbidden(.messages, "International messaging is disabled for this workspace")
        case .serverError:
            throw ErrorAnswer(.messages, 500, "Unknown", "An unknown error occurred", subcode: "01")
        case .busyOnce where !hasBeenBusy:
            hasBeenBusy = true
            throw ErrorAnswer(.messages, 429, "Too Many Requests", "Too many requests")
        case .busyOnce, .undelivered, .optedOut, .repliesAtOnce, .repliesSoon, .repliesLater, .answerLost, nil: return
        }
    }

    private mutating func scheduleReply(of person: MarkedNumber, in conversation: Conversation) {
        guard let delay = person.replyDelay else { return }
        let count = replyCounts[person.number, default: 0]
        replyCounts[person.number] = count + 1
        let text = person.replies[count % person.replies.count]
        pendingReplies.append(
            PendingReply(
                due: now.adding(delay), from: person.number, participants: conversation.participants,
                phoneNumberID: conversation.phoneNumberID, text: text))
    }

    /// Files a reply that has arrived.
    ///
    /// - Returns: The id of its message; nil where the line does not exist.
    @discardableResult mutating func receive(_ reply: PendingReply) -> String? {
        guard let line = phoneNumbers.first(where: { $0.id == reply.phoneNumberID }) else { return nil }
        let message = Message(
            id: random.hexadecimalIdentifier("AC", digits: 32), from: reply.from, to: [line.number], text: reply.text,
            direction: .incoming, userID: line.userIDs.first ?? ownerID, createdAt: reply.due)
        let conversation = append(message, to: reply.participants, phoneNumberID: line.id, isDone: false)
        noteText(message, in: conversation)
        return message.id
    }

    func body(_ message: Message, in conversation: Conversation) -> JSONValue {
        let progress = message.progress(at: now)
        var object: JSONObject = [
            "id": .string(message.id), "conversationId": .string(conversation.id), "to": .strings(message.to),
            "from": .string(message.from), "text": .string(message.text),
            "phoneNumberId": .string(conversation.phoneNumberID),
            "direction": .string(message.direction.rawValue), "userId": .string(message.userID),
            // The first version has no other word for it.
            "status": .string(progress.status == "failed" ? "undelivered" : progress.status),
            "createdAt": .string(message.createdAt.text),
            "updatedAt": .string(progress.since.text),
        ]
        if let picture = message.picture {
            let url = "https://media.quo-sandbox.invalid/\(message.id)/\(picture)"
            object["media"] = [["url": .string(url), "type": "image/jpeg"]]
        }
        return .object(object)
    }
}

extension Region {
    /// The area codes of +1 that are Canadian.
    private static let canadian: Set<Int> = [
        204, 226, 236, 249, 250, 257, 263, 289, 306, 343, 354, 365, 367, 368, 382, 403, 416, 418, 428, 431, 437, 438,
        450, 460, 468, 474, 506, 514, 519, 537, 548, 579, 581, 584, 587, 604, 613, 639, 647, 672, 683, 705, 709, 742,
        753, 778, 780, 782, 807, 819, 825, 867, 873, 879, 902, 905, 942,
    ]

    /// The area codes of +1 in the Caribbean and the Atlantic that belong to neither country.
    private static let caribbean: Set<Int> = [
        242, 246, 264, 268, 284, 345, 441, 473, 649, 658, 664, 721, 758, 767, 784, 809, 829, 849, 868, 869, 876,
    ]

    /// The region of a phone number in E.164.
    init(of number: String) {
        guard number.hasPrefix("+1"), let areaCode = Int(number.dropFirst(2).prefix(3)) else {
            self = .international
            return
        }
        if Self.canadian.contains(areaCode) {
            self = .canada
        } else {
            self = Self.caribbean.contains(areaCode) ? .international : .unitedStates
        }
    }
}
