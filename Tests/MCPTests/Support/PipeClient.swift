import JSON
import Synchronization

@testable import MCP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A client at the other end of two pipes from a transport that runs on its own thread.
///
/// Its methods block, so tests call them from ``onThread(_:)`` and not from a task.
final class PipeClient: Sendable {
    let server: FixtureServer
    private let toServer: Int32
    private let fromServer: Int32
    private let lines = Mutex(LineBuffer(limit: 64 << 20))
    private let ended = Mutex<StandardIOTransport.Ending?>(nil)

    init(
        server: FixtureServer = FixtureServer(), drainLimit: Duration = .seconds(60), handlesSignals: Bool = false,
        drain: @escaping @Sendable () async -> Void = {}, beginning: @escaping @Sendable () -> Void = {}
    ) throws {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw TransportError("pipe", code: errno) }
        (toServer, fromServer) = (input[1], output[0])
        self.server = server
        let transport = StandardIOTransport(
            input: input[0], output: output[1], drainLimit: drainLimit, handlesSignals: handlesSignals)
        let descriptors = (input[0], output[1])
        _ = startThread { @Sendable in
            beginning()
            let ending = try? transport.serve(server, drain: drain)
            self.ended.withLock { $0 = ending }
            close(descriptors.0)
            close(descriptors.1)
        }
    }

    deinit {
        close(toServer)
        close(fromServer)
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(toServer, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends a request with a modern envelope.
    func request(_ method: String, _ parameters: JSONObject = [:], id: JSONValue) {
        var parameters = parameters
        parameters["_meta"] = .object(Conversation.envelope())
        let message: JSONValue = [
            "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(parameters),
        ]
        send(message.bytes() + [0x0A])
    }

    /// The next line as it is, or nil at the end of the server's output.
    func nextLine() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        return lines.withLock { lines in
            while true {
                if case .line(let line) = lines.next() { return line }
                // A test that fails here must still end.
                var source = pollfd(fd: fromServer, events: Int16(POLLIN), revents: 0)
                guard poll(&source, 1, 120_000) != 0 else { return Array("nothing came".utf8) }
                let count = read(fromServer, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return nil }
                chunk.withUnsafeBytes { lines.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
        }
    }

    /// The next message, a string that says so where it is not JSON, or nil at the end of the server's output.
    func next() -> JSONValue? {
        nextLine().map { (try? JSONValue(parsing: $0)) ?? "not JSON" }
    }

    /// Closes the client's end of the server's input.
    func closeInput() { replace(toServer) }

    /// Closes the client's end of the server's output.
    func closeOutput() { replace(fromServer) }

    /// Puts something of no interest in the place of a pipe's end, so that its number stays ours until `deinit`.
    private func replace(_ descriptor: Int32) {
        let nowhere = open("/dev/null", O_RDWR)
        dup2(nowhere, descriptor)
        close(nowhere)
    }

    /// Why the server ended; ask after its output has ended.
    var ending: StandardIOTransport.Ending? { ended.withLock { $0 } }
}

/// Runs a closure that blocks on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        _ = startThread { @Sendable in continuation.resume(with: Result { try body() }) }
    }
}
