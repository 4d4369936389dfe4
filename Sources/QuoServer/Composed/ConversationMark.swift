import Configuration
import Directory
import Guard
import JSON
import QuoAPI

/// The tool `mark_conversation`: marks a conversation as read, done or open.
struct ConversationMark {
    let desk: Desk
    let risk: Risk

    func composition(_ arguments: JSONObject) async throws -> Composition {
        let mark = arguments["as"]?.stringValue ?? ""
        let operation: WriteOperation =
            switch mark {
            case "read": .markConversationAsRead
            case "done": .markConversationAsDone
            default: .markConversationAsOpen
            }
        let (id, name) = try await conversation(arguments)
        return .effect(
            Effect(
                tool: ChangingTool.markConversation.rawValue, risk: risk, operation: operation,
                arguments: OperationArguments(path: ["conversationId": id]),
                question: "Mark this conversation as \(mark)?",
                approval: "Mark it", refusal: "Leave it",
                facts: [Effect.Fact("Conversation", "\(name) (\(id))"), Effect.Fact("Marked as", mark)]))
    }

    /// Whether a text is the id of a conversation and not the name of somebody whose name begins so.
    private static func isConversationID(_ text: String) -> Bool {
        text.hasPrefix("CN") && text.utf8.count >= 10 && text.contains(where: \.isNumber)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    /// The conversation that a call names, by its id or by who is in it.
    private func conversation(_ arguments: JSONObject) async throws -> (id: String, name: String) {
        let references = arguments["with"]?.arrayValue ?? []
        if references.count == 1, let id = references[0].stringValue, Self.isConversationID(id) {
            return (id, "a conversation")
        }
        let lines = try await desk.lines(arguments["inbox"]?.stringValue)
        let people = try await desk.people(references, on: lines, isExact: true)
        let wanted = Set(people.numbers)
        var found: [JSONValue] = []
        var cursor: PageCursor? = PageCursor()
        while let page = cursor {
            let (records, next) = try await desk.conversations(on: lines, since: nil, from: page, limit: 100)
            found += records.filter {
                Set(($0["participants"]?.arrayValue ?? []).compactMap(\.stringValue)) == wanted
            }
            // A line has one conversation with the same people, and its latest come first.
            cursor = found.count < lines.count ? next : nil
        }
        let telling = try await desk.telling(people.numbers)
        let names = people.numbers.map(telling.person).joined(separator: ", ")
        if found.count == 1, let id = found[0]["id"]?.stringValue { return (id, names) }
        let message: String
        if found.isEmpty {
            message = "there is no conversation with \(names) on \(lines.map(\.name).joined(separator: ", "))"
        } else {
            let choices = found.map {
                "\($0["id"]?.stringValue ?? "") on \(telling.line($0["phoneNumberId"]?.stringValue ?? ""))"
            }
            message = "there are several with \(names): \(choices.joined(separator: "; ")). Name the inbox"
        }
        throw InvalidArguments(faults: [ArgumentFault(path: "with", message: message)])
    }
}
