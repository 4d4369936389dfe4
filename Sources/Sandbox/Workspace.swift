import JSON

/// Everything that the simulated business has, at one moment.
struct Workspace: Sendable {
    var users: [User] = []
    var phoneNumbers: [PhoneNumber] = []
    var contacts: [Contact] = []
    var customFields: [CustomField] = []
    var conversations: [Conversation] = []
    var webhooks: [Webhook] = []
    var tasks: [WorkspaceTask] = []
    var notes: [ContactNote] = []
    /// The webhooks of the dated version.
    var datedWebhooks: [DatedWebhook] = []
    var registration: Registration?
    var organizationID = ""

    /// Answers of people that have not arrived yet.
    var pendingReplies: [PendingReply] = []
    /// How often each person has answered, by number.
    var replyCounts: [String: Int] = [:]
    /// Whether ``MarkedNumber/busyOnce`` has met its 429.
    var hasBeenBusy = false

    var now: Timestamp
    var random: RandomSource
    /// What webhooks are to be told.
    var log: EventLog

    /// Moves the clock and lets the replies arrive that are due.
    mutating func advance(to moment: Timestamp) {
        // A clock that is set back must not make messages younger than they were.
        let last = now
        now = max(now, moment)
        tellOverdue(since: last)
        tellFates()
        guard pendingReplies.contains(where: { $0.due <= now }) else { return }
        let due = pendingReplies.filter { $0.due <= now }.sorted { $0.due < $1.due }
        pendingReplies.removeAll { $0.due <= now }
        for reply in due { receive(reply) }
    }

    mutating func nextTrace() -> String { random.hexadecimalIdentifier(digits: 20) }

    /// Who owns the business, and what is filed under nobody else.
    var ownerID: String { users.first { $0.role == .owner }?.id ?? "" }

    func hasUser(_ id: String) -> Bool { users.contains { $0.id == id } }
}

/// Someone who works in the business.
struct User: Sendable {
    enum Role: String, Sendable { case owner, admin, member }

    let id: String
    let firstName: String
    let lastName: String
    let email: String
    let role: Role
    let createdAt: Timestamp

    var identity: JSONObject {
        [
            "id": .string(id), "email": .string(email), "firstName": .string(firstName), "lastName": .string(lastName),
            "role": .string(role.rawValue),
        ]
    }

    var body: JSONValue {
        var object = identity
        object["pictureUrl"] = .null
        object["createdAt"] = .string(createdAt.text)
        object["updatedAt"] = .string(createdAt.text)
        return .object(object)
    }
}

/// The parts of the world that a line may be barred from.
enum Region: String, Sendable {
    case unitedStates = "US"
    case canada = "CA"
    case international = "Intl"
}

/// One of the business's lines.
struct PhoneNumber: Sendable {
    let id: String
    let groupID: String
    let name: String
    let number: String
    let symbol: String
    let userIDs: [String]
    /// Where the line may neither call nor text.
    let restrictedRegions: Set<Region>
    let createdAt: Timestamp

    /// The number as people in its country write it, for example `(614) 555-0100`.
    var formattedNumber: String {
        let digits = number.dropFirst(2)
        return "(\(digits.prefix(3))) \(digits.dropFirst(3).prefix(3))-\(digits.suffix(4))"
    }
}

extension JSONValue {
    static func nullable(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func nullable(_ moment: Timestamp?) -> JSONValue { nullable(moment?.text) }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension Workspace {
    func listUsers(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let page = PageRequest(.users, upTo: 50, from: &reader)
        try reader.validation.finish(.users)
        return page.answer(users, key: { PageKey(moment: $0.createdAt, identifier: $0.id) }, body: \.body)
    }

    func getUser(_ input: Input) throws(ErrorAnswer) -> Answer {
        try checkIdentifier(input.identifier, prefix: "US", name: "userId", .users)
        guard let user = users.first(where: { $0.id == input.identifier }) else {
            throw .notFound(.users, "User not found")
        }
        return .data(user.body)
    }

    func listPhoneNumbers(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let userID = reader.identifier("userId", prefix: "US")
        try reader.validation.finish(.phoneNumbers)
        guard let userID else { return .data(.array(phoneNumbers.map(body))) }
        guard hasUser(userID) else { throw .notFound(.phoneNumbers, "User not found") }
        return .data(.array(phoneNumbers.filter { $0.userIDs.contains(userID) }.map(body)))
    }

    func getPhoneNumber(_ input: Input) throws(ErrorAnswer) -> Answer {
        try checkIdentifier(input.identifier, prefix: "PN", name: "phoneNumberId", .phoneNumbers)
        guard let line = phoneNumbers.first(where: { $0.id == input.identifier }) else {
            throw .notFound(.phoneNumbers, "Phone number not found")
        }
        return .data(body(line))
    }

    /// The line of that identifier, which a user may be asked to have access to.
    func line(_ id: String, userID: String?, _ resource: Resource) throws(ErrorAnswer) -> PhoneNumber {
        guard let line = phoneNumbers.first(where: { $0.id == id }) else {
            throw .notFound(resource, "Phone number not found")
        }
        guard let userID else { return line }
        guard hasUser(userID) else { throw .notFound(resource, "User not found") }
        guard line.userIDs.contains(userID) else { throw .notPhoneNumberUser(resource) }
        return line
    }

    private func body(_ line: PhoneNumber) -> JSONValue {
        let members = line.userIDs.compactMap { id in users.first { $0.id == id } }
        return [
            "id": .string(line.id), "groupId": .string(line.groupID), "portRequestId": .null,
            "formattedNumber": .string(line.formattedNumber), "forward": .null, "name": .string(line.name),
            "number": .string(line.number), "portingStatus": .null, "symbol": .string(line.symbol),
            "users": .array(
                members.map { user in
                    var object = user.identity
                    object["groupId"] = .string(line.groupID)
                    return .object(object)
                }),
            "createdAt": .string(line.createdAt.text), "updatedAt": .string(line.createdAt.text),
            "restrictions": ["calling": line.restrictions, "messaging": line.restrictions],
        ]
    }
}

extension PhoneNumber {
    /// What is out of reach, for calls as for texts.
    var restrictions: JSONValue {
        [
            "CA": restriction(.canada), "Intl": restriction(.international), "US": restriction(.unitedStates),
        ]
    }

    private func restriction(_ region: Region) -> JSONValue {
        restrictedRegions.contains(region) ? "restricted" : "unrestricted"
    }
}
