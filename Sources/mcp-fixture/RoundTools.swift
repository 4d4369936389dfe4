import JSON
import MCP

extension ToolFixture {
    /// The tools of the scenarios of input in several rounds.
    static let rounds: [ToolFixture] = [
        ToolFixture("test_input_required_result_elicitation", "Asks for a name.") { entry in
            guard let name = entry.context.field("name", of: "user_name")?.stringValue else {
                return .inputRequired(["user_name": .form(.name("What is your name?"))], state: nil)
            }
            return .text("Hello, \(name)!")
        },
        ToolFixture("test_input_required_result_sampling", "Asks the client's model.") { entry in
            entry.context.sample("capital_question", "What is the capital of France?") { .text("Model said: \($0)") }
        },
        ToolFixture("test_input_required_result_list_roots", "Asks for the client's folders.") { entry in
            switch entry.context.results["client_roots"] {
            case nil: return .inputRequired(["client_roots": .roots], state: nil)
            case .failure(let error): return .text("No folders: \(error.message)", isError: true)
            case .success(let result):
                let uris = result["roots"]?.arrayValue?.compactMap { $0["uri"]?.stringValue } ?? []
                return .text("Roots: \(uris.joined(separator: ", "))")
            }
        },
        ToolFixture("test_input_required_result_request_state", "Wants its state back.", serve: confirm),
        ToolFixture("test_input_required_result_tampered_state", "Refuses a state that was changed.", serve: confirm),
        ToolFixture("test_input_required_result_multiple_inputs", "Asks three things at once.") {
            entry throws(ProtocolError) in
            let state = try entry.openState()
            guard state != nil, let name = entry.context.field("name", of: "user_name")?.stringValue,
                case .success(let greeting) = entry.context.results["greeting"],
                case .success = entry.context.results["client_roots"]
            else {
                return .inputRequired(
                    [
                        "user_name": .form(.name("What is your name?")),
                        "greeting": .sampling(.question("Write a greeting.")), "client_roots": .roots,
                    ], state: try entry.closeState("asked"))
            }
            return .text("\(greeting.firstText) \(name)")
        },
        ToolFixture("test_input_required_result_multi_round", "Asks twice, one after the other.") {
            entry throws(ProtocolError) in
            let state = try entry.openState()
            if state?.hasPrefix("step2") == true, entry.context.field("color", of: "step2")?.stringValue != nil {
                let name = state?.dropFirst("step2:".count) ?? ""
                return .text("Done, \(name): \(entry.context.field("color", of: "step2")?.stringValue ?? "")")
            }
            if state?.hasPrefix("step2") == true, let state { return try entry.askColor(state) }
            if state == "step1", let name = entry.context.field("name", of: "step1")?.stringValue {
                return try entry.askColor("step2:\(name)")
            }
            return .inputRequired(
                ["step1": .form(.name("Step 1: what is your name?"))], state: try entry.closeState("step1"))
        },
        ToolFixture("test_input_required_result_capabilities", "Asks for what the client declared.") { entry in
            let context = entry.context
            guard context.answers.isEmpty, context.results.isEmpty else { return .text("Thank you.") }
            let abilities = context.abilities
            // One after the other, because a literal cannot leave something out.
            if abilities.contains(.forms), abilities.contains(.sampling) {
                return .inputRequired(
                    ["user_name": .form(.name("Your name?")), "capital_question": .sampling(.question("Hello?"))],
                    state: nil)
            }
            if abilities.contains(.forms) {
                return .inputRequired(["user_name": .form(.name("Your name?"))], state: nil)
            }
            if abilities.contains(.sampling) {
                return .inputRequired(["capital_question": .sampling(.question("Hello?"))], state: nil)
            }
            if abilities.contains(.roots) { return .inputRequired(["client_roots": .roots], state: nil) }
            return .text("The client declared nothing that it can be asked for.")
        },
    ]

    /// Asks for a confirmation, and refuses a state that is not the one it gave out.
    private static func confirm(_ entry: ToolEntry) async throws(ProtocolError) -> Reply<ToolResult, InputRequest> {
        let state = try entry.openState()
        guard state != nil, entry.context.field("ok", of: "confirm")?.boolValue != nil else {
            return .inputRequired(
                ["confirm": .form(.confirmation("Please confirm"))], state: try entry.closeState("asked"))
        }
        return .text("state-ok")
    }
}

extension ToolEntry {
    /// The state of the round before; on a legacy connection it never left the process, and is sealed all the same.
    fileprivate func openState() throws(ProtocolError) -> String? {
        try server.seal.open(context.requestState, for: tool)
    }

    fileprivate func closeState(_ state: String) throws(ProtocolError) -> String {
        try server.seal.close(state, for: tool)
    }

    fileprivate func askColor(_ state: String) throws(ProtocolError) -> Reply<ToolResult, InputRequest> {
        let form = ElicitationForm(
            message: "Step 2: what is your favorite color?",
            requestedSchema: ["type": "object", "properties": ["color": ["type": "string"]], "required": ["color"]])
        return .inputRequired(["step2": .form(form)], state: try closeState(state))
    }
}
