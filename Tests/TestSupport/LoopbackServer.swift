public import HTTP
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A small HTTP/1.1 server on 127.0.0.1 that answers as a test wants, also wrongly.
///
/// Each connection has a thread of its own and is kept open between requests.
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

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var connectionCount = 0
        var hangUps = 0
        var isClosed = false
        var waiters: [(isMet: @Sendable (Int, Int) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let listener: Int32
    private let handler: @Sendable (Request) -> Answer
    private let state = Mutex(State())

    /// The port that was free.
    public let port: UInt16

    /// Starts a server.
    public init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
        (listener, port) = try bindLoopback()
        self.handler = handler
        guard listen(listener, 128) == 0 else { throw SocketError(number: errno) }
        startThread { [self] in acceptConnections() }
    }

    /// The server's address without a path.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// The number of connections so far.
    public var connectionCount: Int { state.withLock { $0.connectionCount } }

    /// Returns once that many requests have arrived.
    public func waitForRequests(_ count: Int) async {
        await wait { requests, _ in requests >= count }
    }

    /// Returns once that many clients have hung up on an answer that was still owed.
    public func waitForHangUps(_ count: Int) async {
        await wait { _, hangUps in hangUps >= count }
    }

    /// Ends all connections and the server.
    public func close() {
        let sockets = state.withLock { state in
            state.isClosed = true
            return state.connections
        }
        // Wakes the threads, each of which closes its own socket.
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: Waiting

    private func wait(_ isMet: @escaping @Sendable (Int, Int) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMetNow = state.withLock { state in
                if isMet(state.requests.count, state.hangUps) { return true }
                state.waiters.append((isMet, continuation))
                return false
            }
            if isMetNow { continuation.resume() }
        }
    }

    private func update(_ change: @Sendable (inout State) -> Void) {
        let met = state.withLock { state in
            change(&state)
            let (requests, hangUps) = (state.requests.count, state.hangUps)
            let met = state.waiters.filter { $0.isMet(requests, hangUps) }.map(\.continuation)
            state.waiters.removeAll { $0.isMet(requests, hangUps) }
            return met
        }
        for continuation in met { continuation.resume() }
    }

    // MARK: Threads

    private func acceptConnections() {
        while true {
            let socket = accept(listener, nil, nil)
            let number = state.withLock { state -> Int? in
                guard socket >= 0, !state.isClosed else { return nil }
                state.connections.insert(socket)
                state.connectionCount += 1
                return state.connectionCount
            }
            guard let number else {
                if socket >= 0 { closeSocket(socket) }
                break
            }
            startThread { [self] in
                serve(socket, number: number)
                state.withLock { _ = $0.connections.remove(socket) }
                closeSocket(socket)
            }
        }
        closeSocket(listener)
    }

    private func serve(_ socket: Int32, number: Int) {
        var input = SocketInput(socket: socket)
        while let request = input.readRequest(connection: number) {
            update { $0.requests.append(request) }
            switch handler(request) {
            case .response(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Status\r\n"
                for header in headers { head += "\(header.name): \(header.value)\r\n" }
                if status != 204 { head += "Content-Length: \(body.count)\r\n" }
                guard send(Array((head + "\r\n").utf8) + body, on: socket) else { return }
            case .raw(let bytes):
                _ = send(bytes, on: socket)
                return
            case .hangUp:
                return
            case .never:
                while !input.isAtEnd(milliseconds: -1) {}
                return update { $0.hangUps += 1 }
            case .drip:
                _ = send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".utf8), on: socket)
                while !input.isAtEnd(milliseconds: 20), send([0x20], on: socket) {}
                return update { $0.hangUps += 1 }
            case .endless:
                _ = send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n".utf8), on: socket)
                let chunk = [UInt8](repeating: 0x20, count: 65_536)
                while send(chunk, on: socket) {}
                return update { $0.hangUps += 1 }
            }
        }
    }
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
