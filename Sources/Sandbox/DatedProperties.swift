import JSON
import QuoAPI

extension DatedRoute {
    /// Numbers, email addresses and custom fields of contacts, one by one.
    static let properties: [DatedRoute] = [
        DatedRoute(.listContactPropertiesDated, .contacts, reading: Workspace.listProperties),
        DatedRoute(.createContactPropertyDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createProperty(input)
        },
        DatedRoute(.getContactPropertyDated, .contacts, reading: Workspace.getProperty),
        DatedRoute(.updateContactPropertyDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateProperty(input)
        },
        DatedRoute(.deleteContactPropertyDated, .contacts) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deleteProperty(input)
        },
    ]
}

/// One number, email address or custom field of a contact.
private struct Property {
    let id: String
    let type: String
    let name: String?
    let value: JSONValue

    var body: JSONValue {
        ["id": .string(id), "type": .string(type), "name": .nullable(name), "value": value]
    }
}

extension Workspace {
    func listProperties(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let wanted = input.text("type")
        let found = properties(of: contacts[try datedContact(input)]).filter { wanted ?? $0.type == $0.type }
        return try input.page(found, id: \.id, body: \.body)
    }

    func getProperty(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = contacts[try datedContact(input)]
        guard let property = properties(of: contact).first(where: { $0.id == input.path["propertyId"] }) else {
            throw .notFound(.contacts, "Property not found")
        }
        return .data(property.body)
    }

    mutating func createProperty(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let id = random.hexadecimalIdentifier(digits: 24)
        let contact = try datedContact(input)
        try checkIsOwn(contacts[contact])
        let type = input.body["type"]?.stringValue ?? ""
        try put(input.body["value"] ?? .null, id: id, type: type, name: input.body["name"]?.stringValue, in: contact)
        noteContact(contacts[contact])
        return try propertyAnswer(id, in: contact)
    }

    mutating func updateProperty(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = try datedContact(input)
        let known = properties(of: contacts[contact]).first { $0.id == input.path["propertyId"] }
        guard let known else { throw .notFound(.contacts, "Property not found") }
        try checkIsOwn(contacts[contact])
        let name = input.body["name"].map(\.stringValue) ?? known.name
        try put(input.body["value"] ?? known.value, id: known.id, type: known.type, name: name, in: contact)
        noteContact(contacts[contact])
        return try propertyAnswer(known.id, in: contact)
    }

    mutating func deleteProperty(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let contact = try datedContact(input)
        let id = input.path["propertyId"] ?? ""
        guard properties(of: contacts[contact]).contains(where: { $0.id == id }) else {
            throw .notFound(.contacts, "Property not found")
        }
        try checkIsOwn(contacts[contact])
        contacts[contact].phoneNumbers.removeAll { $0.id == id }
        contacts[contact].emails.removeAll { $0.id == id }
        contacts[contact].customFields.removeAll { $0.id == id }
        noteContact(contacts[contact])
        return .noContent
    }

    private func properties(of contact: Contact) -> [Property] {
        func items(_ items: [ContactItem], _ type: String) -> [Property] {
            items.map { Property(id: $0.id, type: type, name: $0.name, value: .string($0.value)) }
        }
        let fields = contact.customFields.compactMap { item in
            customFields.first { $0.key == item.key }.map {
                Property(id: item.id, type: $0.kind.rawValue, name: $0.name, value: item.value)
            }
        }
        return items(contact.phoneNumbers, "phone-number") + items(contact.emails, "email") + fields
    }

    /// Adds a property, or puts it in the place of the one that has the same id.
    private mutating func put(
        _ value: JSONValue, id: String, type: String, name: String?, in contact: Int
    ) throws(ErrorAnswer) {
        func place(_ item: ContactItem, _ items: inout [ContactItem]) {
            if let index = items.firstIndex(where: { $0.id == id }) { items[index] = item } else { items.append(item) }
        }
        switch type {
        case "phone-number", "email":
            guard let text = value.stringValue, type == "email" || isE164(text) else {
                throw .badRequest(.contacts, "The value is not one of the type \(type)")
            }
            let item = ContactItem(id: id, name: name ?? "other", value: text)
            if type == "email" {
                place(item, &contacts[contact].emails)
            } else {
                place(item, &contacts[contact].phoneNumbers)
            }
        default:
            let field = customFields.first { $0.kind.rawValue == type && ($0.name == name || $0.key == name) }
            guard let field, field.kind.accepts(value) else {
                throw .badRequest(.contacts, "There is no custom field of this type and name that takes the value")
            }
            contacts[contact].customFields.removeAll { $0.id == id || $0.key == field.key }
            contacts[contact].customFields.append(CustomFieldItem(id: id, key: field.key, value: value))
        }
        contacts[contact].updatedAt = now
    }

    private func propertyAnswer(_ id: String, in contact: Int) throws(ErrorAnswer) -> Answer {
        guard let property = properties(of: contacts[contact]).first(where: { $0.id == id }) else {
            throw .notFound(.contacts, "Property not found")
        }
        return .data(property.body)
    }
}
