import Configuration
import Directory
import Guard
import HTTP
import JSON
import QuoAPI

/// The effects of the tools that only the dated version has: the resource as it is now, and what the call says.
extension EffectComposer {
    /// Composes a change of what a path of the dated version leads to.
    func datedEffect(_ arguments: JSONObject) async throws -> Composition {
        let id = operation.operation.id
        if id == WriteOperation.retryMessageDated.operation.id {
            return try await MessageRetry(desk: desk, tool: tool, risk: risk).composition(arguments)
        }
        let bound = try ArgumentBinding(tool: tool).bind(arguments)
        var facts: [Effect.Fact] = []
        if let contact = bound.path["contactId"] {
            facts.append(
                Effect.Fact("Contact", "\(try await desk.directory.contact(contact).name.onOneLine) (\(contact))"))
        }
        let state = try await currentState(bound)
        if let state {
            for name in ["text", "type", "name", "value", "label", "url", "events", "status"] {
                guard let value = state[name], !value.isNull else { continue }
                facts.append(Effect.Fact(label(name), value.plainText.onOneLine))
            }
            let changes = bound.body?.objectValue ?? [:]
            let isSame = !changes.isEmpty && changes.allSatisfy { state[$0.name] == $0.value }
            if isSame, operation.operation.method == .patch {
                return .nothingToDo("It already is as asked; nothing was changed.")
            }
        }
        let isChange = operation.operation.method == .patch
        if let url = bound.body?["url"]?.stringValue {
            facts.append(Effect.Fact("New host", try desk.webhookAddress(url).host))
        }
        for member in bound.body?.objectValue ?? [:] {
            let name = member.name == "eventType" ? "Event" : member.name
            facts.append(Effect.Fact(isChange ? "New \(name)" : name, member.value.plainText.onOneLine))
        }
        if let delivery = bound.path["deliveryId"] { facts.append(Effect.Fact("Delivery", delivery)) }
        var effect = Effect(
            tool: tool.name, risk: risk, operation: operation, arguments: bound,
            question: question, approval: "Do it", refusal: "Do not", facts: facts)
        effect.addresses = try addresses(bound, state)
        if isAboutProperty, let contact = bound.path["contactId"] {
            effect.contact = try await reader.contact(contact, for: operation).snapshot
        }
        return .effect(effect)
    }

    /// The resource that would be changed, as it is now; nil where a new one is made.
    private func currentState(_ bound: OperationArguments) async throws -> JSONValue? {
        let path = bound.path
        let read: ReadOperation
        var needed: Set<String> = ["contactId"]
        if path["noteId"] != nil {
            read = .getContactNoteDated
            needed.insert("noteId")
        } else if path["propertyId"] != nil {
            read = .getContactPropertyDated
            needed.insert("propertyId")
        } else if path["webhookId"] != nil {
            read = .getWebhookByIdDated
            needed = ["webhookId"]
        } else {
            return nil
        }
        let arguments = OperationArguments(path: path.filter { needed.contains($0.key) })
        return try await reader.read(read, arguments)["data"]
    }

    /// What a member of the resource is called in the form, which also says what becomes of it.
    private func label(_ name: String) -> String {
        operation.operation.method == .delete ? "Would be lost, \(name)" : "Now, \(name)"
    }

    private var question: String {
        switch risk {
        case .destructive where operation.operation.method == .delete && !isAboutProperty:
            "\(tool.title)? It cannot be brought back."
        case .exposing where operation.operation.id == WriteOperation.rotateWebhookSecretDated.operation.id:
            "Replace this webhook's signing secret? Whoever knows only the old one takes its deliveries for forged."
        case .exposing: "\(tool.title)? The workspace's data goes to the address below."
        default: "\(tool.title)?"
        }
    }

    /// Whether it changes a part of a contact that a snapshot of the contact keeps.
    private var isAboutProperty: Bool { operation.operation.path.contains("{propertyId}") }

    /// The new address that data would go to, held to what a webhook's may be.
    private func addresses(_ bound: OperationArguments, _ state: JSONValue?) throws -> [String] {
        guard bound.path["webhookId"] != nil, risk == .exposing else { return [] }
        if let url = bound.body?["url"]?.stringValue {
            _ = try desk.webhookAddress(url)
            return [url]
        }
        // To turn a webhook off, or to replace a secret that others know, is right wherever it leads.
        let exposesNothing =
            bound.body?["status"] == "disabled"
            || operation.operation.id == WriteOperation.rotateWebhookSecretDated.operation.id
        if !exposesNothing { try desk.checkReceiver(state?["url"]?.stringValue ?? "") }
        return []
    }
}
