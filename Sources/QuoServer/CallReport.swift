import JSON
import MCP
import Synchronization

/// What became of one call of a tool, for the owner's log.
///
/// It holds nothing that anybody wrote: no text, no name, and of phone numbers at most two digits.
package struct CallReport: Sendable {
    /// How a call ended.
    package enum Outcome: String, Sendable {
        /// Something was read.
        case answered
        /// Something was changed.
        case performed
        /// Nothing had to be changed, or the same was done before.
        case unchanged
        /// A person was asked.
        case asked
        /// The guard did not let it pass.
        case refused
        /// It did not succeed.
        case failed
        /// The client took it back.
        case cancelled
        /// It was no call of an offered tool.
        case invalid
    }

    /// Counts the calls of this process, so that lines about one call can be told from those about another.
    package let number: Int
    /// The tool; `unknown` where there is none of the name that was called.
    package let tool: String
    /// How it ended.
    package let outcome: Outcome
    /// How long it took; not counting the time in which a person was asked.
    package let duration: Duration
    /// The trace that the request belongs to, 32 hexadecimal digits; nil where it named none.
    package let trace: String?
    /// The arguments, with text as its length and of numbers the last two digits.
    package let arguments: String

    init(
        _ number: Int, tool: String, _ arguments: JSONObject, _ context: RequestContext, _ outcome: Outcome,
        after duration: Duration
    ) {
        self.number = number
        self.tool = ToolDefinition.all.contains { $0.name == tool } ? tool : "unknown"
        self.outcome = outcome
        self.duration = duration
        trace = context.traceContext.traceparent.flatMap(Self.traceID)
        // Names of arguments that no tool has could be anything.
        let known = Set(ToolDefinition.all.first { $0.name == tool }?.arguments.map(\.name) ?? [])
        self.arguments = arguments.filter { known.contains($0.name) }.map { "\($0.name)=\(Self.masked($0.value))" }
            .joined(separator: " ")
    }

    /// The next number of a call.
    static func nextNumber() -> Int { count.add(1, ordering: .relaxed).newValue }

    private static let count = Atomic(0)

    /// The trace in a `traceparent` of the W3C's; nil where it is none, so that nothing else gets into the log.
    private static func traceID(_ traceparent: String) -> String? {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[1].utf8.count == 32, parts[1].utf8.contains(where: { $0 != 0x30 }),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return String(parts[1])
    }

    /// A value without what it says.
    static func masked(_ value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let isTrue): return isTrue ? "true" : "false"
        case .number(let number): return "a number of \(number.text.utf8.count)"
        case .array(let items): return "[\(items.map(masked).joined(separator: ", "))]"
        case .object(let object): return "{\(object.count)}"
        case .string(let text):
            let digits = text.filter { $0.isASCII && $0.isNumber }
            let isNumber = digits.count >= 5 && text.allSatisfy { $0.isASCII && ($0.isNumber || "+-(). ".contains($0)) }
            return isNumber ? "••\(digits.suffix(2))" : "a text of \(text.utf8.count)"
        }
    }
}

extension CallReport.Outcome {
    init(_ reply: ToolReply, isReading: Bool) {
        guard case .complete(let result) = reply else {
            self = .asked
            return
        }
        let object = result.structuredContent
        if object?["rule"] != nil {
            self = .refused
        } else if result.isError {
            self = .failed
        } else if isReading {
            self = .answered
        } else {
            self = object?["performed"] == false ? .unchanged : .performed
        }
    }
}
