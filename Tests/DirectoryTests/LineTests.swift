import JSON
import QuoAPI
import Testing

@testable import Directory

@Suite struct `Lines and members` {
    private let lines = [
        line("PN1", "Front desk", "+16145550100"), line("PN2", "Frönt office", "+442079460018"),
        line("PN3", "Sales", "+16145550102"),
    ]
    private let members = [
        member("US1", "Ana", "Silva", "Ana@Example.com"), member("US2", "Ana", "López", "lopez@example.com"),
        member("US3", "Zoë", nil, "z@example.com"), member("US4", nil, nil, "bot@example.com"),
    ]

    @Test(arguments: [
        ("PN2", "PN2"), ("+16145550102", "PN3"), ("(614) 555-0102", "PN3"), ("1 614 555 0100", "PN1"),
        ("+44 (0)20 7946 0018", "PN2"), ("020 7946 0018", "PN2"), ("sales", "PN3"), (" FRONT  DESK ", "PN1"),
        ("front o", "PN2"), ("desk", "PN1"), ("Sal", "PN3"),
    ])
    func `a line is known by id, number and name`(reference: String, id: String) async throws {
        let fixture = try Fixture()
        fixture.book.setLines(lines)
        #expect(try await fixture.directory.line(reference).id == id)
    }

    @Test(arguments: [
        ("front", ReferenceFault.Reason.several, ["PN1", "PN2"]), (" ", .missing, ["PN1", "PN2", "PN3"]),
        ("", .missing, ["PN1", "PN2", "PN3"]), ("support", .none, ["PN1", "PN2", "PN3"]),
        ("+16145559999", .none, ["PN1", "PN2", "PN3"]), ("!", .none, ["PN1", "PN2", "PN3"]),
    ])
    func `another reference gets the choices`(
        reference: String, reason: ReferenceFault.Reason, ids: [String]
    ) async throws {
        let fixture = try Fixture()
        fixture.book.setLines(lines)
        let fault = try #require(try await fixture.fault { try await $0.line(reference) })
        #expect(fault.reason == reason)
        #expect(fault.candidates.map(\.id) == ids)
        for line in try await fixture.directory.lines() where ids.contains(line.id) {
            #expect(fault.description.contains("\n- \(line.name) (\(line.number), id \(line.id))"))
        }
    }

    @Test func `the only line needs no name`() async throws {
        let line = try await Fixture().directory.line(nil)
        #expect(line.id == "PN1")
        #expect(line.region == "US")
        #expect(line.users == ["US1"])
        #expect(line.formatted == "+1 614-555-0100")
        #expect(line.restrictions == ["messaging": ["US": "unrestricted"]])
    }

    @Test(arguments: [
        ("US2", "US2"), ("ana@example.COM", "US1"), ("ana lopez", "US2"), ("zoe", "US3"), ("bot@example.com", "US4"),
    ])
    func `a member is known by id, address and name`(reference: String, id: String) async throws {
        let fixture = try Fixture()
        fixture.book.setMembers(members)
        #expect(try await fixture.directory.member(reference).id == id)
    }

    @Test(arguments: [
        ("Ana", ReferenceFault.Reason.several, ["US1", "US2"]), ("Zo", .none, ["US1", "US2", "US3", "US4"]),
        ("", .none, ["US1", "US2", "US3", "US4"]),
    ])
    func `a first name of two members is no reference`(
        reference: String, reason: ReferenceFault.Reason, ids: [String]
    ) async throws {
        let fixture = try Fixture()
        fixture.book.setMembers(members)
        let fault = try #require(try await fixture.fault { try await $0.member(reference) })
        #expect(fault.reason == reason)
        #expect(fault.candidates.map(\.id) == ids)
    }

    @Test func `all pages of members are read`() async throws {
        let fixture = try Fixture()
        fixture.book.setMembers((1...120).map { member("US\($0)", "M", "\($0)", "m\($0)@example.com") })
        #expect(try await fixture.directory.members().count == 120)
        #expect(fixture.book.count("/v1/users") == 3)
    }

    @Test func `one request serves all who ask within five minutes`() async throws {
        let fixture = try Fixture()
        let directory = fixture.directory
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await directory.lines() } }
            try await group.waitForAll()
        }
        fixture.time.advance(by: .seconds(299))
        _ = try await directory.lines()
        #expect(fixture.book.count("/v1/phone-numbers") == 1)
        fixture.time.advance(by: .seconds(1))
        _ = try await directory.lines()
        #expect(fixture.book.count("/v1/phone-numbers") == 2)
        #expect(try await directory.customFields().map(\.key) == ["inbound-lead"])
    }

    @Test func `a failure is not kept`() async throws {
        let fixture = try Fixture()
        fixture.book.fail("/v1/phone-numbers", with: 401)
        await #expect(throws: APIError.self) { try await fixture.directory.lines() }
        fixture.book.fail("/v1/phone-numbers", with: nil)
        #expect(try await fixture.directory.lines().count == 1)
    }
}
