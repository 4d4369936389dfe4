import JSON
import QuoServer
import Testing

@Suite struct MessageFormTests {
    private func answer(_ tool: String, _ more: JSONObject, users: [String: JSONValue] = [:]) async throws -> JSONValue
    {
        var arguments: JSONObject =
            tool == "send_message"
            ? ["from": "PN1", "to": ["+15555550123"], "content": "Hello"]
            : ["url": "https://example.com/hook", "events": ["message.received"]]
        for member in more { arguments[member.name] = member.value }
        let answers = Dictionary(uniqueKeysWithValues: users.map { ("/v1/users/\($0.key)", $0.value) })
        return try await RecordingAPI(answers).client.call(tool, arguments)
    }

    @Test(arguments: [
        ("Hello", "Text, 5 characters:"), ("x", "Text, 1 character:"),
        ("a" + String(repeating: "\u{301}", count: 60) + "b", "Text, 2 characters (62 code points):"),
        ("👩‍👩‍👧", "Text, 1 character (5 code points):"), ("a\r\nb", "Text, 3 characters (4 code points):"),
    ])
    func `the length is that of the limit where it differs from what is seen`(text: String, label: String) async throws
    {
        let form = try await answer("send_message", ["content": .string(text)]).form
        #expect(form.contains("\n\(label)"), "\(form)")
    }

    @Test(arguments: ["send_message", "create_message_webhook"])
    func `a known user is shown by name`(tool: String) async throws {
        for user in [["id": "US1", "firstName": "Maria"], ["data": ["id": "US1", "firstName": "Maria"]]] as [JSONValue]
        {
            let form = try await answer(tool, ["userId": "US1"], users: ["US1": user]).form
            #expect(form.contains(": Maria (US1)"), "\(form)")
        }
    }

    @Test(
        arguments: ["send_message", "create_message_webhook"],
        [nil, ["data": nil], [:], ["data": ["id": "US2", "firstName": "Maria"]]] as [JSONValue?])
    func `an unknown user is a fault`(tool: String, user: JSONValue?) async throws {
        let users = user.map { ["US1": $0] } ?? [:]
        let result = try await answer(tool, ["userId": "US1"], users: users)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("- userId: "), "\(result.resultText)")
    }
}
