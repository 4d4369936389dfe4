import Configuration
import Directory
import Guard
import JSON
import PhoneNumbers
import QuoAPI

/// A text as it would go: the line, the people and the words, all resolved.
struct TextMessage {
    let line: Line
    var recipients: [Recipient]
    var text: String
    /// The member in whose name it goes; nil for the line's owner.
    var author: Member?
    /// Whether the conversation is filed as done afterwards.
    var filesAsDone = false
    /// Whether the same may go again to the same people.
    var allowsDuplicate = false

    /// The exact arguments of the request.
    var arguments: OperationArguments {
        var body: JSONObject = [
            "content": .string(text), "from": .string(line.id), "to": .array(recipients.map { .string($0.number) }),
        ]
        if let author { body["userId"] = .string(author.id) }
        if filesAsDone { body["setInboxStatus"] = "done" }
        return OperationArguments(body: .object(body))
    }
}

extension Desk {
    /// Reads what a sending tool is asked for, with every name resolved; nothing is guessed.
    func textMessage(to people: [String], _ text: String, _ arguments: JSONObject) async throws -> TextMessage {
        let line = try await ownLine(arguments["from"]?.stringValue, to: people)
        // A number is shown with the name that it has, and an approval holds only while the form stays the same.
        _ = try? await directory.ensureIndex(within: .seconds(10))
        var recipients: [Recipient] = []
        for (place, person) in people.enumerated() {
            let recipient = try await directory.recipient(person, region: line.region ?? "US")
            if let other = recipients.firstIndex(where: { $0.number == recipient.number }) {
                throw InvalidArguments(faults: [
                    ArgumentFault(
                        path: "to[\(place)]", message: "is \(recipient.number), as is to[\(other)]; name each once")
                ])
            }
            recipients.append(recipient)
        }
        var message = TextMessage(line: line, recipients: recipients, text: text)
        if let author = arguments["userId"]?.stringValue { message.author = try await directory.member(author) }
        message.filesAsDone = arguments["done"] == true
        message.allowsDuplicate = arguments["allow_duplicate"] == true
        return message
    }

    /// The line that a text goes from: the one that is named, or the only one.
    ///
    /// - Throws: ``InvalidArguments`` with the lines to choose from, and the one that the last text to these people went over.
    private func ownLine(_ reference: String?, to people: [String]) async throws -> Line {
        let lines = try await directory.lines()
        guard reference == nil, lines.count > 1 else { return try await directory.line(reference) }
        var hint = ""
        if people.count == 1, let person = try? await directory.correspondent(people[0], region: lines.first?.region),
            let number = person.numbers.first,
            let latest = try await history(with: [number], on: lines, limit: 1).entries.last,
            let line = lines.first(where: { $0.id == latest.lineID })
        {
            hint = "; the latest with \(person.name?.cleaned.onOneLine ?? number) was on \(line.name.cleaned.onOneLine)"
        }
        let known = lines.map { "\($0.name.cleaned.onOneLine) (\($0.number))" }.joined(separator: ", ")
        throw InvalidArguments(faults: [
            ArgumentFault(
                path: "from", message: "say which own number, by name or number: \(known)\(hint)",
                example: .string(lines[0].name))
        ])
    }

    /// The effect of sending a text, with what a person must know to judge it.
    func effect(_ message: TextMessage, tool: String, _ risk: Risk) async throws -> Effect {
        let isGroup = message.recipients.count > 1
        let segments = MessageSegments(of: message.text)
        var facts = [Effect.Fact("From", "\(message.line.name.onOneLine), \(message.line.number)")]
        for recipient in message.recipients {
            facts.append(Effect.Fact("To", recipient.formLine))
            facts.append(Effect.Fact("Local time there", Self.localTime(of: recipient.number), isPassing: true))
        }
        let numbers = message.recipients.map(\.number)
        facts += [
            Effect.Fact("Earlier texts", await history(message.line.id, numbers), isPassing: true),
            Effect.Fact("Text, \(Self.length(of: message.text))", message.text),
            Effect.Fact("Size", isGroup ? "\(segments.estimate), for each of \(numbers.count)" : segments.estimate),
        ]
        if let author = message.author { facts.append(Effect.Fact("Sent as", author.summary)) }
        if message.filesAsDone { facts.append(Effect.Fact("Afterwards", "the conversation is filed as done")) }
        var effect = Effect(
            tool: tool, risk: risk, operation: .sendMessage, arguments: message.arguments,
            question: isGroup ? "Send this text to a group, in one thread for all?" : "Send this text message?",
            approval: "Send it", refusal: "Do not send", facts: facts)
        effect.outreach = Effect.Outreach(
            lineID: message.line.id, lineNumber: message.line.number, recipients: numbers, text: message.text,
            ownNumbers: try await directory.lines().map(\.number))
        effect.allowsDuplicate = message.allowsDuplicate
        return effect
    }

    /// The time of day where a number is, in each zone that it may be in.
    static func localTime(of number: String) -> String {
        let zones = (try? PhoneNumber(e164: number))?.likelyTimeZones ?? []
        let now = Int(Timestamp.now / 1000)
        let clocks = zones.prefix(3).compactMap { zone in
            (try? ZoneDatabase.system.rules(for: zone)).map { "\($0.clock(at: now)) (\(zone))" }
        }
        return clocks.isEmpty ? "not known" : clocks.joined(separator: " or ")
    }

    /// The length of a text as it is seen, and as the API's limit counts it where that differs.
    static func length(of text: String) -> String {
        let characters = text.count == 1 ? "1 character" : "\(text.count) characters"
        let points = text.unicodeScalars.count
        return points == text.count ? characters : "\(characters) (\(points) code points)"
    }

    /// Whether there were texts with these people before, in words; the sight of a first contact is what stops a wrong number.
    func history(_ line: String, _ people: [String]) async -> String {
        let query = [
            OperationArguments.QueryItem("phoneNumberId", line),
            OperationArguments.QueryItem("participants", people),
            OperationArguments.QueryItem("maxResults", "1"),
        ]
        guard let answer = try? await workspace.reader.read(.listMessages, OperationArguments(query: query)) else {
            return "could not be looked up"
        }
        guard let latest = answer["data"]?[0] else {
            return people.count == 1
                ? "none from this line: a first text to this number" : "none from this line: a new group thread"
        }
        let author = latest["direction"] == "incoming" ? "they wrote" : "we wrote"
        return "yes, the latest on \(latest["createdAt"]?.stringValue?.prefix(10) ?? "an unknown day"), when \(author)"
    }
}

extension Recipient {
    /// The person as a form shows them.
    var formLine: String { (contact.map { "\($0.name.onOneLine), " } ?? "no contact found, ") + number }
}
