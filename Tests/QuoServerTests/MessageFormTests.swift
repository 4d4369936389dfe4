import JSON
import QuoServer
import Testing

@Suite struct MessageFormTests {
    @Test func `a form for several counts only those who get a text, and names the line once`() async throws {
        let people: JSONValue = ["+16145550177", "+16145550178", "+19005550123"]
        let form = try await Client(.sandbox).call(
            "send_messages", ["from": "Main Line", "to": people, "text": "Hello"]
        ).form
        #expect(form.contains("Send these 2 text messages, each to one person?"), "\(form)")
        #expect(form.contains("In all: 2 texts, 2 segments,") && !form.contains("3 texts"), "\(form)")
        #expect(form.ranges(of: "From: ").count == 1, "\(form)")
        #expect(form.contains("+19005550123: Nothing was sent: +19005550123 is a premium"), "\(form)")
    }

    private func answer(_ tool: String, _ more: JSONObject, users: JSONValue? = nil) async throws -> JSONValue {
        var arguments: JSONObject =
            tool == "send_message"
            ? ["from": "PN1", "to": "+15555550123", "text": "Hello"]
            : ["url": "https://example.com/hook", "events": ["message.received"]]
        for member in more { arguments[member.name] = member.value }
        let answers = users.map { ["/v1/users": $0] } ?? [:]
        return try await RecordingAPI(answers).client.call(tool, arguments)
    }

    @Test(arguments: [
        ("Hello", "Text, 5 characters:"), ("x", "Text, 1 character:"),
        ("a" + String(repeating: "\u{301}", count: 60) + "b", "Text, 2 characters (62 code points):"),
        ("👩‍👩‍👧", "Text, 1 character (5 code points):"), ("a\r\nb", "Text, 3 characters (4 code points):"),
    ])
    func `the length is that of the limit where it differs from what is seen`(text: String, label: String) async throws
    {
        let form = try await answer("send_message", ["text": .string(text)]).form
        #expect(form.contains("\n\(label)"), "\(form)")
    }

    @Test(
        arguments: ["send_message", "create_message_webhook"], ["US1", "Maria", "maria santos", "maria@example.com"])
    func `a known user is shown by name`(tool: String, reference: String) async throws {
        let users: JSONValue = [
            "data": [
                ["id": "US1", "firstName": "Maria", "lastName": "Santos", "email": "maria@example.com"],
                ["id": "US2", "firstName": "Omar", "lastName": "Santos", "email": "omar@example.com"],
            ]
        ]
        let form = try await answer(tool, ["userId": .string(reference)], users: users).form
        #expect(form.contains(": Maria Santos (maria@example.com, id US1)"), "\(form)")
    }

    @Test(
        arguments: ["send_message", "create_message_webhook"],
        [nil, ["data": nil], [:], ["data": []], ["data": [["id": "US2", "firstName": "Maria"]]]] as [JSONValue?])
    func `an unknown user is a fault`(tool: String, users: JSONValue?) async throws {
        let result = try await answer(tool, ["userId": "US1"], users: users)
        #expect(result["isError"] == true && result.form.isEmpty, "\(result)")
        #expect(result.resultText.contains("Nothing was done"), "\(result.resultText)")
        if users?["data"]?.arrayValue != nil {
            #expect(result.resultText.contains("No member matches \"US1\""), "\(result.resultText)")
        }
    }
}
