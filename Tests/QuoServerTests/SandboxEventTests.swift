import Guard
import HTTP
import JSON
import QuoServer
import Sandbox
import Store
import TestSupport
import Testing
import Webhooks

/// What happens in a sandboxed server, as its agent and receivers on this machine hear of it.
@Suite struct ServedSandboxEventTests {
    private static let person = MarkedNumber.repliesAtOnce.number
    private static let text: JSONObject = ["to": .string(person), "from": "Main Line", "text": "Can you come at 3?"]

    @Test func `an agent hears of what happens without a listener`() async throws {
        let client = try Client(.sandbox)
        let before = await client.call("list_events").structure
        #expect(before["listening"] == true && before["events"] == [], "\(before)")
        #expect(await client.call("send_message", Self.text, choosing: 1).structure["performed"] == true)
        let arguments: JSONObject = [
            "types": ["message.received"], "after": before["after"] ?? .null, "with": .string(Self.person),
            "seconds": 20,
        ]
        let told = await client.call("wait_for_event", arguments).structure
        #expect(told["happened"] == true, "\(told)")
        #expect(told["events"]?[0]?["from"]?.stringValue?.contains("Quentin Prompt") == true, "\(told)")
        let delivered: JSONObject = ["types": ["message.delivered"], "after": "0", "seconds": 20]
        #expect(await client.call("wait_for_event", delivered).structure["happened"] == true)
        let listed = await client.call("list_events").structure["events"]?.arrayValue ?? []
        #expect(listed.compactMap { $0["type"]?.stringValue } == ["message.delivered", "message.received"])
    }

    @Test func `each start is a world of its own`() async throws {
        let folder = try TemporaryFolder()
        let first = try Client(.sandbox, folder: folder)
        _ = await first.call("send_message", Self.text, choosing: 1)
        let arguments: JSONObject = ["types": ["message.received"], "after": "0", "seconds": 20]
        #expect(await first.call("wait_for_event", arguments).structure["happened"] == true)
        let second = try Client(.sandbox, folder: folder)
        #expect(await second.call("list_events").structure["events"] == [])
    }

    @Test(arguments: ["create_webhook", "create_message_webhook"])
    func `a receiver on this machine gets signed events by the secret that was kept`(tool: String) async throws {
        let folder = try TemporaryFolder()
        let client = try Client(.sandbox, folder: folder)
        let kept = Store(folder: try StateFolder(path: folder.path))
        let other = try TemporaryFolder()
        let station = Store(folder: try StateFolder(path: other.path))
        let workspace = WorkspaceID(text: "receiver")
        let (outcomes, report) = AsyncStream.makeStream(of: WebhookReceiver.Outcome.self)
        let receiver = WebhookReceiver(
            secrets: { try await kept.webhookSecrets(in: nil).map { try WebhookSecret($0.text) } }, store: station,
            workspace: workspace, time: { Timestamp.now }, report: { report.yield($0) })
        let listener = try HTTPListener(.init(port: 0, path: "/quo")) { headers, body in
            await receiver.receive(headers, body)
        }
        let made = await client.call(
            tool,
            [
                "url": .string("http://127.0.0.1:\(listener.port)/quo"),
                "events": ["message.received", "message.delivered"],
            ], choosing: 1)
        #expect(made.structure["performed"] == true, "\(made)")
        #expect(made.resultText.contains("quo-mcp listen does not take the sandbox's events"), "\(made.resultText)")
        if tool == "create_webhook" {
            // The deliveries that follow are signed by the new secret, and the listener knows it at once.
            let rotated = await client.call(
                "rotate_webhook_secret", ["webhookId": made.structure["id"] ?? .null], choosing: 1)
            #expect(rotated.structure["performed"] == true, "\(rotated)")
        }
        _ = await client.call("send_message", Self.text, choosing: 1)
        var types: Set<String> = []
        for await outcome in outcomes {
            guard case .stored(let event) = outcome else {
                Issue.record("\(outcome)")
                break
            }
            types.insert(event.typeName)
            if types.count == 2 { break }
        }
        #expect(types == ["message.received", "message.delivered"])
        #expect(try await station.events(WebhookFilter(), limit: 9, in: workspace).count == 2)
        await listener.stop()
    }
}
