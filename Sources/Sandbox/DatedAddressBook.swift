import JSON
import QuoAPI

extension DatedRoute {
    /// Contacts, whom they are shared with, and notes about them.
    static let addressBook: [DatedRoute] =
        [
            DatedRoute(.listContactsDated, .contacts, reading: Workspace.listDatedContacts),
            DatedRoute(.createContactDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.createDatedContact(input)
            },
            DatedRoute(.getContactByIdDated, .contacts, reading: Workspace.getDatedContact),
            DatedRoute(.updateContactByIdDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.updateDatedContact(input)
            },
            DatedRoute(.deleteContactDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.deleteContact(input.first("contactId"))
            },
            DatedRoute(.listContactSharesDated, .contacts, reading: Workspace.listDatedShares),
            DatedRoute(.listContactNotesDated, .contacts, reading: Workspace.listNotes),
            DatedRoute(.createContactNoteDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.createNote(input)
            },
            DatedRoute(.getContactNoteDated, .contacts, reading: Workspace.getNote),
            DatedRoute(.updateContactNoteDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.updateNote(input)
            },
            DatedRoute(.deleteContactNoteDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
                try workspace.deleteNote(input)
            },
        ] + properties
}

/// What a member wrote about a contact.
struct ContactNote: Sendable {
    let id: String
    let contactID: String
    var text: String
    let userID: String
    let createdAt: Timestamp
    var updatedAt: Timestamp

    fileprivate var body: JSONValue {
        [
            "id": .string(id), "text": .string(text), "media": [], "createdAt": .string(createdAt.text),
            "updatedAt": .string(updatedAt.text), "actorId": .string(userID),
        ]
    }
}

// MARK: - Contacts

extension Workspace {
    func listDatedContacts(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let externalIDs = input.texts("externalId[in]", orOne: "externalId")
        let sources = input.texts("source[in]", orOne: "source")
        let found = contacts.filter { contact in
            externalIDs.map { ids in contact.externalID.map(ids.contains) ?? false } ?? true
                && sources.map { names in contact.source.map(names.contains) ?? false } ?? true
        }
        return try input.page(found, id: \.id, body: Self.datedBody)
    }

    func getDatedContact(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        .data(Self.datedBody(contacts[try datedContact(input)]))
    }

    mutating func createDatedContact(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        var contact = Contact(
            id: random.hexadecimalIdentifier(digits: 24), source: "public-api",
            createdByUserID: input.body["actorId"]?.stringValue ?? ownerID, createdAt: now, updatedAt: now)
        guard hasUser(contact.createdByUserID) else { throw .notFound(.contacts, "User not found") }
        contact.take(input.body)
        contacts.insert(contact, at: contacts.firstIndex { $0.pageKey < contact.pageKey } ?? contacts.endIndex)
        return .data(Self.datedBody(contact), status: 201)
    }

    /// Changes what is sent; unlike the first version, what is left out stays.
    mutating func updateDatedContact(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let index = try datedContact(input)
        try checkIsOwn(contacts[index])
        contacts[index].take(input.body)
        contacts[index].updatedAt = now
        noteContact(contacts[index])
        return .data(Self.datedBody(contacts[index]))
    }

    /// Every contact is shared with the whole workspace.
    func listDatedShares(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = contacts[try datedContact(input)]
        return try input.page([organizationID], id: \.self) { holder in
            [
                "contactId": .string(contact.id), "sharedWith": .string(holder),
                "createdAt": .string(contact.createdAt.text),
            ]
        }
    }

    /// The place of the contact that the path names.
    func datedContact(_ input: DatedInput) throws(ErrorAnswer) -> Int { try contactIndex(input.first("contactId")) }

    private static func datedBody(_ contact: Contact) -> JSONValue {
        [
            "id": .string(contact.id), "externalId": .nullable(contact.externalID),
            "source": .nullable(contact.source), "sourceUrl": .nullable(contact.sourceURL),
            "firstName": .nullable(contact.firstName), "lastName": .nullable(contact.lastName),
            "company": .nullable(contact.company), "role": .nullable(contact.role),
            "createdAt": .string(contact.createdAt.text), "updatedAt": .string(contact.updatedAt.text),
            "actorId": .string(contact.createdByUserID),
        ]
    }
}

extension Contact {
    /// Takes over the plain members of a body; null clears one.
    fileprivate mutating func take(_ body: JSONObject) {
        func apply(_ name: String, to member: inout String?) {
            if let value = body[name] { member = value.stringValue }
        }
        apply("firstName", to: &firstName)
        apply("lastName", to: &lastName)
        apply("company", to: &company)
        apply("role", to: &role)
        apply("externalId", to: &externalID)
        apply("source", to: &source)
        apply("sourceUrl", to: &sourceURL)
    }
}

// MARK: - Notes

extension Workspace {
    func listNotes(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = contacts[try datedContact(input)]
        return try input.page(notes.filter { $0.contactID == contact.id }, id: \.id, body: \.body)
    }

    func getNote(_ input: DatedInput) throws(ErrorAnswer) -> Answer { .data(notes[try noteIndex(input)].body) }

    mutating func createNote(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = contacts[try datedContact(input)]
        let note = ContactNote(
            id: random.hexadecimalIdentifier(digits: 24), contactID: contact.id,
            text: input.body["text"]?.stringValue ?? "", userID: ownerID, createdAt: now, updatedAt: now)
        notes.append(note)
        return .data(note.body)
    }

    mutating func updateNote(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let index = try noteIndex(input)
        notes[index].text = input.body["text"]?.stringValue ?? ""
        notes[index].updatedAt = now
        return .data(notes[index].body)
    }

    mutating func deleteNote(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        notes.remove(at: try noteIndex(input))
        return .noContent
    }

    private func noteIndex(_ input: DatedInput) throws(ErrorAnswer) -> Int {
        let contact = contacts[try datedContact(input)]
        let index = notes.firstIndex { $0.id == input.path["noteId"] && $0.contactID == contact.id }
        guard let index else { throw .notFound(.contacts, "Note not found") }
        return index
    }
}
