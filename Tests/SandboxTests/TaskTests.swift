import HTTP
import JSON
import Testing

struct TaskTests {
    let client = SandboxClient()

    private func tasks() async throws -> [JSONValue] { try await client.all("/v1/tasks", maxResults: 100) }

    private func id(_ title: String) async throws -> String {
        let task = try await tasks().first { $0["title"]?.stringValue == title }
        return try #require(task?["taskId"]?.stringValue)
    }

    private func task(_ id: String) async throws -> JSONValue { try await client.get("/v1/tasks/\(id)").data }

    /// A new task about the main line.
    private func create(_ members: JSONObject = [:]) async throws -> SandboxAnswer {
        var body: JSONObject = ["title": "Call back", "description": "Today"]
        for member in members { body[member.name] = member.value }
        if members.isEmpty { body["phoneNumberId"] = .string(try await client.line("Main Line")) }
        return try await client.send(.post, "/v1/tasks", body: .object(body))
    }

    @Test func `there is a task overdue, one due, one of nobody and one completed`() async throws {
        let tasks = try await tasks()
        #expect(tasks.count == 4)
        let now = "2026-05-28T20:26:40.000Z"
        let open = tasks.filter { $0["completed"] == false }
        #expect(open.count { ($0["dueDate"]?.stringValue).map { $0 < now } ?? false } == 1)
        #expect(open.count { ($0["dueDate"]?.stringValue).map { $0 > now } ?? false } == 1)
        #expect(open.count { $0["assignedTo"] == .null } == 1)
        #expect(tasks.count - open.count == 1)
    }

    @Test func `a task is about a line, a conversation, or a call or message`() async throws {
        let conversation = try await client.conversation(["+16145550112"])
        let message = try #require(try await client.thread("+16145550112").first?["id"])
        let line = conversation["phoneNumberId"] ?? .null
        let cases: [(JSONObject, [String])] = [
            (["phoneNumberId": line], ["phoneNumberId", "revision", "taskId"]),
            (
                ["conversationId": conversation["id"] ?? .null],
                ["conversationId", "phoneNumberId", "revision", "taskId"]
            ),
            (["activityId": message], ["activityId", "conversationId", "phoneNumberId", "revision", "taskId"]),
        ]
        for (members, expected) in cases {
            let answer = try await create(members)
            #expect(answer.status == 201)
            #expect(answer.data.objectValue?.names.sorted() == expected)
            let task = try await task(answer.data["taskId"]?.stringValue ?? "")
            #expect(task["phoneNumberId"] == line)
            #expect(task["conversationId"] == (members["phoneNumberId"] == nil ? conversation["id"] : .null))
        }
    }

    @Test(
        arguments: [
            (["phoneNumberId": "PN1", "title": 1], "/title", "0600400"),
            (["phoneNumberId": "PN1", "dueDate": "tomorrow"], "/dueDate", "0600400"),
            (["phoneNumberId": "PN1", "assignedTo": "Luis"], "/assignedTo", "0600400"),
            (["title": "About nothing"], "", "0600400"),
            (["phoneNumberId": "PN1", "conversationId": "CN1"], "", "0600400"),
            (["phoneNumberId": "PN1"], nil, "0600404"), (["conversationId": "CN1"], nil, "0600404"),
            (["activityId": "AC1"], nil, "0600404"), (["activityId": "AC1", "assignedTo": "US1"], nil, "0600404"),
        ] as [(JSONObject, String?, String)])
    func `a task that breaks the contract is refused`(members: JSONObject, path: String?, code: String) async throws {
        let answer = try await create(members)
        #expect(answer.code == code)
        #expect(answer.faultyPaths == (path.map { [$0] } ?? []))
        #expect(try await tasks().count == 4)
    }

    @Test func `the plan limits how many tasks are open`() async throws {
        let done = try await id("Send Café Lumière the quote")
        for _ in 0..<22 { #expect(try await create().status == 201) }
        for answer in [try await create(), try await client.send(.post, "/v1/tasks/\(done)/reopen")] {
            #expect(answer.status == 402)
            #expect(answer.code == "0600402")
            #expect(answer.title == "Open Tasks Limit Reached")
        }
        let first = try await id("Record a new greeting")
        #expect(try await client.send(.post, "/v1/tasks/\(first)/complete").status == 200)
        #expect(try await create().status == 201)
    }

    @Test(
        arguments: [
            ("complete", [:], "completed", true), ("reopen", [:], "completed", false),
            ("change-due-date", ["dueDate": "2026-06-01T09:00:00Z"], "dueDate", "2026-06-01T09:00:00.000Z"),
            ("remove-due-date", [:], "dueDate", .null),
        ] as [(String, JSONValue, String, JSONValue)])
    func `a change is answered with a new revision, and shows`(
        path: String, body: JSONValue, member: String, value: JSONValue
    ) async throws {
        let id = try await id("Correct invoice #2047")
        let answer = try await client.send(.post, "/v1/tasks/\(id)/\(path)", body: body)
        #expect(answer.status == 200)
        #expect(answer.data == ["taskId": .string(id), "revision": "3"])
        let task = try await task(id)
        #expect(task[member] == value)
        #expect(task["revision"] == "3")
    }

    @Test func `a rewording replaces title and description, and nothing else`() async throws {
        let id = try await id("Correct invoice #2047")
        var expected = try #require(try await task(id).objectValue)
        let body: JSONValue = ["title": "Correct the invoice", "description": "Today."]
        #expect(try await client.send(.put, "/v1/tasks/\(id)", body: body).status == 200)
        for member in body.objectValue ?? [:] { expected[member.name] = member.value }
        expected["revision"] = "3"
        #expect(try await task(id) == .object(expected))
        let partial = try await client.send(.put, "/v1/tasks/\(id)", body: ["title": "Only a title"])
        #expect(partial.faultyPaths == ["/description"])
    }

    @Test func `a task is assigned to a member and taken from that member only`() async throws {
        let id = try await id("Record a new greeting")
        let jonas: JSONValue = ["userId": .string(try await client.user("Jonas"))]
        let luis: JSONValue = ["userId": .string(try await client.user("Luis"))]
        #expect(try await client.send(.post, "/v1/tasks/\(id)/assign", body: ["userId": "USnobody"]).status == 404)
        #expect(try await client.send(.post, "/v1/tasks/\(id)/assign", body: jonas).status == 200)
        #expect(try await task(id)["assignedTo"] == jonas["userId"])
        #expect(try await client.send(.post, "/v1/tasks/\(id)/unassign", body: luis).code == "0600404")
        #expect(try await client.send(.post, "/v1/tasks/\(id)/unassign", body: jonas).status == 200)
        #expect(try await task(id)["assignedTo"] == .null)
    }

    @Test func `a task is put on a conversation and taken off it`() async throws {
        let id = try await id("Record a new greeting")
        let conversation = try await client.conversation(["+16145550114"], on: "Scheduling")
        let body: JSONValue = ["conversationId": conversation["id"] ?? .null]
        #expect(try await client.send(.post, "/v1/tasks/\(id)/unlink-conversation", body: body).status == 404)
        #expect(try await client.send(.post, "/v1/tasks/\(id)/link-conversation", body: body).status == 200)
        #expect(try await task(id)["conversationId"] == conversation["id"])
        #expect(try await task(id)["phoneNumberId"] == conversation["phoneNumberId"])
        #expect(try await client.send(.post, "/v1/tasks/\(id)/unlink-conversation", body: body).status == 200)
        #expect(try await task(id)["conversationId"] == .null)
        let unknown = try await client.send(
            .post, "/v1/tasks/\(id)/link-conversation", body: ["conversationId": "CN1"])
        #expect(unknown.code == "0600404")
    }

    @Test func `a deleted task is gone`() async throws {
        let id = try await id("Record a new greeting")
        #expect(try await client.send(.delete, "/v1/tasks/\(id)").status == 204)
        #expect(try await client.get("/v1/tasks/\(id)").code == "0600404")
        #expect(try await tasks().count == 3)
    }

    @Test(arguments: [
        (HTTPMethod.get, ""), (.put, ""), (.delete, ""), (.post, "/complete"), (.post, "/reopen"), (.post, "/assign"),
        (.post, "/unassign"), (.post, "/change-due-date"), (.post, "/remove-due-date"), (.post, "/link-conversation"),
        (.post, "/unlink-conversation"),
    ])
    func `an unknown task is not found, and what is no task's id is refused`(
        method: HTTPMethod, path: String
    ) async throws {
        let body: JSONValue? = method == .get ? nil : [:]
        #expect(try await client.send(method, "/v1/tasks/TKnobody\(path)", body: body).code == "0600404")
        let answer = try await client.send(method, "/v1/tasks/17\(path)", body: body)
        #expect(answer.code == "0600400")
        #expect(answer.faultyPaths == ["/taskId"])
        #expect(try await client.send(method, "/v1/tasks/TK1\(path)", body: body, headers: []).code == "0600401")
    }
}
