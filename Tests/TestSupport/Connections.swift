import HTTP
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The listening socket and the connections of a server, which its threads share.
final class Connections: Sendable {
    typealias Request = LoopbackServer.Request

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var connectionCount = 0
        var hangUps = 0
        var isClosed = false
        var waiters: [(isMet: @Sendable (Int, Int) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let listener: Int32
    private let handler: @Sendable (Request) -> LoopbackServer.Answer
    private let state = Mutex(State())

    init(_ listener: Int32, _ handler: @escaping @Sendable (Request) -> LoopbackServer.Answer) {
        self.listener = listener
        self.handler = handler
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var count: Int { state.withLock { $0.connectionCount } }

    /// Wakes all threads, each of which closes its own socket.
    func close() {
        state.withLock { state in
            // A descriptor that its thread has closed may be another's by now.
            guard !state.isClosed else { return }
            state.isClosed = true
            for socket in state.connections { shutdown(socket, Int32(SHUT_RDWR)) }
            shutdown(listener, Int32(SHUT_RDWR))
        }
    }

    // MARK: Waiting

    /// Returns once the numbers of requests and of hang-ups are as wanted.
    func wait(_ isMet: @escaping @Sendable (Int, Int) -> Bool) async {
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

    /// Takes connections until the end.
    func accept() {
        while true {
            let socket = acceptSocket(listener)
            let number = state.withLock { state -> Int? in
                guard socket >= 0, !state.isClosed else {
                    state.isClosed = true
                    return nil
                }
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

/// The system call, by a name that the method above does not shadow.
private func acceptSocket(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }
