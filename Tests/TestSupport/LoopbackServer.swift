public import HTTP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A small HTTP/1.1 server on 127.0.0.1 that answers as a test wants, also wrongly.
///
/// Each connection has a thread of its own and is kept open between requests. The server ends with its object at the
/// latest.
public final class LoopbackServer: Sendable {
    /// A request as it arrived.
    public struct Request: Sendable {
        /// The method.
        public let method: String
        /// The path and query as written.
        public let target: String
        /// The header lines in order.
        public let headers: [HTTPHeader]
        /// The body.
        public let body: [UInt8]
        /// The number of the connection that brought it, from 1.
        public let connection: Int

        /// The value of the first header of that name, whatever its case.
        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What the server does with a request.
    public enum Answer: Sendable {
        /// Answers properly.
        case response(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = [])
        /// Writes these bytes, whatever they are, and hangs up.
        case raw([UInt8])
        /// Hangs up without a word.
        case hangUp
        /// Answers nothing until the client hangs up.
        case never
        /// Begins an answer that is said to be long, then writes a byte every 20 ms until the client hangs up.
        case drip
        /// Writes a body without end until the client hangs up.
        case endless

        /// Answers with JSON text.
        public static func json(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> Answer {
            let type = HTTPHeader("Content-Type", "application/json")
            return .response(status: status, headers: [type] + headers, body: Array(text.utf8))
        }
    }

    private let connections: Connections

    /// The port that was free.
    public let port: UInt16

    /// Starts a server.
    public init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
        let (listener, port) = try bindLoopback()
        guard listen(listener, 128) == 0 else { throw SocketError(number: errno) }
        self.port = port
        let connections = Connections(listener, handler)
        self.connections = connections
        // The threads keep what they serve alive, and not this object, whose end is theirs.
        startThread { connections.accept() }
    }

    deinit { close() }

    /// The server's address without a path.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far.
    public var requests: [Request] { connections.requests }

    /// The number of connections so far.
    public var connectionCount: Int { connections.count }

    /// Returns once that many requests have arrived.
    public func waitForRequests(_ count: Int) async {
        await connections.wait { requests, _ in requests >= count }
    }

    /// Returns once that many clients have hung up on an answer that was still owed.
    public func waitForHangUps(_ count: Int) async {
        await connections.wait { _, hangUps in hangUps >= count }
    }

    /// Ends all connections and the server.
    public func close() { connections.close() }
}

/// A port of 127.0.0.1 on which nothing listens, kept from being given to anyone else.
public final class ClosedPort: Sendable {
    private let socket: Int32

    /// The port.
    public let port: UInt16

    /// Takes a free port.
    public init() throws { (socket, port) = try bindLoopback() }

    deinit { closeSocket(socket) }
}
