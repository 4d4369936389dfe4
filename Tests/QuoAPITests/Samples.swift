import HTTP
import JSON
import QuoAPI
import TestSupport

/// Operations as the generator writes them, cut down to what the tests need.
enum Sample {
    private static func query(_ name: String, isRequired: Bool = false, isArray: Bool = false) -> Operation.Parameter {
        Operation.Parameter(name: name, location: .query, isRequired: isRequired, isArray: isArray, schema: "{}")
    }

    private static let id = Operation.Parameter(
        name: "id", location: .path, isRequired: true, isArray: false, schema: "{}")

    private static func operation(
        _ id: String, version: Operation.Version = .v1, _ method: HTTPMethod, _ path: String,
        _ parameters: [Operation.Parameter] = [], successStatus: Int = 200, successSchema: StaticString? = "{}"
    ) -> Operation {
        Operation(
            id: id, version: version, method: method, path: path, parameters: parameters, bodySchema: nil,
            successStatus: successStatus, successSchema: successSchema, errors: [])
    }

    static let listMessages = ReadOperation(
        operation(
            "listMessages_v1", .get, "/v1/messages",
            [
                query("phoneNumberId", isRequired: true), query("participants", isRequired: true, isArray: true),
                query("tags", isArray: true), query("maxResults"),
            ]))
    static let getContact = ReadOperation(operation("getContactById_v1", .get, "/v1/contacts/{id}", [id]))
    static let listUsers = ReadOperation(operation("users.list", version: .dated, .get, "/users"))
    static let sendMessage = WriteOperation(operation("sendMessage_v1", .post, "/v1/messages", successStatus: 202))
    static let deleteContact = WriteOperation(
        operation("deleteContact_v1", .delete, "/v1/contacts/{id}", [id], successStatus: 204, successSchema: nil))

    static let messagesArguments = OperationArguments(query: [
        .init("phoneNumberId", "PN1"), .init("participants", ["+15550100", "+15550101"]),
    ])
    static let contactArguments = OperationArguments(path: ["id": "CT1"])
    static let text = OperationArguments(body: ["content": "Hello", "from": "PN1", "to": ["+15550100"]])
    static let key = "example-key-0123456789"
}

/// A connection to a server on this machine whose waits take no time.
func connection(
    to server: LoopbackServer, clock: ManualClock = ManualClock(advancesItself: true), pacer: any Pacer = NoPacing(),
    timeout: Duration = .seconds(10), retries: RetryPolicy = RetryPolicy(random: { 0.5 })
) throws -> Connection {
    Connection(
        transport: CurlTransport(), baseURL: try BaseURL(server.url), credential: try Credential(key: Sample.key),
        pacer: pacer,
        options: ConnectionOptions(userAgent: "quo-mcp/test", timeout: timeout, retries: retries, clock: clock))
}

/// The error that a read ends with.
func failure(
    of operation: ReadOperation, _ arguments: OperationArguments, on connection: Connection
) async -> APIError? {
    do {
        _ = try await Reader(connection).read(operation, arguments)
        return nil
    } catch {
        return error
    }
}

/// The error that a write ends with.
func failure(
    of operation: WriteOperation, _ arguments: OperationArguments, on connection: Connection
) async -> APIError? {
    do {
        _ = try await Writer(connection).write(operation, arguments)
        return nil
    } catch {
        return error
    }
}
