import HTTP
import JSON

// Maton's own API, which tells of the accounts that it is connected to; it publishes no document.

extension ReadOperation {
    /// Lists the connections of a key, whichever service they lead to.
    package static let listConnections = ReadOperation(
        Operation(
            id: "listConnections", method: .get, path: Operation.pathOfConnections,
            parameters: [
                Operation.Parameter(
                    name: "app", location: .query, isRequired: true, isArray: false, schema: #"{"const":"quo"}"#),
                Operation.Parameter(
                    name: "status", location: .query, isRequired: false, isArray: false, schema: #"{"type":"string"}"#),
            ], bodySchema: nil, successStatus: 200, successSchema: "{}", errors: []))

    /// Reads one connection.
    package static let getConnection = ReadOperation(
        Operation(
            id: "getConnection", method: .get, path: Operation.pathOfConnections + "/{id}",
            parameters: [Operation.connectionID], bodySchema: nil, successStatus: 200, successSchema: "{}", errors: []))
}

extension WriteOperation {
    /// Makes a connection, which is of use after somebody signed in at the address that is answered.
    package static let createConnection = WriteOperation(
        Operation(
            id: "createConnection", method: .post, path: Operation.pathOfConnections, parameters: [],
            bodySchema: #"{"type":"object","properties":{"app":{"const":"quo"}},"required":["app"]}"#,
            successStatus: 200, successSchema: "{}", errors: []))

    /// Deletes a connection.
    package static let deleteConnection = WriteOperation(
        Operation(
            id: "deleteConnection", method: .delete, path: Operation.pathOfConnections + "/{id}",
            parameters: [Operation.connectionID], bodySchema: nil, successStatus: 200, successSchema: nil, errors: []))

    /// Chooses the connection that requests use from then on.
    ///
    /// Maton remembers no such choice. It is kept on this machine, by what ``ConnectionOptions/keepsChoice`` names; it is a
    /// write all the same, because it changes whose phone every later request reaches.
    package static let chooseConnection = WriteOperation(
        Operation(
            id: "chooseConnection", method: .put, path: Operation.pathOfConnections + "/{id}/choice",
            parameters: [Operation.connectionID], bodySchema: nil, successStatus: 200, successSchema: nil, errors: []))
}

extension Reader {
    /// A reader of the same key through another connection of Maton, to see what that one leads to.
    package func through(connection id: String) -> Reader {
        var options = connection.options
        options.gateway = .maton(connection: id)
        return Reader(
            Connection(
                transport: connection.transport, baseURL: connection.baseURL, credential: connection.credential,
                pacer: connection.pacer, options: options))
    }
}

extension Connection {
    /// Keeps a choice of a connection; nothing is sent.
    func keepChoice(_ operation: Operation, _ arguments: OperationArguments) async throws(APIError) -> JSONValue {
        try operation.check(isCarriedBy: options.gateway)
        guard let id = arguments.path["id"], let keeps = options.keepsChoice else {
            throw APIError(
                kind: .invalidRequest, operationID: operation.id,
                message: "The choice of a connection cannot be kept here: \(Gateway.connectionName) decides.")
        }
        do {
            try await keeps(id)
        } catch {
            throw APIError(
                kind: .invalidRequest, operationID: operation.id, message: "The choice could not be kept: \(error)")
        }
        return ["id": .string(id)]
    }
}

extension Operation {
    /// The id of a connection, in the path.
    fileprivate static let connectionID = Operation.Parameter(
        name: "id", location: .path, isRequired: true, isArray: false, schema: #"{"type":"string"}"#)

    /// Where connections are, at an address of Maton.
    static let pathOfConnections = "/connections"

    /// Whether Maton itself performs it.
    var isOfMaton: Bool { path.hasPrefix(Self.pathOfConnections) }
}

extension BaseURL {
    /// The address of Maton's own API beside an address of its gateway to Quo.
    var ofMatonItself: String {
        if description.hasPrefix("https://gateway.maton.ai") { return "https://ctrl.maton.ai" }
        return description.hasSuffix("/quo") ? String(description.dropLast(4)) : description
    }
}
