import HTTP
import Synchronization
import TestSupport
import Testing

/// The error that a request ends with.
func failure(of request: HTTPRequest, with transport: CurlTransport = CurlTransport()) async -> HTTPError? {
    do {
        _ = try await transport.send(request)
        return nil
    } catch {
        return error
    }
}

@Suite struct `Requests as they arrive` {
    @Test func `a request carries its method, target, headers and body unchanged`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let request = HTTPRequest(
            method: .post, url: server.url + "/v1/a%2Fb/../c?x=%2B1&x=2",
            headers: [HTTPHeader("Authorization", "secret"), HTTPHeader("X-Empty", "")], body: Array("{\"a\":1}".utf8))
        let response = try await CurlTransport().send(request)
        #expect(response.status == 200)
        #expect(response.header("CONTENT-TYPE") == "application/json")
        let arrived = try #require(server.requests.first)
        #expect(arrived.method == "POST")
        #expect(arrived.target == "/v1/a%2Fb/../c?x=%2B1&x=2")
        #expect(arrived.header("Authorization") == "secret")
        #expect(arrived.header("X-Empty") == "")
        #expect(arrived.header("Expect") == nil)
        #expect(arrived.header("Content-Type") == nil)
        #expect(arrived.header("User-Agent") == nil)
        #expect(String(decoding: arrived.body, as: UTF8.self) == "{\"a\":1}")
    }

    @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
    func `a body goes with every method that writes`(method: HTTPMethod) async throws {
        let server = try LoopbackServer { _ in .response(status: 204) }
        defer { server.close() }
        let body = [UInt8](repeating: 0x61, count: 100_000)
        let request = HTTPRequest(method: method, url: server.url + "/x", body: body)
        let response = try await CurlTransport().send(request)
        #expect(response.status == 204)
        #expect(response.body.isEmpty)
        #expect(server.requests.map(\.method) == [method.rawValue])
        #expect(server.requests.first?.body == body)
    }

    @Test(
        arguments: [(HTTPMethod.get, nil), (.delete, nil), (.post, "0"), (.put, "0"), (.patch, "0")]
            as [(HTTPMethod, String?)])
    func `without a body a length is named only where servers want one`(
        method: HTTPMethod, length: String?
    ) async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        _ = try await CurlTransport().send(HTTPRequest(method: method, url: server.url))
        #expect(server.requests.first?.method == method.rawValue)
        #expect(server.requests.first?.header("Content-Length") == length)
    }

    @Test(arguments: [
        HTTPHeader("X-Note", "a\r\nX-Forged: b"), HTTPHeader("X-Note", "a\nb"), HTTPHeader("X-Note", "a\0b"),
        HTTPHeader("X Note", "a"), HTTPHeader("X-Note: b", "a"), HTTPHeader("X-Note\r\nX-Forged", "a"),
        HTTPHeader("", "a"),
    ])
    func `a header that would forge another is refused`(header: HTTPHeader) async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let error = await failure(of: HTTPRequest(method: .get, url: server.url, headers: [header]))
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveReachedServer == false)
        #expect(server.connectionCount == 0)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "http://", "http://user:word@127.0.0.1/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX-Forged: a", "http://127.0.0.1/é", "",
    ])
    func `a URL that is not plain http or https is refused`(url: String) async {
        let error = await failure(of: HTTPRequest(method: .get, url: url))
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveReachedServer == false)
    }
}

@Suite struct `Connections` {
    @Test func `reads share one connection`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let transport = CurlTransport()
        for _ in 0..<5 { _ = try await transport.send(HTTPRequest(method: .get, url: server.url)) }
        #expect(server.requests.map(\.connection) == [1, 1, 1, 1, 1])
    }

    @Test func `many requests at once all get their own answer`() async throws {
        let server = try LoopbackServer { request in .json(request.target) }
        defer { server.close() }
        let transport = CurlTransport()
        let url = server.url
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<50 {
                group.addTask {
                    let response = try await transport.send(HTTPRequest(method: .get, url: url + "/\(number)"))
                    return (number, String(decoding: response.body, as: UTF8.self))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 50)
        #expect(answers.allSatisfy { $0.1 == "/\($0.0)" })
    }

    @Test func `a write on which the server hangs up is not sent again by libcurl`() async throws {
        let server = try LoopbackServer { $0.method == "POST" ? .hangUp : .json("{}") }
        defer { server.close() }
        let transport = CurlTransport()
        // A connection in the cache is what would let libcurl take the hang-up for a stale connection.
        _ = try await transport.send(HTTPRequest(method: .get, url: server.url))
        let error = await failure(
            of: HTTPRequest(method: .post, url: server.url, body: Array("{}".utf8)), with: transport)
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveReachedServer == true)
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
    }

    @Test func `a transport that is dropped closes its connections`() async throws {
        let server = try LoopbackServer { $0.target == "/wait" ? .never : .json("{}") }
        defer { server.close() }
        let task: Task<HTTPError?, Never>
        do {
            let transport = CurlTransport()
            _ = try await transport.send(HTTPRequest(method: .get, url: server.url))
            let request = HTTPRequest(method: .get, url: server.url + "/wait")
            task = Task { await failure(of: request, with: transport) }
        }
        await server.waitForRequests(2)
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        await server.waitForHangUps(1)
    }
}

@Suite struct `Redirects` {
    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is the answer, and the other server never sees the key`(status: Int) async throws {
        let other = try LoopbackServer { _ in .json("{}") }
        defer { other.close() }
        let location = HTTPHeader("Location", other.url + "/stolen")
        let server = try LoopbackServer { _ in .response(status: status, headers: [location]) }
        defer { server.close() }
        let request = HTTPRequest(
            method: .get, url: server.url, headers: [HTTPHeader("Authorization", "secret")])
        let response = try await CurlTransport().send(request)
        #expect(response.status == status)
        #expect(response.header("location") == location.value)
        #expect(other.connectionCount == 0)
    }
}

@Suite struct `Answers` {
    @Test func `gzip is asked for and decoded`() async throws {
        // printf '{"data":"gzip"}' | gzip -n9
        let packed: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x4a, 0x49, 0x2c, 0x49,
            0x54, 0xb2, 0x52, 0x4a, 0xaf, 0xca, 0x2c, 0x50, 0xaa, 0x05, 0x00, 0x81, 0x8c, 0x70, 0xf3, 0x0f,
            0x00, 0x00, 0x00,
        ]
        let server = try LoopbackServer { _ in
            .response(status: 200, headers: [HTTPHeader("Content-Encoding", "gzip")], body: packed)
        }
        defer { server.close() }
        let response = try await CurlTransport().send(HTTPRequest(method: .get, url: server.url))
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"data":"gzip"}"#)
        #expect(server.requests.first?.header("Accept-Encoding")?.contains("gzip") == true)
    }

    @Test func `a 401 with a challenge is an answer like any other`() async throws {
        let server = try LoopbackServer { _ in
            .json("{}", status: 401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"x\"")])
        }
        defer { server.close() }
        #expect(try await CurlTransport().send(HTTPRequest(method: .get, url: server.url)).status == 401)
    }

    @Test func `an interim answer leaves no headers behind`() async throws {
        let text =
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Late:  2 \r\nContent-Length: 2\r\n\r\n{}"
        let server = try LoopbackServer { _ in .raw(Array(text.utf8)) }
        defer { server.close() }
        let response = try await CurlTransport().send(HTTPRequest(method: .get, url: server.url))
        #expect(response.status == 200)
        #expect(response.header("X-Early") == nil)
        #expect(response.header("X-Late") == "2")
    }

    @Test func `an answer without end is cut off at the limit`() async throws {
        let server = try LoopbackServer { _ in .endless }
        defer { server.close() }
        let transport = CurlTransport(options: .init(maximumResponseSize: 1_000_000))
        let error = await failure(of: HTTPRequest(method: .get, url: server.url), with: transport)
        #expect(error?.code == .tooLarge)
        #expect(error?.mayHaveReachedServer == true)
        await server.waitForHangUps(1)
    }

    @Test func `an answer of exactly the limit is accepted`() async throws {
        let server = try LoopbackServer { _ in .response(status: 200, body: [UInt8](repeating: 1, count: 1_000)) }
        defer { server.close() }
        let request = HTTPRequest(method: .get, url: server.url)
        let exact = CurlTransport(options: .init(maximumResponseSize: 1_000))
        #expect(try await exact.send(request).body.count == 1_000)
        let short = CurlTransport(options: .init(maximumResponseSize: 999))
        #expect(await failure(of: request, with: short)?.code == .tooLarge)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "\0\u{1}\u{2}\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ])
    func `an answer that is cut short or malformed is a lost connection`(answer: String) async throws {
        let server = try LoopbackServer { _ in .raw(Array(answer.utf8)) }
        defer { server.close() }
        let error = await failure(of: HTTPRequest(method: .post, url: server.url, body: []))
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveReachedServer == true)
    }
}

@Suite struct `Requests without an answer` {
    @Test(arguments: [false, true])
    func `the time-out covers the whole exchange`(isDripping: Bool) async throws {
        let server = try LoopbackServer { _ in isDripping ? .drip : .never }
        defer { server.close() }
        let request = HTTPRequest(method: .post, url: server.url, body: [], timeout: .milliseconds(150))
        let error = await failure(of: request)
        #expect(error?.code == .timedOut)
        #expect(error?.mayHaveReachedServer == true)
        await server.waitForHangUps(1)
    }

    @Test func `a refused connection certainly reached nobody`() async throws {
        let port = try ClosedPort()
        let error = await failure(
            of: HTTPRequest(method: .post, url: "http://127.0.0.1:\(port.port)/?to=%2B1555", body: [1]))
        #expect(error?.code == .cannotConnect)
        #expect(error?.mayHaveReachedServer == false)
        #expect(error?.message.contains("127.0.0.1:\(port.port)") == true)
        #expect(error?.message.contains("1555") == false)
    }

    @Test func `a name without an address certainly reached nobody`() async {
        let error = await failure(of: HTTPRequest(method: .post, url: "http://nowhere.invalid/", body: [1]))
        #expect(error?.code == .cannotResolve)
        #expect(error?.mayHaveReachedServer == false)
    }

    @Test func `a server that accepts but never shakes hands was not sent the request`() async throws {
        // A plain server waits for the end of a line in the client's TLS greeting.
        let server = try LoopbackServer { _ in .never }
        defer { server.close() }
        let url = "https://127.0.0.1:\(server.port)/"
        let error = await failure(of: HTTPRequest(method: .post, url: url, body: [1], timeout: .milliseconds(150)))
        #expect(error?.code == .timedOut || error?.code == .tls)
        #expect(error?.code == .tls || error?.message.contains("made no secure connection in time") == true)
        #expect(error?.mayHaveReachedServer == false)
    }
}

@Suite struct `Cancelling` {
    @Test func `a cancelled task aborts its request at once`() async throws {
        let server = try LoopbackServer { _ in .never }
        defer { server.close() }
        let request = HTTPRequest(method: .post, url: server.url, body: [1])
        let task = Task { await failure(of: request) }
        await server.waitForRequests(1)
        task.cancel()
        let error = await task.value
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveReachedServer == true)
        await server.waitForHangUps(1)
    }

    @Test func `a task that is already cancelled sends nothing`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let request = HTTPRequest(method: .post, url: server.url, body: [1])
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure(of: request)
        }
        task.cancel()
        let error = await task.value
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveReachedServer == false)
        #expect(server.requests.isEmpty)
    }

    @Test func `cancelling while the answer arrives always ends the request once`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let transport = CurlTransport()
        let url = server.url
        for round in 0..<300 {
            let task = Task { await failure(of: HTTPRequest(method: .get, url: url), with: transport) }
            for _ in 0..<(round % 40) { await Task.yield() }
            task.cancel()
            let error = await task.value
            #expect(error == nil || error?.code == .cancelled)
        }
        #expect(try await transport.send(HTTPRequest(method: .get, url: url)).status == 200)
    }
}
