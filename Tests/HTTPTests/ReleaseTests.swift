#if os(Linux)
    import Glibc
    import HTTP
    import TestSupport
    import Testing

    @Suite struct `What is released` {
        @Test func `a transport and a server that are dropped leave neither sockets nor threads behind`() async {
            // In a process of its own, because other tests open sockets meanwhile.
            await #expect(processExitsWith: .success) {
                func round() async throws {
                    let server = try LoopbackServer { _ in .json("{}") }
                    let transport = CurlTransport()
                    for method in [HTTPMethod.get, .post] {
                        _ = try await transport.send(HTTPRequest(method: method, url: server.url))
                    }
                }
                // The libraries and the threads of the pool come with the first.
                for _ in 0..<4 { try await round() }
                let before = await ProcessUse.measured()
                for _ in 0..<100 { try await round() }
                let excess = await ProcessUse.excess(over: before)
                #expect(excess == nil, "\(excess ?? "")")
            }
        }
    }
#endif
