import Guard
import JSON
import QuoAPI

/// The tool `get_call`: one call with what was said, a long transcript in slices.
struct GetCall {
    let desk: Desk

    func answer(_ arguments: JSONObject) async throws -> JSONObject {
        let id = arguments["id"]?.stringValue ?? ""
        let offset = try desk.cursorOffset(in: arguments)
        let answer = try await desk.read(.getCallById, OperationArguments(path: ["callId": id]))
        let call = answer["data"] ?? answer
        let telling = try await desk.telling([call], .call)
        var result = arguments["detail"] == "full" ? call.objectValue ?? [:] : telling.call(call)
        let named = (arguments["include"]?.arrayValue ?? []).compactMap(\.stringValue)
        let wanted = Set(named.isEmpty ? ["summary", "voicemail"] : named)
        let entry = ThreadEntry(kind: .call, record: call, time: 0, lineID: call["phoneNumberId"]?.stringValue ?? "")
        result["inbox"] = .string(telling.line(entry.lineID))
        let parts = CallParts(desk: desk, callID: id)
        if wanted.contains("summary"), !entry.isMissed || !named.isEmpty {
            result["summary"] = try await parts.summary()
        }
        // A voicemail is asked for where there may be one, so that no request is spent on a call that was answered.
        if wanted.contains("voicemail"), entry.isMissed || named.contains("voicemail") {
            result["voicemail"] = try await parts.voicemail()
        }
        if wanted.contains("recordings") { result["recordings"] = try await parts.recordings() }
        if wanted.contains("transcript") {
            let (lines, state) = try await parts.transcript(telling)
            if let state {
                result["transcript"] = ["status": .string(state)]
            } else {
                let rest = Array(lines.dropFirst(offset))
                let fitting = AnswerBudget.fitting(rest, reserved: 1_500 + JSONValue.object(result).bytes().count)
                result["transcript"] = [
                    "lines": .array(Array(rest.prefix(fitting))), "of": .number(JSONNumber(Int64(lines.count))),
                ]
                if fitting < rest.count {
                    result["more"] = ["cursor": .string("\(offset + fitting)"), "what": "the rest of the transcript"]
                }
            }
        }
        return result
    }
}
