import JSON

/// A contact's phone number or e-mail address under a label.
struct ContactItem: Sendable {
    let id: String
    let name: String
    let value: String
}

/// The definition of a field that the business added to its contacts; made in the app, read-only here.
struct CustomField: Sendable {
    enum Kind: String, Sendable {
        case address, boolean, date
        case multiSelect = "multi-select"
        case number, string, url

        /// Whether a value other than null may be stored.
        func accepts(_ value: JSONValue) -> Bool {
            switch self {
            case .address, .string, .url: value.stringValue != nil
            case .boolean: value.boolValue != nil
            case .date: value.stringValue.flatMap(Timestamp.init(parsing:)) != nil
            case .multiSelect: value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
            case .number: value.numberValue != nil
            }
        }
    }

    let key: String
    let name: String
    let kind: Kind
}

/// One custom field of one contact.
struct CustomFieldItem: Sendable {
    let id: String
    let key: String
    let value: JSONValue
}

/// Someone in the address book.
struct Contact: Sendable {
    let id: String
    var externalID: String?
    var source: String?
    var sourceURL: String?
    var firstName: String?
    var lastName: String?
    var company: String?
    var role: String?
    var emails: [ContactItem] = []
    var phoneNumbers: [ContactItem] = []
    var customFields: [CustomFieldItem] = []
    let createdByUserID: String
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Whether an integration keeps it, so that it can only be changed there.
    var isOwnedByIntegration: Bool { source == "google-people" }

    /// Its place in the list.
    var pageKey: PageKey { PageKey(moment: createdAt, identifier: id) }
}

extension Workspace {
    func getCustomFields(_: Input) -> Answer {
        .data(
            .array(
                customFields.map { field in
                    [
                        "name": .string(field.name), "key": .string(field.key), "type": .string(field.kind.rawValue),
                    ]
                }))
    }

    func listContacts(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = QueryReader(input.query)
        let externalIDs = reader.list("externalIds", count: 1...Int.max)
        let sources = reader.list("sources", count: 1...Int.max)
        let page = PageRequest(.contacts, upTo: 50, from: &reader)
        try reader.validation.finish(.contacts)
        if externalIDs.isEmpty, sources.isEmpty { return page.answer(sorted: contacts, key: \.pageKey, body: body) }
        let matches = contacts.filter { contact in
            (externalIDs.isEmpty || contact.externalID.map(externalIDs.contains) ?? false)
                && (sources.isEmpty || contact.source.map(sources.contains) ?? false)
        }
        return page.answer(sorted: matches, key: \.pageKey, body: body)
    }

    func getContact(_ input: Input) throws(ErrorAnswer) -> Answer {
        .data(body(contacts[try contactIndex(input)]))
    }

    mutating func createContact(_ input: Input) throws(ErrorAnswer) -> Answer {
        var reader = try ContactReader(input, self)
        var contact = Contact(
            id: random.hexadecimalIdentifier(digits: 24), source: "public-api",
            createdByUserID: reader.body.optionalIdentifier("createdByUserId", prefix: "US") ?? ownerID, createdAt: now,
            updatedAt: now)
        reader.readOrigin(into: &contact, sourceLength: 1...72)
        if !reader.readDefaultFields(into: &contact, random: &random) {
            reader.body.missing("/defaultFields", type: "object")
        } else if reader.defaultFields?["firstName"] == nil {
            reader.body.missing("/defaultFields/firstName", type: "string")
        }
        try reader.readCustomFields(into: &contact, random: &random)
        try reader.body.finish(.contacts)
        guard hasUser(contact.createdByUserID) else { throw .notFound(.contacts, "User not found") }
        try checkExternalID(of: contact)
        contacts.insert(contact, at: contacts.firstIndex { $0.pageKey < contact.pageKey } ?? contacts.endIndex)
        return .data(body(contact), status: 201)
    }

    /// Changes a contact the way the API does: by replacing.
    ///
    /// Lists that are sent replace what is stored. E-mail addresses and phone numbers that `defaultFields` leaves out, and
    /// custom fields that the body leaves out, are deleted. Other members that are left out stay.
    mutating func updateContact(_ input: Input) throws(ErrorAnswer) -> Answer {
        let index = try contactIndex(input)
        var contact = contacts[index]
        try checkIsOwn(contact)
        var reader = try ContactReader(input, self)
        reader.readOrigin(into: &contact, sourceLength: 1...75)
        _ = reader.readDefaultFields(into: &contact, random: &random)
        try reader.readCustomFields(into: &contact, random: &random)
        try reader.body.finish(.contacts)
        try checkExternalID(of: contact)
        contact.updatedAt = now
        contacts[index] = contact
        noteContact(contact)
        return .data(body(contact))
    }

    mutating func deleteContact(_ input: Input) throws(ErrorAnswer) -> Answer {
        let index = try contactIndex(input)
        try checkIsOwn(contacts[index])
        noteContact(contacts.remove(at: index), "contact.deleted")
        return .noContent
    }

    func contactIndex(_ input: Input) throws(ErrorAnswer) -> Int {
        guard let index = contacts.firstIndex(where: { $0.id == input.identifier }) else {
            throw .notFound(.contacts, "Contact not found")
        }
        return index
    }

    func checkIsOwn(_ contact: Contact) throws(ErrorAnswer) {
        guard contact.isOwnedByIntegration else { return }
        throw .forbidden(.contacts, "This contact is synced from an integration and can only be changed there")
    }

    /// One source may use an external identifier only once.
    private func checkExternalID(of contact: Contact) throws(ErrorAnswer) {
        guard let externalID = contact.externalID else { return }
        let isTaken = contacts.contains {
            $0.externalID == externalID && $0.source == contact.source && $0.id != contact.id
        }
        if isTaken {
            throw ErrorAnswer(.contacts, 409, "Conflict", "A contact with this externalId exists already")
        }
    }

    private func body(_ contact: Contact) -> JSONValue {
        let fields = contact.customFields.compactMap { item -> JSONValue? in
            guard let field = customFields.first(where: { $0.key == item.key }) else { return nil }
            return [
                "name": .string(field.name), "key": .string(field.key), "id": .string(item.id),
                "type": .string(field.kind.rawValue), "value": item.value,
            ]
        }
        return [
            "id": .string(contact.id), "externalId": .nullable(contact.externalID),
            "source": .nullable(contact.source), "sourceUrl": .nullable(contact.sourceURL),
            "defaultFields": [
                "company": .nullable(contact.company), "emails": .array(contact.emails.map(\.body)),
                "firstName": .nullable(contact.firstName), "lastName": .nullable(contact.lastName),
                "phoneNumbers": .array(contact.phoneNumbers.map(\.body)), "role": .nullable(contact.role),
            ],
            "customFields": .array(fields), "createdAt": .string(contact.createdAt.text),
            "updatedAt": .string(contact.updatedAt.text), "createdByUserId": .string(contact.createdByUserID),
        ]
    }
}

extension ContactItem {
    fileprivate var body: JSONValue { ["name": .string(name), "value": .string(value), "id": .string(id)] }
}
