import HTTP
import JSON
import OpenAPI
import QuoAPI
import Synchronization
import TestSupport
import Testing

/// Passes requests on, and keeps the last answer's status.
private final class Witness: HTTPTransport {
    let next: any HTTPTransport
    let status = Mutex<Int?>(nil)

    init(_ next: any HTTPTransport) { self.next = next }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await next.send(request)
        status.withLock { $0 = response.status }
        return response
    }
}

/// Every operation of both contracts, called by the client in the sandbox.
@Suite struct EveryOperationTests {
    enum Way: CaseIterable { case memory, http }

    @Test(arguments: Operation.all.map(\.id), Way.allCases)
    func `every operation succeeds and answers as its contract says`(id: String, way: Way) async throws {
        let operation = try #require(Operation.all.first { $0.id == id })
        let client = SandboxClient()
        let arguments = try await OperationCase(client: client, operation: operation).arguments()
        let server = way == .http ? try LoopbackServer(carriedBy: client.transport) : nil
        defer { server?.close() }
        let witness = Witness(way == .http ? CurlTransport() : client.transport)
        let connection = Connection(
            transport: witness, baseURL: try server.map { try BaseURL($0.url) } ?? .standard,
            credential: try Credential(key: "example-key-0123456789"), pacer: NoPacing(),
            options: ConnectionOptions(userAgent: "test"))
        let value: JSONValue?
        if operation.method == .get {
            value = try await Reader(connection).read(ReadOperation(operation), arguments)
        } else {
            value = try await Writer(connection).write(WriteOperation(operation), arguments)
        }
        #expect(witness.status.withLock { $0 } == operation.successStatus)
        guard let schema = operation.successSchema else { return }
        let answer = try #require(value)
        #expect(SchemaValidator(try JSONValue(parsing: schema)).faults(in: answer) == [])
        if let body = arguments.body, let schema = operation.bodySchema {
            #expect(SchemaValidator(try JSONValue(parsing: schema)).faults(in: body) == [])
        }
    }

    @Test func `there are 43 operations of the first version and 62 of the dated one`() {
        #expect(Operation.all.count { $0.version == .v1 } == 43)
        #expect(Operation.all.count { $0.version == .dated } == 62)
    }
}
