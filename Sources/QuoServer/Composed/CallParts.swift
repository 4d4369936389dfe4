import Guard
import JSON
import QuoAPI

/// What was said on a call, as far as the workspace has it.
///
/// A plan without summaries, or a call without a voicemail, is told as such and fails no answer.
struct CallParts {
    let desk: Desk
    let callID: String

    /// The summary and the next steps; a word on why there is none otherwise.
    func summary() async throws -> JSONValue {
        try await part(.getCallSummary, "callId", Self.summary)
    }

    /// The summary and the next steps that a record tells; empty where there are none.
    static func summary(in data: JSONValue) -> JSONObject {
        var object = JSONObject()
        for name in ["summary", "nextSteps"] {
            let lines = (data[name]?.arrayValue ?? []).compactMap(\.stringValue)
            if !lines.isEmpty { object[name] = .array(lines.map { .string($0.cleaned) }) }
        }
        return object
    }

    /// The voicemail: what was said, how long, and where the recording is.
    func voicemail() async throws -> JSONValue {
        try await part(.getCallVoicemails, "callId", Self.voicemail)
    }

    /// The voicemail that a record tells; empty where it is none.
    static func voicemail(in data: JSONValue) -> JSONObject {
        var object = JSONObject()
        if let text = data["transcript"]?.stringValue { object["said"] = .string(text.cleaned) }
        if let seconds = data["duration"]?.integerValue { object["duration"] = .string(Telling.duration(seconds)) }
        object["recording"] = data["recordingUrl"]?.stringValue.map { .string($0) }
        return object
    }

    /// The recordings with addresses that expire.
    func recordings() async throws -> JSONValue {
        do {
            let answer = try await read(.getCallRecordings, "callId")
            return .array(
                (answer["data"]?.arrayValue ?? []).map { recording in
                    var object = JSONObject()
                    if let seconds = recording["duration"]?.integerValue {
                        object["duration"] = .string(Telling.duration(seconds))
                    }
                    object["status"] = recording["status"]?.stringValue.flatMap {
                        $0 == "completed" ? nil : .string($0)
                    }
                    object["url"] = recording["url"]?.stringValue.map { .string($0) }
                    return .object(object)
                })
        } catch let error as APIError where error.status == 404 { return [] }
    }

    /// The lines of the transcript with who spoke, or the word on why there is none.
    func transcript(_ telling: Telling) async throws -> (lines: [JSONValue], state: String?) {
        do {
            let answer = try await read(.getCallTranscript, "id")
            let data = answer["data"] ?? answer
            let status = data["status"]?.stringValue ?? "completed"
            let lines = (data["dialogue"]?.arrayValue ?? []).map { line -> JSONValue in
                let speaker =
                    line["userId"]?.stringValue.map { "us (\(telling.member($0)))" }
                    ?? line["identifier"]?.stringValue.map { telling.names[$0]?.cleaned.onOneLine ?? $0 } ?? "them"
                return [
                    "from": .string(speaker), "said": .string((line["content"]?.stringValue ?? "").cleaned),
                ]
            }
            return (lines, lines.isEmpty ? Self.word(for: status) : nil)
        } catch let error as APIError where error.status == 404 || error.status == 403 {
            return ([], Self.word(for: error))
        }
    }

    private func part(
        _ operation: ReadOperation, _ parameter: String, _ tell: (JSONValue) -> JSONObject
    ) async throws -> JSONValue {
        do {
            let answer = try await read(operation, parameter)
            let data = answer["data"] ?? answer
            let object = tell(data)
            if !object.isEmpty { return .object(object) }
            return ["status": .string(Self.word(for: data["status"]?.stringValue ?? "absent"))]
        } catch let error as APIError where error.status == 404 || error.status == 403 {
            return ["status": .string(Self.word(for: error))]
        }
    }

    private func read(_ operation: ReadOperation, _ parameter: String) async throws -> JSONValue {
        try await desk.read(operation, OperationArguments(path: [parameter: callID]))
    }

    private static func word(for status: String) -> String {
        switch status {
        case "absent": "none was made"
        case "in-progress": "being made; ask again in a minute"
        case "failed": "could not be made"
        default: status
        }
    }

    private static func word(for error: APIError) -> String {
        error.status == 403 ? "not to be had: \(error.message)" : "none was made"
    }
}

extension Desk {
    /// What a transcript of a thread adds to a call: summaries, voicemail of missed ones, and a beginning of what was said.
    func callParts(of entry: ThreadEntry, _ wanted: Set<String>) async throws -> JSONObject {
        let parts = CallParts(desk: self, callID: entry.id)
        var object = JSONObject()
        if wanted.contains("voicemail"), entry.isMissed { object["voicemail"] = try await parts.voicemail() }
        if entry.isMissed { return object }
        if wanted.contains("summaries") { object["summary"] = try await parts.summary() }
        if wanted.contains("transcripts") {
            let telling = try await telling([entry.record], .call)
            let (lines, state) = try await parts.transcript(telling)
            let excerpt = 12
            object["transcript"] = state.map { .string($0) } ?? .array(Array(lines.prefix(excerpt)))
            if lines.count > excerpt {
                object["rest"] = .string("\(lines.count - excerpt) more lines: get_call with include transcript")
            }
        }
        return object
    }
}
