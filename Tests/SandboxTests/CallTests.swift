import JSON
import Testing

struct CallTests {
    let client = SandboxClient()

    @Test func `calls of every status and direction exist`() async throws {
        let calls = try await client.calls()
        #expect(calls.count == 129)
        #expect(Set(calls.map { $0["status"] }).count == 13)
        #expect(Set(calls.map { $0["direction"] }) == ["incoming", "outgoing"])
    }

    @Test func `who answered and when fits the status`() async throws {
        let spoken: Set<JSONValue> = ["completed", "answered", "forwarded", "in-progress"]
        for call in try await client.calls() {
            let status = try #require(call["status"])
            #expect((call["answeredAt"] != .null) == spoken.contains(status))
            #expect((call["initiatedBy"] == .null) == (call["direction"] == "incoming"))
            let isLive = Set<JSONValue>(["queued", "initiated", "ringing", "in-progress"]).contains(status)
            #expect((call["completedAt"] == .null) == isLive)
        }
    }

    @Test func `more than one participant is refused`() async throws {
        let line = try await client.line("Main Line")
        let answer = try await client.get(
            "/v1/calls?maxResults=5&phoneNumberId=\(line)&participants=%2B16145550111&participants=%2B16145550112")
        #expect(answer.status == 400)
        #expect(answer.code == "0101400")
        #expect(answer.title == "Too Many Participants")
        #expect(answer.json["description"] == "Too Many Participants")
    }

    @Test func `the line and the user are checked`() async throws {
        let crew = try await client.line("Field Crew")
        let priya = try await client.user("Priya")
        let path = "/v1/calls?maxResults=5&participants=%2B16145550111"
        #expect(try await client.get(path + "&phoneNumberId=PNnobody").code == "0100404")
        #expect(try await client.get(path + "&phoneNumberId=\(crew)&userId=\(priya)").code == "0101403")
        #expect(try await client.get(path + "&phoneNumberId=\(crew)&userId=USnobody").code == "0100404")
    }

    @Test func `calls are filtered by user and time`() async throws {
        let line = try await client.line("Main Line")
        let query = "&phoneNumberId=\(line)&participants=%2B16145550111"
        let all = try await client.all("/v1/calls", query, maxResults: 100)
        let newest = try #require(all.first?["createdAt"]?.stringValue)
        #expect(
            try await client.all("/v1/calls", query + "&createdBefore=\(newest)", maxResults: 9)
                == Array(all.dropFirst()))
        let jonas = try await client.user("Jonas")
        let his = try await client.all("/v1/calls", query + "&userId=\(jonas)", maxResults: 9)
        #expect(his == all.filter { $0["userId"]?.stringValue == jonas })
        #expect(!his.isEmpty)
    }

    @Test func `recordings come oldest first`() async throws {
        let id = try await client.call("call-recordings") { ($0.arrayValue?.count ?? 0) > 1 }
        let recordings = try await client.get("/v1/call-recordings/\(id)").items
        let starts = recordings.compactMap { $0["startTime"]?.stringValue }
        #expect(starts == starts.sorted())
        #expect(Set(starts).count == starts.count)
    }

    @Test(arguments: ["absent", "in-progress", "completed", "failed"])
    func `summaries and transcripts exist in every state`(state: String) async throws {
        let id = try await client.call("call-summaries") { $0["status"]?.stringValue == state }
        let summary = try await client.get("/v1/call-summaries/\(id)").data
        let transcript = try await client.get("/v1/call-transcripts/\(id)").data
        #expect(transcript["status"]?.stringValue == state)
        let isCompleted = state == "completed"
        #expect((summary["summary"]?.arrayValue?.isEmpty == false) == isCompleted)
        #expect((summary["nextSteps"]?.arrayValue?.isEmpty == false) == isCompleted)
        #expect((transcript["dialogue"]?.arrayValue?.isEmpty == false) == isCompleted)
    }

    @Test(arguments: [(150, "+16145550111"), (327, "+16145550139")])
    func `two transcripts are long, and their turns follow each other within the call`(
        count: Int, person: String
    ) async throws {
        let id = try await client.call("call-transcripts") { $0["dialogue"]?.arrayValue?.count == count }
        let transcript = try await client.get("/v1/call-transcripts/\(id)").data
        let dialogue = try #require(transcript["dialogue"]?.arrayValue)
        let starts = dialogue.compactMap { $0["start"]?.numberValue?.double }
        let ends = dialogue.compactMap { $0["end"]?.numberValue?.double }
        #expect(zip(ends, starts.dropFirst()).allSatisfy { $0 <= $1 })
        let duration = try #require(transcript["duration"]?.numberValue?.double)
        #expect(try #require(ends.last) <= duration)
        #expect(dialogue.allSatisfy { ($0["userId"] == .null) == ($0["identifier"]?.stringValue == person) })
    }

    @Test func `missed calls have voicemails, some still being written down`() async throws {
        for (status, hasTranscript) in [("completed", true), ("in-progress", false)] {
            let id = try await client.call("call-voicemails") { $0["status"]?.stringValue == status }
            let voicemail = try await client.get("/v1/call-voicemails/\(id)").data
            #expect((voicemail["transcript"]?.stringValue != nil) == hasTranscript)
            #expect(try await client.get("/v1/calls/\(id)").data["answeredAt"] == .null)
        }
    }

    @Test func `a call that was answered has no voicemail`() async throws {
        let id = try await client.call("calls") { $0["status"] == "completed" }
        let answer = try await client.get("/v1/call-voicemails/\(id)")
        #expect(answer.status == 404)
        #expect(answer.code == "1200404")
    }
}
