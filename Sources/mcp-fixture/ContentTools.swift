import JSON
import MCP

extension ToolFixture {
    /// The tools that answer at once, or after a moment.
    static let contents: [ToolFixture] = [
        ToolFixture("test_simple_text", "Answers text.") { _ in
            .text("This is a simple text response for testing.")
        },
        ToolFixture("test_image_content", "Answers a picture.") { _ in
            .complete(ToolResult(content: [.image(base64: Sample.png, mimeType: "image/png")]))
        },
        ToolFixture("test_audio_content", "Answers a recording.") { _ in
            .complete(ToolResult(content: [.audio(base64: Sample.wav, mimeType: "audio/wav")]))
        },
        ToolFixture("test_embedded_resource", "Answers a resource.") { _ in
            let resource = ResourceContents(
                uri: "test://embedded-resource", mimeType: "text/plain", text: "This is an embedded resource content.")
            return .complete(ToolResult(content: [.resource(resource)]))
        },
        ToolFixture("test_multiple_content_types", "Answers text, a picture and a resource.") { _ in
            let resource = ResourceContents(
                uri: "test://mixed-content-resource", mimeType: "application/json",
                text: #"{"test":"data","value":123}"#)
            return .complete(
                ToolResult(content: [
                    .text("Multiple content types test:"), .image(base64: Sample.png, mimeType: "image/png"),
                    .resource(resource),
                ]))
        },
        ToolFixture("test_tool_with_logging", "Logs three messages while it works.") { entry in
            for (index, message) in ["started", "processing data", "completed"].enumerated() {
                if index > 0 { try? await Task.sleep(for: .milliseconds(50)) }
                entry.context.log(.info, .string("Tool execution \(message)"))
            }
            return .text("Tool with logging executed successfully")
        },
        ToolFixture("test_logging_tool", "Logs one message of each of four levels.") { entry in
            for level in [LogLevel.debug, .info, .warning, .error] {
                entry.context.log(level, ["message": "A message of level \(level.rawValue)"], logger: "fixture")
            }
            return .text("Logged")
        },
        ToolFixture("test_error_handling", "Fails.") { _ in
            .text("This tool intentionally returns an error for testing", isError: true)
        },
        ToolFixture("test_tool_with_progress", "Reports progress while it works.") { entry in
            for (index, step) in [0.0, 50, 100].enumerated() {
                if index > 0 { try? await Task.sleep(for: .milliseconds(50)) }
                entry.context.reportProgress(step, total: 100, message: "Completed step \(Int(step)) of 100")
            }
            return .text("Progress reported")
        },
        ToolFixture("json_schema_2020_12_tool", "Has a schema with keywords of 2020-12.", inputSchema: schema2020) {
            _ in
            .text("JSON Schema 2020-12 tool called")
        },
        ToolFixture("test_trigger_tool_change", "Says that the list of tools has changed.") { entry in
            entry.server.announce(.tools)
            return .text("Announced a change of the tools")
        },
        ToolFixture("test_trigger_prompt_change", "Says that the list of prompts has changed.") { entry in
            entry.server.announce(.prompts)
            return .text("Announced a change of the prompts")
        },
    ]

    private static let schema2020: JSONObject = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": [
            "address": [
                "$anchor": "addressDef", "type": "object",
                "properties": ["street": ["type": "string"], "city": ["type": "string"]],
            ]
        ],
        "properties": [
            "name": ["type": "string"], "address": ["$ref": "#/$defs/address"],
            "contactMethod": ["type": "string", "enum": ["phone", "email"]],
            "phone": ["type": "string"], "email": ["type": "string"],
        ],
        "allOf": [["anyOf": [["required": ["phone"]], ["required": ["email"]]]]],
        "if": ["properties": ["contactMethod": ["const": "phone"]], "required": ["contactMethod"]],
        "then": ["required": ["phone"]],
        "else": ["required": ["email"]],
        "additionalProperties": false,
    ]
}
