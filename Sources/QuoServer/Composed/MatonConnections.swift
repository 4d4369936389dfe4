import Configuration
import Directory
import Guard
import JSON
import QuoAPI

/// The tools of the toolset `maton`: the accounts of Quo that Maton is connected to.
///
/// Which one is used is the owner's setting, or what a person chose; what is told of a connection holds no address that signs
/// in.
struct MatonConnections {
    let desk: Desk

    func list(_ arguments: JSONObject) async throws -> JSONObject {
        var query = [OperationArguments.QueryItem("app", "quo")]
        query.append(OperationArguments.QueryItem("status", arguments["status"]?.stringValue ?? "ACTIVE"))
        let answer = try await desk.read(.listConnections, OperationArguments(query: query))
        let connections = answer["connections"]?.arrayValue ?? answer.arrayValue ?? []
        return ["data": .array(connections.map(told)), "inUse": .string(inUse), "toChoose": .string(toChoose)]
    }

    func get(_ arguments: JSONObject) async throws -> JSONObject {
        let id = try id(in: arguments)
        let answer = try await desk.read(.getConnection, OperationArguments(path: ["id": id]))
        let connection = told(answer["connection"] ?? answer).objectValue ?? [:]
        // What is told of another one must not decide about this one.
        guard connection["id"] == .string(id) else {
            throw APIError.undecodable(.getConnection, "Maton's answer is not of the connection that was asked for.")
        }
        return connection
    }

    private func id(in arguments: JSONObject) throws(InvalidArguments) -> String {
        let id = arguments["connection"]?.stringValue ?? ""
        guard Gateway.isConnectionID(id) else {
            throw InvalidArguments(faults: [
                ArgumentFault(path: "connection", message: "is no id of a connection; list_connections tells them")
            ])
        }
        return id
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

    /// Chooses the connection that everything uses from then on; a person sees whose phone that is.
    func choice(_ arguments: JSONObject, _ risk: Risk) async throws -> Composition {
        let id = try id(in: arguments)
        guard desk.workspace.choice != nil else { return .nothingToDo("Nothing was changed. \(toChoose)") }
        if id == chosen { return .nothingToDo("This connection is in use already.") }
        let connection = try await get(arguments)
        let status = connection["status"]?.stringValue ?? "unknown"
        guard status == "ACTIVE", connection["app"] == nil || connection["app"] == "quo" else {
            return .nothingToDo(
                "Nothing was changed: this connection is no active one to Quo (its status is \(status)). Somebody has to sign in"
                    + " at the address that create_connection answered; list_connections shows the active ones.")
        }
        let lines = try await Line.all(through: desk.workspace.reader.through(connection: id))
        return .effect(
            Effect(
                tool: ChangingTool.chooseConnection.rawValue, risk: risk, operation: .chooseConnection,
                arguments: OperationArguments(path: ["id": id]),
                question: "Use this other Quo account from now on?", approval: "Use it", refusal: "Stay as it is",
                facts: [
                    Effect.Fact("Its lines", lines.isEmpty ? "none" : lines.map(Self.name).joined(separator: ", ")),
                    Effect.Fact("Connection", id),
                    Effect.Fact("Since", connection["createdAt"]?.stringValue ?? "unknown"),
                    Effect.Fact("Used until now", inUse),
                    Effect.Fact(
                        "What it changes",
                        "Every program on this computer with this key of Maton reads and texts in that account, from its next"
                            + " call on."),
                ]))
    }

    private static func name(_ line: Line) -> String {
        line.name.isEmpty ? line.number : "\(line.name.cleaned.onOneLine) (\(line.number))"
    }

    func deletion(_ arguments: JSONObject, _ risk: Risk) async throws -> Composition {
        guard let chosen else {
            return .nothingToDo(
                "Nobody chose a connection, so Maton takes the oldest; deleting one could change the account that texts go out"
                    + " from. Choose the one to keep with choose_connection first.")
        }
        let id = try id(in: arguments)
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
        guard let chosen else { return "Maton's oldest active connection, because nobody chose one" }
        return desk.workspace.choice == nil ? "\(chosen), which the owner set" : "\(chosen), which was chosen"
    }

    private var toChoose: String {
        desk.workspace.choice == nil
            ? "The owner set MATON_CONNECTION in the host's configuration, and no tool overrides it. Without it choose_connection"
                + " chooses."
            : "choose_connection chooses, once the user approves it."
    }

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
