import JSON
import QuoAPI

/// A webhook of either version of the API, which has it alone; those of the dated one have numbers for ids.
struct WebhookReference {
    let id: String

    private var isDated: Bool { id.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    /// Reads it.
    var reading: ReadOperation { isDated ? .getWebhookByIdDated : .getWebhookById }
    /// Deletes it.
    var deletion: WriteOperation { isDated ? .deleteWebhookByIdDated : .deleteWebhookById }
    /// The arguments of both.
    var arguments: OperationArguments { OperationArguments(path: [isDated ? "webhookId" : "id": id]) }
    /// The version that has it.
    var api: JSONValue { .string((isDated ? VersionPreference.dated : .v1).rawValue) }
}

/// The tools `list_webhooks` and `get_webhook`: those of both versions, each with the version that has it.
struct WebhookListing {
    let desk: Desk

    func list(_ arguments: JSONObject) async throws -> JSONObject {
        let member = arguments["userId"]?.stringValue
        let query = member.map { [OperationArguments.QueryItem("userId", $0)] } ?? []
        var webhooks: [JSONValue] = []
        var notes: [String] = []
        var refusal: APIError?
        do {
            webhooks = Self.records(in: try await desk.read(.listWebhooks, OperationArguments(query: query)))
        } catch {
            guard member == nil, error.status == 403 else { throw error }
            // A key may see those of one version alone.
            refusal = error
            notes.append("those of v1 are not told: v1 answered 403")
        }
        // Those of the dated version are nobody's.
        if member == nil {
            let dated = try await desk.workspace.reader.routed([.listWebhooksDated]) {
                (Self.records(in: try await desk.read(.listWebhooksDated, OperationArguments())), nil as String?)
            } first: { reason in
                if let refusal { throw refusal }
                return ([], reason.description)
            }
            webhooks += dated.value.0
            if let reason = dated.value.1 { notes.append("those of version 2026-03-30 are not told: \(reason)") }
        }
        var result = try await desk.told(["data": .array(webhooks)], nil, from: PageCursor())
        if !notes.isEmpty { result["note"] = .string(notes.joined(separator: "; ")) }
        return result
    }

    func get(_ arguments: JSONObject) async throws -> JSONObject {
        let webhook = WebhookReference(id: arguments["webhookId"]?.stringValue ?? "")
        var result = try await desk.told(
            try await desk.read(webhook.reading, webhook.arguments), nil, from: PageCursor())
        result["api"] = webhook.api
        return result
    }

    private static func records(in answer: JSONValue) -> [JSONValue] {
        (answer["data"]?.arrayValue ?? []).map { record in
            var object = record.objectValue ?? [:]
            object["api"] = WebhookReference(id: object["id"]?.stringValue ?? "").api
            return .object(object)
        }
    }
}
