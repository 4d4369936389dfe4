import HTTP
import JSON
import Sandbox
import Testing

/// What the workspace has for whoever looks after an inbox.
struct StoryTests {
    let client = SandboxClient()

    @Test(arguments: [("+16145550130", true), ("+16145550132", false), ("+16145550133", true), ("+16145550134", false)])
    func `some missed calls left a voicemail and some did not`(person: String, hasVoicemail: Bool) async throws {
        let line = person == "+16145550134" ? "Scheduling" : "Main Line"
        let calls = try await client.activity("/v1/calls", [person], on: line)
        let missed = try #require(calls.first { $0["status"] == "missed" }?["id"]?.stringValue)
        let voicemail = try await client.get("/v1/call-voicemails/\(missed)")
        #expect((voicemail.status == 200) == hasVoicemail)
    }

    @Test func `missed calls were answered by a text, by a call, from another line, or never`() async throws {
        func afterMissed(_ path: String, _ person: String, _ line: String) async throws -> Int {
            var missed: String?
            for name in ["Main Line", "Scheduling", "Field Crew"] {
                let calls = try await client.activity("/v1/calls", [person], on: name)
                missed = calls.first { $0["status"] == "missed" }?["createdAt"]?.stringValue ?? missed
            }
            let moment = try #require(missed)
            return try await client.activity(path, [person], on: line).count {
                $0["direction"] == "outgoing" && ($0["createdAt"]?.stringValue ?? "") > moment
            }
        }
        #expect(try await afterMissed("/v1/messages", "+16145550130", "Main Line") == 2)
        #expect(try await afterMissed("/v1/calls", "+16145550132", "Main Line") == 1)
        #expect(try await client.activity("/v1/calls", ["+16145550140"], on: "Main Line").isEmpty)
        #expect(try await afterMissed("/v1/messages", "+16145550140", "Main Line") == 1)
        for (person, line) in [("+16145550133", "Main Line"), ("+16145550134", "Scheduling")] {
            #expect(try await afterMissed("/v1/messages", person, line) == 0)
            #expect(try await afterMissed("/v1/calls", person, line) == 0)
        }
    }

    @Test func `an automatic answer follows each text within a minute`() async throws {
        let texts = try await client.thread("+16145550136").compactMap { $0["text"]?.stringValue }
        #expect(texts.count == 4)
        #expect(texts.count { $0.hasPrefix("Automatic reply") } == 2)
    }

    @Test func `two lines of the workspace wrote to each other`() async throws {
        let here = try await client.activity("/v1/messages", ["+16145550102"])
        let there = try await client.activity("/v1/messages", ["+16145550100"], on: "Field Crew")
        #expect(here.map { $0["text"] } == there.map { $0["text"] })
        #expect(here.map { $0["direction"] } == ["incoming", "outgoing"])
        #expect(there.map { $0["direction"] } == ["outgoing", "incoming"])
    }

    @Test func `two contacts share a first name, and one has numbers with a thread each`() async throws {
        let contacts = try await client.all("/v1/contacts", maxResults: 50)
        func named(_ name: String) -> [JSONValue] {
            contacts.filter { $0["defaultFields"]?["firstName"]?.stringValue == name }
        }
        #expect(named("Daniel").count { $0["defaultFields"]?["lastName"] == "Park" } == 1)
        #expect(named("Daniel").count { $0["defaultFields"]?["lastName"] == "Okoro" } == 1)
        let marcus = try await client.contact("Marcus", "Bell")["defaultFields"]?["phoneNumbers"]?.arrayValue ?? []
        #expect(marcus.count == 2)
        for number in marcus {
            _ = try await client.conversation([number["value"]?.stringValue ?? ""])
        }
        let elena = try await client.contact("Elena", "Petrova")
        #expect(elena["defaultFields"]?["company"] == "Short North Lofts")
        #expect(elena["customFields"]?.arrayValue?.count == 3)
    }

    @Test func `a picture comes with its address`() async throws {
        let thread = try await client.activity("/v1/messages", ["+16145550138"], on: "Scheduling")
        #expect(thread.map { $0["media"]?.arrayValue?.count } == [nil, 1])
        #expect(thread[1]["media"]?[0]?["type"] == "image/jpeg")
        #expect(thread[1]["media"]?[0]?["url"]?.stringValue?.hasPrefix("https://") == true)
    }

    @Test func `every story happened in the last week`() async throws {
        let client = SandboxClient()
        for person in ["+16145550130", "+16145550136", "+16145550137"] {
            let conversation = try await client.conversation([person])
            #expect((conversation["lastActivityAt"]?.stringValue ?? "") > "2026-05-21")
        }
    }

    @Test func `an address book can be as long as wanted, and no two people share a number`() async throws {
        let client = SandboxClient(contactCount: 20_000)
        var numbers: Set<String> = []
        var count = 0
        var people = 0
        var token = ""
        repeat {
            let page = try await client.get("/v1/contacts?maxResults=50\(token)")
            people += page.items.count
            for contact in page.items {
                for number in contact["defaultFields"]?["phoneNumbers"]?.arrayValue ?? [] {
                    numbers.insert(number["value"]?.stringValue ?? "")
                    count += 1
                }
            }
            token = page.json["nextPageToken"]?.stringValue.map { "&pageToken=\($0)" } ?? ""
        } while !token.isEmpty
        #expect(people == 20_000)
        #expect(numbers.count == count)
    }

    @Test func `the length of the address book changes nothing else`() async throws {
        let long = SandboxClient(contactCount: 2_000)
        #expect(
            try await client.get("/v1/users?maxResults=9").json == (try await long.get("/v1/users?maxResults=9").json))
        #expect(try await long.all("/v1/conversations", maxResults: 100).count == 74)
    }
}
