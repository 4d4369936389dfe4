import JSON
import Testing

@testable import MCP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite(.timeLimit(.minutes(5)))
struct TransportTests {
    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    private static let pong: JSONValue = ["jsonrpc": "2.0", "id": 1, "result": [:]]

    @Test func `lines are served however they arrive`() async throws {
        let client = try PipeClient()
        try await onThread {
            for byte in Array((Self.ping + "\r\n\n").utf8) { client.send([byte]) }
            #expect(client.next() == Self.pong)
            client.send(Self.ping + "\n" + Self.ping + "\n" + #"{"jsonrpc":"2.0","id":"é"#)
            #expect(client.next() == Self.pong)
            #expect(client.next() == Self.pong)
            client.send(#"","method":"ping"}"# + "\n")
            #expect(client.next()?["id"] == "é")
            client.closeInput()
            #expect(client.next() == nil)
            #expect(client.ending == .inputClosed)
        }
    }

    @Test func `a last line without a newline is served`() async throws {
        let client = try PipeClient()
        try await onThread {
            client.send(Self.ping)
            client.closeInput()
            #expect(client.next() == Self.pong)
            #expect(client.next() == nil)
        }
    }

    @Test func `what needs no tool is answered although the input has ended`() async throws {
        let client = try PipeClient()
        try await onThread {
            client.request("server/discover", id: 1)
            client.request("tools/list", id: 2)
            client.closeInput()
            #expect(client.next()?["id"] == 1)
            #expect(client.next()?["result"]?["tools"]?.arrayValue?.count == 2)
            #expect(client.next() == nil)
        }
    }

    @Test func `a line of ten megabytes is served`() async throws {
        let client = try PipeClient()
        try await onThread {
            // Written by hand: making it of a value takes an unoptimised build seconds.
            client.send(#"{"jsonrpc":"2.0","id":0,"method":"initialize"}"# + "\n")
            _ = client.next()
            client.send(
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"length","arguments":{"text":""#)
            client.send([UInt8](repeating: 0x78, count: 10 << 20))
            client.send(#""}}}"# + "\n")
            #expect(client.next()?.firstText == "\(10 << 20)")
        }
    }

    @Test func `a line beyond the limit is refused and the next one served`() async throws {
        let client = try PipeClient()
        try await onThread {
            client.send([UInt8](repeating: 0x78, count: Session.maximumLineLength + 100) + [0x0A])
            client.send(Self.ping + "\n")
            let refusal = client.next()
            #expect(refusal?.errorCode == -32600)
            #expect(refusal?["id"] == .null)
            #expect(client.next() == Self.pong)
        }
    }

    @Test func `the end of the input with calls in flight ends the server in silence`() async throws {
        let server = FixtureServer()
        let client = try PipeClient(server: server)
        client.request("tools/call", ["name": "wait"], id: 1)
        client.request("tools/call", ["name": "stubborn"], id: 2)
        await server.begun.wait(for: 2)
        try await onThread {
            client.closeInput()
            #expect(client.next() == nil)
            #expect(client.ending == .inputClosed)
        }
        server.gate.open()
    }

    @Test func `work that must not be cut off is waited for`() async throws {
        let server = FixtureServer()
        let drained = Counter()
        let client = try PipeClient(server: server) {
            await server.gate.passUncancelled()
            drained.increment()
        }
        client.request("tools/call", ["name": "wait"], id: 1)
        await server.begun.wait(for: 1)
        try await onThread { client.closeInput() }
        await server.cancelled.wait(for: 1)
        #expect(client.ending == nil)
        server.gate.open()
        try await onThread { #expect(client.next() == nil) }
        #expect(drained.value == 1)
    }

    @Test func `work that does not end is waited for only so long`() async throws {
        let server = FixtureServer()
        let client = try PipeClient(server: server, drainLimit: .milliseconds(50)) {
            await server.gate.passUncancelled()
        }
        try await onThread {
            client.closeInput()
            #expect(client.next() == nil)
        }
        server.gate.open()
    }

    @Test func `a client that stops reading ends the server`() async throws {
        let drained = Counter()
        let client = try PipeClient { drained.increment() }
        try await onThread {
            client.closeOutput()
            client.send(Self.ping + "\n")
        }
        await drained.wait(for: 1)
    }

    @Test func `a slow reader holds the server back and gets whole frames`() async throws {
        let server = FixtureServer()
        let client = try PipeClient(server: server)
        let calls = 150
        let sender = Task {
            try await onThread {
                for id in 1...calls {
                    client.request("tools/call", ["name": "big"], id: .number(JSONNumber(Int64(id))))
                }
            }
        }
        // The places, and what fits under the limit of the output.
        await server.begun.wait(for: 64)
        let mostAhead = try await onThread {
            var mostAhead = 0
            var ids: Set<JSONValue> = []
            while ids.count < calls, let message = client.next() {
                ids.insert(message["id"] ?? .null)
                #expect(message.firstText?.utf8.count == 200_000)
                mostAhead = max(mostAhead, server.begun.value - ids.count)
            }
            #expect(ids.count == calls)
            return mostAhead
        }
        #expect(mostAhead <= 64 + 8)
        try await sender.value
    }

    @Test func `lines that the system takes in part come out whole and in order`() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (source, target) = (ends[0], ends[1])
        let writer = try LineWriter(descriptor: target) {}
        let lines = (1...20).map { [UInt8](repeating: UInt8(0x60 + $0), count: $0 * 3_000) }
        let expected: [UInt8] = lines.flatMap { line -> [UInt8] in line + [0x0A] }
        // More than a pipe holds is sent before anything is read.
        for line in lines { writer.send(line) }
        let received = try await onThread {
            var received: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while received.count < expected.count {
                let count = read(source, &chunk, chunk.count)
                if count <= 0 { break }
                received += chunk[..<count]
            }
            return received
        }
        #expect(received == expected)
        writer.close()
        close(source)
        close(target)
    }

    @Test func `the end is noticed while the reading pauses`() async throws {
        let server = FixtureServer()
        let client = try PipeClient(server: server)
        // 64 run and 256 wait, so the reading pauses before all of these.
        for id in 1...400 {
            client.request("tools/call", ["name": "wait"], id: .number(JSONNumber(Int64(id))))
        }
        await server.begun.wait(for: 64)
        try await onThread {
            client.closeInput()
            #expect(client.next() == nil)
        }
        #expect(server.begun.value == 64)
    }

    @Test func `a signal lets the call that runs be answered`() async throws {
        let server = FixtureServer()
        let client = try PipeClient(server: server, handlesSignals: true)
        client.request("tools/call", ["name": "wait"], id: 1)
        await server.begun.wait(for: 1)
        kill(getpid(), SIGTERM)
        server.gate.open()
        try await onThread {
            #expect(client.next()?.firstText == "waited")
            #expect(client.next() == nil)
            #expect(client.ending == .terminated)
        }
    }

    @Test func `an input that cannot be read ends the server`() async throws {
        let folder = open("/", O_RDONLY)
        defer { close(folder) }
        let ending = try await onThread {
            try StandardIOTransport(input: folder, output: folder, handlesSignals: false).serve(FixtureServer())
        }
        #expect(ending == .inputClosed)
    }

    @Test func `the descriptors keep their flags`() async throws {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        #expect(pipe(&input) == 0 && pipe(&output) == 0)
        close(input[1])
        let ends = (input[0], output[1])
        let before = (fcntl(ends.0, F_GETFL), fcntl(ends.1, F_GETFL))
        let ending = try await onThread {
            try StandardIOTransport(input: ends.0, output: ends.1, handlesSignals: false).serve(FixtureServer())
        }
        #expect(ending == .inputClosed)
        #expect((fcntl(ends.0, F_GETFL), fcntl(ends.1, F_GETFL)) == before)
        for end in [input[0], output[0], output[1]] { close(end) }
    }
}
