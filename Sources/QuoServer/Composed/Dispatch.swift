import Configuration
import Directory
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
    /// What the guard allows now, and whether a setting of the owner's is faulty.
    func status() async throws -> JSONObject {
        var status = try await gatekeeper.status()
        status["settings"] = faultySetting.map { .string($0) }
        return status
    }

    /// That a setting is faulty, for the user, but not which, because what names it may quote a number; nil where none is.
    private var faultySetting: String? {
        if policy.refusal == nil { return nil }
        return "A setting of the owner's is wrong, so nothing is sent or changed until it is put right. "
            + "The user runs quo-mcp doctor, which names it."
    }

    /// The answer of a composed tool that changes nothing.
    func answer(_ tool: ReadingTool, _ arguments: JSONObject) async throws -> JSONObject {
        switch tool {
        case .whoami: try await Whoami(desk: self).answer(arguments)
        case .guardStatus: try await status()
        case .findContacts: try await FindContacts(desk: self).answer(arguments)
        case .readThread: try await ReadThread(desk: self).answer(arguments)
        case .listConversations: try await ListConversations(desk: self).answer(arguments)
        case .inboxTriage: try await InboxTriage(desk: self).answer(arguments)
        case .getCall: try await GetCall(desk: self).answer(arguments)
        case .digest: try await PeriodDigest(desk: self).answer(arguments)
        case .previewMessage: try await PreviewMessage(desk: self).answer(arguments)
        case .listConnections: try await MatonConnections(desk: self).list(arguments)
        case .getConnection: try await MatonConnections(desk: self).get(arguments)
        case .waitForReply: try await WaitForReply(desk: self).answer(arguments)
        case .listMessages: try await ActivityListing(desk: self, arguments: arguments).messages()
        case .listCalls: try await ActivityListing(desk: self, arguments: arguments).calls()
        case .listWebhooks: try await WebhookListing(desk: self).list(arguments)
        case .getWebhook: try await WebhookListing(desk: self).get(arguments)
        case .listEvents: try await ListEvents(desk: self).answer(arguments)
        case .waitForEvent: try await WaitForEvent(desk: self).answer(arguments)
        }
    }

    /// What a composed tool that changes something comes to.
    func composition(_ tool: ChangingTool, _ risk: Risk, _ arguments: JSONObject) async throws -> Composition {
        switch tool {
        case .sendMessage:
            let to = [arguments["to"]?.stringValue ?? ""]
            let message = try await singleMessage(to: to, arguments["text"]?.stringValue ?? "", arguments)
            return .effect(try await effect(message, tool: tool.rawValue, risk))
        case .sendGroupMessage:
            let to = (arguments["to"]?.arrayValue ?? []).compactMap(\.stringValue)
            let message = try await textMessage(to: to, arguments["text"]?.stringValue ?? "", arguments)
            return .effect(try await effect(message, tool: tool.rawValue, risk))
        case .sendMessages: return .batch(try await BatchComposer(desk: self, risk: risk).batch(arguments))
        case .markConversation: return try await ConversationMark(desk: self, risk: risk).composition(arguments)
        case .createConnection: return .effect(MatonConnections(desk: self).creation(risk))
        case .chooseConnection: return try await MatonConnections(desk: self).choice(arguments, risk)
        case .deleteConnection: return try await MatonConnections(desk: self).deletion(arguments, risk)
        case .deleteWebhook:
            let webhook = WebhookReference(id: arguments["webhookId"]?.stringValue ?? "")
            let composer = EffectComposer(
                desk: self, tool: .deleteWebhook, operation: webhook.deletion, risk: risk)
            return .effect(try await composer.deletion(of: webhook))
        case .restoreContact: return .effect(try await restoration(arguments))
        }
    }

    /// Puts a contact back as it was; a deleted one is known by its id alone.
    private func restoration(_ arguments: JSONObject) async throws -> Effect {
        let reference = arguments["contact"]?.stringValue ?? ""
        var snapshot = try await gatekeeper.snapshot(of: reference)
        if snapshot == nil, let contact = try? await directory.contact(reference) {
            snapshot = try await gatekeeper.snapshot(of: contact.id)
        }
        guard let snapshot else {
            throw InvalidArguments(faults: [
                ArgumentFault(
                    path: "contact",
                    message:
                        "is no contact that was changed or deleted through this server; one that was deleted is known"
                        + " by its id alone, which delete_contact told")
            ])
        }
        var restoration = ContactRestoration(reader: workspace.reader, snapshot: snapshot)
        if let before = Person(snapshot.content, region: nil) {
            let alike = try await LikelyDuplicates(desk: self).found(of: before).filter { $0.person.id != snapshot.id }
            restoration.likeliest = alike.map { $0.person.summary.cleaned.onOneLine }
        }
        return try await restoration.effect(tool: ChangingTool.restoreContact.rawValue)
    }
}
