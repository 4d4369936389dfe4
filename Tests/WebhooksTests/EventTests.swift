import JSON
import Testing

@testable import Webhooks

private let time = "2026-11-20T14:05:00.250Z"
private let milliseconds: Int64 = 1_795_183_500_250

private func event(_ type: WebhookEventType, legacy: Bool = false) throws -> WebhookEvent {
    let sample = WebhookSample(type, id: "EV1", time: time, subject: "9")
    let body = legacy ? try #require(sample.legacyBody) : sample.body
    return try WebhookEvent(Array(body.utf8))
}

private func read(_ json: JSONValue) throws -> WebhookEvent { try WebhookEvent(Array(json.text().utf8)) }

/// What each sample is to be read as, in the words of a dump.
private let contents: [(WebhookEventType, String)] = [
    (.messageReceived, "Is my cake ready"), (.messageDelivered, "delivered"), (.messageFailed, "30003"),
    (.messageUndelivered, "undelivered"), (.callRinging, "isIncoming: Optional(true)"), (.callMenuSelected, "Orders"),
    (.callAnswered, "USu5AsEHuQ"), (.callCompleted, "duration: Optional(74)"), (.callForwarded, "+16145550177"),
    (.callMissed, "AC9"), (.callRecordingCompleted, "https://example.com/recording.mp3"),
    (.callSummaryCompleted, "Take a message"), (.callTranscriptCompleted, "Bakery, good morning."),
    (.callVoicemailCompleted, "about the cake"), (.contactUpdated, "ana@example.com"), (.contactDeleted, "Silva"),
    (.taskCreated, "Call Ana back"), (.taskUpdated, "Call Ana at noon"), (.taskDeleted, "TK9"),
    (.taskCompleted, "TK9"), (.taskReopened, "TK9"), (.taskAssigned, "assignedTo: Optional(\"USu5AsEHuQ\")"),
    (.taskUnassigned, "unassignedFrom: Optional(\"USu5AsEHuQ\")"), (.taskOverdue, time), (.taskLinked, "TK9"),
    (.taskUnlinked, "TK9"), (.taskDueDateUpdated, time), (.taskDueDateRemoved, "TK9"),
]

@Suite struct `Events` {
    @Test(arguments: contents)
    func `an event of each type is read`(type: WebhookEventType, part: String) throws {
        let event = try event(type)
        #expect(event.id == "EV1")
        #expect(event.type == type)
        #expect(event.createdAt == milliseconds)
        #expect(event.resourceTime == milliseconds)
        #expect("\(event.content)".contains(part), "\(event.content)")
        #expect(event.link == "https://my.quo.com/inbox/PNx4mC9Ty0")
        if type.subject != .contact { #expect(event.lineID == "PNx4mC9Ty0") }
    }

    @Test func `there is a case for each type`() {
        #expect(contents.map(\.0) == WebhookEventType.allCases)
        #expect(WebhookEventType.allCases.count == 28)
    }

    @Test(
        arguments: contents.filter { $0.0.isLegacy && $0.0.subject != .callSummary && $0.0.subject != .callTranscript })
    func `an event of the API v1 is read`(type: WebhookEventType, part: String) throws {
        let event = try event(type, legacy: true)
        #expect(event.type == type)
        #expect(event.resourceTime == milliseconds)
        #expect(event.contacts == .unknown)
        #expect(event.participants == .unknown)
        switch event.content {
        case .message(let message):
            #expect(message.text?.contains("cake") == true)
            #expect(message.isIncoming == (type == .messageReceived))
            #expect(Set(event.numbers) == ["+16145550142", "+16145550100"])
        case .call(let call):
            #expect(call.isIncoming == true)
            #expect(call.recordings.isEmpty == (type != .callRecordingCompleted))
        case .contact(let contact): #expect(contact.numbers == ["+16145550142"])
        default: Issue.record("\(event.content)")
        }
    }

    @Test func `summaries and transcripts of the API v1 are read`() throws {
        guard case .callSummary(let summary) = try event(.callSummaryCompleted, legacy: true).content,
            case .callTranscript(let transcript) = try event(.callTranscriptCompleted, legacy: true).content
        else {
            Issue.record("they are something else")
            return
        }
        #expect(summary.callID == "AC9")
        #expect(summary.status == "completed")
        #expect(summary.nextSteps == ["Text Ana when it is."])
        #expect(transcript.lines == [.init(memberID: nil, number: "+16145550142", text: "Is my cake ready?")])
    }

    @Test func `v1 has no sample of what it does not tell of`() {
        for type in WebhookEventType.allCases {
            let sample = WebhookSample(type, id: "EV1", time: time)
            #expect((sample.legacyBody != nil) == type.isLegacy)
        }
    }

    @Test func `an event of a new type is kept whole`() throws {
        let json: JSONValue = [
            "id": "EV1", "type": "fax.received", "createdAt": .string(time), "new": 1,
            "data": ["resource": ["id": "FX1", "pages": 3], "context": ["orgId": "OR1"]],
        ]
        let event = try read(json)
        #expect(event.type == nil)
        #expect(event.typeName == "fax.received")
        #expect(event.content == .unknown)
        #expect(event.resourceTime == milliseconds)
        #expect(JSONValue.object(event.json) == json)
    }

    @Test func `a known type with nothing in it is read`() throws {
        for type in WebhookEventType.allCases {
            let event = try read(["id": "EV1", "type": .string(type.rawValue), "data": [:]])
            #expect(event.content != .unknown)
            #expect(event.resourceTime == nil)
            #expect(event.numbers.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("matched", ["CT1"], WebhookEvent.Contacts.matched(["CT1"])), ("none", [], .none),
            ("unavailable", [], .unknown),
            ("later", [], .unknown),
        ] as [(String, [String], WebhookEvent.Contacts)])
    func `contacts that could not be looked up are unknown and not none`(
        status: String, ids: [String], contacts: WebhookEvent.Contacts
    ) throws {
        let lookup: JSONValue = ["ids": .array(ids.map { .string($0) }), "lookupStatus": .string(status)]
        let event = try read([
            "id": "EV1", "type": "call.missed", "data": ["resource": [:], "context": ["contacts": lookup]],
        ])
        #expect(event.contacts == contacts)
    }

    @Test(arguments: ["available", "unavailable"])
    func `participants that could not be found out are unknown and not none`(resolution: String) throws {
        let participants: JSONValue = ["workspace": [], "external": [], "resolution": .string(resolution)]
        let event = try read([
            "id": "EV1", "type": "call.missed", "data": ["resource": [:], "context": ["participants": participants]],
        ])
        #expect(event.participants == (resolution == "available" ? .known(workspace: [], external: []) : .unknown))
    }

    @Test func `what happened to a call is timed by what happened`() throws {
        let resource: JSONValue = [
            "createdAt": "2026-11-20T14:00:00Z", "answeredAt": "2026-11-20T14:00:05Z",
            "completedAt": "2026-11-20T14:02:00Z",
        ]
        let times = try ["call.ringing", "call.answered", "call.completed"].map { type in
            try read(["id": "EV1", "type": .string(type), "data": ["resource": resource]]).resourceTime
        }
        #expect(times == [1_795_183_200_000, 1_795_183_205_000, 1_795_183_320_000])
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", #"{"id":"EV1","type":"call.missed"}"#, #"{"id":"","type":"x","data":{}}"#,
        #"{"id":1,"type":"x","data":{}}"#, #"{"id":"EV1","type":"x","data":[]}"#, #"{"id":"EV1","data":{}}"#,
        #"{"id":"EV1","id":"EV2","type":"x","data":{}}"#, "{\"id\":\"EV1\",\"type\":\"x\",\"data\":{}}}",
    ])
    func `what is no event is refused`(body: String) {
        #expect(throws: MalformedEvent.self) { try WebhookEvent(Array(body.utf8)) }
    }
}
