import JSON
import QuoAPI

extension DatedRoute {
    /// Webhooks of the dated version, which are others than those of the first.
    static let datedWebhooks: [DatedRoute] = [
        DatedRoute(.listWebhooksDated, .webhooks, reading: Workspace.listDatedWebhooks),
        DatedRoute(.createWebhookDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.createDatedWebhook(input)
        },
        DatedRoute(.getWebhookByIdDated, .webhooks, reading: Workspace.getDatedWebhook),
        DatedRoute(.updateWebhookByIdDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.updateDatedWebhook(input)
        },
        DatedRoute(.deleteWebhookByIdDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            workspace.datedWebhooks.remove(at: try workspace.datedWebhook(input))
            return .noContent
        },
        DatedRoute(.rotateWebhookSecretDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            let index = try workspace.datedWebhook(input)
            workspace.datedWebhooks[index].key = "whsec_\(workspace.random.signingKey())"
            return .data(["key": .string(workspace.datedWebhooks[index].key)])
        },
        DatedRoute(.listWebhookDeliveriesDated, .webhooks, reading: Workspace.listDeliveries),
        DatedRoute(.getWebhookDeliveryDated, .webhooks, reading: Workspace.getDelivery),
        DatedRoute(.retryWebhookDeliveryDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.retryDelivery(input)
        },
        DatedRoute(.sendTestWebhookEventDated, .webhooks) { (workspace, input) throws(ErrorAnswer) in
            try workspace.deliverTest(input)
        },
    ]
}

/// An address that is told of events in the shapes of the dated version.
struct DatedWebhook: Sendable {
    /// Digits.
    let id: String
    var label: String?
    var isEnabled: Bool
    var url: String
    var events: [String]
    /// Lines, or `*` for all.
    var resourceIDs: [String]
    /// The signing key, which is told when it is made and never again.
    var key: String
    let createdAt: Timestamp
    var updatedAt: Timestamp
    /// Oldest first.
    var deliveries: [Delivery] = []

    /// One event that it was told of.
    struct Delivery: Sendable {
        let id: String
        let event: String
        let content: JSONValue
        let createdAt: Timestamp
        var attempts: [Attempt]
        /// Whether somebody asked for it again.
        var isRetried = false
    }

    /// One attempt to tell it.
    struct Attempt: Sendable {
        let moment: Timestamp
        let isManual: Bool
        /// What the address answered; nil where it did not.
        let status: Int?

        var isTaken: Bool { status.map { (200..<300).contains($0) } ?? false }
    }
}

extension Workspace {
    /// The webhook that is there from the start, with one delivery; nothing of it is drawn.
    mutating func addDatedWebhook() {
        let createdAt = now.adding(-20 * Timestamp.day)
        var webhook = DatedWebhook(
            id: "101", label: "Dispatch board", isEnabled: true, url: "https://board.brightwater.example/quo",
            events: ["call.missed"], resourceIDs: ["*"], key: "whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveC0=",
            createdAt: createdAt, updatedAt: createdAt)
        let told = now.adding(-Timestamp.day)
        webhook.deliveries = [
            DatedWebhook.Delivery(
                id: "msg_2sandboxDelivery000001", event: "call.missed",
                content: Self.event("EV0000000001", "call.missed", at: told), createdAt: told,
                attempts: [DatedWebhook.Attempt(moment: told, isManual: false, status: 200)])
        ]
        datedWebhooks = [webhook]
    }

    private static func event(_ id: String, _ type: String, at moment: Timestamp) -> JSONValue {
        [
            "id": .string(id), "apiVersion": .string(VersionPreference.dated.rawValue), "type": .string(type),
            "createdAt": .string(moment.text), "data": ["resource": [:], "context": [:], "links": ["quo": .null]],
        ]
    }

    func listDatedWebhooks(_: DatedInput) -> Answer { .data(.array(datedWebhooks.map { .object(body($0)) })) }

    func getDatedWebhook(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        .data(.object(body(datedWebhooks[try datedWebhook(input)])))
    }

    fileprivate mutating func createDatedWebhook(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let number = (datedWebhooks.compactMap { Int($0.id) }.max() ?? 100) + 1
        var webhook = DatedWebhook(
            id: String(number), isEnabled: true, url: "", events: [], resourceIDs: ["*"],
            key: "whsec_\(random.signingKey())", createdAt: now, updatedAt: now)
        try take(input.body, into: &webhook)
        datedWebhooks.append(webhook)
        var object = body(webhook)
        object["key"] = .string(webhook.key)
        return .data(.object(object), status: 201)
    }

    fileprivate mutating func updateDatedWebhook(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let index = try datedWebhook(input)
        try take(input.body, into: &datedWebhooks[index])
        datedWebhooks[index].updatedAt = now
        return .data(.object(body(datedWebhooks[index])))
    }

    private func take(_ body: JSONObject, into webhook: inout DatedWebhook) throws(ErrorAnswer) {
        if let url = body["url"]?.stringValue { webhook.url = url }
        if let events = body["events"]?.arrayValue { webhook.events = events.compactMap(\.stringValue) }
        if let status = body["status"]?.stringValue { webhook.isEnabled = status == "enabled" }
        if let label = body["label"] { webhook.label = label.stringValue }
        guard let sent = body["resourceIds"] else { return }
        let ids = sent.arrayValue?.compactMap(\.stringValue) ?? []
        for id in ids where id != "*" { _ = try line(id, userID: nil, .webhooks) }
        webhook.resourceIDs = ids.isEmpty ? ["*"] : ids
    }

    fileprivate func datedWebhook(_ input: DatedInput) throws(ErrorAnswer) -> Int {
        guard let index = datedWebhooks.firstIndex(where: { $0.id == input.path["webhookId"] }) else {
            throw .notFound(.webhooks, "Webhook not found")
        }
        return index
    }

    private func body(_ webhook: DatedWebhook) -> JSONObject {
        [
            "id": .string(webhook.id), "orgId": .string(organizationID), "label": .nullable(webhook.label),
            "status": webhook.isEnabled ? "enabled" : "disabled", "url": .string(webhook.url),
            "createdAt": .string(webhook.createdAt.text), "updatedAt": .string(webhook.updatedAt.text),
            "apiVersion": .string(VersionPreference.dated.rawValue), "events": .strings(webhook.events),
            "resourceIds": .strings(webhook.resourceIDs),
        ]
    }
}

// MARK: - Deliveries

extension Workspace {
    func listDeliveries(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let events = input.texts("eventType[in]", orOne: "eventType") ?? input.texts("eventTypes")
        let after = input.moment("createdAfter")
        let before = input.moment("createdBefore")
        let found = datedWebhooks[try datedWebhook(input)].deliveries.reversed().filter { delivery in
            let isWanted = input.text("status").map { $0 == status(of: delivery) } ?? true
            return events?.contains(delivery.event) ?? true && isWanted && input.text("resourceId") == nil
                && input.bounds("createdAt", delivery.createdAt)
                && TimeSpan(after: after, before: before).contains(delivery.createdAt)
        }
        return try input.page(found, id: \.id) { delivery in
            [
                "id": .string(delivery.id), "eventId": .null, "resourceId": .null,
                "eventType": .string(delivery.event), "status": .string(status(of: delivery)),
                "nextAttemptAt": .nullable(nextAttempt(at: delivery.id)),
                "createdAt": .string(delivery.createdAt.text),
            ]
        }
    }

    /// How far a delivery has got.
    private func status(of delivery: DatedWebhook.Delivery) -> String {
        if delivery.attempts.contains(where: \.isTaken) { return "success" }
        guard log.deliveries.contains(where: { $0.id == delivery.id }) else { return "failed" }
        return nextAttempt(at: delivery.id) == nil ? "sending" : "pending"
    }

    func getDelivery(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (webhook, place) = try delivery(input)
        let delivery = datedWebhooks[webhook].deliveries[place]
        let attempts = delivery.attempts.enumerated().map { index, attempt -> JSONValue in
            var object: JSONObject = [
                "id": .string("atmpt_\(index + 1)"), "timestamp": .string(attempt.moment.text),
                "status": attempt.isTaken ? "success" : "failed", "responseBody": "", "responseDurationMs": 42,
                "triggerType": attempt.isManual ? "manual" : "scheduled",
                "url": .string(datedWebhooks[webhook].url),
            ]
            if let status = attempt.status { object["responseStatusCode"] = .number(JSONNumber(Int64(status))) }
            return .object(object)
        }
        return .data([
            "id": .string(delivery.id), "eventId": .null, "resourceId": .null, "eventType": .string(delivery.event),
            "createdAt": .string(delivery.createdAt.text), "requestBody": delivery.content,
            "attempts": .array(attempts),
        ])
    }

    fileprivate mutating func retryDelivery(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let (webhook, place) = try delivery(input)
        datedWebhooks[webhook].deliveries[place].isRetried = true
        if Self.isOfThisMachine(datedWebhooks[webhook].url) {
            deliverAgain(datedWebhooks[webhook].deliveries[place], of: datedWebhooks[webhook])
        } else {
            datedWebhooks[webhook].deliveries[place].attempts.append(
                DatedWebhook.Attempt(moment: now, isManual: true, status: 200))
        }
        return .json(202, [:])
    }

    /// Tells an address of a made-up event.
    fileprivate mutating func deliverTest(_ input: DatedInput) throws(ErrorAnswer) -> Answer {
        let index = try datedWebhook(input)
        let event = input.body["eventType"]?.stringValue ?? ""
        let content = Self.event(random.hexadecimalIdentifier("EV", digits: 32), event, at: now)
        deliver(
            SandboxEvent(
                id: content["id"]?.stringValue ?? "", type: event, time: now.milliseconds, content: content,
                legacyContent: nil, lineID: nil),
            to: index)
        return .json(200, content)
    }

    private func delivery(_ input: DatedInput) throws(ErrorAnswer) -> (webhook: Int, place: Int) {
        let webhook = try datedWebhook(input)
        let place = datedWebhooks[webhook].deliveries.firstIndex { $0.id == input.path["deliveryId"] }
        guard let place else { throw .notFound(.webhooks, "Delivery not found") }
        return (webhook, place)
    }
}
