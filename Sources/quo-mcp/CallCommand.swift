import Guard
import JSON
import MCP
import QuoServer

/// Calls one tool as an agent would, with this terminal in place of the host's form.
///
/// - Returns: The exit status: 0 done, 1 not done, 2 the arguments are wrong.
func call(_ tool: String, _ arguments: String, server: PhoneServer) async -> Int32 {
    let values: JSONObject
    do {
        guard let object = try JSONValue(parsing: arguments).objectValue else {
            Output.log("the arguments must be a JSON object, for example '{\"maxResults\": 5}'")
            return 2
        }
        values = object
    } catch {
        Output.log("the arguments are not JSON: \(error)")
        return 2
    }
    let terminal = Terminal()
    defer { terminal?.close() }
    var context = RequestContext(revision: .july2026, canElicitForms: terminal != nil)
    while true {
        do {
            switch try await server.call(tool, arguments: values, context: context) {
            case .complete(let result):
                show(server.isSandbox ? result.withoutApprovalLater : result)
                return result.isError ? 1 : 0
            case .inputRequired(let forms, let state):
                context.requestState = state
                context.answers = [:]
                for (name, form) in forms { context.answers[name] = terminal?.ask(form) ?? .cancel }
            }
        } catch {
            Output.log("\(error.message); quo-mcp tools lists them")
            return 1
        }
    }
}

extension ToolResult {
    /// This result without the way to approve later: the simulated workspace ends with this program, and nothing that waits in it
    /// can be done afterwards.
    fileprivate var withoutApprovalLater: ToolResult {
        guard var object = structuredContent, object["rule"] == .string(Refusal.Rule.pending.rawValue) else {
            return self
        }
        object["command"] = nil
        object["explanation"] = .string(
            "Nothing was done: this needs the user's approval, and there is no terminal here to ask in. It cannot be approved later "
                + "either, because this simulated workspace ends with the command. In a terminal the same command asks there; "
                + "quo-mcp demo shows an approval without one, and quo-mcp install HOST --sandbox gives an agent a simulated "
                + "workspace that lasts as long as its session.")
        return ToolResult(
            content: [.text(JSONValue.object(object).text())], structuredContent: object, isError: isError)
    }
}

private func show(_ result: ToolResult) {
    if let structured = result.structuredContent {
        Output.line(JSONValue.object(structured).text(isPretty: true).madeVisible())
        return
    }
    for case .text(let text, _) in result.content { Output.line(text.madeVisible()) }
}

extension Terminal {
    /// Shows a form and reads what its fields want; the end of the input decides nothing.
    fileprivate func ask(_ form: ElicitationForm) -> ElicitationAnswer {
        guard let fields = form.requestedSchema["properties"]?.objectValue else { return .cancel }
        print("\n\(form.message.madeVisible())\n\n")
        var content: JSONObject = [:]
        for field in fields {
            if let choices = field.value["enum"]?.arrayValue?.compactMap(\.stringValue) {
                guard let choice = choose(among: choices) else { return .cancel }
                content[field.name] = .string(choice)
                // The first choice is not to do it, and then the rest does not matter.
                if choice == choices.first { break }
            } else {
                guard let text = askLine("\(field.value["title"]?.stringValue ?? field.name): ") else { return .cancel }
                content[field.name] = .string(text)
            }
        }
        return .accept(content)
    }

    /// Reads a decision, by number or in the words of a choice; nil at the end of the input.
    private func choose(among choices: [String]) -> String? {
        for (index, choice) in choices.enumerated() { print("  \(index + 1)  \(choice)\n") }
        while true {
            guard let line = askLine("\nYour decision (1-\(choices.count)): ") else { return nil }
            let typed = line.filter { !$0.isWhitespace }.lowercased()
            let index = choices.indices.first {
                typed == "\($0 + 1)" || typed == choices[$0].filter { !$0.isWhitespace }.lowercased()
            }
            if let index { return choices[index] }
        }
    }
}
