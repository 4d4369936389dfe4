import HTTP
import JSON
import QuoAPI
import Synchronization
import TestSupport
import Testing

/// Keeps requests and answers each with an empty object.
private final class Recorder: HTTPTransport {
    private let kept = Mutex<[HTTPRequest]>([])
    let answer: String

    init(_ answer: String = "{}") { self.answer = answer }

    var requests: [HTTPRequest] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        kept.withLock { $0.append(request) }
        return HTTPResponse(status: 200, body: Array(answer.utf8))
    }
}

private func connection(
    _ recorder: Recorder, _ address: String = "https://api.quo.com", versions: VersionPreference = .automatic
) throws -> Connection {
    Connection(
        transport: recorder, baseURL: try BaseURL(address), credential: try Credential(key: Sample.key),
        pacer: NoPacing(), options: ConnectionOptions(userAgent: "quo-mcp/test", versions: versions))
}

/// Arguments that make a request of an operation: each required parameter has some value.
private func arguments(of operation: Operation) -> OperationArguments {
    var arguments = OperationArguments(body: operation.bodySchema == nil ? nil : ["a": 1])
    for parameter in operation.parameters where parameter.isRequired {
        if parameter.location == .path {
            arguments.path[parameter.name] = "X1"
        } else {
            arguments.query.append(.init(parameter.name, "1"))
        }
    }
    return arguments
}

private func perform(_ operation: Operation, on connection: Connection) async throws {
    if operation.method == .get {
        _ = try await Reader(connection).read(ReadOperation(operation), arguments(of: operation))
    } else {
        _ = try await Writer(connection).write(WriteOperation(operation), arguments(of: operation))
    }
}

@Suite struct `The dated version` {
    @Test(arguments: Operation.all.map(\.id))
    func `each operation names its version, or has it in its path`(id: String) async throws {
        let operation = try #require(Operation.all.first { $0.id == id })
        let recorder = Recorder()
        try await perform(operation, on: try connection(recorder))
        let versions = try #require(recorder.requests.first).headers.filter { $0.name == "Quo-Api-Version" }
        #expect(versions.map(\.value) == (operation.version == .dated ? ["2026-03-30"] : []))
        #expect(operation.path.hasPrefix("/v1/") == (operation.version == .v1))
    }

    @Test(arguments: [
        ("https://api.quo.com", "https://api.quo.com"), ("https://api.openphone.com", "https://api.quo.com"),
        ("https://API.OpenPhone.com/", "https://api.quo.com"), ("https://api.openphone.com:443", "https://api.quo.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://gateway.example/quo", "https://gateway.example/quo"),
    ])
    func `it is at the vendor's newer address, or where the owner says`(address: String, expected: String) async throws
    {
        let recorder = Recorder()
        let connection = try connection(recorder, address)
        try await perform(ReadOperation.listUsersDated.operation, on: connection)
        try await perform(ReadOperation.getUserById.operation, on: connection)
        #expect(
            recorder.requests.map(\.url) == [expected + "/users", try BaseURL(address).description + "/v1/users/X1"])
    }

    @Test(
        arguments: [
            (.listMessagesDated, "createdAt[gte]"), (.listMessagesDated, "createdAt[lte]"),
            (.listCallsDated, "createdAt[gt]"), (.listCallsDated, "createdAt[lt]"),
            (.listConversationsDated, "createdAt[gt]"), (.listConversationsDated, "updatedAt[lt]"),
            (.listWebhookDeliveriesDated, "createdAt[gte]"), (.listContactsDated, "createdAt[gt]"),
            (.listMessagesDated, "sort"), (.tasksListDated, "status"),
        ] as [(ReadOperation, String)])
    func `an operator that a resource does not take is refused before a request`(
        operation: ReadOperation, name: String
    ) async throws {
        let recorder = Recorder()
        var arguments = arguments(of: operation.operation)
        arguments.query.append(.init(name, "2026-01-01T00:00:00Z"))
        let error = await failure(of: operation, arguments, on: try connection(recorder))
        #expect(error?.kind == .invalidRequest)
        #expect(error?.fields.map(\.path) == [name])
        #expect(recorder.requests.isEmpty)
    }

    @Test(
        arguments: [
            (
                .listMessagesDated, "createdAt[gt]", ["2026-01-01T00:00:00Z"],
                "createdAt%5Bgt%5D=2026-01-01T00%3A00%3A00Z"
            ),
            (
                .listCallsDated, "createdAt[gte]", ["2026-01-01T00:00:00Z"],
                "createdAt%5Bgte%5D=2026-01-01T00%3A00%3A00Z"
            ),
            (
                .listCallsDated, "participant[in]", ["+15550100", "+15550101"],
                "participant%5Bin%5D=%2B15550100,%2B15550101"
            ),
            (.listContactsDated, "source[in]", ["a,b", "c"], "source%5Bin%5D=a%2Cb,c"),
            (.listMessagesDated, "to[all]", [], ""),
        ] as [(ReadOperation, String, [String], String)])
    func `filters are written in brackets, and lists with commas`(
        operation: ReadOperation, name: String, values: [String], query: String
    ) throws {
        let target = try operation.operation.target(for: OperationArguments(query: [.init(name, values)]))
        #expect(target == operation.operation.path + (query.isEmpty ? "" : "?" + query))
    }

    @Test(arguments: [WriteOperation.tasksUnlinkConversationDated, .tasksUnassignUserDated])
    func `a deletion carries a body where it wants one`(operation: WriteOperation) async throws {
        let server = try LoopbackServer { _ in .json(#"{"data":{"taskId":"TK1","revision":2}}"#) }
        defer { server.close() }
        let body: JSONValue = ["userId": "US1"]
        _ = try await Writer(connection(to: server)).write(
            operation, OperationArguments(path: ["taskId": "TK1"], body: body))
        let request = try #require(server.requests.first)
        #expect(request.method == "DELETE")
        #expect(request.body == body.bytes())
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("Quo-Api-Version") == "2026-03-30")
    }

    @Test func `its errors have no code, and name fields and a trace`() async throws {
        let text = #"""
            {"title":"Bad Request","message":"The request is not valid","docs":"https://quo.com/docs","trace":"abc123",
             "errors":[{"path":"/createdAt[gt]","message":"Expected date-time","schema":{"type":"string"}}]}
            """#
        let server = try LoopbackServer { _ in .json(text, status: 400) }
        defer { server.close() }
        let error = await failure(of: .listMessagesDated, OperationArguments(), on: try connection(to: server))
        #expect(error?.status == 400)
        #expect(error?.code == nil)
        #expect(error?.title == "Bad Request")
        #expect(error?.trace == "abc123")
        #expect(error?.fields == [APIError.Field(path: "/createdAt[gt]", message: "Expected date-time (string)")])
        #expect(error?.explanation.contains("trace abc123") == true)
        // A refused list in brackets is not tried in another way.
        #expect(server.requests.count == 1)
    }

    @Test func `a webhook's errors have a code`() async throws {
        let text = #"{"title":"Not Found","message":"No","docs":"https://quo.com/docs","code":"0300404","status":404}"#
        let server = try LoopbackServer { _ in .json(text, status: 404) }
        defer { server.close() }
        let error = await failure(of: .listWebhooksDated, OperationArguments(), on: try connection(to: server))
        #expect(error?.code == "0300404")
    }

    @Test(arguments: Operation.all.filter { $0.version == .dated }.map(\.id))
    func `nothing of it is requested where the owner wants the first alone`(id: String) async throws {
        let operation = try #require(Operation.all.first { $0.id == id })
        let recorder = Recorder()
        let connection = try connection(recorder, versions: .v1)
        let error = await #expect(throws: APIError.self) { try await perform(operation, on: connection) }
        #expect(error?.kind == .invalidRequest)
        #expect(recorder.requests.isEmpty)
    }

    @Test func `where it is preferred, lists are read by its names for pages and told by the first's`() async throws {
        let recorder = Recorder(#"{"data":[],"nextCursor":"c2"}"#)
        let query = [OperationArguments.QueryItem("maxResults", "5"), .init("pageToken", "c1")]
        let value = try await Reader(connection(recorder, versions: .dated)).read(
            .listUsers, OperationArguments(query: query))
        #expect(recorder.requests.map(\.url) == ["https://api.quo.com/users?limit=5&after=c1"])
        #expect(value == ["data": [], "nextPageToken": "c2"])
    }

    @Test func `where it is preferred, one member is read by it, and the answer is as it came`() async throws {
        let recorder = Recorder(#"{"data":{"id":"US1"}}"#)
        let value = try await Reader(connection(recorder, versions: .dated)).read(
            .getUserById, OperationArguments(path: ["userId": "US1"]))
        #expect(recorder.requests.map(\.url) == ["https://api.quo.com/users/US1"])
        #expect(value == ["data": ["id": "US1"]])
    }

    @Test func `where it is preferred, a name that it does not have is refused before a request`() async throws {
        let recorder = Recorder()
        let query = [OperationArguments.QueryItem("maxResults", "5"), .init("other", "1")]
        let error = await failure(
            of: .listUsers, OperationArguments(query: query), on: try connection(recorder, versions: .dated))
        #expect(error?.fields.map(\.path) == ["other"])
        #expect(recorder.requests.isEmpty)
    }

    @Test(
        arguments: [
            (.markConversationAsRead, "read"), (.markConversationAsDone, "done"), (.markConversationAsOpen, "open"),
        ] as [(WriteOperation, String)], [#"{"data":{"id":"CN1"}}"#, #"{"id":"CN1"}"#])
    func `where it is preferred, a mark still comes without an envelope`(
        mark: (operation: WriteOperation, word: String), answer: String
    ) async throws {
        let recorder = Recorder(answer)
        let value = try await Writer(connection(recorder, versions: .dated)).write(
            mark.operation, OperationArguments(path: ["conversationId": "CN1"]))
        #expect(recorder.requests.map(\.url) == ["https://api.quo.com/conversations/CN1/mark-as-\(mark.word)"])
        #expect(value == ["id": "CN1"])
    }

    @Test func `where it is preferred, what answers otherwise is still the first version's`() async throws {
        let recorder = Recorder()
        try await perform(ReadOperation.listPhoneNumbers.operation, on: try connection(recorder, versions: .dated))
        #expect(recorder.requests.map(\.url) == ["https://api.quo.com/v1/phone-numbers"])
    }
}
