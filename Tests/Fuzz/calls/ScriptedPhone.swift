import HTTP
import JSON
import Synchronization

/// An API that answers as an input says.
///
/// A line is a word, a status and a body, as in `messages 200 {"data":[]}`. It answers the next request in whose path the word
/// is; a body alone answers any. What nobody says more of is a workspace with one line, one member and one contact.
final class ScriptedPhone: HTTPTransport {
    private struct Answer: Sendable {
        let word: Substring
        let response: HTTPResponse
    }

    private struct State {
        var answers: [Answer] = []
        var writeCount = 0
    }

    private let state = Mutex(State())

    /// How many requests there were that change something.
    var writeCount: Int { state.withLock { $0.writeCount } }

    func add(_ line: [UInt8]) {
        let head = line.prefix { $0 != UInt8(ascii: "{") }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        // An answer that asks to come again would be waited for.
        let status = words.compactMap { Int($0) }.first { 200...428 ~= $0 || $0 == 499 } ?? 200
        let response = HTTPResponse(status: status, body: Array(line[head.endIndex...]))
        let word = words.first { Int($0) == nil } ?? ""
        state.withLock { $0.answers.append(Answer(word: word, response: response)) }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let path = request.url.prefix { $0 != "?" }
        return state.withLock { state in
            if request.method != .get { state.writeCount += 1 }
            let usual = Self.usual.first { path.hasSuffix($0.word) }
            let place = state.answers.firstIndex { answer in
                answer.word.isEmpty ? usual == nil : path.contains(answer.word)
            }
            if let place { return state.answers.remove(at: place).response }
            return usual?.response ?? HTTPResponse(status: 200, body: Array(#"{"data":[]}"#.utf8))
        }
    }

    private static let usual = [
        Answer(
            word: "/phone-numbers", response: json(#"{"data":[{"id":"PN1","name":"Main","number":"+12025550100"}]}"#)),
        Answer(
            word: "/users",
            response: json(
                #"{"data":[{"id":"US1","firstName":"Ana","lastName":"Ruiz","email":"a@example.com","role":"owner"}]}"#)),
        Answer(
            word: "/contacts",
            response: json(
                #"{"data":[{"id":"C1","defaultFields":{"firstName":"Bo","phoneNumbers":[{"value":"+12025550101"}]}}]}"#)
        ),
    ]

    private static func json(_ text: String) -> HTTPResponse { HTTPResponse(status: 200, body: Array(text.utf8)) }
}
