import Directory
import Guard
import JSON
import PhoneNumbers
import Webhooks

extension Telling {
    /// How many turns of a transcript are told with its event.
    private static let turns = 20

    /// The short form of an event.
    ///
    /// - Parameter time: When it happened, in milliseconds since 1970.
    func event(_ event: WebhookEvent, at time: Int64) -> JSONObject {
        var object: JSONObject = [
            "type": .string(event.typeName.cleaned.onOneLine), "at": .string(clock.stamp(time)),
        ]
        object["inbox"] = event.lineID.map { .string(line($0)) }
        switch event.content {
        case .message(let content): tell(content, in: &object)
        case .call(let content): tell(content, of: event, in: &object)
        case .callSummary(let content):
            object["call"] = content.callID.map { .string($0) }
            object["with"] = participants(of: event)
            object["status"] = unlessCompleted(content.status)
            object["summary"] = texts(content.summary)
            object["nextSteps"] = texts(content.nextSteps)
            object["jobs"] = texts(content.jobs)
        case .callTranscript(let content):
            object["call"] = content.callID.map { .string($0) }
            object["with"] = participants(of: event)
            object["status"] = unlessCompleted(content.status)
            object["transcript"] = texts(content.lines.prefix(Self.turns).map(turn))
            if content.lines.count > Self.turns { object["rest"] = "get_call tells the rest" }
        case .voicemail(let content):
            object["call"] = content.callID.map { .string($0) }
            object["from"] = content.from.map { .string(person($0)) }
            object["duration"] = content.duration.map { .string(Self.duration($0)) }
            object["transcript"] = content.transcript.map { .string($0.cleaned) }
            object["recording"] = content.recording.map { .string($0) }
        case .contact(let content): tell(content, in: &object)
        case .task(let content):
            tell(content, in: &object)
            object["activityId"] = event.context["activityId"]?.stringValue.map { .string($0) }
            object["by"] = event.context["actorId"]?.stringValue.map { .string(member($0)) }
        case .unknown: object["data"] = event.json["data"]?.presentable
        }
        object["contacts"] = contacts(of: event)
        object["conversationId"] = event.conversationID.map { .string($0) }
        return object
    }

    private func tell(_ message: WebhookMessage, in object: inout JSONObject) {
        object["message"] = message.id.map { .string($0) }
        if message.isIncoming { object["from"] = .string(message.from.map(person) ?? "unknown") }
        if !message.isIncoming || message.to.count > 1 { object["to"] = .array(message.to.map { .string(person($0)) }) }
        object["text"] = message.text.flatMap { $0.isEmpty ? nil : .string($0.cleaned) }
        object["media"] = texts(message.media)
        if !message.isIncoming { object["status"] = message.status.map { .string($0.cleaned.onOneLine) } }
        object["error"] = message.errorCode.map { .string($0.cleaned.onOneLine) }
    }

    private func tell(_ call: WebhookCall, of event: WebhookEvent, in object: inout JSONObject) {
        object["call"] = call.id.map { .string($0) }
        object["with"] = participants(of: event)
        object["direction"] = call.isIncoming.map { $0 ? "incoming" : "outgoing" }
        object["status"] = call.status.map { .string($0.cleaned.onOneLine) }
        object["duration"] = call.duration.map { .string(Self.duration($0)) }
        if call.hasVoicemail { object["voicemail"] = true }
        object["answeredBy"] = call.answeredBy.map { .string(member($0)) }
        object["menu"] = (call.menuSelection ?? call.statusReason).map { .string($0.cleaned.onOneLine) }
        object["forwardedFrom"] = call.forwardedFrom?.presentable
        object["forwardedTo"] = call.forwardedTo?.presentable
        object["recordings"] = texts(call.recordings)
    }

    private func tell(_ contact: WebhookContact, in object: inout JSONObject) {
        object["contact"] = contact.id.map { .string($0) }
        let name = [contact.firstName, contact.lastName].compactMap { $0 }.joined(separator: " ")
        object["name"] = name.isEmpty ? nil : .string(name.cleaned.onOneLine)
        object["company"] = contact.company.map { .string($0.cleaned.onOneLine) }
        object["numbers"] = texts(contact.numbers)
        object["emails"] = texts(contact.emails)
    }

    private func tell(_ task: WebhookTask, in object: inout JSONObject) {
        object["task"] = task.id.map { .string($0) }
        object["title"] = task.title.map { .string($0.cleaned.onOneLine) }
        object["description"] = task.details.map { .string($0.cleaned) }
        object["due"] = task.dueDate.flatMap { stamp(.string($0)) }
        object["assignedTo"] = task.assignedTo.map { .string(member($0)) }
        object["unassignedFrom"] = task.unassignedFrom.map { .string(member($0)) }
    }

    // MARK: Who

    /// The people of a call besides the workspace; `unknown` where Quo could not find out.
    private func participants(of event: WebhookEvent) -> JSONValue? {
        switch event.participants {
        case .known(_, let external): .array(external.map { .string(person($0)) })
        case .unknown where event.context["participants"] != nil: "unknown"
        case .unknown:
            // The form of v1 says it in the resource.
            texts(event.numbers.filter { number in !lines.contains { $0.number == number } }.map(person))
        }
    }

    /// Which contacts it concerns; `unknown` where Quo could not look, left out where the event does not say.
    private func contacts(of event: WebhookEvent) -> JSONValue? {
        guard event.context["contacts"] != nil else { return nil }
        return switch event.contacts {
        case .matched(let ids): .array(ids.map { .string($0) })
        case .none: "none"
        case .unknown: "unknown"
        }
    }

    private func turn(_ line: WebhookCallTranscript.Line) -> String {
        let speaker = line.memberID.map(member) ?? line.number.map(person) ?? "unknown"
        return "\(speaker): \(line.text)"
    }

    private func texts(_ texts: [String]) -> JSONValue? {
        texts.isEmpty ? nil : .array(texts.map { .string($0.cleaned) })
    }

    private func unlessCompleted(_ status: String?) -> JSONValue? {
        status.flatMap { $0 == "completed" ? nil : .string($0.cleaned.onOneLine) }
    }
}
