import JSON
import QuoAPI

extension DatedRoute {
    /// The registration with carriers.
    static let registration: [DatedRoute] = [
        DatedRoute(.getA2PRegistrationDated, .messages, reading: Workspace.getRegistration),
        DatedRoute(.createA2PRegistrationDated, .messages) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createRegistration(input)
        },
        DatedRoute(.updateA2PRegistrationDated, .messages) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateRegistration(input)
        },
        DatedRoute(.submitA2PRegistrationDated, .messages) { (workspace, _) throws(ErrorAnswer) in
            try workspace.submitRegistration()
        },
    ]
}

/// The registration that carriers want before texts; the sandbox has none at first, and asks for none.
struct Registration: Sendable {
    var isDraft = true
    var answers: JSONObject
    let createdAt: Timestamp
    var updatedAt: Timestamp

    fileprivate var body: JSONValue {
        let status: JSONValue = isDraft ? "draft" : "pending"
        var object: JSONObject = [
            "id": "RG00000001", "draft": .bool(isDraft), "status": status, "statusMessages": [],
            "autofillStatus": "completed", "type": "standard", "createdAt": .string(createdAt.text),
            "updatedAt": .string(updatedAt.text), "businessInfo": .object(answers.without(["messageTypes"])),
        ]
        if !isDraft { object["firstSubmittedAt"] = .string(updatedAt.text) }
        return .object(object)
    }
}

extension Workspace {
    func getRegistration(_: DatedInput) throws(ErrorAnswer) -> Answer { .data(try existing().body) }

    fileprivate mutating func createRegistration(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        guard registration == nil else { throw Self.conflict("There is a registration already") }
        let new = Registration(answers: input.body, createdAt: now, updatedAt: now)
        registration = new
        return .data(new.body, status: 201)
    }

    fileprivate mutating func updateRegistration(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        try change { draft in
            for member in input.body { draft.answers[member.name] = member.value }
        }
    }

    /// Nothing is paid in the sandbox.
    fileprivate mutating func submitRegistration() throws(ErrorAnswer) -> Answer { try change { $0.isDraft = false } }

    private func existing() throws(ErrorAnswer) -> Registration {
        guard let registration else { throw .notFound(.messages, "There is no registration") }
        return registration
    }

    private mutating func change(_ work: (inout Registration) -> Void) throws(ErrorAnswer) -> Answer {
        var changed = try existing()
        guard changed.isDraft else { throw Self.conflict("The registration is no draft") }
        work(&changed)
        changed.updatedAt = now
        registration = changed
        return .data(changed.body)
    }

    private static func conflict(_ message: String) -> ErrorAnswer {
        ErrorAnswer(.messages, 409, "Conflict", message)
    }
}
