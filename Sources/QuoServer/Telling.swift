import Directory
import Guard
import JSON
import PhoneNumbers

/// How records are told in short: names beside numbers, local times, nothing empty, no envelope.
///
/// It knows what it needs beforehand, so that telling costs no request and never fails.
struct Telling: Sendable {
    let clock: LocalClock
    /// When the answer is made, in milliseconds since 1970.
    let now: Int64
    let lines: [Line]
    let members: [Member]
    /// The names of people by number.
    let names: [String: String]

    // MARK: People and places

    /// A person by name and number, or by the number alone where no contact has it.
    func person(_ number: String) -> String {
        if let line = lines.first(where: { $0.number == number }) { return "\(line.name) (own number \(number))" }
        return names[number].map { "\($0.cleaned.onOneLine) (\(number))" } ?? number
    }

    /// An own number by its name and number; the id where it is gone.
    func line(_ id: String) -> String {
        lines.first { $0.id == id }.map { "\($0.name) (\($0.number))" } ?? id
    }

    /// A member by name; the id where it is gone.
    func member(_ id: String) -> String { members.first { $0.id == id }?.name.onOneLine ?? id }

    /// A time of the API's, with day, time and offset; what cannot be read is passed on.
    func stamp(_ time: JSONValue?) -> JSONValue? {
        guard let text = time?.stringValue else { return nil }
        return .string(clock.time(parsing: text).map(clock.stamp) ?? text)
    }

    /// A time of the API's as it is told in conversation.
    func relative(_ time: JSONValue?) -> JSONValue? {
        guard let text = time?.stringValue else { return nil }
        return .string(clock.time(parsing: text).map { clock.relative($0, now: now) } ?? text)
    }

    /// A length of time in the fewest words: `45 s`, `3 min`, `1 h 20 min`.
    static func duration(_ seconds: Int64) -> String {
        if seconds < 60 { return "\(seconds) s" }
        let minutes = (seconds + 30) / 60
        if minutes < 60 { return "\(minutes) min" }
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }

    // MARK: Records

    /// The short form of a record of a kind.
    func short(_ record: JSONValue, _ shape: ToolDefinition.Shape) -> JSONObject {
        switch shape {
        case .call: call(record)
        case .contact: Person(record, region: nil).map(Self.contact) ?? record.objectValue ?? [:]
        case .conversation: conversation(record)
        case .line: line(record)
        case .member: Self.member(record)
        case .message: message(record)
        }
    }

    func message(_ record: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["id"] = record["id"]
        object["at"] = stamp(record["createdAt"])
        object["from"] = .string(author(of: record))
        let others = (record["to"]?.arrayValue ?? []).compactMap(\.stringValue)
        if record["direction"] != "incoming" || others.count > 1 {
            object["to"] = .array(others.map { .string(person($0)) })
        }
        object["text"] = record["text"]?.stringValue.flatMap { $0.isEmpty ? nil : .string($0.cleaned) }
        object["media"] = Self.media(of: record)
        object["status"] = Self.delivery(of: record)
        return object
    }

    func call(_ record: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["id"] = record["id"]
        object["at"] = stamp(record["createdAt"])
        let own = Set(lines.map(\.number))
        let others = (record["participants"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !own.contains($0) }
        object["with"] = .string(others.map(person).joined(separator: ", "))
        object["direction"] = record["direction"]
        object["status"] = record["status"]
        if let seconds = record["duration"]?.integerValue, seconds > 0 {
            object["duration"] = .string(Self.duration(seconds))
        }
        object["answeredBy"] = record["answeredBy"]?.stringValue.map { .string(member($0)) }
        object["forwardedTo"] = record["forwardedTo"]?.stringValue.map {
            .string($0.hasPrefix("US") ? member($0) : person($0))
        }
        if record["aiHandled"]?.stringValue != nil { object["aiHandled"] = record["aiHandled"] }
        // Some lists tell these with the call.
        let parts = [("summary", CallParts.summary), ("voicemail", CallParts.voicemail)]
        for (name, tell) in parts {
            let part = tell(record[name] ?? .null)
            if !part.isEmpty { object[name] = .object(part) }
        }
        return object
    }

    func conversation(_ record: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["id"] = record["id"]
        let others = (record["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
        object["with"] = .array(others.map { .string(person($0)) })
        object["name"] = record["name"]?.stringValue.map { .string($0.cleaned.onOneLine) }
        object["inbox"] = record["phoneNumberId"]?.stringValue.map { .string(line($0)) }
        object["lastActivity"] = relative(record["lastActivityAt"])
        object["assignedTo"] = record["assignedTo"]?.stringValue.map { .string(member($0)) }
        object["snoozedUntil"] = stamp(record["snoozedUntil"])
        object["mutedUntil"] = stamp(record["mutedUntil"])
        return object
    }

    static func contact(_ person: Person) -> JSONObject {
        var object: JSONObject = ["id": .string(person.id), "name": .string(person.name.cleaned.onOneLine)]
        object["company"] = person.company.map { .string($0.cleaned.onOneLine) }
        object["role"] = person.role.map { .string($0.cleaned.onOneLine) }
        func items(_ values: [Person.Item]) -> JSONValue? {
            values.isEmpty
                ? nil
                : .array(
                    values.map {
                        .string(($0.label.map { "\($0.cleaned.onOneLine): " } ?? "") + $0.value.cleaned.onOneLine)
                    })
        }
        object["numbers"] = items(person.numbers)
        object["emails"] = items(person.emails)
        if !person.customFields.isEmpty {
            var fields = JSONObject()
            for field in person.customFields { fields[field.key] = .string(field.value.cleaned) }
            object["fields"] = .object(fields)
        }
        return object
    }

    private func line(_ record: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["id"] = record["id"]
        object["name"] = record["name"]
        object["number"] = record["number"]
        let users = (record["users"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        object["members"] = .array(users.map { .string(member($0)) })
        return object
    }

    private static func member(_ record: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["id"] = record["id"]
        let parts = [record["firstName"], record["lastName"]].compactMap { $0?.stringValue }
        object["name"] = .string(parts.joined(separator: " "))
        object["email"] = record["email"]
        object["role"] = record["role"]
        return object
    }

    // MARK: Parts of messages

    /// Who wrote a message: the person, or the member of the workspace who sent it.
    ///
    /// - Parameter isShort: Whether a name is enough, because the number stands elsewhere in the answer.
    func author(of message: JSONValue, isShort: Bool = false) -> String {
        if message["direction"] == "incoming" {
            let number = message["from"]?.stringValue ?? "unknown"
            return isShort ? names[number]?.cleaned.onOneLine ?? number : person(number)
        }
        return message["userId"]?.stringValue.map { "us (\(member($0)))" } ?? "us"
    }

    /// How a sent message fared, where that is not simply delivered.
    static func delivery(of message: JSONValue) -> JSONValue? {
        guard message["direction"] != "incoming", let status = message["status"]?.stringValue, status != "delivered"
        else { return nil }
        return .string(status)
    }

    /// What is attached to a message.
    static func media(of message: JSONValue) -> JSONValue? {
        guard let media = message["media"]?.arrayValue, !media.isEmpty else { return nil }
        return .array(
            media.map { item in
                .string([item["type"], item["url"]].compactMap { $0?.stringValue }.joined(separator: " "))
            })
    }
}
