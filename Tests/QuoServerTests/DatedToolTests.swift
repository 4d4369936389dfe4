import Configuration
import HTTP
import JSON
import OpenAPI
import QuoAPI
import QuoServer
import Sandbox
import Synchronization
import Testing

/// A client of a sandbox whose clock moves when it is told to.
private final class DatedPhone: Sendable {
    let client: Client

    init(policy: Policy = .forTests) throws {
        let time = Time()
        self.time = time
        let sandbox = SandboxTransport(clock: { time.milliseconds.load(ordering: .relaxed) })
        client = try Client(.transport(sandbox, try Credential(key: "key"), .standard), policy: policy)
    }

    private final class Time: Sendable {
        let milliseconds = Atomic<Int64>(1_780_000_000_000)
    }
    private let time: Time

    func advance(seconds: Int64) { time.milliseconds.add(seconds * 1_000, ordering: .relaxed) }

    func first(_ tool: String, _ arguments: JSONObject = [:], _ member: String = "id") async -> JSONValue {
        await client.call(tool, arguments).structure["data"]?[0]?[member] ?? .null
    }

    /// A text that failed.
    func failedText() async -> JSONValue {
        let sent = await client.call("send_message", Self.text, choosing: 1)
        advance(seconds: 5)
        return sent.structure["id"] ?? .null
    }

    static let text: JSONObject = ["to": "+16145550187", "from": "Main Line", "text": "We come at 3 pm."]
    static let contact: JSONObject = ["contact": "Tom Becker"]

    /// Arguments with which a tool of the dated version succeeds.
    func arguments(for tool: String) async throws -> JSONObject {
        var arguments = JSONObject()
        if tool.contains("contact_") { arguments = Self.contact }
        if tool.contains("webhook"), tool != "create_webhook" { arguments = ["webhookId": "101"] }
        switch tool {
        case "retry_message": arguments["id"] = await failedText()
        case "list_member_phone_numbers": arguments["member"] = "Luis Ortega"
        case "create_contact_note", "update_contact_note": arguments["text"] = "Prefers evenings."
        case "create_contact_property":
            arguments = ["contact": "Tom Becker", "type": "email", "value": "tom@example.com"]
        case "update_contact_property": arguments["name"] = "workshop"
        case "create_webhook": arguments = ["url": "https://other.example/quo", "events": ["task.created"]]
        case "update_webhook": arguments["url"] = "https://other.example/quo"
        case "send_webhook_test": arguments["eventType"] = "call.missed"
        default: break
        }
        if ["update_contact_note", "delete_contact_note"].contains(tool) {
            let note: JSONObject = ["contact": "Tom Becker", "text": "Prefers mornings."]
            arguments["noteId"] = await client.call("create_contact_note", note).structure["id"]
        }
        if ["update_contact_property", "delete_contact_property"].contains(tool) {
            arguments["propertyId"] = await first("list_contact_properties", Self.contact)
        }
        if ["get_webhook_delivery", "retry_webhook_delivery"].contains(tool) {
            arguments["deliveryId"] = await first("list_webhook_deliveries", ["webhookId": "101"])
        }
        return arguments
    }
}

/// The tools that only the dated version of the API has.
@Suite struct DatedToolTests {
    static let tools = ToolDefinition.all.filter { $0.operation?.version == .dated }.map(\.name)

    @Test(arguments: tools)
    func `every dated tool is called by name`(tool: String) async throws {
        let phone = try DatedPhone()
        let definition = try #require(ToolDefinition.all.first { $0.name == tool })
        let arguments = try await phone.arguments(for: tool)
        var result = await phone.client.call(tool, arguments)
        if definition.risk?.needsApproval == true {
            #expect(result["resultType"] == "input_required", "\(result)")
            result = await phone.client.call(tool, arguments, choosing: 1)
        }
        if definition.risk != nil { #expect(result.structure["performed"] == true, "\(result)") }
        guard tool != "get_carrier_registration" else {
            #expect(result.resultText.contains("There is no such thing in this workspace"))
            return
        }
        #expect(result["isError"] != true, "\(result.resultText)")
        let schema = try #require(try JSONValue(parsing: definition.definition)["outputSchema"])
        #expect(SchemaValidator(schema).faults(in: result.structure) == [])
        #expect(!result.resultText.contains("null"))
    }

    @Test func `a failed text goes again as a text, and once`() async throws {
        let phone = try DatedPhone()
        let id = await phone.failedText()
        let question = await phone.client.call("retry_message", ["id": id])
        #expect(question.form.contains("Send this failed text again?"))
        #expect(question.form.contains("+16145550187"))
        #expect(question.form.contains("We come at 3 pm."))
        let sent = await phone.client.call("retry_message", ["id": id], choosing: 1)
        #expect(sent.structure["performed"] == true, "\(sent)")
        phone.advance(seconds: 5)
        let again = await phone.client.call("retry_message", ["id": id])
        #expect(again.structure["performed"] == false)
        #expect(again.resultText.contains("this one's is delivered"))
    }

    @Test func `the rules for texts hold for one that goes again`() async throws {
        let phone = try DatedPhone()
        let id = await phone.failedText()
        var policy = Policy.forTests
        policy.overrides.tools = ["retry_message": .deny]
        let denied = try DatedPhone(policy: policy)
        let other = await denied.failedText()
        let refusal = await denied.client.call("retry_message", ["id": other])
        #expect(refusal.structure["rule"] == "policy", "\(refusal)")
        _ = await phone.client.call("retry_message", ["id": id], choosing: 0)
        let listed = await phone.client.call("list_messages", ["status": "failed"])
        #expect(listed.structure["data"]?.arrayValue?.count == 1)
    }

    @Test func `whoever is asked to change a note sees what it says now`() async throws {
        let phone = try DatedPhone()
        let arguments = try await phone.arguments(for: "update_contact_note")
        let form = await phone.client.call("update_contact_note", arguments).form
        #expect(form.contains("Tom Becker"))
        #expect(form.contains("Prefers mornings."))
        #expect(form.contains("Prefers evenings."))
    }

    @Test func `what already is as asked is not changed`() async throws {
        let phone = try DatedPhone()
        let result = await phone.client.call(
            "update_webhook", ["webhookId": "101", "label": "Dispatch board"])
        #expect(result.structure["performed"] == false)
    }

    @Test func `whoever is asked to move a webhook sees both addresses`() async throws {
        let phone = try DatedPhone()
        let arguments = try await phone.arguments(for: "update_webhook")
        let form = await phone.client.call("update_webhook", arguments).form
        #expect(form.contains("https://board.brightwater.example/quo"))
        #expect(form.contains("https://other.example/quo"))
        #expect(form.contains("\nNew host: other.example\n"))
    }

    @Test(arguments: [
        ("delete_contact_property", "propertyId"), ("delete_contact_note", "noteId"),
        ("retry_webhook_delivery", "deliveryId"),
    ])
    func `the id in an answer is of what was changed`(tool: String, argument: String) async throws {
        let phone = try DatedPhone()
        let arguments = try await phone.arguments(for: tool)
        let result = await phone.client.call(tool, arguments, choosing: 1).structure
        #expect(result["performed"] == true && result["id"] == arguments[argument], "\(result)")
    }

    @Test func `a test of a webhook tells the event, and not what the event is about`() async throws {
        let phone = try DatedPhone()
        let arguments = try await phone.arguments(for: "send_webhook_test")
        let result = await phone.client.call("send_webhook_test", arguments, choosing: 1).structure
        #expect(result["type"] == "call.missed" && result["id"] != "101" && result["id"] != nil, "\(result)")
    }

    @Test func `a property that was deleted can be put back, and is looked for where it is`() async throws {
        let phone = try DatedPhone()
        let arguments = try await phone.arguments(for: "delete_contact_property")
        let number = await phone.first("list_contact_properties", DatedPhone.contact, "value")
        func isFound() async -> Bool {
            let query: JSONObject = ["query": number]
            let found = await phone.client.call("find_contacts", query).structure["contacts"]?.arrayValue ?? []
            return found.contains { $0["name"] == "Tom Becker" }
        }
        #expect(await isFound())
        let question = await phone.client.call("delete_contact_property", arguments)
        #expect(question.form.contains(number.stringValue ?? "?"))
        _ = await phone.client.call("delete_contact_property", arguments, choosing: 1)
        #expect(await !isFound())
        let restored = await phone.client.call("restore_contact", DatedPhone.contact, choosing: 1)
        #expect(restored.structure["performed"] == true, "\(restored)")
        #expect(await isFound())
    }

    @Test func `pages go on by the same arguments as everywhere`() async throws {
        let phone = try DatedPhone()
        let first = await phone.client.call("list_messages", ["maxResults": 2]).structure
        let token = try #require(first["nextPageToken"])
        let second = await phone.client.call("list_messages", ["maxResults": 2, "pageToken": token]).structure
        #expect(second["data"]?[0]?["id"] != nil)
        #expect(second["data"]?[0]?["id"] != first["data"]?[0]?["id"])
    }

    @Test func `none is offered where the owner wants the first version alone`() {
        var policy = Policy.forTests
        policy.api = .v1
        #expect(ToolSelection(policy).tools.allSatisfy { $0.operation?.version != .dated })
        #expect(ToolSelection(.forTests).tools.contains { $0.operation?.version == .dated })
    }
}
