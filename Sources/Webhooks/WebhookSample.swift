/// Events as Quo would deliver them, for who builds receivers, and for tests.
package struct WebhookSample: Sendable {
    /// The type.
    package let type: WebhookEventType
    /// The event's id.
    package let id: String
    /// When everything in it happened, as the API writes times.
    package let time: String
    /// The id of what it is about, without the letters that tell its kind.
    package let subject: String

    package init(
        _ type: WebhookEventType, id: String, time: String, subject: String = "3dc3cd2b7a1948a9b0d21a1c0d1f4a7e"
    ) {
        self.type = type
        self.id = id
        self.time = time
        self.subject = subject
    }

    /// The body of a delivery in the form of the API of 2026-03-30.
    package var body: String {
        filled(
            #"{"id":"$ID","apiVersion":"2026-03-30","createdAt":"$TIME","type":"$TYPE","#
                + #""data":{"resource":\#(resource),"context":\#(context),"links":{"quo":"https://my.quo.com/inbox/PNx4mC9Ty0"}}}"#
        )
    }

    /// The body of a delivery in the form of v1; nil where v1 does not tell of the type.
    package var legacyBody: String? {
        legacyObject.map { object in
            filled(
                #"{"id":"$ID","object":"event","apiVersion":"v4","createdAt":"$TIME","type":"$TYPE","#
                    + #""data":{"object":\#(object)}}"#)
        }
    }

    private func filled(_ text: String) -> String {
        text.replacing("$TIME", with: time).replacing("$TYPE", with: type.rawValue)
            .replacing("$ID", with: id).replacing("$SUBJECT", with: subject)
    }

    // MARK: The form of 2026-03-30

    private var resource: String {
        switch type {
        case .messageReceived: message("incoming", "Is my cake ready for pickup at 3? 🎂", "received", #","media":[]"#)
        case .messageDelivered: message("outgoing", "Your cake is ready. See you at 3!", "delivered", #","media":[]"#)
        case .messageFailed:
            message("outgoing", "Your cake is ready. See you at 3!", "failed", #","errorCode":"30003""#)
        case .messageUndelivered:
            message("outgoing", "Your cake is ready. See you at 3!", "undelivered", #","media":[],"errorCode":null"#)
        case .callRinging: call(#""direction":"incoming","updatedAt":"$TIME""#)
        case .callMenuSelected:
            call(
                #""updatedAt":"$TIME","phoneMenuSelection":"1","phoneMenuSelectionName":"Orders","#
                    + #""statusReason":"phone-menu-dial""#)
        case .callAnswered:
            call(#""direction":"incoming","answeredAt":"$TIME","answeredByUserId":"USu5AsEHuQ","updatedAt":"$TIME""#)
        case .callCompleted:
            call(
                #""direction":"incoming","status":"answered","answeredAt":"$TIME","completedAt":"$TIME","#
                    + #""updatedAt":"$TIME","duration":74,"hasVoicemail":false"#)
        case .callForwarded: call(#""updatedAt":"$TIME","forwardedFrom":"USu5AsEHuQ","forwardedTo":"+16145550177""#)
        case .callMissed: call(#""updatedAt":"$TIME""#)
        case .callRecordingCompleted:
            call(
                #""direction":"outgoing","answeredAt":"$TIME","completedAt":"$TIME","updatedAt":"$TIME","duration":74,"#
                    + #""recordings":[{"id":"CRwRVK2qBq","duration":74,"startTime":"$TIME","type":"audio/mpeg","#
                    + #""url":"https://example.com/recording.mp3"}]"#)
        case .callSummaryCompleted:
            #"{"callId":"AC$SUBJECT","processingStatus":"completed","summary":["Ana asked whether the cake is ready."],"#
                + #""nextSteps":["Text Ana when it is."],"fromPhoneNumber":"+16145550142","handledByAiAgent":false,"#
                + #""answeredByUserId":"USu5AsEHuQ","jobs":[{"icon":"📝","name":"Take a message","#
                + #""result":{"data":[{"name":"Caller","value":"Ana"},{"name":"Urgent","value":false}]}}]}"#
        case .callTranscriptCompleted:
            #"{"callId":"AC$SUBJECT","createdAt":"$TIME","duration":74.5,"processingStatus":"completed","dialogue":["#
                + #"{"userId":"USu5AsEHuQ","identifier":"+16145550100","content":"Bakery, good morning.","start":0.4,"end":2.1},"#
                + #"{"userId":null,"identifier":"+16145550142","content":"Is my cake ready?","start":2.6,"end":4}]}"#
        case .callVoicemailCompleted:
            #"{"id":"AC$SUBJECT","voicemailId":"VMd81kd0","callId":"AC$SUBJECT","direction":"incoming","duration":12,"#
                + #""from":"+16145550142","to":"+16145550100","transcript":"Please call me back about the cake.","#
                + #""recordingUrl":"https://example.com/voicemail.mp3","createdAt":"$TIME","updatedAt":"$TIME"}"#
        case .contactUpdated, .contactDeleted: contact
        default: task
        }
    }

    private func message(_ direction: String, _ text: String, _ status: String, _ more: String) -> String {
        #"{"id":"AC$SUBJECT","direction":"\#(direction)","text":"\#(text)","status":"\#(status)"\#(more),"createdAt":"$TIME"}"#
    }

    private func call(_ members: String) -> String { #"{"id":"AC$SUBJECT","createdAt":"$TIME",\#(members)}"# }

    private var contact: String {
        #"{"id":"CT$SUBJECT","firstName":"Ana","lastName":"Silva","company":"Silva Florists","role":"Owner","#
            + #""location":null,"source":"quo","externalId":null,"emails":[{"value":"ana@example.com","type":"email"}],"#
            + #""phoneNumbers":[{"value":"+16145550142","type":"phone-number"}],"#
            + #""customFields":[{"name":"Allergies","key":"allergies","type":"multi-select","value":["nuts"]}],"#
            + #""createdAt":"$TIME","updatedAt":"$TIME"}"#
    }

    private var task: String {
        let members =
            switch type {
            case .taskCreated: #","title":"Call Ana back","description":"About the cake","dueDate":"$TIME""#
            case .taskUpdated:
                #","updatedFields":{"title":{"isUpdated":true,"updatedValue":"Call Ana at noon"},"#
                    + #""description":{"isUpdated":false}}"#
            case .taskAssigned: #","assignedTo":"USu5AsEHuQ""#
            case .taskUnassigned: #","unassignedFrom":"USu5AsEHuQ""#
            case .taskOverdue: #","dueDate":"$TIME""#
            case .taskDueDateUpdated: #","updatedDueDate":"$TIME""#
            default: ""
            }
        return #"{"id":"TK$SUBJECT"\#(members)}"#
    }

    private var context: String {
        let place = #""orgId":"ORmJfPWyqF","phoneNumberId":"PNx4mC9Ty0","conversationId":"CNk2LSyWvD""#
        let contacts = #""contacts":{"ids":["CT5f1e2d3c4b5a697887766554"],"lookupStatus":"matched"}"#
        let participants =
            #""participants":{"workspace":["+16145550100"],"external":["+16145550142"],"resolution":"available"}"#
        switch type.subject {
        case .message:
            let isIncoming = type == .messageReceived
            let (from, to) = isIncoming ? ("+16145550142", "+16145550100") : ("+16145550100", "+16145550142")
            return
                #"{\#(place),"userId":"USu5AsEHuQ",\#(contacts),"senderIdentifier":"\#(from)","recipientIdentifiers":["\#(to)"]}"#
        case .call where type == .callRinging: return #"{\#(place),"userId":"USu5AsEHuQ",\#(participants)}"#
        case .call, .callSummary, .callTranscript, .voicemail:
            return #"{\#(place),"phoneNumberType":"shared","userId":"USu5AsEHuQ",\#(contacts),\#(participants)}"#
        case .contact: return #"{"orgId":"ORmJfPWyqF","userId":"USu5AsEHuQ","sharedWithIds":["ORmJfPWyqF"]}"#
        case .task: return #"{\#(place),"actorId":"USu5AsEHuQ","activityId":null,"phoneNumberGroupId":null}"#
        }
    }

    // MARK: The form of v1

    private var legacyObject: String? {
        let place = #""userId":"USu5AsEHuQ","phoneNumberId":"PNx4mC9Ty0","conversationId":"CNk2LSyWvD""#
        let incoming = #""from":"+16145550142","to":"+16145550100","direction":"incoming""#
        let outgoing = #""from":"+16145550100","to":"+16145550142","direction":"outgoing""#
        switch type {
        case .messageReceived:
            return #"{"id":"AC$SUBJECT","object":"message",\#(incoming),"body":"Is my cake ready for pickup at 3? 🎂","#
                + #""media":[],"status":"received","createdAt":"$TIME",\#(place)}"#
        case .messageDelivered:
            return #"{"id":"AC$SUBJECT","object":"message",\#(outgoing),"body":"Your cake is ready. See you at 3!","#
                + #""media":[],"status":"delivered","createdAt":"$TIME",\#(place)}"#
        case .callRinging:
            return #"{"id":"AC$SUBJECT","object":"call",\#(incoming),"media":[],"voicemail":null,"status":"ringing","#
                + #""createdAt":"$TIME","answeredAt":null,"completedAt":null,\#(place)}"#
        case .callCompleted, .callRecordingCompleted:
            let media =
                type == .callCompleted
                ? "" : #"{"url":"https://example.com/recording.mp3","type":"audio/mpeg","duration":74}"#
            return #"{"id":"AC$SUBJECT","object":"call",\#(incoming),"media":[\#(media)],"voicemail":null,"#
                + #""status":"completed","createdAt":"$TIME","answeredAt":"$TIME","completedAt":"$TIME",\#(place)}"#
        case .callSummaryCompleted:
            return #"{"object":"callSummary","callId":"AC$SUBJECT","status":"completed","#
                + #""summary":["Ana asked whether the cake is ready."],"nextSteps":["Text Ana when it is."]}"#
        case .callTranscriptCompleted:
            return #"{"object":"callTranscript","callId":"AC$SUBJECT","createdAt":"$TIME","duration":74.5,"#
                + #""status":"completed","dialogue":[{"userId":null,"identifier":"+16145550142","#
                + #""content":"Is my cake ready?","start":2.6,"end":4}]}"#
        case .contactUpdated, .contactDeleted: return contact
        default: return nil
        }
    }
}
