import JSON

/// One call.
struct Call: Sendable {
    enum Status: String, Sendable, CaseIterable {
        case queued, initiated, ringing
        case inProgress = "in-progress"
        case completed, busy, failed
        case noAnswer = "no-answer"
        case canceled, missed, answered, forwarded, abandoned

        /// Whether both sides have spoken.
        var isConversation: Bool { self == .completed || self == .answered || self == .forwarded }

        /// Whether the call goes on.
        var isLive: Bool {
            self == .queued || self == .initiated || self == .ringing || self == .inProgress
        }
    }

    /// How far the summary and the transcript have got.
    enum Analysis: String, Sendable {
        case absent
        case inProgress = "in-progress"
        case completed
        case failed
    }

    let id: String
    let participant: String
    let direction: Direction
    let status: Status
    let userID: String
    let createdAt: Timestamp
    /// Seconds.
    let duration: Int
    /// Seconds from the start until someone picked up; nil where nobody did.
    let answeredAfter: Int?
    var forwardedTo: String?
    var isHandledByAgent = false
    /// Oldest first.
    var recordings: [Recording] = []
    var voicemail: Voicemail?
    var analysis = Analysis.absent
    /// What was said.
    var topic: CallTopic?

    /// One piece of the call's sound.
    struct Recording: Sendable {
        let id: String
        /// Seconds from the start of the call.
        let offset: Int
        let duration: Int
    }

    /// What a caller left whom nobody answered.
    struct Voicemail: Sendable {
        let id: String
        let duration: Int
        /// nil while it is still written down.
        let transcript: String?
    }
}

extension Workspace {
    func listCalls(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let phoneNumberID = reader.identifier("phoneNumberId", prefix: "PN", isRequired: true)
        let userID = reader.identifier("userId", prefix: "US")
        let participants = reader.list("participants", isRequired: true, count: 1...Int.max)
        let span = reader.span(after: "createdAfter", before: "createdBefore")
        let old = TimeSpan(after: nil, before: reader.timestamp("since"))
        let page = PageRequest(.calls, upTo: 100, from: &reader)
        try reader.validation.finish(.calls)
        if participants.count > 1 {
            throw .described(
                .calls, 400, "Too Many Participants", "Calls can be listed for one participant only", subcode: "01")
        }
        let line = try line(phoneNumberID ?? "", userID: userID, .calls)
        let calls = conversation(line.id, participants)?.calls ?? []
        let matches = calls.filter { call in
            (userID ?? call.userID) == call.userID && span.contains(call.createdAt) && old.contains(call.createdAt)
        }
        return page.answer(
            matches, key: { PageKey(moment: $0.createdAt, identifier: $0.id) }, body: { body($0, line.id) })
    }

    func getCall(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (call, conversation) = try call(input, "callId", .calls)
        return .data(body(call, conversation.phoneNumberID))
    }

    func getRecordings(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (call, _) = try call(input, "callId", .recordings)
        return .data(
            .array(
                call.recordings.map { recording in
                    [
                        "id": .string(recording.id), "duration": .number(JSONNumber(Int64(recording.duration))),
                        "startTime": .string(call.createdAt.adding(Int64(recording.offset) * 1_000).text),
                        "status": "completed", "type": "audio/mpeg", "url": .string(soundURL(recording.id)),
                    ]
                }))
    }

    func getVoicemail(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (call, _) = try call(input, "callId", .voicemails)
        guard let voicemail = call.voicemail else { throw .notFound(.voicemails, "Voicemail not found") }
        return .data([
            "id": .string(voicemail.id), "duration": .number(JSONNumber(Int64(voicemail.duration))),
            "transcript": .nullable(voicemail.transcript), "recordingUrl": .string(soundURL(voicemail.id)),
            "status": voicemail.transcript == nil ? "in-progress" : "completed",
        ])
    }

    func getSummary(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (call, _) = try call(input, "callId", .summaries)
        let topic = call.analysis == .completed ? call.topic : nil
        return .data([
            "callId": .string(call.id), "nextSteps": topic.map { .strings($0.nextSteps) } ?? .null,
            "status": .string(call.analysis.rawValue), "summary": topic.map { .strings($0.summary) } ?? .null,
        ])
    }

    func getTranscript(_ input: Input) throws(ErrorAnswer) -> Answer {
        let (call, conversation) = try call(input, "id", .transcripts)
        var dialogue = JSONValue.null
        if call.analysis == .completed, let topic = call.topic {
            dialogue = .array(spoken(topic.dialogue, call, conversation.phoneNumberID))
        }
        return .data([
            "callId": .string(call.id), "createdAt": .string(call.createdAt.adding(Int64(call.duration) * 1_000).text),
            "dialogue": dialogue, "duration": .number(JSONNumber(Int64(call.duration))),
            "status": .string(call.analysis.rawValue),
        ])
    }

    private func call(
        _ input: Input, _ name: String, _ resource: Resource
    ) throws(ErrorAnswer) -> (Call, Conversation) {
        try checkIdentifier(input.identifier, prefix: "AC", name: name, resource)
        for conversation in conversations {
            if let call = conversation.calls.first(where: { $0.id == input.identifier }) { return (call, conversation) }
        }
        throw .notFound(resource, "Call not found")
    }

    func spoken(_ lines: [Line], _ call: Call, _ phoneNumberID: String) -> [JSONValue] {
        let ownNumber = phoneNumbers.first { $0.id == phoneNumberID }?.number
        var hundredths = 0
        return lines.map { line in
            let start = hundredths
            hundredths += line.spokenHundredths
            return [
                "content": .string(line.text), "start": .number(JSONNumber(Double(start) / 100)),
                "end": .number(JSONNumber(Double(hundredths - 20) / 100)),
                "identifier": line.isOurs ? .nullable(ownNumber) : .string(call.participant),
                "userId": line.isOurs ? .string(call.userID) : .null,
            ]
        }
    }

    /// Where a sound could be fetched for an hour; the host resolves nowhere.
    func soundURL(_ id: String) -> String {
        let expiry = now.milliseconds / 1_000 + 3_600
        return "https://recordings.quo-sandbox.invalid/\(id).mp3?expires=\(expiry)&signature=sandbox"
    }

    func body(_ call: Call, _ phoneNumberID: String) -> JSONValue {
        let answeredAt = call.answeredAfter.map { call.createdAt.adding(Int64($0) * 1_000) }
        let isIncoming = call.direction == .incoming
        let end = call.createdAt.adding(Int64((call.answeredAfter ?? 20) + call.duration) * 1_000)
        let completedAt: Timestamp? = call.status.isLive ? nil : end
        return [
            "answeredAt": .nullable(answeredAt),
            "answeredBy": isIncoming && answeredAt != nil && !call.isHandledByAgent ? .string(call.userID) : .null,
            "initiatedBy": isIncoming ? .null : .string(call.userID), "direction": .string(call.direction.rawValue),
            "status": .string(call.status.rawValue), "completedAt": .nullable(completedAt),
            "createdAt": .string(call.createdAt.text), "callRoute": isIncoming ? "phone-number" : .null,
            "duration": .number(JSONNumber(Int64(call.duration))), "forwardedFrom": .null,
            "forwardedTo": .nullable(call.forwardedTo), "aiHandled": call.isHandledByAgent ? "ai-agent" : .null,
            "id": .string(call.id), "phoneNumberId": .string(phoneNumberID),
            "participants": .strings([call.participant]), "updatedAt": .string((completedAt ?? call.createdAt).text),
            "userId": .string(call.userID),
        ]
    }
}
