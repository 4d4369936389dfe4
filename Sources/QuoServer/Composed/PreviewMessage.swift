import Configuration
import Directory
import Guard
import JSON
import QuoAPI
import Store

/// The tool `preview_message`: a text as it would go, with every rule's verdict; nothing is sent.
struct PreviewMessage {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let people = (arguments["to"]?.arrayValue ?? []).compactMap(\.stringValue)
        let isGroup = arguments["group"] == true && people.count > 1
        let messages =
            isGroup || people.count == 1
            ? [try await desk.singleMessage(to: people, arguments["text"]?.stringValue ?? "", arguments)]
            : try await desk.messages(arguments)
        let tool: ChangingTool = isGroup ? .sendGroupMessage : people.count > 1 ? .sendMessages : .sendMessage
        var told: [JSONValue] = []
        var segments = 0
        var cents = 0
        var wouldSend = true
        for message in messages {
            let effect = try await desk.effect(message, tool: tool.rawValue, .send)
            let preview = try await desk.gatekeeper.preview(effect)
            let size = MessageSegments(of: message.text)
            segments += size.count * message.recipients.count
            cents += preview.cents
            if preview.refusal != nil || preview.isRepeated { wouldSend = false }
            var object: JSONObject = [
                "to": .array(message.recipients.map { .string($0.summary) }), "text": .string(message.text),
                "size": .string(size.estimate),
                "localTime": .string(Desk.localTime(of: message.recipients[0].number)),
            ]
            let rules = preview.findings.compactMap(Self.told)
            object["rules"] = rules.isEmpty ? "all pass" : .array(rules)
            told.append(.object(object))
        }
        let fitting = AnswerBudget.fitting(told)
        var result: JSONObject = [
            "from": .string("\(messages[0].line.name.cleaned.onOneLine) (\(messages[0].line.number))"),
            "messages": .array(Array(told.prefix(fitting))), "segments": .number(JSONNumber(Int64(segments))),
            "cost": .string("about \(BatchComposer.price(cents)) in the United States and Canada, more elsewhere"),
            "wouldSend": .bool(wouldSend),
            "sendWith": .string(tool.rawValue),
        ]
        if fitting < told.count {
            result["more"] = .string("\(told.count - fitting) more people: preview them in a call of their own")
        }
        return result
    }

    /// A verdict that an agent should know of; nil for a rule that passes.
    private static func told(_ finding: Preview.Finding) -> JSONValue? {
        var object: JSONObject = ["rule": .string(finding.rule)]
        if let recipient = finding.recipient { object["for"] = .string(recipient) }
        switch finding.verdict {
        case .passes: return nil
        case .refuses(let refusal):
            object["verdict"] = "refuses"
            object["explanation"] = .string(refusal.explanation)
            if let time = refusal.passesAt { object["passesAt"] = .string(Timestamp.text(time)) }
        case .needsApproval(let reasons, let warnings):
            object["verdict"] = "the user must approve"
            object["explanation"] = .string((reasons + warnings).joined(separator: "; "))
        case .warns(let warnings):
            object["verdict"] = "warns"
            object["explanation"] = .string(warnings.joined(separator: "; "))
        case .repeats(let record):
            object["verdict"] = "was sent before"
            object["explanation"] = .string(
                "the same went at \(Timestamp.text(record.begunAt)); allow_duplicate asks for another"
            )
        }
        return .object(object)
    }
}

extension Preview {
    /// Whether the same was done before, so that nothing would be done.
    fileprivate var isRepeated: Bool {
        findings.contains { finding in
            if case .repeats = finding.verdict { true } else { false }
        }
    }
}
