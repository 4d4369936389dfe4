package import JSON
import PhoneNumbers

/// One event as Quo tells it, in the form of the API of 2026-03-30 or of v1.
///
/// Nothing of it is lost: what is not known by name stays in ``json``. Only an id, a type and data are asked for, because an
/// event that is refused is gone after Quo has repeated it in vain.
package struct WebhookEvent: Sendable {
    /// Its id, which begins with EV.
    package let id: String
    /// The name of its type.
    package let typeName: String
    /// Its type, or nil where that is a new one.
    package let type: WebhookEventType?
    /// When Quo made it, in milliseconds since 1970, where it says so.
    package let createdAt: Int64?
    /// What it is about, as it is after the event.
    package let resource: JSONObject
    /// Where it happened and who took part; empty in the form of v1, where the resource says that.
    package let context: JSONObject
    /// The event whole.
    package let json: JSONObject

    /// Reads the body of a delivery.
    ///
    /// - Throws: ``MalformedEvent`` where it is no event in either form.
    package init(_ body: [UInt8]) throws(MalformedEvent) {
        guard let value = try? JSONValue(parsing: body) else { throw MalformedEvent("its body is no JSON") }
        guard let json = value.objectValue, let id = json["id"]?.stringValue, !id.isEmpty,
            let typeName = json["type"]?.stringValue, !typeName.isEmpty, let data = json["data"]?.objectValue
        else { throw MalformedEvent("its body has no id, type and data, as every event has") }
        self.id = id
        self.typeName = typeName
        self.json = json
        type = WebhookEventType(rawValue: typeName)
        createdAt = Self.time(json["createdAt"])
        resource = data["resource"]?.objectValue ?? data["object"]?.objectValue ?? [:]
        context = data["context"]?.objectValue ?? [:]
    }

    /// When what it tells of happened, in milliseconds since 1970, where it says so.
    package var resourceTime: Int64? {
        for name in type?.resourceTimes ?? ["createdAt"] {
            if let time = Self.time(resource[name]) { return time }
        }
        return createdAt
    }

    /// The address in Quo's app, where there is one.
    package var link: String? { json["data"]?["links"]?["quo"]?.stringValue }

    static func time(_ value: JSONValue?) -> Int64? {
        guard let value else { return nil }
        return value.stringValue.flatMap { LocalClock(nil).time(parsing: $0) }
    }
}

/// Why a body is no event; holds no part of it.
package struct MalformedEvent: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause.
    package let description: String
    init(_ description: String) { self.description = description }
}

// MARK: Who took part

extension WebhookEvent {
    /// What is known of the contacts that an event concerns.
    package enum Contacts: Sendable, Equatable {
        /// These, by id.
        case matched([String])
        /// There is none.
        case none
        /// Quo could not look, so there may be some or none; or the event does not say.
        case unknown
    }

    /// What is known of who took part in a call.
    package enum Participants: Sendable, Equatable {
        /// The numbers of the workspace and of the others.
        case known(workspace: [String], external: [String])
        /// Quo could not find out, so there may be anybody; or the event does not say.
        case unknown
    }

    /// The contacts that it concerns.
    package var contacts: Contacts {
        let lookup = context["contacts"]
        switch lookup?["lookupStatus"]?.stringValue {
        case "matched": return .matched(Self.strings(lookup?["ids"]))
        case "none": return .none
        default: return .unknown
        }
    }

    /// Who took part in the call that it concerns.
    package var participants: Participants {
        let participants = context["participants"]
        guard participants?["resolution"] == "available" else { return .unknown }
        return .known(
            workspace: Self.strings(participants?["workspace"]), external: Self.strings(participants?["external"]))
    }

    /// The own number's id, where it is known.
    package var lineID: String? { (context["phoneNumberId"] ?? resource["phoneNumberId"])?.stringValue }

    /// The conversation's id, where it is known.
    package var conversationID: String? { (context["conversationId"] ?? resource["conversationId"])?.stringValue }

    /// Every number that it names as taking part, own ones among them; empty where none is known.
    package var numbers: [String] {
        var found: [String] = []
        if case .known(let workspace, let external) = participants { found = external + workspace }
        for value in [context["senderIdentifier"], resource["from"], resource["fromPhoneNumber"]] {
            if let number = value?.stringValue { found.append(number) }
        }
        for value in [context["recipientIdentifiers"], resource["to"], resource["participants"]] {
            found += value?.stringValue.map { [$0] } ?? Self.strings(value)
        }
        found += (resource["dialogue"]?.arrayValue ?? []).compactMap { $0["identifier"]?.stringValue }
        var seen: Set<String> = []
        return found.filter { seen.insert($0).inserted }
    }

    static func strings(_ value: JSONValue?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }
}
