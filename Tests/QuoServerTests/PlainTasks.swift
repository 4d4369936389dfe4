import Guard
import JSON
import QuoAPI
import QuoServer
import Sandbox
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Something that people ask for, and the calls that do it.
struct PlainTask: Sendable, CustomTestStringConvertible {
    /// One call, and what its answer must be.
    struct Call: Sendable {
        let tool: String
        let arguments: JSONObject
        let isApproved: Bool
        let isError: Bool
        let expected: JSONObject
        let contained: [String]
    }

    /// The request in plain words.
    let words: String
    let calls: [Call]
    /// The steps that the API's own operations would take.
    let oneToOne: [String]

    var testDescription: String { words }

    /// The tasks of the file.
    static let all: [PlainTask] = {
        let path = String(#filePath).split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Tasks/tasks.json"
        let json = try? JSONValue(parsing: contents(ofFile: path))
        return (json?["tasks"]?.arrayValue ?? []).map { task in
            PlainTask(
                words: task["say"]?.stringValue ?? "",
                calls: (task["calls"]?.arrayValue ?? []).map { call in
                    Call(
                        tool: call["tool"]?.stringValue ?? "", arguments: call["arguments"]?.objectValue ?? [:],
                        isApproved: call["approve"] == true, isError: call["isError"] == true,
                        expected: call["expect"]?.objectValue ?? [:],
                        contained: (call["contains"]?.arrayValue ?? []).compactMap(\.stringValue))
                }, oneToOne: (task["oneToOne"]?.arrayValue ?? []).compactMap(\.stringValue))
        }
    }()

    private static func contents(ofFile path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}

@Suite struct PlainTaskTests {
    @Test func `there are tasks enough to be worth something`() {
        #expect(PlainTask.all.count >= 25)
        #expect(PlainTask.all.allSatisfy { !$0.calls.isEmpty && !$0.oneToOne.isEmpty })
    }

    @Test(arguments: PlainTask.all)
    func `the calls do what was asked`(task: PlainTask) async throws {
        let sandbox = SandboxTransport()
        let client = try Client(.transport(sandbox, try Credential(key: "key"), .standard))
        // An answer waits but a moment for contacts that were never read, and a busy machine may take longer.
        _ = await client.call("find_contacts", ["query": "Daniel"])
        let start = JSONValue.string(Timestamp.text(Timestamp.now))
        var answers: [JSONValue] = []
        var texts: [String] = []
        for call in task.calls {
            var arguments = JSONObject()
            for argument in call.arguments { arguments[argument.name] = Self.taken(argument.value, answers, start) }
            let result =
                call.isApproved
                ? await client.call(call.tool, arguments, choosing: 1) : await client.call(call.tool, arguments)
            #expect((result["isError"] == true) == call.isError, "\(call.tool): \(result.resultText)")
            for member in call.expected {
                #expect(result.structure[member.name] == member.value, "\(result.resultText)")
            }
            for text in call.contained { #expect(result.resultText.contains(text), "\(text) in \(result.resultText)") }
            answers.append(result.structure)
            texts.append(result.resultText)
        }
        let raw = try await OneToOne(SandboxTransport()).perform(task.oneToOne)
        #expect(task.calls.count <= raw.count)
        let place = PlainTask.all.firstIndex { $0.words == task.words } ?? 0
        try AnswerRecord.write("task-\(place < 10 ? "0" : "")\(place)", task.words, texts, raw)
    }

    /// A value that begins with `=` is taken from an earlier answer.
    private static func taken(_ value: JSONValue, _ answers: [JSONValue], _ start: JSONValue) -> JSONValue {
        guard let text = value.stringValue, text.hasPrefix("=") else { return value }
        if text == "=start" { return start }
        let parts = text.dropFirst().split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let place = Int(parts[0]), answers.indices.contains(place) else { return .null }
        return parts[1].split(separator: ".").reduce(answers[place]) { value, name in
            (Int(name).map { value[$0] } ?? value[String(name)]) ?? .null
        }
    }
}

/// What answers were, for the table, where the environment names a folder.
enum AnswerRecord {
    static func write(_ file: String, _ name: String, _ answers: [String], _ raw: [String]) throws {
        guard let folder = getenv("TASK_ANSWERS").map({ String(cString: $0) }), !folder.isEmpty else { return }
        let line: JSONValue = [
            "name": .string(name), "answers": .array(answers.map { .string($0) }),
            "oneToOne": .array(raw.map { .string($0) }),
        ]
        let file = try #require(fopen("\(folder)/\(file).json", "wb"))
        defer { fclose(file) }
        fputs(line.text(), file)
    }
}
