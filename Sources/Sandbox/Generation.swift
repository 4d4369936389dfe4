import JSON

extension Workspace {
    /// How many contacts there are besides those of the stories, unless told otherwise.
    static let customerCount = 300

    /// Makes the business as it stands at a moment.
    ///
    /// - Parameter customerCount: How many contacts there are besides those of the stories; at least the usual.
    init(seed: UInt64, start: Timestamp, customerCount: Int = Self.customerCount) {
        now = start
        log = EventLog(start: start)
        random = RandomSource(seed: seed)
        addPeopleAndLines()
        addCast()
        addCustomers(upTo: customerCount)
        addConversations()
        addCalls()
        addWebhooks()
        // Last, so that they leave what was drawn before as it is.
        addStories()
        addTasks()
        addDatedWebhook()
        contacts.sort { $0.pageKey > $1.pageKey }
    }

    private mutating func addPeopleAndLines() {
        organizationID = random.shortIdentifier("OR")
        let founded = now.adding(-900 * Timestamp.day)
        let staff: [(first: String, last: String, role: User.Role)] = [
            ("Dana", "Whitaker", .owner), ("Luis", "Ortega", .admin), ("Priya", "Raman", .member),
            ("Jonas", "Weber", .member),
        ]
        for (index, person) in staff.enumerated() {
            users.append(
                User(
                    id: random.shortIdentifier("US"), firstName: person.first, lastName: person.last,
                    email: "\(person.first.lowercased())@brightwater.example", role: person.role,
                    createdAt: founded.adding(Int64(index) * 30 * Timestamp.day)))
        }
        let dana = users[0].id
        let luis = users[1].id
        let priya = users[2].id
        let jonas = users[3].id
        addLine("Main Line", "+16145550100", "🔧", [dana, luis, priya, jonas], restricted: [], founded)
        addLine("Scheduling", "+16145550101", "📅", [priya, luis, dana], restricted: [.international], founded)
        addLine("Field Crew", "+16145550102", "🚐", [jonas, dana], restricted: [.canada, .international], founded)
        customFields = PeopleData.customFields
    }

    private mutating func addLine(
        _ name: String, _ number: String, _ symbol: String, _ userIDs: [String], restricted: Set<Region>,
        _ createdAt: Timestamp
    ) {
        phoneNumbers.append(
            PhoneNumber(
                id: random.shortIdentifier("PN"), groupID: random.shortIdentifier("GR"), name: name, number: number,
                symbol: symbol, userIDs: userIDs, restrictedRegions: restricted, createdAt: createdAt))
    }

    private mutating func addWebhooks() {
        let createdAt = now.adding(-40 * Timestamp.day)
        webhooks = [
            Webhook(
                id: random.hexadecimalIdentifier("WH", digits: 32), userID: ownerID, label: "New texts to the helpdesk",
                isEnabled: true, url: "https://hooks.brightwater.example/quo/messages", key: random.signingKey(),
                events: ["message.received"], resourceIDs: ["*"], createdAt: createdAt),
            Webhook(
                id: random.hexadecimalIdentifier("WH", digits: 32), userID: ownerID, label: nil, isEnabled: false,
                url: "https://hooks.brightwater.example/quo/calls", key: random.signingKey(),
                events: ["call.completed", "call.recording.completed"], resourceIDs: [phoneNumbers[0].id],
                createdAt: createdAt),
        ]
    }
}

// MARK: - Contacts

extension Workspace {
    /// The people whom the demonstration and the tests know by name.
    private mutating func addCast() {
        for marked in MarkedNumber.allCases where marked.replyDelay == nil && marked != .optedOut {
            add(marked.contactName, marked.number, company: "Sandbox", role: marked.effect)
        }
        addMaria()
        add(MarkedNumber.repliesLater.contactName, MarkedNumber.repliesLater.number, company: nil, role: "Landlord")
        add(MarkedNumber.optedOut.contactName, MarkedNumber.optedOut.number, company: nil, role: nil)
        add("Gloria Mendes", Cast.gloria, company: "Olentangy Property Group", role: "Landlord")
        add("Renee Hollis", Cast.renee, company: "Hollis Family Dentistry", role: "Office manager")
        add("Zoë Lindqvist", Cast.zoe, company: "Café Lumière", role: "Owner")
        add("Harriet Boyd", Cast.homeowners[0], company: "Maple Court HOA", role: "President")
        add("Desmond Achebe", Cast.homeowners[1], company: "Maple Court HOA", role: "Treasurer")
        add("Kirsten Vogel", Cast.homeowners[2], company: "Maple Court HOA", role: "Unit 12")
        add("Wei Chen", Cast.remodel[0], company: nil, role: nil)
        add("Linh Chen", Cast.remodel[1], company: nil, role: nil)
        add("Amélie Tremblay", "+15145550120", company: "Laurier Pompes", role: "Supplier")
        add("Oliver Hughes", "+447700900120", company: "Thames Valves", role: "Supplier")
    }

    mutating func add(_ name: String, _ number: String, company: String?, role: String?) {
        let parts = name.split(separator: " ", maxSplits: 1)
        var contact = newContact(source: "openphone")
        contact.firstName = String(parts[0])
        contact.lastName = parts.count == 2 ? String(parts[1]) : nil
        contact.company = company
        contact.role = role
        contact.phoneNumbers = [item("mobile", number)]
        contacts.append(contact)
    }

    /// The contact with two of everything, and a custom field of each type.
    private mutating func addMaria() {
        var maria = newContact(source: "public-api")
        maria.firstName = "Maria"
        maria.lastName = "Alvarez"
        maria.company = "Alvarez Interiors"
        maria.role = "Owner"
        maria.externalID = "crm-1001"
        maria.sourceURL = "https://crm.brightwater.example/people/1001"
        maria.phoneNumbers = [item("mobile", MarkedNumber.repliesSoon.number), item("home", Cast.mariaAtHome)]
        maria.emails = [item("personal", "maria@alvarez.example"), item("billing", "billing@alvarez.example")]
        maria.customFields = PeopleData.customFields.map { customField($0.key, kind: $0.kind) }
        contacts.append(maria)
    }

    private mutating func addCustomers(upTo count: Int) {
        var unusualCount = 0
        while contacts.count < count {
            let place = contacts.count
            let sources = [
                "public-api", "openphone", "csv", "openphone", "public-api", "google-people", "csv", "custom-hubspot",
                "device", "openphone",
            ]
            var contact = newContact(source: sources[place % sources.count])
            if place.isMultiple(of: 10), unusualCount < PeopleData.unusualNames.count {
                (contact.firstName, contact.lastName) = PeopleData.unusualNames[unusualCount]
                unusualCount += 1
            } else {
                contact.firstName = random.element(of: PeopleData.firstNames)
                contact.lastName = random.chance(percent: 94) ? random.element(of: PeopleData.lastNames) : nil
            }
            if random.chance(percent: 35) { contact.company = random.element(of: PeopleData.companies) }
            if random.chance(percent: 30) { contact.role = random.element(of: PeopleData.roles) }
            if contact.source == "custom-hubspot" {
                contact.externalID = "hs-\(70_000 + place)"
                contact.sourceURL = "https://app.hubspot.example/contacts/\(70_000 + place)"
            }
            addReachability(to: &contact, place: place)
            contacts.append(contact)
        }
    }

    private mutating func addReachability(to contact: inout Contact, place: Int) {
        // Three numbers at most to a contact, of the hundred that each area code keeps for fiction.
        for index in 0..<random.element(of: [1, 1, 1, 1, 2, 2, 3]) {
            let label = index == 0 ? "mobile" : random.element(of: PeopleData.phoneLabels)
            contact.phoneNumbers.append(item(label, PeopleData.phoneNumber(place * 3 + index)))
        }
        for index in 0..<random.element(of: [0, 1, 1, 1, 2]) {
            let label = random.element(of: PeopleData.emailLabels)
            contact.emails.append(item(label, "customer\(place)\(index == 0 ? "" : ".office")@mail.example"))
        }
        for field in PeopleData.customFields where random.chance(percent: 25) {
            contact.customFields.append(customField(field.key, kind: field.kind))
        }
    }

    private mutating func newContact(source: String) -> Contact {
        let createdAt = now.adding(-Int64(random.integer(in: 2 * 86_400_000...700 * 86_400_000)))
        let age = Int(now.milliseconds - createdAt.milliseconds)
        return Contact(
            id: random.hexadecimalIdentifier(digits: 24), source: source,
            createdByUserID: users[random.integer(below: users.count)].id, createdAt: createdAt,
            updatedAt: createdAt.adding(Int64(random.integer(below: age))))
    }

    mutating func item(_ name: String, _ value: String) -> ContactItem {
        ContactItem(id: random.hexadecimalIdentifier(digits: 24), name: name, value: value)
    }

    mutating func customField(_ key: String, kind: CustomField.Kind) -> CustomFieldItem {
        let id = random.hexadecimalIdentifier(digits: 24)
        switch kind {
        case .address:
            let street = random.element(of: PeopleData.streets)
            let address = "\(random.integer(in: 100...2_400)) \(street), Columbus, OH 43201"
            return CustomFieldItem(id: id, key: key, value: .string(address))
        case .boolean: return CustomFieldItem(id: id, key: key, value: .bool(random.chance(percent: 50)))
        case .date:
            let visit = moment(daysAgo: random.integer(in: 3...400), minute: random.integer(in: 480...1_020))
            return CustomFieldItem(id: id, key: key, value: .string(visit.text))
        case .multiSelect:
            let first = random.integer(below: PeopleData.equipment.count - 1)
            let chosen = Array(PeopleData.equipment[first..<first + 2])
            return CustomFieldItem(id: id, key: key, value: .strings(chosen))
        case .number:
            let value = Int64(random.integer(in: 90...14_000))
            return CustomFieldItem(id: id, key: key, value: .number(.init(value)))
        case .string: return CustomFieldItem(id: id, key: key, value: .string("#\(random.integer(in: 1_000...9_999))"))
        case .url: return CustomFieldItem(id: id, key: key, value: .string("https://photos.brightwater.example/\(id)"))
        }
    }
}

/// The fixed numbers of people whom no ``MarkedNumber`` stands for.
enum Cast {
    static let mariaAtHome = "+16145550110"
    static let gloria = "+16145550111"
    static let renee = "+16145550112"
    /// In nobody's address book.
    static let stranger = "+16145550113"
    static let zoe = "+16145550114"
    static let homeowners = ["+16145550115", "+16145550116", "+16145550117"]
    static let remodel = ["+16145550118", "+16145550119"]
}
