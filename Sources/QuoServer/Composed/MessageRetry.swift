import Configuration
import Directory
import Guard
import JSON
import QuoAPI

/// The tool `retry_message`: sends a text that failed once more, judged as any text is.
struct MessageRetry {
    let desk: Desk
    let tool: ToolDefinition
    let risk: Risk

    /// Reads the message, and composes the send that it would come to.
    ///
    /// A text that failed reached nobody, so that the same text may go again; where this server sent it lately, a person
    /// is asked all the same.
    func composition(_ arguments: JSONObject) async throws -> Composition {
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        let message = try await desk.read(.getMessageByIdDated, bound)["data"] ?? .null
        let status = message["status"]?.stringValue ?? "unknown"
        guard status == "failed", message["direction"] == "outgoing" else {
            return .nothingToDo("Only a sent text whose status is failed can be sent again; this one's is \(status).")
        }
        let lines = try await desk.directory.lines()
        let people = (message["to"]?.arrayValue ?? []).compactMap(\.stringValue)
        let text = message["text"]?.stringValue ?? ""
        guard let line = lines.first(where: { $0.id == message["phoneNumberId"]?.stringValue }), !people.isEmpty else {
            return .nothingToDo("The message does not tell from which own number and to whom it went.")
        }
        let names = await desk.directory.names(of: people)
        var facts = [Effect.Fact("From", "\(line.name.onOneLine), \(line.number)")]
        for person in people {
            facts.append(Effect.Fact("To", "\(names[person]?.onOneLine ?? "no contact found"), \(person)"))
            facts.append(Effect.Fact("Local time there", Desk.localTime(of: person), isPassing: true))
        }
        let segments = MessageSegments(of: text)
        facts += [
            Effect.Fact("First sent", (message["createdAt"]?.stringValue ?? "at an unknown time").onOneLine),
            Effect.Fact("Text, \(Desk.length(of: text))", text),
            Effect.Fact(
                "Size", people.count > 1 ? "\(segments.estimate), for each of \(people.count)" : segments.estimate),
        ]
        var effect = Effect(
            tool: tool.name, risk: risk, operation: .retryMessageDated, arguments: bound,
            question: "Send this failed text again?", approval: "Send it", refusal: "Do not send", facts: facts)
        effect.outreach = Effect.Outreach(
            lineID: line.id, lineNumber: line.number, recipients: people, text: text, ownNumbers: lines.map(\.number))
        effect.failedMessage = Effect.Snapshot(id: bound.path["messageId"] ?? "", content: message)
        effect.allowsDuplicate = true
        return .effect(effect)
    }
}
