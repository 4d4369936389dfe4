import Configuration
import JSON
import Sandbox
import Testing

@Suite struct CompletionTests {
    private let triage: JSONValue = ["type": "ref/prompt", "name": "triage_inbox"]
    private let catchUp: JSONValue = ["type": "ref/prompt", "name": "catch_me_up"]
    private let cleanUp: JSONValue = ["type": "ref/prompt", "name": "clean_up_contact"]

    private func template(_ kind: String) -> JSONValue {
        ["type": "ref/resource", "uri": .string("quo://\(kind)/{id}")]
    }

    @Test(arguments: Host.Generation.allCases)
    func `inboxes are completed by name, case aside`(generation: Host.Generation) async throws {
        let host = try await Host(generation)
        #expect(await host.complete(triage, "inbox", "") == ["Main Line", "Scheduling", "Field Crew"])
        #expect(await host.complete(triage, "inbox", "sch") == ["Scheduling"])
        #expect(await host.complete(triage, "inbox", "+1614").count == 3)
        let ranked = await host.complete(triage, "inbox", "e")
        #expect(ranked == ["Main Line", "Scheduling", "Field Crew"])
        #expect(await host.complete(triage, "inbox", "cr") == ["Field Crew"])
    }

    @Test func `contacts are completed from the index alone, by prefix first`() async throws {
        let host = try await Host()
        // Whatever is known at the first key, the answer does not wait for the rest.
        _ = await host.complete(cleanUp, "contact", "a")
        let found = await host.call("find_contacts", ["query": "an", "limit": 50])
        let names = (found["contacts"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        #expect(!names.isEmpty)
        let completed = await host.complete(cleanUp, "contact", "an")
        #expect(!completed.isEmpty && completed.count <= 100)
        let isPrefixed = completed.map { $0.lowercased().hasPrefix("an") }
        #expect(isPrefixed == isPrefixed.sorted { $0 && !$1 }, "\(completed)")
        #expect(isPrefixed[0])
    }

    @Test func `recent people are offered before anything is typed, first by number and then by name`() async throws {
        let host = try await Host()
        let line = try #require(await host.call("whoami")["numbers"]?[0]?["number"]?.stringValue)
        host.sandbox.receive("Hello?", from: "+16145550177", at: line)
        #expect(await host.complete(catchUp, "person", "").first == "+16145550177")
        // Once the contacts are known, so are the names.
        let known = await host.call("find_contacts", ["query": "a", "limit": 50])["contacts"]?.arrayValue ?? []
        let names = Set(known.compactMap { $0["name"]?.stringValue })
        #expect(!names.isDisjoint(with: await host.complete(catchUp, "person", "")))
        let contacts = await host.complete(cleanUp, "contact", "")
        #expect(!names.isDisjoint(with: contacts) && !contacts.contains("+16145550177"), "\(contacts)")
    }

    @Test func `ids of a template are found by name`() async throws {
        let host = try await Host()
        let line = await host.call("whoami")["numbers"]?[1]
        #expect(await host.complete(template("numbers"), "id", "scheduling") == [line?["id"]?.stringValue])
        let ids = await host.complete(template("conversations"), "id", "CN")
        #expect((1...50).contains(ids.count) && ids.allSatisfy { $0.hasPrefix("CN") })
        #expect(await host.complete(template("users"), "id", "US").allSatisfy { $0.hasPrefix("US") })
        #expect(await host.complete(template("calls"), "id", "AC").isEmpty)
    }

    @Test func `days are completed as the tools take them`() async throws {
        let host = try await Host()
        let days = await host.complete(triage, "since", "")
        #expect(days.count == 7 && days == days.sorted(by: >) && days.allSatisfy { $0.count == 10 }, "\(days)")
    }

    @Test func `nothing is completed of what may not be read`() async throws {
        var policy = Policy.forTests
        policy.excludedTools = ["whoami", "find_contacts", "list_contacts", "get_contact"]
        let host = try await Host(policy: policy)
        #expect(await host.complete(triage, "inbox", "").isEmpty)
        #expect(await host.complete(catchUp, "person", "zz").isEmpty)
        let unknown = await host.request(
            "completion/complete", ["ref": cleanUp, "argument": ["name": "contact", "value": "a"]])
        #expect(unknown["error"]?["code"] == -32602)
    }
}
