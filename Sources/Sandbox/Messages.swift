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

    /// How far it has got by a moment, and since when.
    func progress(at now: Timestamp) -> (status: String, since: Timestamp) {
        let sent = createdAt.adding(1_000)
        let settled = createdAt.adding(2_500)
        if direction == .incoming { return ("delivered", createdAt) }
        if now < sent { return ("queued", createdAt) }
        if now < settled { return ("sent", sent) }
        return (isUndeliverable ? "undelivered" : "delivered", settled)
    }
}

/// An answer on its way.
struct PendingReply: Sendable {
    let due: Timestamp
    let from: String
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
        let messages = conversation(line.id, participants)?.messages ?? []
        // The old parameter `since` is documented to act as createdBefore.
        let old = TimeSpan(after: nil, before: since)
        let matches = messages.filter { message in
            (userID ?? message.userID) == message.userID && span.contains(message.createdAt)
                && old.contains(message.createdAt)
        }
        return page.answer(
            matches, key: { PageKey(moment: $0.createdAt, identifier: $0.id) }, body: { body($0, line.id) })
    }

    func getMessage(_ input: Input) throws(ErrorAnswer) -> Answer {
        try checkIdentifier(input.identifier, prefix: "AC", name: "id", .messages)
        for conversation in conversations {
            if let message = conversation.messages.first(where: { $0.id == input.identifier }) {
                return .data(body(message, conversation.phoneNumberID))
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
        let recipients = reader.strings("to", isRequired: true, count: 1...1) ?? []
        for (index, number) in recipients.enumerated() { reader.validation.requireE164("/to/\(index)", number) }
        let userID = reader.optionalIdentifier("userId", prefix: "US")
        let inboxStatus = reader.optionalString("setInboxStatus")
        if let inboxStatus, inboxStatus != "done" {
            reader.validation.fail("/setInboxStatus", "Expected 'done'", .string(inboxStatus), type: "string")
        }
        try reader.finish(.messages)

        let lineID = phoneNumbers.first { $0.id == from || $0.number == from }?.id ?? from
        let line = try line(lineID, userID: userID, .messages)
        let recipient = recipients.first ?? ""
        let marked = MarkedNumber(rawValue: recipient)
        try checkMayText(recipient, from: line, marked)

        let message = Message(
            id: random.hexadecimalIdentifier("AC", digits: 32), from: line.number, to: recipients, text: content,
            direction: .outgoing, userID: userID ?? line.userIDs.first ?? ownerID, createdAt: now,
            isUndeliverable: marked == .undelivered || marked == .optedOut)
        append(message, to: recipients, phoneNumberID: line.id, isDone: inboxStatus == "done")
        if let marked { scheduleReply(of: marked, phoneNumberID: line.id) }
        return marked == .answerLost ? .connectionLost : .data(body(message, line.id), status: 202)
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
        case .busyOnce, .undelivered, .optedOut, .repliesSoon, .repliesLater, .answerLost, nil: return
        }
    }

    private mutating func scheduleReply(of person: MarkedNumber, phoneNumberID: String) {
        guard let delay = person.replyDelay else { return }
        let count = replyCounts[person.number, default: 0]
        replyCounts[person.number] = count + 1
        let text = person.replies[count % person.replies.count]
        pendingReplies.append(
            PendingReply(due: now.adding(delay), from: person.number, phoneNumberID: phoneNumberID, text: text))
    }

    /// Files a reply that has arrived.
    mutating func receive(_ reply: PendingReply) {
        guard let line = phoneNumbers.first(where: { $0.id == reply.phoneNumberID }) else { return }
        let message = Message(
            id: random.hexadecimalIdentifier("AC", digits: 32), from: reply.from, to: [line.number], text: reply.text,
            direction: .incoming, userID: line.userIDs.first ?? ownerID, createdAt: reply.due)
        append(message, to: [reply.from], phoneNumberID: line.id, isDone: false)
    }

    private func body(_ message: Message, _ phoneNumberID: String) -> JSONValue {
        let progress = message.progress(at: now)
        return [
            "id": .string(message.id), "to": .strings(message.to), "from": .string(message.from),
            "text": .string(message.text), "phoneNumberId": .string(phoneNumberID),
            "direction": .string(message.direction.rawValue), "userId": .string(message.userID),
            "status": .string(progress.status), "createdAt": .string(message.createdAt.text),
            "updatedAt": .string(progress.since.text),
        ]
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
