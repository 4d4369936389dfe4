package import JSON

/// What an event is about, by type.
///
/// Words of closed lists are texts here, because Quo adds to those lists; nil and empty mean that the event does not say.
package enum WebhookResource: Sendable, Equatable {
    case message(WebhookMessage)
    case call(WebhookCall)
    case callSummary(WebhookCallSummary)
    case callTranscript(WebhookCallTranscript)
    case voicemail(WebhookVoicemail)
    case contact(WebhookContact)
    case task(WebhookTask)
    /// Of a type that is not known; the event has it whole.
    case unknown
}

/// A text that was received or sent.
package struct WebhookMessage: Sendable, Equatable {
    package let id: String?
    package let isIncoming: Bool
    package let text: String?
    /// The addresses of what is attached; a failed message does not say.
    package let media: [String]
    /// Such as `delivered`.
    package let status: String?
    /// Why it failed.
    package let errorCode: String?
    package let from: String?
    package let to: [String]
}

/// A call, as far as it got.
package struct WebhookCall: Sendable, Equatable {
    package let id: String?
    /// Nil where the event does not say.
    package let isIncoming: Bool?
    /// Such as `answered`.
    package let status: String?
    /// In seconds.
    package let duration: Int64?
    package let hasVoicemail: Bool
    /// The member who took it.
    package let answeredBy: String?
    /// What the caller chose in the phone menu.
    package let menuSelection: String?
    /// Why it left the phone menu.
    package let statusReason: String?
    /// From and to whom it was passed on; of no pinned form.
    package let forwardedFrom: JSONValue?
    package let forwardedTo: JSONValue?
    /// The addresses of recordings.
    package let recordings: [String]
}

/// What a call was about.
package struct WebhookCallSummary: Sendable, Equatable {
    package let callID: String?
    /// `absent`, `in-progress`, `completed` or `failed`.
    package let status: String?
    package let summary: [String]
    package let nextSteps: [String]
    package let isHandledByAgent: Bool
    /// What an agent of Quo's did, by name.
    package let jobs: [String]
}

/// What was said in a call.
package struct WebhookCallTranscript: Sendable, Equatable {
    /// One turn.
    package struct Line: Sendable, Equatable {
        /// The member who spoke; nil for somebody from outside.
        package let memberID: String?
        /// The number of who spoke.
        package let number: String?
        package let text: String
    }

    package let callID: String?
    /// `absent`, `in-progress`, `completed` or `failed`.
    package let status: String?
    package let lines: [Line]
}

/// A voicemail that can be listened to.
package struct WebhookVoicemail: Sendable, Equatable {
    package let callID: String?
    package let from: String?
    package let transcript: String?
    /// In seconds.
    package let duration: Int64?
    package let recording: String?
}

/// A contact that was changed or deleted.
package struct WebhookContact: Sendable, Equatable {
    package let id: String?
    package let firstName: String?
    package let lastName: String?
    package let company: String?
    package let numbers: [String]
    package let emails: [String]
}

/// A task that something happened to.
package struct WebhookTask: Sendable, Equatable {
    package let id: String?
    /// The title, new where it was changed.
    package let title: String?
    /// The description, new where it was changed.
    package let details: String?
    /// When it is due, new where that was changed.
    package let dueDate: String?
    package let assignedTo: String?
    package let unassignedFrom: String?
}

// MARK: Reading

extension WebhookEvent {
    /// What it is about.
    package var content: WebhookResource {
        switch type?.subject {
        case .message: .message(message)
        case .call: .call(call)
        case .callSummary: .callSummary(callSummary)
        case .callTranscript: .callTranscript(callTranscript)
        case .voicemail: .voicemail(voicemail)
        case .contact: .contact(contact)
        case .task: .task(task)
        case nil: .unknown
        }
    }

    private func text(_ name: String) -> String? { resource[name]?.stringValue }

    private func addresses(_ name: String) -> [String] {
        (resource[name]?.arrayValue ?? []).compactMap { $0["url"]?.stringValue }
    }

    private var message: WebhookMessage {
        let to = context["recipientIdentifiers"] ?? resource["to"]
        // What was received came in, unless the event says otherwise.
        let direction = text("direction") ?? (type == .messageReceived ? "incoming" : nil)
        return WebhookMessage(
            id: text("id"), isIncoming: direction == "incoming", text: text("text") ?? text("body"),
            media: addresses("media"), status: text("status"), errorCode: text("errorCode"),
            from: context["senderIdentifier"]?.stringValue ?? text("from"),
            to: to?.stringValue.map { [$0] } ?? Self.strings(to))
    }

    private var call: WebhookCall {
        WebhookCall(
            id: text("id"), isIncoming: text("direction").map { $0 == "incoming" }, status: text("status"),
            duration: seconds("duration"),
            hasVoicemail: resource["hasVoicemail"]?.boolValue ?? (resource["voicemail"]?.objectValue != nil),
            answeredBy: text("answeredByUserId"),
            menuSelection: text("phoneMenuSelectionName") ?? text("phoneMenuSelection"),
            statusReason: text("statusReason"), forwardedFrom: resource["forwardedFrom"],
            forwardedTo: resource["forwardedTo"], recordings: addresses("recordings") + addresses("media"))
    }

    private var callSummary: WebhookCallSummary {
        WebhookCallSummary(
            callID: text("callId"), status: text("processingStatus") ?? text("status"),
            summary: Self.strings(resource["summary"]), nextSteps: Self.strings(resource["nextSteps"]),
            isHandledByAgent: resource["handledByAiAgent"]?.boolValue ?? false,
            jobs: (resource["jobs"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
    }

    private var callTranscript: WebhookCallTranscript {
        let lines = (resource["dialogue"]?.arrayValue ?? []).map { line in
            WebhookCallTranscript.Line(
                memberID: line["userId"]?.stringValue, number: line["identifier"]?.stringValue,
                text: line["content"]?.stringValue ?? "")
        }
        return WebhookCallTranscript(
            callID: text("callId"), status: text("processingStatus") ?? text("status"), lines: lines)
    }

    private var voicemail: WebhookVoicemail {
        WebhookVoicemail(
            callID: text("callId"), from: text("from"), transcript: text("transcript"),
            duration: seconds("duration"), recording: text("recordingUrl"))
    }

    private var contact: WebhookContact {
        // In the form of v1 names and the like may stand one level deeper.
        let fields = resource["defaultFields"]?.objectValue ?? resource
        func values(_ name: String) -> [String] {
            (fields[name]?.arrayValue ?? []).compactMap { $0["value"]?.stringValue }
        }
        return WebhookContact(
            id: text("id"), firstName: fields["firstName"]?.stringValue, lastName: fields["lastName"]?.stringValue,
            company: fields["company"]?.stringValue, numbers: values("phoneNumbers"), emails: values("emails"))
    }

    private var task: WebhookTask {
        let updated = resource["updatedFields"]
        return WebhookTask(
            id: text("id"), title: text("title") ?? updated?["title"]?["updatedValue"]?.stringValue,
            details: text("description") ?? updated?["description"]?["updatedValue"]?.stringValue,
            dueDate: text("dueDate") ?? text("updatedDueDate"), assignedTo: text("assignedTo"),
            unassignedFrom: text("unassignedFrom"))
    }

    private func seconds(_ name: String) -> Int64? {
        guard let number = resource[name]?.numberValue else { return nil }
        return number.integer ?? Int64(exactly: number.double.rounded())
    }
}
