package import HTTP
import JSON
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The API, simulated in memory: a small plumbing business with its phones, people, messages and calls.
///
/// All 27 operations of v1 are answered with the API's own statuses, envelopes and error codes, so that everything built
/// on the API can be tried without a key and tested without a network. Every response carries `X-Quo-Sandbox: true`.
/// The content follows from the seed and the clock's first reading, and is made at the first request. Numbers that misbehave on
/// purpose are listed in ``MarkedNumber``. Requests are not paced: only ``MarkedNumber/busyOnce`` yields 429.
package final class SandboxTransport: HTTPTransport {
    /// Tells the time in milliseconds since 1970-01-01T00:00:00Z.
    package typealias Clock = @Sendable () -> Int64

    private let seed: UInt64
    private let clock: Clock
    private let workspace = Mutex<Workspace?>(nil)

    /// Makes a workspace of its own.
    ///
    /// - Parameters:
    ///   - seed: Decides names, identifiers and texts; equal seeds and clocks give equal bytes.
    ///   - clock: The time source; deliveries and replies happen as it moves.
    package init(seed: UInt64 = 1, clock: @escaping Clock = SandboxTransport.systemClock) {
        self.seed = seed
        self.clock = clock
    }

    /// The system's real-time clock.
    package static let systemClock: Clock = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Answers a request as the API would; the host and the scheme of the URL do not matter.
    ///
    /// - Throws: ``HTTPError`` where the task is cancelled, or for ``MarkedNumber/answerLost`` after the text was accepted.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if Task.isCancelled {
            throw HTTPError(.cancelled, "The request was cancelled", mayHaveReachedServer: false)
        }
        let now = Timestamp(milliseconds: clock())
        let result = workspace.withLock { (state: inout Workspace?) -> Result<HTTPResponse, HTTPError> in
            var current = state ?? Workspace(seed: seed, start: now)
            // Taken out while it changes, so that no copy is made of its arrays.
            state = nil
            current.advance(to: now)
            let result = Self.answer(request, in: &current)
            state = current
            return result
        }
        return try result.get()
    }

    private static func answer(
        _ request: HTTPRequest, in workspace: inout Workspace
    ) -> Result<HTTPResponse, HTTPError> {
        do throws(ErrorAnswer) {
            switch try dispatch(request, in: &workspace) {
            case .json(let status, let body): return .success(response(status, body))
            case .noContent: return .success(response(204, nil))
            case .connectionLost:
                let message = "The connection broke before the answer arrived"
                return .failure(HTTPError(.connectionLost, message, mayHaveReachedServer: true))
            }
        } catch {
            return .success(response(error.status, error.body(trace: workspace.nextTrace())))
        }
    }

    private static func dispatch(
        _ request: HTTPRequest, in workspace: inout Workspace
    ) throws(ErrorAnswer) -> Answer {
        guard let target = RequestTarget(url: request.url) else {
            throw .badRequest(.none, "The URL has a broken percent-escape")
        }
        guard let (route, identifier) = Route.find(request.method, target.path) else {
            let path = "/" + target.path.joined(separator: "/")
            throw .notFound(.none, "Cannot \(request.method.rawValue) \(path)")
        }
        let authorization = request.headers.first { $0.name.lowercased() == "authorization" }?.value ?? ""
        if authorization.isEmpty || authorization.lowercased().hasPrefix("bearer ") {
            throw .unauthorized(route.resource)
        }
        let input = Input(identifier: identifier, query: target.query, body: request.body ?? [])
        return try route.handle(&workspace, input)
    }

    private static func response(_ status: Int, _ body: JSONValue?) -> HTTPResponse {
        var headers = [HTTPHeader("X-Quo-Sandbox", "true")]
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json; charset=utf-8")) }
        return HTTPResponse(status: status, headers: headers, body: body?.bytes() ?? [])
    }
}
