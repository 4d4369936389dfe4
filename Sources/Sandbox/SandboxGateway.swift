package import HTTP
import JSON
import Synchronization

/// Maton's gateway, simulated: two accounts of Quo to begin with, each a ``SandboxTransport`` of its own.
///
/// It takes a bearer token, carries the first version of the API alone under `/quo`, goes by the header `Maton-Connection`, and
/// serves the connections under `/connections`. One that is made is signed in to by itself after five seconds, and leads to
/// another account.
package final class SandboxGateway: HTTPTransport {
    private struct Connection {
        let id: String
        let createdAt: Timestamp
        let activeAt: Timestamp
        let account: SandboxTransport
    }

    private struct State {
        var connections: [Connection] = []
        var made = 0
    }

    /// How long it takes until somebody has signed in, in milliseconds.
    private static let timeToSignIn = 5 * Timestamp.second

    private let clock: SandboxTransport.Clock
    private let state = Mutex(State())
    /// The id of the connection that is used where a request names none.
    package let oldest: String

    /// Makes a gateway with two connections, the older of which was made a year ago.
    ///
    /// - Parameter clock: Tells the time in milliseconds since 1970.
    package init(clock: @escaping SandboxTransport.Clock = SandboxTransport.systemClock) {
        self.clock = clock
        let now = Timestamp(milliseconds: clock())
        let first = Self.connection(1, createdAt: now.adding(-365 * Timestamp.day), isActive: true, clock)
        let second = Self.connection(2, createdAt: now.adding(-30 * Timestamp.day), isActive: true, clock)
        oldest = first.id
        state.withLock { $0 = State(connections: [first, second], made: 2) }
    }

    /// The account that a connection leads to; nil where there is none of that id.
    package func account(of id: String) -> SandboxTransport? {
        state.withLock { state in state.connections.first { $0.id == id }?.account }
    }

    /// Answers a request as Maton would.
    ///
    /// - Throws: ``HTTPError`` as the account's transport does.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard let target = RequestTarget(url: request.url) else { return Self.refusal(400, "The URL is broken") }
        guard request.header("authorization")?.hasPrefix("Bearer ") == true else {
            return Self.refusal(401, "Invalid API key")
        }
        switch target.path.first {
        case "connections": return connections(request, target)
        case "quo": return try await forward(request)
        default: return Self.refusal(404, "There is no such service")
        }
    }

    private func forward(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let named = request.header("maton-connection")
        let now = Timestamp(milliseconds: clock())
        let active = state.withLock { state in
            state.connections.first { $0.activeAt <= now && (named == nil || $0.id == named) }
        }
        guard let active else { return Self.refusal(400, "No active connection found for app: quo") }
        var forwarded = request
        forwarded.headers = request.headers.map { header in
            header.name.lowercased() == "authorization" ? HTTPHeader(header.name, "sandbox") : header
        }
        if let prefix = request.url.firstRange(of: "/quo/") { forwarded.url.replaceSubrange(prefix, with: "/") }
        return try await active.account.send(forwarded)
    }

    // MARK: Connections

    private func connections(_ request: HTTPRequest, _ target: RequestTarget) -> HTTPResponse {
        let now = Timestamp(milliseconds: clock())
        return state.withLock { state in
            let index = state.connections.firstIndex { $0.id == target.path.dropFirst().first }
            switch (request.method, target.path.count) {
            case (.get, 1):
                let wanted = target.query.value("status")
                let found = state.connections.filter { wanted == nil || Self.status($0, now) == wanted }
                return Self.response(["connections": .array(found.map { Self.told($0, now) })])
            case (.post, 1):
                state.made += 1
                let made = Self.connection(state.made, createdAt: now, isActive: false, clock)
                state.connections.append(made)
                return Self.response(["connection": Self.told(made, now)])
            case (.get, 2):
                guard let index else { return Self.refusal(404, "Connection not found") }
                return Self.response(["connection": Self.told(state.connections[index], now)])
            case (.delete, 2):
                guard let index else { return Self.refusal(404, "Connection not found") }
                state.connections.remove(at: index)
                return Self.response([:])
            default: return Self.refusal(404, "There is no such operation")
            }
        }
    }

    private static func connection(
        _ number: Int, createdAt: Timestamp, isActive: Bool, _ clock: @escaping SandboxTransport.Clock
    ) -> Connection {
        let digits = String(number, radix: 16)
        let id = "5a4db0c5-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return Connection(
            id: id, createdAt: createdAt, activeAt: isActive ? createdAt : createdAt.adding(timeToSignIn),
            account: SandboxTransport(seed: UInt64(number), clock: clock))
    }

    private static func status(_ connection: Connection, _ now: Timestamp) -> String {
        connection.activeAt <= now ? "ACTIVE" : "PENDING"
    }

    private static func told(_ connection: Connection, _ now: Timestamp) -> JSONValue {
        var told: JSONObject = [
            "connection_id": .string(connection.id), "app": "quo", "status": .string(status(connection, now)),
            "creation_time": .string(connection.createdAt.text), "metadata": [:],
        ]
        if connection.activeAt > now {
            told["url"] = .string("https://connect.maton.example/?session_token=sandbox-\(connection.id.suffix(4))")
        }
        return .object(told)
    }

    private static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        response(["error": ["message": .string(message)]], status: status)
    }

    private static func response(_ body: JSONValue, status: Int = 200) -> HTTPResponse {
        let headers = [HTTPHeader("X-Quo-Sandbox", "true"), HTTPHeader("Content-Type", "application/json")]
        return HTTPResponse(status: status, headers: headers, body: body.bytes())
    }
}
