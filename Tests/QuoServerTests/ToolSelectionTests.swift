import Configuration
import JSON
import Testing

@testable import QuoServer

@Suite struct ToolSelectionTests {
    private static let core = ToolDefinition.all.filter { $0.toolset == "core" }.map(\.name)

    private static func chosen(_ change: (inout Policy) -> Void) -> [String] {
        var policy = Policy()
        change(&policy)
        return ToolSelection(policy).tools.map(\.name)
    }

    @Test func `the core is offered where nothing is chosen`() {
        #expect(Self.chosen { _ in } == Self.core)
        #expect(Self.core.contains("whoami") && Self.core.contains("send_message"))
        #expect(!Self.core.contains("list_messages"))
    }

    @Test func `everything is offered on request`() {
        let all = ToolDefinition.all.filter { $0.toolset != "maton" }.map(\.name)
        #expect(Self.chosen { $0.toolsets = ["all"] } == all)
        #expect(Self.chosen { $0.toolsets = ["calls", "all"] } == all)
    }

    @Test func `the tools of a gateway are offered with it only`() {
        var policy = Policy()
        for toolsets in [["all"], ["maton"], ["list_connections"]] {
            policy.toolsets = toolsets
            #expect(!ToolSelection(policy).tools.contains { $0.toolset == "maton" })
            #expect(ToolSelection(policy, hasGateway: true).tools.contains { $0.name == "list_connections" })
        }
    }

    @Test func `toolsets and tools are named side by side, and come in the catalog's order`() {
        #expect(Self.chosen { $0.toolsets = ["calls"] } == ["list_calls"])
        #expect(
            Self.chosen { $0.toolsets = ["list_users", "messages"] } == [
                "list_messages", "list_users", "get_message",
            ])
        let more = Self.chosen { $0.tools = ["list_users"] }
        #expect(more == ToolDefinition.all.map(\.name).filter { Self.core.contains($0) || $0 == "list_users" })
    }

    @Test func `what is excluded is never offered`() {
        for toolsets in [["all"], ["core"], ["send_message"], []] {
            let chosen = Self.chosen {
                $0.toolsets = toolsets
                $0.tools = ["send_message"]
                $0.excludedTools = ["send_message"]
            }
            #expect(!chosen.contains("send_message"), "\(toolsets)")
        }
    }

    @Test func `what is beyond the limit is named and not offered`() {
        var policy = Policy()
        policy.toolLimit = 3
        let selection = ToolSelection(policy)
        #expect(selection.tools.map(\.name) == Array(Self.core.prefix(3)))
        #expect(selection.overLimit == Array(Self.core.dropFirst(3)))
        #expect(selection.tool(Self.core[3]) == nil && selection.tool(Self.core[2]) != nil)
        policy.toolLimit = Self.core.count
        #expect(ToolSelection(policy).overLimit.isEmpty)
    }

    @Test func `a read-only server shows what only reads, and can still explain the rest`() {
        var policy = Policy()
        policy.readOnly = true
        let selection = ToolSelection(policy)
        #expect(selection.shown.allSatisfy { $0.isReading })
        #expect(
            selection.shown.map(\.name)
                == ToolDefinition.all.filter { $0.toolset == "core" && $0.isReading }.map(\.name))
        #expect(selection.tool("send_message") != nil)
    }

    @Test func `only the tools that the owner chose are offered, and the others cannot be called`() async throws {
        var policy = Policy.forTests
        policy.toolsets = ["webhooks"]
        policy.tools = ["list_users"]
        policy.excludedTools = ["get_webhook"]
        let client = try Client(.sandbox, policy: policy)
        let tools = await client.request("tools/list")["result"]?["tools"]?.arrayValue ?? []
        #expect(
            tools.compactMap { $0["name"]?.stringValue }.sorted() == [
                "create_call_summary_webhook", "create_call_transcript_webhook", "create_call_webhook",
                "create_message_webhook", "create_webhook", "delete_webhook", "get_webhook_delivery", "list_events",
                "list_users", "list_webhook_deliveries", "list_webhooks", "retry_webhook_delivery",
                "rotate_webhook_secret", "send_webhook_test", "update_webhook", "wait_for_event",
            ])
        #expect(await client.call("list_users")["isError"] != true)
        for hidden in ["list_contacts", "get_webhook"] {
            let answer = await client.request("tools/call", ["name": .string(hidden), "arguments": [:]])
            #expect(answer["error"]?["code"] == -32602, "\(answer)")
        }
        let message = await client.request("tools/call", ["name": "list_contacts"])["error"]?["message"]?.stringValue
        #expect(message?.contains("toolset contacts") == true, "\(message ?? "")")
    }
}
