extension Workspace {
    /// A moment of a day in the business's own time zone, five hours behind UTC, and never after the start.
    mutating func moment(daysAgo: Int, minute: Int) -> Timestamp {
        let offset = 5 * 60 * Timestamp.minute
        let local = now.milliseconds - offset
        let midnight = local - local % Timestamp.day + offset
        let noise = Int64(random.integer(below: 60_000))
        let moment = midnight - Int64(daysAgo) * Timestamp.day + Int64(minute) * Timestamp.minute + noise
        let latest = now.milliseconds - 10 * Timestamp.minute
        if moment <= latest { return Timestamp(milliseconds: moment) }
        return Timestamp(milliseconds: latest - Int64(random.integer(below: 110)) * Timestamp.minute - noise)
    }

    mutating func addConversations() {
        let main = phoneNumbers[0]
        let scheduling = phoneNumbers[1]
        let crew = phoneNumbers[2]
        let dentist = ThreadTexts.dentist
        // The reminder came today, the rest of the exchange earlier.
        addConversation(
            main, [Cast.renee], [Array(dentist.dropLast()), Array(dentist.suffix(1))],
            endingAt: moment(daysAgo: 0, minute: 555))
        addConversation(main, [Cast.stranger], [ThreadTexts.injection], endingAt: moment(daysAgo: 0, minute: 520))
        addConversation(
            main, [MarkedNumber.repliesSoon.number], [everydayThread("Maria"), ThreadTexts.repliesSoon],
            endingAt: moment(daysAgo: 1, minute: 1_005))
        addConversation(
            main, Cast.homeowners, [ThreadTexts.homeowners], endingAt: moment(daysAgo: 2, minute: 900),
            name: "Maple Court board")
        addConversation(
            main, [Cast.gloria], [everydayThread("Gloria")], endingAt: moment(daysAgo: 4, minute: 700))
        addConversation(
            main, [MarkedNumber.optedOut.number], [ThreadTexts.optOut], endingAt: moment(daysAgo: 12, minute: 640))
        addConversation(
            scheduling, [MarkedNumber.repliesLater.number], [ThreadTexts.repliesLater],
            endingAt: moment(daysAgo: 3, minute: 610))
        addConversation(
            scheduling, [Cast.zoe], [everydayThread("Zoë"), ThreadTexts.unicode],
            endingAt: moment(daysAgo: 1, minute: 870))
        addConversation(
            crew, Cast.remodel, [ThreadTexts.remodel], endingAt: moment(daysAgo: 1, minute: 960),
            name: "Chen bathroom remodel")
        let firstCustomer = 30
        while conversations.count < 60 {
            // Every fifth of the made-up customers has a thread.
            let contact = contacts[firstCustomer + conversations.count * 5 - 45]
            let number = contact.phoneNumbers[0].value
            let daysAgo = random.integer(below: 60)
            var chunks: [[Line]] = []
            for _ in 0...random.integer(in: 1...2) { chunks.append(everydayThread(contact.firstName ?? "there")) }
            addConversation(
                phoneNumbers[conversations.count % 5 / 2], [number], chunks,
                endingAt: moment(daysAgo: daysAgo, minute: random.integer(in: 480...1_140)))
        }
    }

    private mutating func everydayThread(_ customer: String) -> [Line] {
        let details = ThreadDetails(
            customer: customer, staff: users[random.integer(below: users.count)].firstName,
            weekday: random.element(of: ThreadTexts.weekdays), hour: random.integer(in: 8...11),
            invoice: random.integer(in: 2_048...2_390), amount: random.integer(in: 9...48) * 10 - 1,
            street: random.element(of: PeopleData.streets))
        return random.element(of: ThreadTexts.everyday)(details)
    }

    /// Adds a thread.
    ///
    /// - Parameter chunks: Exchanges, oldest first, days apart.
    private mutating func addConversation(
        _ line: PhoneNumber, _ participants: [String], _ chunks: [[Line]], endingAt end: Timestamp, name: String? = nil
    ) {
        let id = random.hexadecimalIdentifier("CN", digits: 32)
        var messages: [Message] = []
        var moment = end
        for chunk in chunks.reversed() {
            let author = random.element(of: line.userIDs)
            for (place, text) in chunk.enumerated().reversed() {
                let speaker = participants[place % participants.count]
                messages.append(
                    Message(
                        id: random.hexadecimalIdentifier("AC", digits: 32), from: text.isOurs ? line.number : speaker,
                        to: text.isOurs ? participants : [line.number], text: text.text,
                        direction: text.isOurs ? .outgoing : .incoming,
                        userID: text.isOurs ? author : line.userIDs[0], createdAt: moment))
                moment = moment.adding(-Int64(random.integer(in: 40_000...25 * 60_000)))
            }
            moment = moment.adding(-Int64(random.integer(in: 2...18)) * Timestamp.day)
        }
        messages.reverse()
        let last = messages[messages.count - 1]
        let isDone = last.isFinal && random.chance(percent: 60)
        let assignedTo = random.chance(percent: 20) ? random.element(of: line.userIDs) : nil
        conversations.append(
            Conversation(
                id: id, phoneNumberID: line.id, participants: participants, name: name, assignedTo: assignedTo,
                isRead: last.direction == .outgoing, isDone: isDone, createdAt: messages[0].createdAt,
                updatedAt: last.createdAt,
                lastActivityAt: last.createdAt, lastActivityID: last.id, messages: messages))
    }

    /// Adds about two calls to each conversation with one person.
    mutating func addCalls() {
        let people = conversations.indices.filter { conversations[$0].participants.count == 1 }
        for number in 0..<116 {
            addCall(number, to: people[number % people.count], CallPattern.all[number % CallPattern.all.count])
        }
        addWalkThrough()
        let live: [(status: Call.Status, direction: Direction)] = [
            (.inProgress, .incoming), (.ringing, .incoming), (.initiated, .outgoing), (.queued, .outgoing),
        ]
        for (place, call) in live.enumerated() {
            let index = people[people.count - 1 - place]
            insert(
                Call(
                    id: random.hexadecimalIdentifier("AC", digits: 32),
                    participant: conversations[index].participants[0], direction: call.direction, status: call.status,
                    userID: userIDs(of: index)[0], createdAt: now.adding(Int64(place - 6) * 20_000), duration: 0,
                    answeredAfter: call.status == .inProgress ? 8 : nil), index)
        }
        for index in conversations.indices { conversations[index].calls.sort { $0.createdAt < $1.createdAt } }
    }

    private func userIDs(of conversation: Int) -> [String] {
        phoneNumbers.first { $0.id == conversations[conversation].phoneNumberID }?.userIDs ?? [ownerID]
    }

    private mutating func addCall(_ number: Int, to index: Int, _ pattern: CallPattern) {
        let isConversation = pattern.status.isConversation
        let topic = isConversation ? CallTopic.all[random.integer(below: CallTopic.all.count - 1)] : nil
        let analysis = isConversation ? pattern.analysis : .absent
        let talk = topic?.duration ?? 0
        let userIDs = userIDs(of: index)
        var call = Call(
            id: random.hexadecimalIdentifier("AC", digits: 32), participant: conversations[index].participants[0],
            direction: pattern.direction, status: pattern.status, userID: random.element(of: userIDs),
            createdAt: moment(daysAgo: random.integer(below: 60), minute: random.integer(in: 480...1_080)),
            duration: talk, answeredAfter: isConversation ? random.integer(in: 3...19) : nil,
            forwardedTo: pattern.status == .forwarded ? userIDs[userIDs.count - 1] : nil,
            isHandledByAgent: pattern.isHandledByAgent, analysis: analysis, topic: topic)
        if isConversation, !number.isMultiple(of: 4) {
            // A call that was put on hold has a recording before and one after.
            let pieces = number.isMultiple(of: 5) ? 2 : 1
            for piece in 0..<pieces { call.recordings.append(recording(from: piece * talk / pieces, talk / pieces)) }
        }
        if pattern.leavesVoicemail { call.voicemail = voicemail(number, from: call.participant) }
        insert(call, index)
    }

    mutating func recording(from offset: Int, _ duration: Int) -> Call.Recording {
        Call.Recording(id: random.shortIdentifier("CR"), offset: offset, duration: duration)
    }

    private mutating func voicemail(_ number: Int, from caller: String) -> Call.Voicemail {
        let texts = CallTopic.voicemails
        let text = caller == Cast.renee ? texts[texts.count - 1] : random.element(of: texts.dropLast())
        return Call.Voicemail(
            id: random.hexadecimalIdentifier("VM", digits: 32), duration: text.utf8.count / 14 + 2,
            transcript: number.isMultiple(of: 9) ? nil : text)
    }

    /// Adds the call with the long transcript.
    private mutating func addWalkThrough() {
        guard let index = conversations.firstIndex(where: { $0.participants == [Cast.gloria] }) else { return }
        let topic = CallTopic.all[CallTopic.all.count - 1]
        let duration = topic.duration
        insert(
            Call(
                id: random.hexadecimalIdentifier("AC", digits: 32), participant: Cast.gloria, direction: .outgoing,
                status: .completed, userID: users[3].id, createdAt: moment(daysAgo: 4, minute: 760), duration: duration,
                answeredAfter: 6, recordings: [recording(from: 0, duration)], analysis: .completed, topic: topic),
            index)
    }

    private mutating func insert(_ call: Call, _ index: Int) {
        conversations[index].calls.append(call)
        conversations[index].createdAt = min(conversations[index].createdAt, call.createdAt)
        guard call.createdAt > conversations[index].lastActivityAt else { return }
        conversations[index].lastActivityAt = call.createdAt
        conversations[index].lastActivityID = call.id
        conversations[index].updatedAt = call.createdAt
    }
}

extension Message {
    /// Whether the thread can rest on it: the business had the last word, and asked nothing.
    fileprivate var isFinal: Bool { direction == .outgoing && !text.utf8.contains(UInt8(ascii: "?")) }
}

/// How one in a row of calls went.
private struct CallPattern {
    let direction: Direction
    let status: Call.Status
    var analysis = Call.Analysis.absent
    var leavesVoicemail = false
    var isHandledByAgent = false

    static let all: [CallPattern] = [
        CallPattern(direction: .incoming, status: .completed, analysis: .completed),
        CallPattern(direction: .incoming, status: .missed, leavesVoicemail: true),
        CallPattern(direction: .outgoing, status: .completed, analysis: .completed),
        CallPattern(direction: .incoming, status: .answered, analysis: .completed),
        CallPattern(direction: .outgoing, status: .noAnswer),
        CallPattern(direction: .incoming, status: .missed),
        CallPattern(direction: .outgoing, status: .busy),
        CallPattern(direction: .incoming, status: .completed, analysis: .inProgress),
        CallPattern(direction: .incoming, status: .forwarded),
        CallPattern(direction: .incoming, status: .abandoned),
        CallPattern(direction: .outgoing, status: .completed, analysis: .completed),
        CallPattern(direction: .outgoing, status: .canceled),
        CallPattern(direction: .incoming, status: .missed, leavesVoicemail: true),
        CallPattern(direction: .incoming, status: .completed, analysis: .completed, isHandledByAgent: true),
        CallPattern(direction: .outgoing, status: .failed),
        CallPattern(direction: .incoming, status: .noAnswer, leavesVoicemail: true),
        CallPattern(direction: .outgoing, status: .completed, analysis: .failed),
    ]
}
