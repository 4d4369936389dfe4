import Configuration
import Guard
import JSON
import QuoAPI

/// The tools of the toolset `maton`: the accounts of Quo that Maton is connected to.
///
/// Which one is used is the owner's setting; what is told of a connection holds no address that signs in.
struct MatonConnections {
    let desk: Desk

    func list(_ arguments: JSONObject) async throws -> JSONObject {
        var query = [OperationArguments.QueryItem("app", "quo")]
        query.append(OperationArguments.QueryItem("status", arguments["status"]?.stringValue ?? "ACTIVE"))
        let answer = try await desk.read(.listConnections, OperationArguments(query: query))
        let connections = answer["connections"]?.arrayValue ?? answer.arrayValue ?? []
        return ["data": .array(connections.map(told)), "inUse": .string(inUse), "toChoose": .string(Self.toChoose)]
    }

    func get(_ arguments: JSONObject) async throws -> JSONObject {
        let id = arguments["connection"]?.stringValue ?? ""
        let answer = try await desk.read(.getConnection, OperationArguments(path: ["id": id]))
        return told(answer["connection"] ?? answer).objectValue ?? [:]
    }

    func creation(_ risk: Risk) -> Effect {
        Effect(
            tool: ChangingTool.createConnection.rawValue, risk: risk, operation: .createConnection,
            arguments: OperationArguments(body: ["app": "quo"]), question: "Connect another Quo account to Maton?",
            approval: "Connect it", refusal: "Do not connect",
            facts: [
                Effect.Fact(
                    "What it does",
                    "Maton answers with an address. Whoever opens it and signs in lets Maton's key use their Quo account."
                ),
                Effect.Fact("Used for texts", inUse),
            ])
    }

    func deletion(_ arguments: JSONObject, _ risk: Risk) async throws -> Composition {
        guard let chosen else {
            return .nothingToDo(
                "The owner chose no connection, so Maton takes the oldest; deleting one could change the account that texts"
                    + " go out from. The owner first sets MATON_CONNECTION to the one to keep.")
        }
        let id = arguments["connection"]?.stringValue ?? ""
        let connection = try await get(arguments)
        let isInUse = id == chosen
        return .effect(
            Effect(
                tool: ChangingTool.deleteConnection.rawValue, risk: risk, operation: .deleteConnection,
                arguments: OperationArguments(path: ["id": id]),
                question: "Delete this connection of Maton to a Quo account? It can only be made anew.",
                approval: "Delete it", refusal: "Do not delete",
                facts: [
                    Effect.Fact("Connection", id),
                    Effect.Fact("Status", connection["status"]?.stringValue ?? "unknown"),
                    Effect.Fact("Since", connection["createdAt"]?.stringValue ?? "unknown"),
                    Effect.Fact("In use", isInUse ? "yes; this server reaches no account afterwards" : "no"),
                ]))
    }

    private var chosen: String? {
        if case .maton(let connection) = desk.workspace.reader.gateway { connection } else { nil }
    }

    private var inUse: String {
        chosen.map { "\($0), which the owner chose" }
            ?? "Maton's oldest active connection, because the owner chose none"
    }

    private static let toChoose =
        "No tool changes which account is used. The owner sets MATON_CONNECTION to the id in the host's configuration, and"
        + " restarts the server."

    /// A connection without the address at which whoever opens it signs in.
    private func told(_ connection: JSONValue) -> JSONValue {
        var result = JSONObject()
        let names = [
            ("id", ["connection_id", "id"]), ("app", ["app"]), ("status", ["status"]),
            ("createdAt", ["creation_time"]), ("updatedAt", ["last_updated_time"]),
        ]
        for (name, candidates) in names {
            let value = candidates.lazy.compactMap { connection[$0]?.stringValue }.first
            result[name] = value.map { .string($0.cleaned.onOneLine) }
        }
        if let chosen { result["isInUse"] = .bool(result["id"] == .string(chosen)) }
        return .object(result)
    }
}
