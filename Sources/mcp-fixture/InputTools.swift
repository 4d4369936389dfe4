import JSON
import MCP

extension ToolFixture {
    /// The tools that ask the client once.
    static let inputs: [ToolFixture] = [
        ToolFixture("test_sampling", "Lets the client's model write.", inputSchema: schema(of: "prompt")) { entry in
            guard let prompt = entry.arguments["prompt"]?.stringValue else { return .missing("prompt") }
            return entry.context.sample("sampling", prompt) { .text("LLM response: \($0)") }
        },
        ToolFixture("test_missing_capability", "Needs the client's model.") { entry in
            entry.context.sample("sampling", "Say hello.") { .text("LLM response: \($0)") }
        },
        ToolFixture("test_elicitation", "Asks the person.", inputSchema: schema(of: "message")) { entry in
            guard let message = entry.arguments["message"]?.stringValue else { return .missing("message") }
            let form = ElicitationForm(
                message: message,
                requestedSchema: [
                    "type": "object",
                    "properties": [
                        "username": ["type": "string", "description": "User's response"],
                        "email": ["type": "string", "description": "User's email address"],
                    ],
                    "required": ["username", "email"],
                ])
            return entry.context.report(form, "User response")
        },
        ToolFixture("test_streaming_elicitation", "Asks the person after a report of progress.") { entry in
            entry.context.reportProgress(1, total: 2, message: "Asking")
            return entry.context.report(.name("What is your name?"), "Elicitation completed")
        },
        ToolFixture("test_elicitation_sep1034_defaults", "Asks with a default in each field.") { entry in
            entry.context.report(
                ElicitationForm(
                    message: "Please review and update the form fields with defaults", requestedSchema: defaults),
                "Elicitation completed")
        },
        ToolFixture("test_elicitation_sep1330_enums", "Asks with each kind of enumeration.") { entry in
            let form = ElicitationForm(
                message: "Please select options from the enum fields",
                requestedSchema: enumerations(for: entry.context.revision))
            return entry.context.report(form, "Elicitation completed")
        },
    ]

    private static let defaults: JSONObject = [
        "type": "object",
        "properties": [
            "name": ["type": "string", "description": "User name", "default": "John Doe"],
            "age": ["type": "integer", "description": "User age", "default": 30],
            "score": ["type": "number", "description": "User score", "default": 95.5],
            "status": [
                "type": "string", "description": "User status", "enum": ["active", "inactive", "pending"],
                "default": "active",
            ],
            "verified": ["type": "boolean", "description": "Verification status", "default": true],
        ],
        "required": [],
    ]

    private static let titled: JSONValue = [
        ["const": "value1", "title": "First Option"], ["const": "value2", "title": "Second Option"],
        ["const": "value3", "title": "Third Option"],
    ]

    /// A form with the enumerations that a revision knows: titles and choices of several came with November 2025.
    private static func enumerations(for revision: ProtocolRevision) -> JSONObject {
        let options: JSONValue = ["option1", "option2", "option3"]
        var properties: JSONObject = [
            "untitledSingle": ["type": "string", "enum": options],
            "legacyEnum": [
                "type": "string", "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            ],
        ]
        if revision >= .november2025 {
            properties["titledSingle"] = ["type": "string", "oneOf": titled]
            properties["untitledMulti"] = ["type": "array", "items": ["type": "string", "enum": options]]
            properties["titledMulti"] = ["type": "array", "items": ["anyOf": titled]]
        }
        return ["type": "object", "properties": .object(properties), "required": []]
    }
}

extension Reply where Value == ToolResult {
    /// The call lacks an argument.
    fileprivate static func missing(_ name: String) -> Self {
        .text("The argument \"\(name)\" must be a string.", isError: true)
    }
}

extension ElicitationForm {
    /// A form with the one field `name`.
    static func name(_ message: String) -> ElicitationForm {
        ElicitationForm(
            message: message,
            requestedSchema: ["type": "object", "properties": ["name": ["type": "string"]], "required": ["name"]])
    }

    /// A form with the one field `ok`.
    static func confirmation(_ message: String) -> ElicitationForm {
        ElicitationForm(
            message: message,
            requestedSchema: ["type": "object", "properties": ["ok": ["type": "boolean"]], "required": ["ok"]])
    }
}

extension SamplingRequest {
    /// A question of one line.
    static func question(_ text: String) -> SamplingRequest {
        SamplingRequest(messages: [PromptMessage(.text(text))], maximumTokens: 100)
    }
}

extension RequestContext {
    /// Asks by a form, and tells what came of it.
    fileprivate func report(_ form: ElicitationForm, _ heading: String) -> Reply<ToolResult, InputRequest> {
        guard let answer = answers["form"] else { return .inputRequired(["form": .form(form)], state: nil) }
        return switch answer {
        case .accept(let content):
            .text("\(heading): action=accept, content=\(JSONValue.object(content).text())")
        case .decline: .text("\(heading): action=decline, content={}")
        case .cancel: .text("\(heading): action=cancel, content={}")
        case .timedOut: .text("\(heading): no answer in time", isError: true)
        case .unavailable(let reason): .text("\(heading): the client could not ask: \(reason)", isError: true)
        }
    }

    /// Asks the client's model, and goes on with what it wrote.
    func sample(
        _ key: String, _ prompt: String, _ finish: (String) -> Reply<ToolResult, InputRequest>
    ) -> Reply<ToolResult, InputRequest> {
        switch results[key] {
        case nil: .inputRequired([key: .sampling(.question(prompt))], state: nil)
        case .failure(let error): .text("No message: \(error.message)", isError: true)
        case .success(let message): finish(message.firstText)
        }
    }

    /// A field of an accepted form.
    func field(_ name: String, of key: String) -> JSONValue? {
        guard case .accept(let content) = answers[key] else { return nil }
        return content[name]
    }
}

extension JSONObject {
    /// The first text of a message of a model.
    var firstText: String {
        let content = self["content"]
        return content?["text"]?.stringValue ?? content?[0]?["text"]?.stringValue ?? ""
    }
}
