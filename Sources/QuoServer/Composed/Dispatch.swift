import Guard
import JSON

/// What a tool that changes something comes to.
enum Composition {
    /// A change, for the guard to judge.
    case effect(Effect)
    /// Several texts under one approval.
    case batch(Batch)
    /// Everything is already as asked, or something must be settled first; nothing is requested.
    case nothingToDo(String)
}

extension Desk {
    /// The answer of a composed tool that changes nothing.
    func answer(_ tool: ReadingTool, _ arguments: JSONObject) async throws -> JSONObject {
        switch tool {
        case .whoami: try await Whoami(desk: self).answer(arguments)
        case .guardStatus: try await gatekeeper.status()
        case .findContacts: try await FindContacts(desk: self).answer(arguments)
        case .readThread: try await ReadThread(desk: self).answer(arguments)
        case .listConversations: try await ListConversations(desk: self).answer(arguments)
        case .inboxTriage: try await InboxTriage(desk: self).answer(arguments)
        case .getCall: try await GetCall(desk: self).answer(arguments)
        case .digest: try await PeriodDigest(desk: self).answer(arguments)
        case .previewMessage: try await PreviewMessage(desk: self).answer(arguments)
        case .waitForReply: try await WaitForReply(desk: self).answer(arguments)
        }
    }

    /// What a composed tool that changes something comes to.
    func composition(_ tool: ChangingTool, _ arguments: JSONObject) async throws -> Composition {
        switch tool {
        case .sendMessage: .effect(try await TextMessage(desk: self).effect(arguments))
        case .sendGroupMessage: .effect(try await GroupMessage(desk: self).effect(arguments))
        case .sendMessages: .batch(try await MessageBatch(desk: self).batch(arguments))
        case .markConversation: try await ConversationMark(desk: self).composition(arguments)
        case .restoreContact: .effect(try await restoration(arguments))
        }
    }
}
