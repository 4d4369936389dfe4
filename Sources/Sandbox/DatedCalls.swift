import JSON
import QuoAPI

extension Workspace {
    func listDatedCalls(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let people = input.texts("participant[in]", orOne: "participant")
        let statuses = input.texts("status[in]", orOne: "status")
        var found: [(call: Call, line: String)] = []
        for conversation in conversations
        where input.text("phoneNumberId") ?? conversation.phoneNumberID == conversation.phoneNumberID {
            let calls = conversation.calls.filter { call in
                people?.contains(call.participant) ?? true && statuses?.contains(call.status.rawValue) ?? true
                    && input.text("actorId") ?? call.userID == call.userID
                    && input.text("direction") ?? call.direction.rawValue == call.direction.rawValue
                    && input.bounds("createdAt", call.createdAt)
            }
            found += calls.map { ($0, conversation.phoneNumberID) }
        }
        found.sort { ($0.call.createdAt, $0.call.id) > ($1.call.createdAt, $1.call.id) }
        let parts = input.texts("include") ?? []
        return try input.page(found, id: \.call.id) { datedBody($0.call, $0.line, with: parts) }
    }

    func getDatedCall(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (call, line) = try datedCall(input, .calls)
        return .data(datedBody(call, line, with: input.texts("include") ?? []))
    }

    func listDatedRecordings(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (call, _) = try datedCall(input, .recordings)
        return try input.page(call.recordings, id: \.id) { recording in
            [
                "id": .string(recording.id), "duration": .number(JSONNumber(Int64(recording.duration))),
                "startTime": .string(call.createdAt.adding(Int64(recording.offset) * 1_000).text),
                "status": "completed", "type": "audio/mpeg", "url": .string(soundURL(recording.id)),
            ]
        }
    }

    /// One transcript for each recording; everything that was said stands in the first.
    func listDatedTranscripts(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (call, line) = try datedCall(input, .transcripts)
        let isWritten = call.analysis == .completed
        return try input.page(call.recordings, id: \.id) { recording in
            let dialogue = isWritten && recording.id == call.recordings.first?.id ? call.topic?.dialogue ?? [] : []
            let start = call.createdAt.adding(Int64(recording.offset) * 1_000)
            return [
                "recordingId": .string(recording.id), "status": .string(call.analysis.rawValue),
                "startTime": .string(start.text),
                "createdAt": .string(start.adding(Int64(recording.duration) * 1_000).text),
                "duration": .number(JSONNumber(Int64(recording.duration))),
                "dialogue": .array(spoken(dialogue, call, line).map(Self.datedLine)),
            ]
        }
    }

    /// What was said as the dated version tells it, from how the first does.
    private static func datedLine(_ line: JSONValue) -> JSONValue {
        guard case .object(var object) = line else { return line }
        let speaker = object["userId"] ?? .null
        object = object.without(["userId"])
        object["actorId"] = speaker
        return .object(object)
    }

    private func datedCall(_ input: DatedInput, _ resource: Resource) throws(ErrorAnswer) -> (Call, line: String) {
        for conversation in conversations {
            if let call = conversation.calls.first(where: { $0.id == input.path["callId"] }) {
                return (call, conversation.phoneNumberID)
            }
        }
        throw .notFound(resource, "Call not found")
    }

    /// The call as the dated version tells it.
    ///
    /// - Parameter parts: What to tell besides.
    private func datedBody(_ call: Call, _ line: String, with parts: [String]) -> JSONValue {
        guard case .object(var object) = body(call, line) else { return .null }
        object = object.without(["userId"])
        object["actorId"] = .string(call.userID)
        let own = phoneNumbers.first { $0.id == line }?.number ?? ""
        object["participants"] = [
            ["phoneNumber": .string(call.participant), "actorId": .null],
            ["phoneNumber": .string(own), "actorId": .string(call.userID)],
        ]
        if parts.contains("summary") {
            let topic = call.analysis == .completed ? call.topic : nil
            object["summary"] = [
                "status": .string(call.analysis.rawValue), "type": topic == nil ? .null : "human",
                "summary": topic.map { .strings($0.summary) } ?? .null,
                "nextSteps": topic.map { .strings($0.nextSteps) } ?? .null, "jobs": .null, "title": .null,
            ]
        }
        if parts.contains("voicemail"), let voicemail = call.voicemail {
            object["voicemail"] = [
                "id": .string(voicemail.id), "duration": .number(JSONNumber(Int64(voicemail.duration))),
                "transcript": .nullable(voicemail.transcript), "recordingUrl": .string(soundURL(voicemail.id)),
                "status": voicemail.transcript == nil ? "in-progress" : "completed",
            ]
        }
        return .object(object)
    }
}
