import JSON
import Testing

@testable import Directory

@Suite struct `Finding contacts` {
    @Test(arguments: [
        ("ana lopez", ["c1"]), ("LOPEZ ana", ["c1"]), ("ana", ["c1", "c2"]), ("lop", ["c1"]), ("pez", ["c1"]),
        ("lopes", ["c1"]), ("kirkegard", ["c4"]), ("soren", ["c4"]), ("obrien", ["c5"]), ("o brien", ["c5"]),
        ("example bakery", ["c1", "c4"]), ("bakery ana", ["c1"]), ("plumber", ["c2"]), ("lodz", ["c3"]),
        ("ana@example.com", ["c1"]), ("@example", ["c1", "c4"]), ("example.org", ["c4"]), ("north", ["c3", "c5"]),
        ("VIP", ["c5"]), ("+16145550123", ["c1"]), ("(614) 555-0123", ["c1"]), ("1-614-555-0126", ["c3"]),
        ("0127", ["c5"]), ("5550125", ["c2"]), ("ana 0125", ["c2"]), ("012", []), ("nobody", []), ("ana nobody", []),
        ("!?", []),
    ])
    func `every word must match, in whatever spelling`(query: String, ids: [String]) async throws {
        let result = try await Fixture().directory.find(query, limit: 10)
        #expect(result.matches.map(\.person.id) == ids)
        #expect(result.total == ids.count)
        #expect(result.index.isComplete)
    }

    @Test func `a blank query finds everybody, by name`() async throws {
        let directory = try Fixture().directory
        let result = try await directory.find(" ", limit: 3)
        #expect(result.matches.map(\.person.id) == ["c1", "c2", "c3"])
        #expect(result.total == 5)
        #expect(try await directory.find("", limit: 3, offset: 3).matches.map(\.person.id) == ["c5", "c4"])
    }

    @Test func `a match says why`() async throws {
        let directory = try Fixture().directory
        func reasons(_ query: String) async throws -> [Match.Reason] {
            try await directory.find(query, limit: 1).matches.first?.reasons ?? []
        }
        #expect(
            try await reasons("lopes bakery") == [
                Match.Reason(field: "name", value: "Ana López"),
                Match.Reason(field: "company", value: "Example Bakery"),
            ])
        #expect(try await reasons("0125") == [Match.Reason(field: "number", value: "+16145550125")])
        #expect(try await reasons("(614) 555 0126") == [Match.Reason(field: "number", value: "+16145550126")])
        #expect(try await reasons("vip") == [Match.Reason(field: "tags", value: "vip, north")])
        #expect(try await reasons("sk@") == [Match.Reason(field: "email", value: "sk@example.org")])
        #expect(try await reasons("ana lopez") == [Match.Reason(field: "name", value: "Ana López")])
    }

    @Test func `whole names come before beginnings, and those before parts and misspellings`() async throws {
        let contacts = [
            contact("c1", "Marian"), contact("c2", "Maria", "Lopez"), contact("c3", "Anamaria"), contact("c4", "Mario"),
            contact("c5", "Bo", company: "Maria"), contact("c6", "Maria"),
        ]
        let result = try await Fixture(contacts).directory.find("maria", limit: 10)
        #expect(result.matches.map(\.person.id) == ["c6", "c2", "c5", "c1", "c3", "c4"])
    }

    @Test func `matches are given in pieces`() async throws {
        let contacts = (1...7).map { contact("c\($0)", "Ana", "\($0)") }
        let directory = try Fixture(contacts).directory
        let result = try await directory.find("ana", limit: 3, offset: 5)
        #expect(result.matches.map(\.person.id) == ["c6", "c7"])
        #expect(result.total == 7)
        #expect(try await directory.find("ana", limit: 0).total == 7)
    }

    @Test func `words that came, changed and went are found as they are`() throws {
        var index = SearchIndex()
        func ids(_ query: String) -> [Int64] { index.search(foldedWords(query).map { QueryWord($0) }) }
        for key in 1...400 { index.set(Int64(key), to: Person(contact("c\(key)", "Word\(key)", "Same"), region: nil)) }
        #expect(ids("same").count == 400)
        #expect(ids("word17").first == 17)
        index.set(17, to: Person(contact("c17", "Another"), region: nil))
        index.set(18, to: nil)
        index.set(999, to: nil)
        #expect(ids("same").count == 398)
        #expect(ids("another") == [17])
        #expect(ids("word17 same").isEmpty == false)
        #expect(!ids("word17").contains(17))
        for _ in 0..<200 {
            for key in 1...100 { index.set(Int64(key), to: Person(contact("c\(key)", "Word\(key)"), region: nil)) }
        }
        #expect(index.isWasteful)
        #expect(ids("same").count == 300)
    }
}
