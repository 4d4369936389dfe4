import JSON

/// What happened in a thread.
enum Event {
    case text(Line)
    /// A text of theirs with a photograph.
    case picture(String)
    /// A call of theirs that nobody took, and what they told the machine.
    case missedCall(voicemail: String?)
    case call(Direction, CallTopic)

    static func us(_ text: String) -> Event { .text(.us(text)) }
    static func them(_ text: String) -> Event { .text(.them(text)) }
}

/// The people of the stories.
enum StoryCast {
    /// A Maria who is not the other Maria.
    static let catering = "+16145550130"
    static let roofer = "+16145550131"
    static let rooferAtWork = "+16145550132"
    static let unanswered = "+16145550133"
    static let missed = "+16145550134"
    /// In nobody's address book.
    static let unknownCaller = "+16145550135"
    static let away = "+16145550136"
    static let danielPark = "+16145550137"
    static let danielOkoro = "+16145550138"
    static let manager = "+16145550139"
    static let otherLine = "+16145550140"
}

extension Workspace {
    /// Someone whom a story is about.
    struct StoryPerson: Sendable {
        let name: String
        let numbers: [String]
        var company: String?
        var role: String?
        /// The keys of the custom fields that the contact has.
        var customFields: [String] = []
    }

    /// The contacts that the stories add to the address book.
    static let storyPeople = [
        StoryPerson(
            name: MarkedNumber.repliesAtOnce.contactName, numbers: [MarkedNumber.repliesAtOnce.number],
            company: "Sandbox", role: MarkedNumber.repliesAtOnce.effect),
        StoryPerson(
            name: "Maria Santos", numbers: [StoryCast.catering], company: "Santos Catering", role: "Owner",
            customFields: ["service-address", "gate-code"]),
        StoryPerson(
            name: "Marcus Bell", numbers: [StoryCast.roofer, StoryCast.rooferAtWork], company: "Bell Roofing",
            role: "General contractor"),
        StoryPerson(name: "Ingrid Olsen", numbers: [StoryCast.unanswered], customFields: ["maintenance-plan"]),
        StoryPerson(name: "Terrence Wu", numbers: [StoryCast.missed], company: "Riverside Yoga"),
        StoryPerson(name: "Nadia Haddad", numbers: [StoryCast.away], company: "Haddad Law", role: "Attorney"),
        StoryPerson(name: "Daniel Park", numbers: [StoryCast.danielPark], role: "Tenant"),
        StoryPerson(name: "Daniel Okoro", numbers: [StoryCast.danielOkoro], company: "Okoro Builders"),
        StoryPerson(
            name: "Elena Petrova", numbers: [StoryCast.manager], company: "Short North Lofts",
            role: "Property manager", customFields: ["equipment", "last-visit", "lifetime-value"]),
        StoryPerson(name: "Priscilla Grant", numbers: [StoryCast.otherLine], role: "Inspector"),
    ]

    /// Adds what whoever looks after an inbox has to find: who waits for an answer, and who has got one elsewhere.
    mutating func addStories() {
        for person in Self.storyPeople { add(person) }
        let (main, scheduling, crew) = (phoneNumbers[0], phoneNumbers[1], phoneNumbers[2])
        addMissedCalls(main: main, scheduling: scheduling, crew: crew)
        addStory(
            main, [StoryCast.away],
            [
                (2_960, .us("Hi Nadia, the camera inspection is done. Shall we send the video to your office?")),
                (2_959, .them("Automatic reply: I am out of the office until Monday and will answer then.")),
                (1_480, .us("No rush. The link works for 30 days.")),
                (1_479, .them("Automatic reply: I am out of the office until Monday and will answer then.")),
            ])
        // One line wrote to the other, so that each has the thread.
        let reminder = "Note to ourselves: the van needs its inspection sticker before the end of the month."
        addStory(main, [crew.number], [(4_400, .us(reminder)), (4_380, .them("Booked for Thursday at 7:30."))])
        addStory(crew, [main.number], [(4_400, .them(reminder)), (4_380, .us("Booked for Thursday at 7:30."))])
        addStory(
            main, [StoryCast.danielPark],
            [
                (4_330, .us("Hi Daniel, the plumber is booked for your apartment. Is 10:00 fine?")),
                (4_310, .them("10 works. Will someone ring the bell? It's broken")),
            ])
        addStory(
            scheduling, [StoryCast.danielOkoro],
            [
                (190, .picture("This is the manifold. Which of the valves is ours?")),
                (185, .them("And could you quote the second bathroom as well?")),
            ])
        addStory(
            scheduling, [StoryCast.manager],
            [
                (2_930, .call(.incoming, .handover)),
                (2_860, .us("Elena, thank you for your time. The list of all forty rooms follows by e-mail.")),
                (2_850, .them("Got it, thanks!")),
            ])
    }

    private mutating func addMissedCalls(main: PhoneNumber, scheduling: PhoneNumber, crew: PhoneNumber) {
        addStory(
            main, [StoryCast.catering],
            [
                (
                    1_560,
                    .missedCall(voicemail: "Hi, Maria Santos. Our dish sink backs up and we have an event on Saturday.")
                ), (1_515, .us("Hi Maria, we got your message. Friday at 8:00, would that do?")),
                (1_509, .them("Yes please!! See you Friday")), (1_506, .us("Great, you're on the schedule.")),
            ])
        addStory(
            main, [StoryCast.rooferAtWork],
            [(1_320, .missedCall(voicemail: nil)), (1_265, .call(.outgoing, CallTopic.all[2]))])
        addStory(
            main, [StoryCast.roofer],
            [(7_300, .them("New number for the office, the old one stays too")), (7_290, .us("Noted, thank you!"))])
        addStory(
            main, [StoryCast.unanswered],
            [
                (8_700, .us("Hi Ingrid, your yearly check is due. Shall we book it?")),
                (
                    2_700,
                    .missedCall(
                        voicemail:
                            "Hello, it's Ingrid Olsen. Yes to the yearly check, any day next week. Please call me back."
                    )
                ),
            ])
        addStory(scheduling, [StoryCast.missed], [(140, .missedCall(voicemail: nil))])
        addStory(
            main, [StoryCast.unknownCaller],
            [(1_400, .missedCall(voicemail: "Good evening, do you repair sump pumps? Ours runs all night. Thanks."))])
        // Called the crew, and was answered from the main line.
        addStory(
            crew, [StoryCast.otherLine],
            [(1_700, .missedCall(voicemail: "Priscilla Grant, city inspection. I can come by tomorrow morning."))])
        addStory(
            main, [StoryCast.otherLine],
            [
                (1_640, .us("Hi Priscilla, Dana here. Tomorrow morning is perfect, Jonas will be on site.")),
                (1_600, .them("Perfect.")),
            ])
    }

    private mutating func add(_ person: StoryPerson) {
        add(person.name, person.numbers[0], company: person.company, role: person.role)
        let index = contacts.count - 1
        for number in person.numbers.dropFirst() { contacts[index].phoneNumbers.append(item("work", number)) }
        for field in customFields where person.customFields.contains(field.key) {
            contacts[index].customFields.append(customField(field.key, kind: field.kind))
        }
    }

    /// Adds a thread.
    ///
    /// - Parameter events: What happened, oldest first, and how many minutes before the start.
    private mutating func addStory(
        _ line: PhoneNumber, _ participants: [String], _ events: [(minutesAgo: Int64, event: Event)]
    ) {
        let moments = events.map { now.adding(-$0.minutesAgo * Timestamp.minute) }
        guard let first = moments.first, let last = moments.last else { return }
        var conversation = Conversation(
            id: random.hexadecimalIdentifier("CN", digits: 32), phoneNumberID: line.id, participants: participants,
            createdAt: first, updatedAt: last, lastActivityAt: last, lastActivityID: "")
        for (event, moment) in zip(events.map(\.event), moments) {
            switch event {
            case .text(let text): add(text, nil, at: moment, line, to: &conversation)
            case .picture(let text): add(.them(text), "photo.jpg", at: moment, line, to: &conversation)
            case .missedCall(let voicemail):
                var call = call(.incoming, .missed, at: moment, line, conversation)
                call.voicemail = voicemail.map {
                    Call.Voicemail(
                        id: random.hexadecimalIdentifier("VM", digits: 32), duration: $0.utf8.count / 14 + 2,
                        transcript: $0)
                }
                conversation.isRead = false
                conversation.lastActivityID = call.id
                conversation.calls.append(call)
            case .call(let direction, let topic):
                var call = call(direction, .completed, at: moment, line, conversation, topic: topic)
                call.recordings = [recording(from: 0, topic.duration)]
                call.analysis = .completed
                conversation.isRead = true
                conversation.lastActivityID = call.id
                conversation.calls.append(call)
            }
        }
        conversations.append(conversation)
    }

    private mutating func add(
        _ text: Line, _ picture: String?, at moment: Timestamp, _ line: PhoneNumber,
        to conversation: inout Conversation
    ) {
        let people = conversation.participants
        let message = Message(
            id: random.hexadecimalIdentifier("AC", digits: 32), from: text.isOurs ? line.number : people[0],
            to: text.isOurs ? people : [line.number], text: text.text,
            direction: text.isOurs ? .outgoing : .incoming, userID: line.userIDs[0], createdAt: moment,
            picture: picture)
        conversation.messages.append(message)
        conversation.lastActivityID = message.id
        conversation.isRead = text.isOurs
    }

    private mutating func call(
        _ direction: Direction, _ status: Call.Status, at moment: Timestamp, _ line: PhoneNumber,
        _ conversation: Conversation, topic: CallTopic? = nil
    ) -> Call {
        Call(
            id: random.hexadecimalIdentifier("AC", digits: 32), participant: conversation.participants[0],
            direction: direction, status: status, userID: line.userIDs[0], createdAt: moment,
            duration: topic?.duration ?? 0, answeredAfter: topic == nil ? nil : 7, topic: topic)
    }

    /// Adds what the members have to do: something overdue, something due, something for nobody yet, something done.
    mutating func addTasks() {
        func find(_ person: String) -> Conversation? { conversations.first { $0.participants == [person] } }
        let renee = find(Cast.renee)
        let ingrid = find(StoryCast.unanswered)
        let main = phoneNumbers[0].id
        let hour = 60 * Timestamp.minute
        tasks = [
            WorkspaceTask(
                id: random.hexadecimalIdentifier("TK", digits: 32), title: "Correct invoice #2047",
                details: "Bill the practice, not Dr. Hollis, and $1,180.00.", dueDate: now.adding(-26 * hour),
                assignedTo: users[0].id, phoneNumberID: renee?.phoneNumberID ?? main, conversationID: renee?.id,
                activityID: nil, createdBy: users[0].id, createdAt: now.adding(-70 * hour), revision: 2),
            WorkspaceTask(
                id: random.hexadecimalIdentifier("TK", digits: 32), title: "Call Ingrid Olsen back",
                details: "She wants the yearly check, any day next week.", dueDate: now.adding(20 * hour),
                assignedTo: users[2].id, phoneNumberID: ingrid?.phoneNumberID ?? main, conversationID: ingrid?.id,
                activityID: ingrid?.lastActivityID, createdBy: users[1].id, createdAt: now.adding(-40 * hour)),
            WorkspaceTask(
                id: random.hexadecimalIdentifier("TK", digits: 32), title: "Record a new greeting",
                details: "The old one still has last year's hours.", dueDate: nil, assignedTo: nil,
                phoneNumberID: main, conversationID: nil, activityID: nil, createdBy: users[0].id,
                createdAt: now.adding(-200 * hour)),
            WorkspaceTask(
                id: random.hexadecimalIdentifier("TK", digits: 32), title: "Send Café Lumière the quote",
                details: "Grease trap, two visits a year.", dueDate: now.adding(-90 * hour), assignedTo: users[1].id,
                isCompleted: true, phoneNumberID: phoneNumbers[1].id, conversationID: find(Cast.zoe)?.id,
                activityID: nil, createdBy: users[1].id, createdAt: now.adding(-160 * hour), revision: 3),
        ]
    }
}
