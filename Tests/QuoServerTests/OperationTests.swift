import Configuration
import Guard
import JSON
import OpenAPI
import QuoAPI
import QuoServer
import Testing

@Suite struct OperationTests {
    /// Every tool by name, each with a way to find arguments in the workspace.
    // The simulated workspace has no gateway.
    static let tools = ToolDefinition.all.filter { $0.operation?.version != .dated && $0.toolset != "maton" }.map(
        \.name)

    static func arguments(for tool: String, in phone: Phone) async throws -> JSONObject {
        let line = await phone.line()
        let lineID = line["id"] ?? .null
        func first(_ list: String) async -> JSONValue { await phone.page(list).first?["id"] ?? .null }
        func person() async -> JSONValue { await phone.conversation(on: line).person }
        switch tool {
        case "whoami", "guard_status", "inbox_triage", "digest", "list_phone_numbers", "list_users", "list_contacts",
            "list_contact_custom_fields", "list_webhooks":
            return [:]
        case "find_contacts": return ["query": "maria"]
        case "read_thread": return ["with": [await person()]]
        case "list_conversations": return ["inbox": lineID, "last": true, "limit": 5]
        case "get_call":
            return ["id": await phone.call(), "include": ["summary", "voicemail", "recordings", "transcript"]]
        case "preview_message": return ["from": lineID, "to": ["Maria Santos"], "text": "Hello"]
        case "send_message": return ["from": lineID, "to": await person(), "text": "Hello from a test"]
        case "send_group_message":
            return ["from": lineID, "to": ["Maria Santos", "Terrence Wu"], "text": "Hello, both"]
        case "send_messages":
            return ["from": lineID, "to": ["Maria Santos", "Terrence Wu"], "text": "Hello {first_name}"]
        case "wait_for_reply": return ["with": await person(), "inbox": lineID, "seconds": 1]
        case "mark_conversation": return ["with": [await person()], "inbox": lineID, "as": "done"]
        case "restore_contact":
            let contact = await first("list_contacts")
            _ = await phone.client.call("update_contact", ["contact": contact, "company": "Elsewhere"], choosing: 1)
            return ["contact": contact]
        case "get_phone_number": return ["inbox": lineID]
        case "get_user": return ["member": await first("list_users")]
        case "list_messages", "list_calls": return ["inbox": lineID, "participants": [await person()]]
        case "get_message":
            let arguments: JSONObject = ["inbox": lineID, "participants": [await person()]]
            return ["id": await phone.page("list_messages", arguments).first?["id"] ?? .null]
        case "get_contact", "delete_contact": return ["contact": await first("list_contacts")]
        case "update_contact": return ["contact": await first("list_contacts"), "company": "Harbour & Sons"]
        case "create_contact":
            return ["firstName": "Ana", "phoneNumbers": ["mobile: +16145550123"], "customFields": ["gate-code: 42"]]
        case "get_webhook", "delete_webhook": return ["webhookId": await first("list_webhooks")]
        case "create_message_webhook": return webhook("message.received")
        case "create_call_webhook": return webhook("call.completed")
        case "create_call_summary_webhook": return webhook("call.summary.completed")
        case "create_call_transcript_webhook": return webhook("call.transcript.completed")
        case "list_tasks": return ["maxResults": 5]
        case "create_task":
            return [
                "title": "Call back", "description": "Before noon", "conversationId": await conversation(in: phone),
            ]
        case "list_events": return ["limit": 5]
        case "wait_for_event": return ["seconds": 1]
        default: return try await taskArguments(for: tool, in: phone)
        }
    }

    private static func conversation(in phone: Phone) async -> JSONValue {
        await phone.conversation(on: await phone.line()).id
    }

    private static func taskArguments(for tool: String, in phone: Phone) async throws -> JSONObject {
        let tasks = await phone.page("list_tasks", ["maxResults": 50])
        let task = tasks.first { $0["completed"] == .bool(tool == "reopen_task") } ?? .null
        var arguments: JSONObject = ["taskId": task["taskId"] ?? .null]
        switch tool {
        case "get_task", "complete_task", "reopen_task", "remove_task_due_date", "delete_task": break
        case "update_task":
            arguments["title"] = "Call back"
            arguments["description"] = "Before noon"
        case "assign_task", "unassign_task": arguments["member"] = task["assignedTo"]
        case "set_task_due_date": arguments["dueDate"] = "2026-06-01T09:00:00Z"
        case "link_task_to_conversation": arguments["conversationId"] = await conversation(in: phone)
        case "unlink_task_from_conversation": arguments["conversationId"] = task["conversationId"]
        default: throw Unknown(tool: tool)
        }
        return arguments
    }

    private static func webhook(_ event: String) -> JSONObject {
        ["url": "https://example.com/hook", "events": [.string(event)], "resourceIds": ["*"]]
    }

    struct Unknown: Error { let tool: String }

    @Test(arguments: tools, Way.allCases)
    func `every tool is called by name`(tool: String, way: Way) async throws {
        let phone = try Phone(way)
        let definition = try #require(ToolDefinition.all.first { $0.name == tool })
        let arguments = try await Self.arguments(for: tool, in: phone)
        let result: JSONValue
        switch definition.action {
        case .write(_, let risk) where risk.needsApproval, .change(_, let risk) where risk.needsApproval:
            let question = await phone.client.call(tool, arguments)
            #expect(question["resultType"] == "input_required", "\(question)")
            result = await phone.client.call(tool, arguments, choosing: 1)
            #expect(result.structure["performed"] == true, "\(result)")
        case .write, .change:
            result = await phone.client.call(tool, arguments)
            #expect(result.structure["performed"] == true, "\(result)")
        case .read, .answer:
            result = await phone.client.call(tool, arguments)
        }
        #expect(result["isError"] != true, "\(result.resultText)")
        #expect(result["resultType"] == "complete")
        #expect(try JSONValue(parsing: result.resultText) == result.structure)
        let schema = try #require(try JSONValue(parsing: definition.definition)["outputSchema"])
        #expect(SchemaValidator(schema).faults(in: result.structure).isEmpty)
        #expect(!result.resultText.contains("null"))
    }

    @Test(arguments: tools)
    func `a call without its arguments names each that is missing`(tool: String) async throws {
        let definition = try #require(ToolDefinition.all.first { $0.name == tool })
        let required = try JSONValue(parsing: definition.argumentSchema)["required"]?.arrayValue ?? []
        guard !required.isEmpty else { return }
        let result = try await Phone(.sandbox).client.call(tool)
        #expect(result["isError"] == true)
        for name in required { #expect(result.resultText.contains(name.stringValue ?? "?"), "\(result.resultText)") }
    }

    @Test func `a call is told with its voicemail`() async throws {
        let phone = try Phone(.sandbox)
        let thread = await phone.client.call("read_thread", ["with": ["Maria Santos"], "include": ["voicemail"]])
        let entries = (thread.structure["days"]?.arrayValue ?? []).flatMap { $0["entries"]?.arrayValue ?? [] }
        let missed = try #require(entries.first { $0["call"]?.stringValue?.hasPrefix("missed") == true })
        #expect(missed["voicemail"]?["said"]?.stringValue?.contains("dish sink") == true, "\(missed)")
        let call = await phone.client.call("get_call", ["id": missed["id"] ?? .null]).structure
        #expect(call["voicemail"]?["said"]?.stringValue?.contains("dish sink") == true, "\(call)")
    }

    @Test func `an unknown tool is an error of the protocol`() async throws {
        let answer = try await Phone(.sandbox).client.request("tools/call", ["name": "send_fax", "arguments": [:]])
        #expect(answer["error"]?["code"] == -32602)
        #expect(answer["error"]?["message"] == "Unknown tool: send_fax")
    }
}
