import Configuration
import Directory
import Guard
import JSON

/// The tool `send_messages`: a text for each of several people, under one approval.
struct BatchComposer {
    let desk: Desk
    let risk: Risk

    func batch(_ arguments: JSONObject) async throws -> Batch {
        let messages = try await desk.messages(arguments)
        var effects: [Effect] = []
        for message in messages {
            effects.append(try await desk.effect(message, tool: ChangingTool.sendMessage.rawValue, risk))
        }
        let line = messages[0].line
        return Batch(
            tool: ChangingTool.sendMessages.rawValue, messages: effects,
            question: { count in
                count == 1
                    ? "Send this text message, to one person?"
                    : "Send these \(count) text messages, each to one person?"
            },
            approval: "Send them all", refusal: "Send none",
            facts: [Effect.Fact("From", "\(line.name.onOneLine), \(line.number)")])
    }

    /// The least that so many segments cost.
    static func price(_ segments: Int) -> String {
        let cents = segments % 100
        return "$\(segments / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

extension Desk {
    /// A text to one person, or to a group, as it would go.
    ///
    /// Places for names are filled for one person, and refused for a group, where a reader would see the wrong one or the braces.
    ///
    /// - Throws: ``InvalidArguments`` also where the text is too long once it is filled.
    func singleMessage(to people: [String], _ text: String, _ arguments: JSONObject) async throws -> TextMessage {
        var message = try await textMessage(to: people, text, arguments)
        let template = MessageTemplate(text)
        var faults: [ArgumentFault] = []
        let filled = collect(at: "text", &faults) { () throws(ArgumentFault) in
            var filled = text
            if template.namesPeople {
                guard message.recipients.count == 1 else {
                    throw ArgumentFault(
                        path: "",
                        message: "places such as {first_name} are filled for one person each: use send_messages")
                }
                filled = try template.filled(for: message.recipients[0])
            }
            return try Self.sendable(filled)
        }
        guard let filled else { throw InvalidArguments(faults: faults) }
        message.text = filled
        return message
    }

    /// A text of a length that the API takes, with something to see in it.
    private static func sendable(_ text: String) throws(ArgumentFault) -> String {
        guard (1...1600).contains(text.unicodeScalars.count), !text.allSatisfy(\.isWhitespace) else {
            throw ArgumentFault(
                path: "", message: "the text must have 1 to 1600 characters, at least one of them visible")
        }
        return text
    }

    /// The texts that a call asks for, one to each person, with every name resolved and every place filled.
    func messages(_ arguments: JSONObject) async throws -> [TextMessage] {
        let people = (arguments["to"]?.arrayValue ?? []).compactMap(\.stringValue)
        let shared = arguments["text"]?.stringValue
        let single = arguments["texts"]?.arrayValue?.compactMap(\.stringValue)
        guard (shared == nil) != (single == nil) else {
            throw InvalidArguments(faults: [ArgumentFault(path: "text", message: "give either text or texts")])
        }
        if let single, single.count != people.count {
            throw InvalidArguments(faults: [
                ArgumentFault(
                    path: "texts", message: "has \(single.count) texts for \(people.count) people; give one for each")
            ])
        }
        // All names are resolved together, so that nobody is named twice.
        let all = try await textMessage(to: people, "", arguments)
        var faults: [ArgumentFault] = []
        for (place, recipient) in all.recipients.enumerated() {
            guard let contact = recipient.contact,
                let other = all.recipients[..<place].firstIndex(where: { $0.contact?.id == contact.id })
            else { continue }
            faults.append(
                ArgumentFault(
                    path: "to[\(place)]",
                    message:
                        "is \(contact.name.onOneLine), as is to[\(other)], by another number; name each person once"))
        }
        var messages: [TextMessage] = []
        for (place, recipient) in all.recipients.enumerated() {
            let template = MessageTemplate(single?[place] ?? shared ?? "")
            let path = single == nil ? "to[\(place)]" : "texts[\(place)]"
            let text = collect(at: path, &faults) { () throws(ArgumentFault) in
                try Self.sendable(try template.filled(for: recipient))
            }
            guard let text else { continue }
            var message = all
            message.recipients = [recipient]
            message.text = text
            messages.append(message)
        }
        if !faults.isEmpty { throw InvalidArguments(faults: faults) }
        return messages
    }
}
