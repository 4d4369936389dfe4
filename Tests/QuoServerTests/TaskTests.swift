import Configuration
import JSON
import QuoServer
import Testing

@Suite struct TaskTests {
    private static func task(_ title: String, in phone: Phone) async -> JSONValue {
        await phone.page("list_tasks", ["maxResults": 50]).first { $0["title"]?.stringValue == title } ?? .null
    }

    @Test(
        arguments: [
            [:], ["inbox": "Main Line", "conversationId": "CN1"],
            ["inbox": "Main Line", "conversationId": "CN1", "activityId": "AC1"],
        ] as [JSONObject])
    func `a task is about exactly one thing`(subjects: JSONObject) async throws {
        var arguments: JSONObject = ["title": "Call", "description": "Today"]
        for subject in subjects { arguments[subject.name] = subject.value }
        let result = try await Phone(.sandbox).client.call("create_task", arguments)
        #expect(result["isError"] == true)
        #expect(result.resultText.contains("exactly one of inbox, conversationId, activityId"))
    }

    @Test func `a task that is completed is not completed again`() async throws {
        let phone = try Phone(.sandbox)
        let task = await Self.task("Send Café Lumière the quote", in: phone)
        let arguments: JSONObject = ["taskId": task["taskId"] ?? .null]
        let again = await phone.client.call("complete_task", arguments)
        #expect(again["isError"] != true)
        #expect(again.structure["performed"] != true)
        let reopened = await phone.client.call("reopen_task", arguments)
        #expect(reopened.structure["performed"] == true)
        #expect(await Self.task("Send Café Lumière the quote", in: phone)["completed"] == false)
    }

    @Test func `whoever is asked to delete a task sees what would be lost`() async throws {
        let phone = try Phone(.sandbox)
        let task = await Self.task("Correct invoice #2047", in: phone)
        let question = await phone.client.call("delete_task", ["taskId": task["taskId"] ?? .null])
        #expect(question["resultType"] == "input_required")
        let message = question.text()
        #expect(message.contains("Correct invoice #2047"))
        #expect(message.contains("Bill the practice, not Dr. Hollis"))
    }

    @Test func `an unknown task changes nothing, and the answer says so`() async throws {
        let result = try await Phone(.sandbox).client.call("complete_task", ["taskId": "TKnobody"])
        #expect(result["isError"] == true)
        #expect(result.resultText.contains("Nothing was done."))
    }
}
