import HTTP
import JSON
import OpenAPI
import QuoAPI
import Sandbox
import Testing

/// What the sandbox answers, held against the contract as it is amended.
struct ContractTests {
    let client = SandboxClient()

    private func schema(_ text: StaticString?) throws -> SchemaValidator? {
        try text.map { SchemaValidator(try JSONValue(parsing: $0)) }
    }

    private func first(_ path: String, _ member: String = "id") async throws -> String {
        try #require(try await client.get("\(path)?maxResults=100").items.first?[member]?.stringValue)
    }

    /// Sends a request of an operation, and holds it and its answer against the contract.
    private func expectFit(_ operation: Operation, _ identifier: String, query: String, body: JSONValue?) async throws {
        let path = operation.path.split(separator: "/").map { $0.first == "{" ? identifier : String($0) }
        #expect((body == nil) == (operation.bodySchema == nil))
        if let body { #expect(try schema(operation.bodySchema)?.faults(in: body) == []) }
        let answer = try await client.send(
            operation.method, "/" + path.joined(separator: "/") + query, body: body)
        #expect(answer.status == operation.successStatus)
        #expect((answer.json == .null) == (operation.successSchema == nil))
        #expect(try schema(operation.successSchema)?.faults(in: answer.json) ?? [] == [])
        let refused = try await client.send(
            operation.method, "/" + path.joined(separator: "/") + query, body: body, headers: [])
        #expect(operation.errors.contains { $0.status == 401 && $0.code == refused.code && $0.title == refused.title })
    }

    /// The operations that came later, by id.
    static let later = Operation.all.filter { $0.version == .v1 }.map(\.id).filter {
        $0.contains("Task") || $0.hasPrefix("mark")
    }

    @Test(arguments: later)
    func `an operation that came later answers as the contract says`(id: String) async throws {
        let operation = try #require(Operation.all.first { $0.id == id })
        let task = try await client.get("/v1/tasks?maxResults=1").items[0]
        let conversation = try await first("/v1/conversations")
        let body: JSONValue? =
            switch id {
            case "createTask_v1":
                ["title": "Call", "description": "Today", "conversationId": .string(conversation)]
            case "updateTask_v1": ["title": "Call", "description": "Today"]
            case "changeTaskDueDate_v1": ["dueDate": "2026-06-01T09:00:00Z"]
            case "assignTask_v1": ["userId": .string(try await client.user("Luis"))]
            case "unassignTask_v1": ["userId": task["assignedTo"] ?? .null]
            case "linkTaskToConversation_v1": ["conversationId": .string(conversation)]
            case "unlinkTaskFromConversation_v1": ["conversationId": task["conversationId"] ?? .null]
            default: nil
            }
        let identifier = id.hasPrefix("mark") ? conversation : task["taskId"]?.stringValue ?? ""
        try await expectFit(
            operation, identifier, query: id == "listTasks_v1" ? "?maxResults=100" : "", body: body)
    }

    @Test func `there are sixteen operations that came later`() { #expect(Self.later.count == 16) }

    @Test func `lists answer as the amended contract says`() async throws {
        try await expectFit(
            ReadOperation.listConversations.operation, "", query: "?maxResults=100", body: nil)
        let line = try await client.line("Scheduling")
        try await expectFit(
            ReadOperation.listMessages.operation, "",
            query: "?maxResults=100&phoneNumberId=\(line)&participants=%2B16145550138", body: nil)
        try await expectFit(
            WriteOperation.sendMessage.operation, "", query: "",
            body: ["content": "Hello", "from": .string(line), "to": ["+16145550112", "+16145550113"]])
    }
}
