import JSON
import Testing

@testable import MCP

@Suite(.timeLimit(.minutes(5)))
struct InputTests {
    @Test(arguments: ["0", "-1", #""a""#, "9007199254740992", "123456789012345678901234567890", #""""#, "1.0"])
    func `an id comes back as it was`(id: String) async throws {
        let conversation = Conversation()
        conversation.say(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        let text = try await conversation.recorder.next().text()
        #expect(text == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
    }

    @Test(arguments: ["1.5", "null", "true", "[]", "{}"])
    func `another kind of id is refused`(id: String) async throws {
        let conversation = Conversation()
        conversation.say(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        let reply = try await conversation.recorder.next()
        #expect(reply.errorCode == -32600)
        #expect(reply["id"] == .null)
    }

    @Test(arguments: [
        "garbage", "{", "{}}", #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, "\u{FEFF}{}", "\"\\ud800\"",
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 200) + "1",
    ])
    func `what is not JSON is a parse error and the session goes on`(line: String) async throws {
        let conversation = Conversation()
        conversation.say(line)
        let reply = try await conversation.recorder.next()
        #expect(reply.errorCode == -32700)
        #expect(reply.objectValue?.names.contains("id") == true)
        #expect(reply["id"] == .null)
        #expect(try await conversation.ask("ping")["result"] == [:])
    }

    @Test func `a line that is not UTF-8 is a parse error`() async throws {
        let conversation = Conversation()
        conversation.receive(Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xFF, 0x22, 0x7D])
        #expect(try await conversation.recorder.next().errorCode == -32700)
    }

    @Test(arguments: [
        ("5", JSONValue.null), ("\"x\"", nil), ("null", nil), ("[]", nil), ("{}", nil),
        (#"{"jsonrpc":"2.0","id":1}"#, 1),
        (#"{"id":2,"method":"ping"}"#, 2), (#"{"jsonrpc":"1.0","id":"b","method":"ping"}"#, "b"),
        (#"{"jsonrpc":"2.0","id":3,"method":4}"#, 3),
    ])
    func `what is JSON but no message is an invalid request`(line: String, id: JSONValue?) async throws {
        let conversation = Conversation()
        conversation.say(line)
        let reply = try await conversation.recorder.next()
        #expect(reply.errorCode == -32600)
        #expect(reply["id"] == id ?? .null)
    }

    @Test func `parameters must be an object`() async throws {
        #expect(try await Conversation().ask("tools/list", [1, 2]).errorCode == -32602)
    }

    @Test func `what is null is missing`() async throws {
        let conversation = Conversation(serving: StubServer())
        #expect(try await conversation.ask("initialize", ["_meta": nil])["result"] != nil)
        #expect(try await conversation.ask("tools/list", ["_meta": nil, "cursor": nil])["result"] == ["tools": []])
        let reply = try await conversation.askModern(
            "subscriptions/listen",
            [
                "notifications": [
                    "toolsListChanged": true, "promptsListChanged": nil, "resourceSubscriptions": nil,
                ]
            ])
        #expect(reply["params"]?["notifications"] == ["toolsListChanged": true])
    }

    @Test(arguments: [
        "", "   ", "\r", "\t\r", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        #"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}"#, #"{"method":"x"}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
        #"{"jsonrpc":"2.0","id":"server-1","result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{}}"#,
    ])
    func `blank lines, notifications and unasked responses are not answered`(line: String) async throws {
        let conversation = Conversation()
        conversation.say(line)
        #expect(try await conversation.ask("ping", id: "after")["id"] == "after")
        #expect(conversation.recorder.untaken.isEmpty)
        #expect(conversation.server.begun.value == 0)
    }

    @Test func `a carriage return before the newline does no harm`() async throws {
        let conversation = Conversation()
        conversation.say(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\r")
        #expect(try await conversation.recorder.next()["result"] == [:])
    }

    @Test func `an id in flight cannot be used again until it is answered`() async throws {
        let conversation = try await Conversation.legacy(.november2025)
        conversation.request("tools/call", ["name": "wait"], id: 5)
        await conversation.server.begun.wait(for: 1)
        let reply = try await conversation.ask("tools/call", ["name": "echo"], id: 5)
        #expect(reply.errorCode == -32600)
        #expect(try await conversation.ask("tools/call", ["name": "echo"], id: "5")["result"] != nil)
        conversation.server.gate.open()
        #expect(try await conversation.recorder.next().firstText == "waited")
        #expect(try await conversation.ask("tools/call", ["name": "echo"], id: 5)["result"] != nil)
    }

    @Test func `an oversized line is refused once`() async throws {
        let conversation = Conversation()
        conversation.session.receiveOversizedLine()
        let reply = try await conversation.recorder.next()
        #expect(reply.errorCode == -32600)
        #expect(reply["id"] == .null)
        conversation.session.inputClosed()
        conversation.session.receiveOversizedLine()
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test func `a batch is answered together on a connection of March 2025`() async throws {
        let conversation = try await Conversation.legacy(.march2025)
        conversation.say([
            ["jsonrpc": "2.0", "id": 1, "method": "ping"],
            ["jsonrpc": "2.0", "method": "notifications/initialized"],
            ["jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ["name": "echo"]],
            ["jsonrpc": "2.0", "id": 3, "method": "initialize"],
            5,
        ])
        let replies = try #require(try await conversation.recorder.next().arrayValue)
        #expect(replies.count == 4)
        #expect(replies.first { $0["id"] == 1 }?["result"] == [:])
        #expect(replies.first { $0["id"] == 2 }?.firstText == "echo")
        #expect(replies.first { $0["id"] == 3 }?.errorCode == -32600)
        #expect(replies.first { $0["id"] == .null }?.errorCode == -32600)
    }

    @Test func `a batch without requests is not answered, and an empty one is refused`() async throws {
        let conversation = try await Conversation.legacy(.march2025)
        conversation.say([["jsonrpc": "2.0", "method": "notifications/initialized"]])
        conversation.say([])
        #expect(try await conversation.recorder.next().errorCode == -32600)
        #expect(conversation.recorder.untaken.isEmpty)
    }

    @Test(arguments: [ProtocolRevision.november2024, .june2025, .november2025])
    func `other revisions know no batches`(revision: ProtocolRevision) async throws {
        let conversation = try await Conversation.legacy(revision)
        conversation.say([["jsonrpc": "2.0", "id": 1, "method": "ping"]])
        let reply = try await conversation.recorder.next()
        #expect(reply.errorCode == -32600)
        #expect(reply["id"] == .null)
    }
}
