/// The types of events that Quo tells of.
///
/// Those of the API v1 are among them, by the same names.
package enum WebhookEventType: String, Sendable, CaseIterable {
    case messageReceived = "message.received"
    case messageDelivered = "message.delivered"
    case messageFailed = "message.failed"
    case messageUndelivered = "message.undelivered"
    case callRinging = "call.ringing"
    case callMenuSelected = "call.menu.selected"
    case callAnswered = "call.answered"
    case callCompleted = "call.completed"
    case callForwarded = "call.forwarded"
    case callMissed = "call.missed"
    case callRecordingCompleted = "call.recording.completed"
    case callSummaryCompleted = "call.summary.completed"
    case callTranscriptCompleted = "call.transcript.completed"
    case callVoicemailCompleted = "call.voicemail.completed"
    case contactUpdated = "contact.updated"
    case contactDeleted = "contact.deleted"
    case taskCreated = "task.created"
    case taskUpdated = "task.updated"
    case taskDeleted = "task.deleted"
    case taskCompleted = "task.completed"
    case taskReopened = "task.reopened"
    case taskAssigned = "task.assigned"
    case taskUnassigned = "task.unassigned"
    case taskOverdue = "task.overdue"
    case taskLinked = "task.linked"
    case taskUnlinked = "task.unlinked"
    case taskDueDateUpdated = "task.duedate.updated"
    case taskDueDateRemoved = "task.duedate.removed"

    /// What an event of a type is about.
    package enum Subject: Sendable {
        case message, call, callSummary, callTranscript, voicemail, contact, task
    }

    /// What events of this type are about.
    package var subject: Subject {
        switch self {
        case .messageReceived, .messageDelivered, .messageFailed, .messageUndelivered: .message
        case .callRinging, .callMenuSelected, .callAnswered, .callCompleted, .callForwarded, .callMissed,
            .callRecordingCompleted:
            .call
        case .callSummaryCompleted: .callSummary
        case .callTranscriptCompleted: .callTranscript
        case .callVoicemailCompleted: .voicemail
        case .contactUpdated, .contactDeleted: .contact
        default: .task
        }
    }

    /// Whether the API v1 tells of it too.
    package var isLegacy: Bool {
        switch self {
        case .messageReceived, .messageDelivered, .callRinging, .callCompleted, .callRecordingCompleted,
            .callSummaryCompleted, .callTranscriptCompleted, .contactUpdated, .contactDeleted:
            true
        default: false
        }
    }

    /// Which of a resource's times tell when this happened to it, the first that is there counting.
    var resourceTimes: [String] {
        switch self {
        case .callAnswered: ["answeredAt", "updatedAt", "createdAt"]
        case .callCompleted, .callRecordingCompleted: ["completedAt", "updatedAt", "createdAt"]
        case .callMenuSelected, .callForwarded, .callMissed, .contactUpdated, .contactDeleted:
            ["updatedAt", "createdAt"]
        default: ["createdAt"]
        }
    }
}
