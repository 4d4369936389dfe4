import HTTP
import Synchronization
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The calling thread.
private func thread() -> UInt {
    #if canImport(Darwin)
        UInt(bitPattern: pthread_self())
    #else
        pthread_self()
    #endif
}

@Suite struct `Tasks on the thread of the requests` {
    /// An executor whose thread a first request has started, and what to ask with.
    private static func started(
        by server: LoopbackServer
    ) async throws -> (executor: TransferExecutor, transport: CurlTransport, request: HTTPRequest) {
        let executor = TransferExecutor()
        let transport = CurlTransport(on: executor)
        let request = HTTPRequest(method: .get, url: server.url)
        _ = try await transport.send(request)
        return (executor, transport, request)
    }

    @Test func `after the first request a task stays on one thread, before and after its own`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let (executor, transport, request) = try await Self.started(by: server)
        let threads = try await withThrowingTaskGroup(of: [UInt].self) { group in
            for _ in 0..<20 {
                group.addTask(executorPreference: executor) {
                    let before = thread()
                    _ = try await transport.send(request)
                    let after = thread()
                    async let child = thread()
                    await Task.yield()
                    return [before, after, await child, thread()]
                }
            }
            return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(threads.count == 1)
    }

    @Test func `before any request tasks run all the same`() async {
        let executor = TransferExecutor()
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<1_000 { group.addTask(executorPreference: executor) { number } }
            return await group.reduce(0, +)
        }
        #expect(sum == 499_500)
    }

    @Test func `tasks that begin while the thread starts, and are cancelled meanwhile, all end`() async throws {
        let server = try LoopbackServer { request in .json(request.target) }
        defer { server.close() }
        let url = server.url
        for round in 0..<20 {
            let executor = TransferExecutor()
            let transport = CurlTransport(on: executor)
            let tasks = (0..<20).map { number in
                Task(executorPreference: executor) { () -> Bool in
                    for _ in 0..<(round % 4) { await Task.yield() }
                    let request = HTTPRequest(method: .get, url: url + "/\(number)")
                    guard let response = try? await transport.send(request) else { return Task.isCancelled }
                    return response.body == Array("/\(number)".utf8)
                }
            }
            for (number, task) in tasks.enumerated() where number % 3 == 0 { task.cancel() }
            for task in tasks { #expect(await task.value) }
        }
    }

    @Test func `tasks that never rest do not keep requests waiting`() async throws {
        let server = try LoopbackServer { _ in .json("{}") }
        defer { server.close() }
        let (executor, transport, request) = try await Self.started(by: server)
        let restless = Task(executorPreference: executor) {
            while !Task.isCancelled { await Task.yield() }
        }
        #expect(try await transport.send(request).status == 200)
        restless.cancel()
    }

    #if os(Linux)
        @Test func `an executor whose last user is a task of its own leaves no thread behind`() async {
            // In a process of its own, because other tests open sockets meanwhile.
            await #expect(processExitsWith: .success) {
                func round() async throws {
                    let server = try LoopbackServer { _ in .json("{}") }
                    let url = server.url
                    let executor = TransferExecutor()
                    let transport = CurlTransport(on: executor)
                    let task = Task(executorPreference: executor) { [transport] in
                        try await transport.send(HTTPRequest(method: .get, url: url)).status
                    }
                    #expect(try await task.value == 200)
                }
                for _ in 0..<4 { try await round() }
                let before = await ProcessUse.measured()
                for _ in 0..<100 { try await round() }
                let excess = await ProcessUse.excess(over: before)
                #expect(excess == nil, "\(excess ?? "")")
            }
        }
    #endif
}
