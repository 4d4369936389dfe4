import HTTP
import JSON
import QuoAPI
import QuoServer
import Sandbox
import TestSupport

/// Where a test's workspace is.
enum Way: String, CaseIterable, Sendable {
    /// The sandbox, called directly.
    case sandbox
    /// The sandbox behind a real HTTP server on a loopback socket, called through libcurl.
    case http
}

/// A client of a workspace, and what keeps the workspace alive.
struct Phone {
    let client: Client
    private let server: LoopbackServer?

    init(_ way: Way, showsForms: Bool = true) throws {
        let sandbox = SandboxTransport()
        switch way {
        case .sandbox:
            server = nil
            client = try Client(.transport(sandbox, try Credential(key: "key"), .standard), showsForms: showsForms)
        case .http:
            let server = try LoopbackServer(carriedBy: sandbox)
            self.server = server
            client = try Client(
                .transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)), showsForms: showsForms
            )
        }
    }

    /// The first line of the workspace.
    func line() async -> JSONValue { await client.call("list_phone_numbers").structure["data"]?[0] ?? .null }

    /// A page of something.
    func page(_ tool: String, _ arguments: JSONObject = [:]) async -> [JSONValue] {
        await client.call(tool, arguments).structure["data"]?.arrayValue ?? []
    }

    /// The newest conversation with one other person, and that person's number.
    func conversation(on line: JSONValue) async -> (id: JSONValue, person: JSONValue) {
        let conversations = await page(
            "list_conversations", ["phoneNumbers": [line["id"] ?? .null], "maxResults": 100])
        let direct = conversations.first { $0["participants"]?.arrayValue?.count == 1 } ?? .null
        return (direct["id"] ?? .null, direct["participants"]?[0] ?? .null)
    }

    /// The id of some call of the workspace.
    func call() async -> JSONValue {
        let line = await line()
        for conversation in await page(
            "list_conversations", ["phoneNumbers": [line["id"] ?? .null], "maxResults": 100])
        {
            guard let participants = conversation["participants"], participants.arrayValue?.count == 1 else { continue }
            let calls = await page("list_calls", ["phoneNumberId": line["id"] ?? .null, "participants": participants])
            if let call = calls.first { return call["id"] ?? .null }
        }
        return .null
    }
}
