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

/// A client of a workspace.
struct Phone {
    let client: Client

    init(_ way: Way, showsForms: Bool = true) throws {
        let sandbox = SandboxTransport()
        switch way {
        case .sandbox:
            client = try Client(.transport(sandbox, try Credential(key: "key"), .standard), showsForms: showsForms)
        case .http:
            let server = try LoopbackServer(carriedBy: sandbox)
            client = try Client(
                .transport(CurlTransport(), try Credential(key: "key"), try BaseURL(server.url)),
                showsForms: showsForms, keeping: server)
        }
    }

    init(_ transport: any HTTPTransport) throws {
        client = try Client(.transport(transport, try Credential(key: "key"), .standard))
    }

    /// The first line of the workspace.
    func line() async -> JSONValue { await page("list_phone_numbers").first ?? .null }

    /// A page of one of the API's lists, every record whole.
    func page(_ tool: String, _ arguments: JSONObject = [:]) async -> [JSONValue] {
        var arguments = arguments
        let definition = ToolDefinition.all.first { $0.name == tool }
        let takesDetail = definition?.arguments.contains { $0.name == "detail" } ?? false
        if takesDetail { arguments["detail"] = "full" }
        return await client.call(tool, arguments).structure["data"]?.arrayValue ?? []
    }

    /// A contact with everything that is known of it.
    func contact(_ reference: JSONValue?) async -> JSONValue {
        await client.call("get_contact", ["contact": reference ?? .null, "detail": "full"]).structure
    }

    /// The latest conversations of a line, every record whole.
    func conversations(on line: JSONValue) async -> [JSONValue] {
        let arguments: JSONObject = ["inbox": line["id"] ?? .null, "limit": 100, "detail": "full"]
        return await client.call("list_conversations", arguments).structure["conversations"]?.arrayValue ?? []
    }

    /// The newest conversation with one other person, and that person's number.
    func conversation(on line: JSONValue) async -> (id: JSONValue, person: JSONValue) {
        let direct = await conversations(on: line).first { $0["participants"]?.arrayValue?.count == 1 } ?? .null
        return (direct["id"] ?? .null, direct["participants"]?[0] ?? .null)
    }

    /// The id of some call of the workspace.
    func call() async -> JSONValue {
        let line = await line()
        for conversation in await conversations(on: line) {
            guard let participants = conversation["participants"], participants.arrayValue?.count == 1 else { continue }
            let calls = await page("list_calls", ["inbox": line["id"] ?? .null, "participants": participants])
            if let call = calls.first { return call["id"] ?? .null }
        }
        return .null
    }
}
