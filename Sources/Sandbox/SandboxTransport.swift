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
/// All 43 operations of v1 and all 62 of the dated version are answered with the API's own statuses, envelopes and error codes, so that everything built
/// on the API can be tried without a key and tested without a network. Every response carries `X-Quo-Sandbox: true`.
/// The content follows from the seed and the clock's first reading, and is made at the first request. Numbers that misbehave on
/// purpose are listed in ``MarkedNumber``. Requests are not paced: only ``MarkedNumber/busyOnce`` yields 429.
package final class SandboxTransport: HTTPTransport {
    /// Tells the time in milliseconds since 1970-01-01T00:00:00Z.
    package typealias Clock = @Sendable () -> Int64

    /// How many contacts there are unless told otherwise.
    package static let standardContactCount = Workspace.storyPeople.count + Workspace.customerCount

    private let seed: UInt64
    private let contactCount: Int
    private let clock: Clock
    private let workspace = Mutex<Workspace?>(nil)

    /// Makes a workspace of its own.
    ///
    /// - Parameters:
    ///   - seed: Decides names, identifiers and texts; equal seeds and clocks give equal bytes.
    ///   - contactCount: The length of the address book, from the standard up to 25,000.
    ///   - clock: The time source; deliveries and replies happen as it moves.
    package init(
        seed: UInt64 = 1, contactCount: Int = SandboxTransport.standardContactCount,
        clock: @escaping Clock = SandboxTransport.systemClock
    ) {
        precondition((Self.standardContactCount...25_000).contains(contactCount), "So many numbers are made up")
        self.seed = seed
        self.contactCount = contactCount
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
        return try withWorkspace { Self.answer(request, in: &$0) }.get()
    }

    /// Lets a text arrive now, as if someone had sent it.
    ///
    /// - Parameters:
    ///   - text: What it says.
    ///   - sender: Who sends it, in E.164.
    ///   - others: The other people of the group that it is sent to, in E.164; none for a thread of two.
    ///   - line: The workspace's number that it arrives at, in E.164.
    /// - Returns: The id of its message; nil where the workspace has no such number.
    @discardableResult package func receive(
        _ text: String, from sender: String, inGroupWith others: [String] = [], at line: String
    ) -> String? {
        withWorkspace { workspace in
            guard let line = workspace.phoneNumbers.first(where: { $0.number == line }) else { return nil }
            return workspace.receive(
                PendingReply(
                    due: workspace.now, from: sender, participants: [sender] + others, phoneNumberID: line.id,
                    text: text))
        }
    }

    /// Lets a call come in that is over now.
    ///
    /// - Parameters:
    ///   - caller: Who calls, in E.164.
    ///   - line: The workspace's number that is called, in E.164.
    ///   - duration: How long it took in seconds; nil where nobody answered.
    /// - Returns: Its id; nil where the workspace has no such number.
    @discardableResult package func receiveCall(from caller: String, at line: String, duration: Int?) -> String? {
        withWorkspace { workspace in
            guard let line = workspace.phoneNumbers.first(where: { $0.number == line }) else { return nil }
            return workspace.receiveCall(from: caller, at: line, duration: duration)
        }
    }

    // MARK: Events

    /// What happened since it was asked last, oldest first; nothing before the first request.
    package func takeEvents() -> [SandboxEvent] { withMadeWorkspace { $0.log.take() } ?? [] }

    /// The deliveries to addresses of this machine that are due; each is to be posted, and noted when it was answered.
    package func takeDeliveries() -> [SandboxDelivery] { withMadeWorkspace { $0.takeDeliveries() } ?? [] }

    /// Notes how a delivery was answered.
    ///
    /// What was not taken is due again after 5 seconds, then 5 and 30 minutes, 2, 5, 10 and 10 hours, as the API does.
    ///
    /// - Parameter status: The status of the answer; nil where there was none.
    package func note(_ delivery: SandboxDelivery, answeredWith status: Int?) {
        withWorkspace { $0.note(delivery, answeredWith: status) }
    }

    /// What the API keeps of a conversation but does not show.
    package struct InboxState: Sendable, Equatable {
        /// Whether everything in it was seen.
        package let isRead: Bool
        /// Whether it is filed as done.
        package let isDone: Bool
    }

    /// Whether a conversation is read and done; nil where there is none of that id.
    package func inboxState(ofConversation id: String) -> InboxState? {
        withWorkspace { workspace in
            workspace.conversations.first { $0.id == id }.map { InboxState(isRead: $0.isRead, isDone: $0.isDone) }
        }
    }

    /// Works with the workspace as it is now; nil where nobody has asked it for anything yet, so that it is not made.
    private func withMadeWorkspace<Result: Sendable>(_ work: (inout Workspace) -> Result) -> Result? {
        let isMade = workspace.withLock { $0 != nil }
        return isMade ? withWorkspace(work) : nil
    }

    /// Works with the workspace as it is now.
    private func withWorkspace<Result: Sendable>(_ work: (inout Workspace) -> Result) -> Result {
        let now = Timestamp(milliseconds: clock())
        return workspace.withLock { (state: inout Workspace?) -> Result in
            let customerCount = contactCount - Workspace.storyPeople.count
            var current = state ?? Workspace(seed: seed, start: now, customerCount: customerCount)
            // Taken out while it changes, so that no copy is made of its arrays.
            state = nil
            current.advance(to: now)
            let result = work(&current)
            state = current
            return result
        }
    }

    private static func answer(
        _ request: HTTPRequest, in workspace: inout Workspace
    ) -> Result<HTTPResponse, HTTPError> {
        let target = RequestTarget(url: request.url)
        do throws(ErrorAnswer) {
            switch try dispatch(request, target, in: &workspace) {
            case .json(let status, let body): return .success(response(status, body))
            case .noContent: return .success(response(204, nil))
            case .connectionLost:
                let message = "The connection broke before the answer arrived"
                return .failure(HTTPError(.connectionLost, message, mayHaveReachedServer: true))
            }
        } catch {
            let trace = workspace.nextTrace()
            let isDated = target.map { DatedRoute.serves($0.path) } ?? false
            return .success(response(error.status, isDated ? error.datedBody(trace: trace) : error.body(trace: trace)))
        }
    }

    private static func dispatch(
        _ request: HTTPRequest, _ target: RequestTarget?, in workspace: inout Workspace
    ) throws(ErrorAnswer) -> Answer {
        guard let target else { throw .badRequest(.none, "The URL has a broken percent-escape") }
        if DatedRoute.serves(target.path) { return try DatedRoute.answer(request, target, in: &workspace) }
        guard let (route, identifier) = Route.find(request.method, target.path) else {
            let path = "/" + target.path.joined(separator: "/")
            throw .notFound(.none, "Cannot \(request.method.rawValue) \(path)")
        }
        let authorization = request.header("authorization") ?? ""
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
