import FuzzSupport
import JSON

/// What must be answered to what a client wrote, as JSON-RPC has it.
struct Expectation {
    static let pingID = "the last ping"

    /// How often each id was asked with, in requests that are served.
    private var requests: [JSONValue: Int] = [:]
    /// How many refusals can name no id.
    private var refusals = 0
    /// How many batches came that may be refused as a whole.
    private var batches = 0
    /// The ids of requests that need not be answered: they were withdrawn, or stay open.
    private var excused: Set<JSONValue> = []

    /// Notes a line.
    mutating func note(_ line: [UInt8]) {
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
        guard let message = try? JSONValue(parsing: line) else {
            refusals += 1
            return
        }
        if case .array(let elements) = message {
            batches += 1
            for element in elements { note(element) }
        } else {
            note(message)
        }
    }

    private mutating func note(_ message: JSONValue) {
        guard case .object(let object) = message else {
            refusals += 1
            return
        }
        let method = object["method"]?.stringValue
        if object["id"] == nil, method != nil {
            guard method == "notifications/cancelled", let id = object["params"]?["requestId"] else { return }
            excused.insert(id)
        } else if object["method"] == nil, object["result"] != nil || object["error"] != nil {
            return
        } else if let id = object["id"], id.stringValue != nil || id.numberValue?.isIntegral == true {
            if method == "subscriptions/listen" { excused.insert(id) }
            requests[id, default: 0] += 1
        } else {
            refusals += 1
        }
    }

    /// Holds what a server wrote to what was noted.
    func check(_ messages: [JSONValue]) {
        var answers: [JSONValue: Int] = [:]
        var unnamed = 0
        for message in messages.flatMap({ $0.arrayValue ?? [$0] }) {
            require(message["jsonrpc"] == "2.0", "\(message) is of JSON-RPC 2.0")
            if message["method"] != nil { continue }
            require((message["result"] != nil) != (message["error"] != nil), "\(message) has a result or an error")
            guard let id = message["id"] else { return require(false, "\(message) has an id") }
            if id.isNull { unnamed += 1 } else { answers[id, default: 0] += 1 }
        }
        require(answers.removeValue(forKey: .string(Self.pingID)) ?? 0 >= 1, "the last ping is answered")
        for (id, count) in answers { require(count <= requests[id] ?? 0, "\(id) is answered no oftener than asked") }
        // A batch that the revision does not know is refused as one.
        guard batches == 0 else {
            return require(unnamed <= refusals + batches, "nothing is refused that was not said")
        }
        require(unnamed == refusals, "what has no id is refused without one: \(unnamed) of \(refusals)")
        for (id, count) in requests where !excused.contains(id) && id != .string(Self.pingID) {
            require(answers[id] == count, "\(id) is answered as often as asked: \(answers[id] ?? 0) of \(count)")
        }
    }
}
