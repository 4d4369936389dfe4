import HTTP
import JSON
import QuoAPI
import TestSupport
import Testing

/// The generated operations that came later, as they go out.
@Suite struct TaskOperationTests {
    @Test(
        arguments: [
            (.updateTask, "taskId", "PUT", "/v1/tasks/X1", ["title": "Call", "description": "Today"]),
            (.deleteTask, "taskId", "DELETE", "/v1/tasks/X1", nil),
            (.completeTask, "taskId", "POST", "/v1/tasks/X1/complete", nil),
            (.changeTaskDueDate, "taskId", "POST", "/v1/tasks/X1/change-due-date", ["dueDate": "2026-06-01T09:00:00Z"]),
            (.markConversationAsDone, "conversationId", "POST", "/v1/conversations/X1/mark-as-done", nil),
        ] as [(WriteOperation, String, String, String, JSONValue?)])
    func `an operation goes out as the contract says`(
        operation: WriteOperation, placeholder: String, method: String, target: String, body: JSONValue?
    ) async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let arguments = OperationArguments(path: [placeholder: "X1"], body: body)
        _ = try await Writer(connection(to: server)).write(operation, arguments)
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.target == target)
        #expect(request.body == (body?.bytes() ?? []))
    }

    @Test func `a marked conversation comes as it is, without an envelope`() async throws {
        let server = try LoopbackServer { _ in .json(#"{"id":"CN1","name":null}"#) }
        defer { server.close() }
        let value = try await Writer(connection(to: server)).write(
            .markConversationAsRead, OperationArguments(path: ["conversationId": "CN1"]))
        #expect(value == ["id": "CN1", "name": .null])
    }
}
