import Guard
import JSON
import MCP
struct Batch { var tool: String; var effects: [Effect]; var question: String; var approval: String; var refusal: String; var facts: [Effect.Fact] }
struct PreviewMessage { let desk: Desk
    func answer(_ a: JSONObject) async throws -> JSONObject { [:] } }
extension PhoneServer { func perform(_ b: Batch, _ desk: Desk) async throws -> ToolReply { .complete(ToolResult(text: "pending")) } }
