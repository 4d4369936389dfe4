import JSON
import QuoAPI

extension DatedRoute {
    /// Members, numbers and the workspace itself.
    static let people: [DatedRoute] = [
        DatedRoute(.listUsersDated, .users, reading: Workspace.listDatedUsers),
        DatedRoute(.getUserByIdDated, .users, reading: Workspace.getDatedUser),
        DatedRoute(.listUserPhoneNumbersDated, .users, reading: Workspace.listDatedUserLines),
        DatedRoute(.listPhoneNumbersDated, .phoneNumbers, reading: Workspace.listDatedLines),
        DatedRoute(.getPhoneNumberByIdDated, .phoneNumbers, reading: Workspace.getDatedLine),
        DatedRoute(.listPhoneNumberUsersDated, .phoneNumbers, reading: Workspace.listDatedLineUsers),
        DatedRoute(.getAvailablePhoneNumbersBaseDated, .phoneNumbers, reading: Workspace.searchDatedNumbers),
        DatedRoute(.getOrganizationDated, .users, reading: Workspace.getDatedOrganization),
    ]
}

extension Workspace {
    func listDatedUsers(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        try input.page(users, id: \.id, body: \.body)
    }

    func getDatedUser(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        .data(try datedUser(input).body)
    }

    func listDatedUserLines(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let user = try datedUser(input)
        let lines = phoneNumbers.filter { $0.userIDs.contains(user.id) }
        return try input.page(lines, id: \.id) { $0.datedBody(with: input.texts("include") ?? []) }
    }

    func listDatedLines(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let lines = phoneNumbers.filter { input.text("phoneNumber") ?? $0.number == $0.number }
        return try input.page(lines, id: \.id) { $0.datedBody(with: input.texts("include") ?? []) }
    }

    func getDatedLine(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        .data(try datedLine(input).datedBody(with: input.texts("include") ?? []))
    }

    func listDatedLineUsers(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let line = try datedLine(input)
        let members = users.filter { line.userIDs.contains($0.id) }.sorted { $0.id < $1.id }
        return try input.page(members, id: \.id) { user in
            var object = user.identity
            object["groupId"] = .string(line.groupID)
            return .object(object)
        }
    }

    /// Numbers for sale: all are reserved for fiction.
    func searchDatedNumbers(_ input: DatedInput) -> Answer {
        let isFree = input.query["tollFree"] == true
        let areaCode = isFree ? "800" : input.text("areaCode") ?? "614"
        let numbers = (150..<156).map { "+1\(areaCode)5550\($0)" }
        let digits = input.text("contains") ?? ""
        return .data(["phoneNumbers": .strings(numbers.filter { digits.isEmpty || $0.contains(digits) })])
    }

    func getDatedOrganization(_: DatedInput) -> Answer {
        .data([
            "id": .string(organizationID), "name": "Brightwater Plumbing", "subscriptionStatus": "active",
            "createdAt": .nullable(users.first?.createdAt), "updatedAt": .nullable(users.first?.createdAt),
        ])
    }

    private func datedUser(_ input: DatedInput) throws(ErrorAnswer) -> User {
        guard let user = users.first(where: { $0.id == input.path["userId"] }) else {
            throw .notFound(.users, "User not found")
        }
        return user
    }

    private func datedLine(_ input: DatedInput) throws(ErrorAnswer) -> PhoneNumber {
        try line(input.path["phoneNumberId"] ?? "", userID: nil, .phoneNumbers)
    }
}

extension PhoneNumber {
    /// The line as the dated version tells it.
    ///
    /// - Parameter parts: What to tell besides.
    fileprivate func datedBody(with parts: [String]) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "groupId": .string(groupID), "name": .string(name), "phoneNumber": .string(number),
            "formattedNumber": .string(formattedNumber), "forward": .null, "portRequestId": .null,
            "portingStatus": .null, "symbol": .string(symbol), "createdAt": .string(createdAt.text),
            "updatedAt": .string(createdAt.text),
        ]
        if parts.contains("restrictions") {
            object["restrictions"] = ["calling": restrictions, "messaging": restrictions]
        }
        if parts.contains("businessHours") {
            let hours: JSONValue = ["start": "0800", "end": "1700"]
            object["businessHours"] = [
                "enabled": true, "timezone": "America/New_York",
                "schedule": [
                    "monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours,
                    "saturday": .null, "sunday": .null,
                ],
            ]
        }
        return .object(object)
    }
}
