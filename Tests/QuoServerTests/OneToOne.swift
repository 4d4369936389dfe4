import Guard
import JSON
import QuoAPI
import Sandbox

/// What an agent gets that has a tool for each operation of the API and nothing else: it pages, looks through every thread, and
/// reads whole records.
struct OneToOne {
    private let reader: Reader
    private var answers: [String] = []
    /// The contacts that were read so far: an agent pages on, and not again through what it has seen.
    private var contacts: [JSONValue] = []
    private var contactsToken: String?
    private var hasBegunContacts = false

    init(_ sandbox: SandboxTransport) throws {
        reader = Reader(
            Connection(
                transport: sandbox, credential: try Credential(key: "key"), pacer: NoPacing(),
                options: ConnectionOptions(userAgent: "one-to-one")))
    }

    /// Performs the steps of a task, and returns the text of every answer.
    ///
    /// Writes are not performed here: each counts as one short answer.
    func perform(_ steps: [String]) async throws -> [String] {
        var way = self
        for step in steps { try await way.take(step) }
        return way.answers
    }

    private mutating func take(_ step: String) async throws {
        let words = step.split(separator: " ", maxSplits: 1).map(String.init)
        let subject = words.count > 1 ? words[1] : ""
        switch words[0] {
        case "phoneNumbers": _ = try await read(.listPhoneNumbers)
        case "users": _ = try await read(.listUsers, ["maxResults": ["50"]])
        case "contactPage": _ = try await read(.listContacts, ["maxResults": ["50"]])
        case "messagePage":
            let line =
                try await reader.read(.listPhoneNumbers, OperationArguments())["data"]?[0]?["id"]?.stringValue ?? ""
            _ = try await read(
                .listMessages, ["phoneNumberId": [line], "participants": [subject], "maxResults": ["100"]])
        case "contacts": try await readContacts { _ in false }
        case "contactsUntil": try await readContacts { Self.name(of: $0) == subject }
        case "contact":
            try await readContacts { Self.name(of: $0) == subject }
            let id = contacts.first { Self.name(of: $0) == subject }?["id"]?.stringValue ?? ""
            _ = try await read(.getContactById, path: ["id": id])
        case "conversations": _ = try await conversations()
        case "messages": _ = try await thread(.listMessages, with: subject)
        case "calls": _ = try await thread(.listCalls, with: subject)
        case "messagesOfAll": try await everyThread(.listMessages)
        case "callsOfAll": try await everyThread(.listCalls)
        case "voicemail", "summary", "transcript": try await callTopic(words[0], with: subject)
        case "voicemails":
            for call in try await calls() where call["status"] == "missed" { try await topic("voicemail", of: call) }
        case "send", "update", "create", "delete", "markDone", "createTask":
            answers.append(#"{"data":{"id":"AC00000000000000000000000000000000","status":"queued"}}"#)
        default: throw UnknownStep(step: step)
        }
    }

    private struct UnknownStep: Error { let step: String }

    private static func name(of contact: JSONValue) -> String {
        [contact["defaultFields"]?["firstName"], contact["defaultFields"]?["lastName"]].compactMap { $0?.stringValue }
            .joined(separator: " ")
    }

    /// The answer as a tool would pass it on.
    private mutating func read(
        _ operation: ReadOperation, _ query: KeyValuePairs<String, [String]> = [:], path: [String: String] = [:]
    ) async throws -> JSONValue {
        let items = query.map { OperationArguments.QueryItem($0.key, $0.value) }
        let answer = try await reader.read(operation, OperationArguments(path: path, query: items))
        answers.append(answer.text())
        return answer
    }

    private mutating func pages(
        _ operation: ReadOperation, _ query: KeyValuePairs<String, [String]>
    ) async throws -> [JSONValue] {
        var records: [JSONValue] = []
        var token: String?
        repeat {
            var items = query.map { OperationArguments.QueryItem($0.key, $0.value) }
            if let token { items.append(OperationArguments.QueryItem("pageToken", token)) }
            let answer = try await reader.read(operation, OperationArguments(query: items))
            answers.append(answer.text())
            let page = answer["data"]?.arrayValue ?? []
            records += page
            token = answer["nextPageToken"]?.stringValue
        } while token != nil
        return records
    }

    private mutating func conversations() async throws -> [JSONValue] {
        try await pages(.listConversations, ["maxResults": ["100"]])
    }

    /// The threads of the last week, as an agent that looks through them would pick them.
    private func recent() async throws -> [JSONValue] {
        let answer = try await reader.read(
            .listConversations,
            OperationArguments(query: [
                OperationArguments.QueryItem("maxResults", "100"),
                OperationArguments.QueryItem("updatedAfter", Timestamp.text(Timestamp.now - 7 * 86_400_000)),
            ]))
        return answer["data"]?.arrayValue ?? []
    }

    private mutating func everyThread(_ operation: ReadOperation) async throws {
        for conversation in try await recent() {
            let people = (conversation["participants"]?.arrayValue ?? []).compactMap(\.stringValue)
            if operation.operation.id == ReadOperation.listCalls.operation.id, people.count > 1 { continue }
            _ = try await read(
                operation,
                [
                    "phoneNumberId": [conversation["phoneNumberId"]?.stringValue ?? ""], "participants": people,
                    "maxResults": ["10"],
                ])
        }
    }

    private mutating func thread(_ operation: ReadOperation, with number: String) async throws -> [JSONValue] {
        for conversation in try await allConversations()
        where conversation["participants"]?.arrayValue == [.string(number)] {
            let answer = try await read(
                operation,
                [
                    "phoneNumberId": [conversation["phoneNumberId"]?.stringValue ?? ""], "participants": [number],
                    "maxResults": ["10"],
                ])
            return answer["data"]?.arrayValue ?? []
        }
        return []
    }

    private func allConversations() async throws -> [JSONValue] {
        var copy = self
        return try await copy.conversations()
    }

    private func calls() async throws -> [JSONValue] {
        var copy = self
        var calls: [JSONValue] = []
        for conversation in try await recent() {
            guard let people = conversation["participants"]?.arrayValue, people.count == 1 else { continue }
            let answer = try await copy.read(
                .listCalls,
                [
                    "phoneNumberId": [conversation["phoneNumberId"]?.stringValue ?? ""],
                    "participants": people.compactMap(\.stringValue), "maxResults": ["10"],
                ])
            calls += answer["data"]?.arrayValue ?? []
        }
        return calls
    }

    private mutating func callTopic(_ name: String, with number: String) async throws {
        var copy = self
        for call in try await copy.thread(.listCalls, with: number).prefix(1) { try await topic(name, of: call) }
    }

    private mutating func topic(_ name: String, of call: JSONValue) async throws {
        let id = call["id"]?.stringValue ?? ""
        do {
            switch name {
            case "voicemail": _ = try await read(.getCallVoicemails, path: ["callId": id])
            case "summary": _ = try await read(.getCallSummary, path: ["callId": id])
            default: _ = try await read(.getCallTranscript, path: ["id": id])
            }
        } catch let error as APIError where error.status == 404 {
            answers.append(#"{"message":"Not Found"}"#)
        }
    }

    /// Reads pages of contacts until one is seen that is wanted.
    private mutating func readContacts(until isWanted: (JSONValue) -> Bool) async throws {
        while !contacts.contains(where: isWanted), !hasBegunContacts || contactsToken != nil {
            var items = [OperationArguments.QueryItem("maxResults", "50")]
            if let contactsToken { items.append(OperationArguments.QueryItem("pageToken", contactsToken)) }
            let answer = try await reader.read(.listContacts, OperationArguments(query: items))
            answers.append(answer.text())
            contacts += answer["data"]?.arrayValue ?? []
            contactsToken = answer["nextPageToken"]?.stringValue
            hasBegunContacts = true
        }
    }
}
