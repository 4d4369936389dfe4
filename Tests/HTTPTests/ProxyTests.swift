import HTTP
import TestSupport
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// Each in a process of its own, because the environment is the whole process's.
@Suite struct `Proxies` {
    @Test func `a proxy of the environment carries requests to other machines`() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { _ in .json("{}") }
            setenv("http_proxy", proxy.url, 1)
            let request = HTTPRequest(method: .get, url: "http://nowhere.invalid/path")
            let response = try await CurlTransport().send(request)
            #expect(response.status == 200)
            #expect(proxy.requests.map(\.target) == ["http://nowhere.invalid/path"])
        }
    }

    @Test func `no proxy sees requests to this machine`() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { _ in .json("{}", status: 500) }
            let server = try LoopbackServer { _ in .json("{}") }
            setenv("http_proxy", proxy.url, 1)
            let response = try await CurlTransport().send(HTTPRequest(method: .get, url: server.url))
            #expect(response.status == 200)
            #expect(proxy.connectionCount == 0)
        }
    }
}
