import Configuration
import Guard
import JSON
import MCP
import QuoAPI
import Store

/// Shapes what the API answered, or what the guard decided, into the result of a tool.
///
/// The text and the structured content say the same. Nothing is null, no envelope is left, and no signing key passes.
struct Answer {
    /// What a host is told of the sandbox, in every answer of it.
    static let sandboxNotice = "SANDBOX: a simulated workspace. Nothing leaves this machine and nobody is texted."

    let isSandbox: Bool

    /// The result of a read, as told.
    ///
    /// - Parameter used: What the names in the call turned out to be.
    func read(_ told: JSONObject, used: JSONObject) -> ToolResult {
        var object = told
        if !used.isEmpty { object["used"] = .object(used) }
        return result(object)
    }

    /// The result of what this server knows itself.
    func plain(_ object: JSONObject) -> ToolResult { result(object) }

    /// The result of an effect that was performed.
    ///
    /// - Parameters:
    ///   - told: What the API answered, as told.
    ///   - used: What the names in the call turned out to be.
    ///   - note: What else is to be known of it; nil for what is said of every effect of its risk.
    ///   - hours: What quiet hours that the sandbox leaves out would say; nil where they would say nothing.
    func performed(
        _ told: JSONObject, _ effect: Effect, used: JSONObject, note: String? = nil, hours: String? = nil
    ) -> ToolResult {
        var object: JSONObject = ["performed": true]
        for member in told { object[member.name] = member.value }
        // Set again, so that no member of the API's can pass for it.
        object["performed"] = true
        if object["id"] == nil, let id = effect.changedResource { object["id"] = .string(id) }
        if !used.isEmpty { object["used"] = .object(used) }
        if effect.risk == .send {
            object["next"] = .string(
                "Accepted by the API, not yet delivered. read_thread shows how it fared.".followed(by: hours))
        }
        if effect.operation.operation.id == WriteOperation.deleteContact.operation.id {
            object["next"] = "restore_contact with this id makes one like it."
        }
        if let note { object["next"] = .string(note) }
        return result(object)
    }

    /// The result of a change that was not needed.
    func nothingToDo(_ explanation: String) -> ToolResult {
        result(["performed": false, "explanation": .string(explanation)])
    }

    /// The result of an effect that was performed before and not again.
    func repeated(_ record: EffectRecord) -> ToolResult {
        var object: JSONObject = [
            "performed": false, "duplicate": true,
            "explanation":
                "The same was done before and was not done again. If the user wants it a second time, call with allow_duplicate.",
            "doneAt": .string(Timestamp.text(record.begunAt)),
        ]
        if let id = record.outcome.id { object["id"] = .string(id) }
        if let status = record.outcome.status { object["status"] = .string(status) }
        return result(object)
    }

    /// The result of several texts, told person by person.
    ///
    /// - Parameters:
    ///   - deliveries: What became of each.
    ///   - hours: What quiet hours that the sandbox leaves out would say of those that went.
    ///   - name: Who a number is.
    func finished(_ deliveries: [Delivery], hours: String?, name: (String) -> String) -> ToolResult {
        var sent: Int64 = 0
        var mustLook = false
        let results = deliveries.map { delivery -> JSONValue in
            var object: JSONObject = ["to": .string(name(delivery.recipient))]
            switch delivery.result {
            case .sent(let id, let status):
                sent += 1
                object["result"] = "sent"
                object["id"] = id.map { .string($0) }
                object["status"] = status.map { .string($0) }
            case .repeated(let record):
                object["result"] = "sent before, not again"
                object["at"] = .string(Timestamp.text(record.begunAt))
            case .refused(let refusal):
                object["result"] = "not sent"
                object["rule"] = .string(refusal.rule.rawValue)
                object["explanation"] = .string(refusal.explanation)
            case .failed(let error):
                object["result"] = "not sent"
                object["explanation"] = .string(error.explanation)
            case .uncertain(let error):
                mustLook = true
                object["result"] = "UNKNOWN"
                object["explanation"] = .string(error.explanation)
            case .notAttempted(let reason):
                object["result"] = "not sent"
                object["explanation"] = .string(reason)
            }
            return .object(object)
        }
        var object: JSONObject = [
            "performed": .bool(sent > 0), "sent": .number(JSONNumber(sent)), "results": .array(results),
        ]
        if mustLook {
            object["next"] =
                "Whether the UNKNOWN ones went nobody knows: look with read_thread, and do not text them again before."
        } else if sent > 0 {
            object["next"] = .string(
                "Accepted by the API, not yet delivered. The same call again reaches only who has not got it."
                    .followed(by: hours))
        }
        return result(object)
    }

    /// The result of an effect that the guard did not let pass.
    ///
    /// - Parameter program: The path of this program, for the command that a person decides with.
    func refused(_ refusal: Refusal, program: String) -> ToolResult {
        var object: JSONObject = [
            "performed": false, "rule": .string(refusal.rule.rawValue), "explanation": .string(refusal.explanation),
        ]
        if let time = refusal.passesAt { object["passesAt"] = .string(Timestamp.text(time)) }
        if refusal.rule == .pending { object["command"] = .string("\(program) approve") }
        return result(object, isError: true)
    }

    /// The result of a call that failed.
    func failed(_ explanation: String) -> ToolResult {
        let explanation = explanation.cleaned
        let text = isSandbox ? "\(explanation)\n\(Self.sandboxNotice)" : explanation
        return ToolResult(content: [.text(text)], structuredContent: nil, isError: true)
    }

    /// The result of an effect of which nobody knows whether it happened.
    func uncertain(_ error: APIError, _ effect: Effect) -> ToolResult {
        let look =
            effect.risk == .send
            ? "Look with read_thread whether it arrived"
            : "Read the resource again to see whether it changed"
        return failed(
            "UNKNOWN OUTCOME: the request left, and no answer says whether it was performed. Do not repeat it. "
                + "\(look), and tell the user what you found.\n\(error.explanation)")
    }

    private func result(_ object: JSONObject, isError: Bool = false) -> ToolResult {
        // Whatever an answer is made of, nothing invisible reaches an agent.
        var object = JSONValue.object(object).cleaned.objectValue ?? [:]
        if isSandbox { object["sandbox"] = .string(Self.sandboxNotice) }
        return ToolResult(
            content: [.text(JSONValue.object(object).text())], structuredContent: object, isError: isError)
    }
}

extension JSONValue {
    /// This value without nulls, without the count that the API documents as wrong, and without signing keys.
    ///
    /// Nil where nothing is left to say. Webhooks are the only resource with a secret in it. Their `key` is hidden beside an
    /// address; custom fields have a `key` of their own, which stays.
    var presentable: JSONValue? {
        switch self {
        case .null: return nil
        // Should the API ever tell a signing secret by another name, it is none of an agent's either.
        case .string(let text) where text.hasPrefix("whsec_"): return nil
        case .array(let items): return .array(items.compactMap(\.presentable))
        case .object(let object):
            let hidden: Set<String> = object["url"] != nil ? ["key", "totalItems"] : ["totalItems"]
            return .object(object.without(hidden).compactMapValues(\.presentable))
        default: return self
        }
    }

    /// This value without anything that may be a webhook's signing secret, in whatever form the API tells it.
    var withoutSigningSecrets: JSONValue {
        switch self {
        case .array(let items): return .array(items.map(\.withoutSigningSecrets))
        case .object(let object):
            let secrets = object.names.filter { name in
                let name = name.lowercased()
                return name.hasSuffix("key") || name.hasSuffix("keys") || name.contains("secret") || name == "signing"
            }
            return .object(
                object.without(Set(secrets)).compactMapValues { $0.withoutSigningSecrets })
        case .string(let text): return text.contains("whsec_") ? "a signing secret, which is not shown" : self
        default: return self
        }
    }
}

extension Operation {
    /// Whether its answers tell of webhooks, which are signed with secrets.
    var isOfWebhooks: Bool { path.contains("/webhooks") }
}

extension JSONValue {
    /// This value with every text in it, names of members too, without what a reader could not see.
    var cleaned: JSONValue {
        switch self {
        case .string(let text): return .string(text.cleaned)
        case .array(let items): return .array(items.map(\.cleaned))
        case .object(let object):
            var result = JSONObject()
            for member in object { result[member.name.cleaned] = member.value.cleaned }
            return .object(result)
        default: return self
        }
    }
}

extension String {
    /// This text and another sentence, where there is one.
    fileprivate func followed(by sentence: String?) -> String { sentence.map { "\(self) \($0)" } ?? self }
}

extension Effect {
    /// The id of what the path leads to in the end, for example of a contact's note and not of the contact.
    fileprivate var changedResource: String? {
        let placeholders = operation.operation.path.split(separator: "/").filter { $0.hasPrefix("{") }
        return placeholders.last.flatMap { arguments.path[String($0.dropFirst().dropLast())] }
    }
}
