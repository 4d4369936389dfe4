import HTTP
import JSON
import Testing

struct ContactTests {
    let client = SandboxClient()

    private func create(_ body: JSONValue) async throws -> SandboxAnswer {
        try await client.send(.post, "/v1/contacts", body: body)
    }

    private func patch(_ contact: JSONValue, _ body: JSONValue) async throws -> SandboxAnswer {
        let id = try #require(contact["id"]?.stringValue)
        return try await client.send(.patch, "/v1/contacts/\(id)", body: body)
    }

    @Test func `there are 310 contacts, one with two numbers and all kinds of fields`() async throws {
        #expect(try await client.all("/v1/contacts", maxResults: 50).count == 310)
        let maria = try await client.contact("Maria", "Alvarez")
        #expect(maria["defaultFields"]?["phoneNumbers"]?.arrayValue?.count == 2)
        #expect(maria["defaultFields"]?["emails"]?.arrayValue?.count == 2)
        let types = Set((maria["customFields"]?.arrayValue ?? []).map { $0["type"] })
        let definitions = try await client.get("/v1/contact-custom-fields").items
        #expect(definitions.count == 7)
        #expect(types == Set(definitions.map { $0["type"] }))
    }

    @Test func `phone numbers belong to one contact each`() async throws {
        let numbers = try await client.all("/v1/contacts", maxResults: 50).flatMap {
            $0["defaultFields"]?["phoneNumbers"]?.arrayValue?.compactMap { $0["value"]?.stringValue } ?? []
        }
        #expect(Set(numbers).count == numbers.count)
        #expect(numbers.allSatisfy { $0.hasPrefix("+") && ($0.count == 12 || $0.count == 13) })
    }

    @Test func `contacts are filtered by source and external identifier`() async throws {
        let hubspot = try await client.all("/v1/contacts", "&sources=custom-hubspot", maxResults: 50)
        #expect(hubspot.count > 20)
        #expect(hubspot.allSatisfy { $0["source"] == "custom-hubspot" })
        let both = try await client.all("/v1/contacts", "&sources=custom-hubspot&sources=csv", maxResults: 50)
        #expect(both.count > hubspot.count)
        let maria = try await client.get("/v1/contacts?maxResults=50&externalIds=crm-1001&externalIds=none").items
        #expect(maria.map { $0["externalId"] } == ["crm-1001"])
        #expect(try await client.get("/v1/contacts?maxResults=5&externalIds=none").items.isEmpty)
    }

    @Test func `a contact is created and found again`() async throws {
        let created = try await create([
            "defaultFields": [
                "firstName": "Ada", "lastName": "Yu", "company": nil,
                "emails": [["name": "work", "value": "ada@x.example"], ["name": "old", "value": nil]],
                "phoneNumbers": [["name": "mobile", "value": "+16145550171"]],
            ],
            "customFields": [["key": "gate-code", "value": "12#"], ["key": "lifetime-value", "value": 12.5]],
            "externalId": "e-9", "source": "custom-crm", "sourceUrl": "https://crm.example/9",
        ])
        #expect(created.status == 201)
        #expect(created.data["createdAt"] == "2026-05-28T20:26:40.000Z")
        #expect(created.data["createdByUserId"]?.stringValue == (try await client.user("Dana")))
        #expect(created.data["defaultFields"]?["emails"]?.arrayValue?.count == 1)
        #expect(created.data["customFields"]?[1]?["value"] == 12.5)
        #expect(created.data["customFields"]?[1]?["type"] == "number")
        let found = try await client.get("/v1/contacts?maxResults=50&externalIds=e-9&sources=custom-crm")
        #expect(found.items == [created.data])
    }

    @Test func `the source is public-api unless another is named`() async throws {
        let created = try await create(["defaultFields": ["firstName": nil]])
        #expect(created.status == 201)
        #expect(created.data["source"] == "public-api")
        #expect(created.data["defaultFields"]?["firstName"] == .null)
    }

    @Test(arguments: [
        "openphone", "device", "csv", "zapier", "google-people", "other", "openphone-2", "csv-import", "CSV",
        "", String(repeating: "s", count: 73),
    ])
    func `a reserved or overlong source is refused`(source: String) async throws {
        let answer = try await create(["defaultFields": ["firstName": "A"], "source": .string(source)])
        #expect(answer.status == 400)
        #expect(answer.faultyPaths == ["/source"])
    }

    @Test(
        arguments: [
            ([:], "/defaultFields"), (["defaultFields": [:]], "/defaultFields/firstName"),
            (["defaultFields": ["firstName": 1]], "/defaultFields/firstName"),
            (["defaultFields": ["firstName": "A", "emails": [["name": "work"]]]], "/defaultFields/emails/0/value"),
            (
                ["defaultFields": ["firstName": "A", "phoneNumbers": [["value": "1"]]]],
                "/defaultFields/phoneNumbers/0/name"
            ),
            (["defaultFields": ["firstName": "A", "emails": "a@b.c"]], "/defaultFields/emails"),
            (["defaultFields": ["firstName": "A"], "customFields": ["gate-code": "1"]], "/customFields"),
            (["defaultFields": ["firstName": "A"], "sourceUrl": "not a uri"], "/sourceUrl"),
            (["defaultFields": ["firstName": "A"], "externalId": ""], "/externalId"),
            (["defaultFields": ["firstName": "A"], "createdByUserId": "X"], "/createdByUserId"),
        ] as [(JSONValue, String)])
    func `a contact that breaks the contract is refused`(body: JSONValue, path: String) async throws {
        let answer = try await create(body)
        #expect(answer.status == 400)
        #expect(answer.code == "0800400")
        #expect(answer.faultyPaths == [path])
    }

    @Test(
        arguments: [
            ["key": "unknown", "value": "x"], ["value": "x"], ["key": "gate-code", "value": 1],
            ["key": "maintenance-plan", "value": "yes"], ["key": "last-visit", "value": "tomorrow"],
            ["key": "equipment", "value": "Sump pump"], ["key": "lifetime-value", "value": "12"],
            ["key": "service-address", "value": ["a"]], ["key": "photos", "value": true],
        ] as [JSONValue])
    func `an unknown custom field or a value of the wrong type is refused`(item: JSONValue) async throws {
        let answer = try await create(["defaultFields": ["firstName": "A"], "customFields": [item]])
        #expect(answer.status == 400)
        #expect(answer.code == "0801400")
        #expect(answer.title == "Invalid Custom Field Item")
        #expect(answer.json["description"] == "Invalid Custom Field Item")
    }

    @Test func `an external identifier occurs once in a source`() async throws {
        let body: JSONValue = ["defaultFields": ["firstName": "A"], "externalId": "e-1"]
        #expect(try await create(body).status == 201)
        let second = try await create(body)
        #expect(second.status == 409)
        #expect(second.code == "0800409")
    }

    @Test func `a list that is sent replaces the whole list`() async throws {
        let maria = try await client.contact("Maria", "Alvarez")
        let answer = try await patch(
            maria,
            [
                "defaultFields": [
                    "emails": maria["defaultFields"]?["emails"] ?? .null,
                    "phoneNumbers": [["name": "new", "value": "+16145550172"]],
                ],
                "customFields": [["key": "gate-code", "value": "1"]],
            ])
        #expect(answer.status == 200)
        let numbers = answer.data["defaultFields"]?["phoneNumbers"]?.arrayValue?.map { $0["value"] }
        #expect(numbers == ["+16145550172"])
        #expect(answer.data["defaultFields"]?["emails"] == maria["defaultFields"]?["emails"])
        #expect(answer.data["customFields"]?.arrayValue?.map { $0["key"] } == ["gate-code"])
        #expect(answer.data["defaultFields"]?["firstName"] == "Maria")
        #expect(answer.data["externalId"] == "crm-1001")
    }

    @Test func `lists that are left out of what is sent are deleted`() async throws {
        let maria = try await client.contact("Maria", "Alvarez")
        let answer = try await patch(maria, ["defaultFields": ["role": "Architect"]])
        #expect(answer.data["defaultFields"]?["role"] == "Architect")
        #expect(answer.data["defaultFields"]?["company"] == "Alvarez Interiors")
        #expect(answer.data["defaultFields"]?["phoneNumbers"] == [])
        #expect(answer.data["defaultFields"]?["emails"] == [])
        #expect(answer.data["customFields"] == [])
    }

    @Test func `the lists of built-in fields stay where no built-in field is sent`() async throws {
        let maria = try await client.contact("Maria", "Alvarez")
        let fields = maria["customFields"] ?? .null
        let answer = try await patch(maria, ["externalId": nil, "customFields": fields])
        #expect(answer.data["externalId"] == .null)
        #expect(answer.data["defaultFields"] == maria["defaultFields"])
        #expect(answer.data["customFields"] == fields)
    }

    @Test func `an item keeps its identifier, and one without a value is removed`() async throws {
        let maria = try await client.contact("Maria", "Alvarez")
        let kept = try #require(maria["defaultFields"]?["phoneNumbers"]?[1])
        let removed = try #require(maria["defaultFields"]?["phoneNumbers"]?[0])
        let field = try #require(maria["customFields"]?[5])
        let answer = try await patch(
            maria,
            [
                "defaultFields": [
                    "phoneNumbers": [
                        ["id": removed["id"] ?? .null, "name": "mobile", "value": nil],
                        ["id": kept["id"] ?? .null, "name": "kitchen", "value": "+16145550173"],
                    ]
                ],
                "customFields": [
                    ["id": field["id"] ?? .null, "value": "77#"], ["key": "photos", "value": nil],
                ],
            ])
        let numbers = try #require(answer.data["defaultFields"]?["phoneNumbers"]?.arrayValue)
        #expect(numbers == [["name": "kitchen", "value": "+16145550173", "id": kept["id"] ?? .null]])
        let fields = try #require(answer.data["customFields"]?.arrayValue)
        #expect(fields.count == 1)
        #expect(fields.first?["id"] == field["id"])
        #expect(fields.first?["value"] == "77#")
    }

    @Test func `a change that is refused changes nothing`() async throws {
        let maria = try await client.contact("Maria", "Alvarez")
        let answer = try await patch(
            maria, ["defaultFields": ["firstName": "Mia"], "customFields": [["key": "unknown", "value": 1]]])
        #expect(answer.code == "0801400")
        #expect(try await client.contact("Maria", "Alvarez") == maria)
    }

    @Test func `a contact that an integration owns cannot be changed or deleted`() async throws {
        let owned = try #require(
            try await client.get("/v1/contacts?maxResults=1&sources=google-people").items.first)
        let id = try #require(owned["id"]?.stringValue)
        #expect(try await patch(owned, ["defaultFields": ["firstName": "X"]]).status == 403)
        #expect(try await client.send(.delete, "/v1/contacts/\(id)").status == 403)
        #expect(try await client.get("/v1/contacts/\(id)").data == owned)
    }

    @Test func `a deleted contact is gone`() async throws {
        let id = try #require(try await client.contact("Tom", "Becker")["id"]?.stringValue)
        #expect(try await client.send(.delete, "/v1/contacts/\(id)").status == 204)
        #expect(try await client.send(.delete, "/v1/contacts/\(id)").status == 404)
        #expect(try await client.get("/v1/contacts/\(id)").status == 404)
        #expect(try await client.all("/v1/contacts", maxResults: 50).count == 309)
    }
}
