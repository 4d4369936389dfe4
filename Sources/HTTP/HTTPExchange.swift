import CLibraryLoader
import Synchronization

/// One request that arrives, and its answer.
final class HTTPExchange: Sendable {
    private struct State {
        var headers: [HTTPHeader]
        var body: [UInt8] = []
        var received = 0
        var isSuspended = false
        var response: HTTPResponse?
    }

    private let listener: HTTPListener
    /// The library's connection; it lives until the request is ended.
    private let connection: UInt
    private let deadline: ContinuousClock.Instant
    private let state: Mutex<State>

    init(_ listener: HTTPListener, _ connection: UnsafeMutableRawPointer, _ headers: [HTTPHeader]) {
        self.listener = listener
        self.connection = UInt(bitPattern: connection)
        deadline = .now + listener.options.requestTimeout
        state = Mutex(State(headers: headers))
    }

    /// What came, once it is whole.
    var request: ([HTTPHeader], [UInt8]) { state.withLock { ($0.headers, $0.body) } }

    /// Takes a part of the body; returns whether the connection may go on.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let limit = listener.options.maximumBodySize
        return state.withLock { state in
            state.received += bytes.count
            if state.received <= limit {
                state.body += bytes
            } else {
                state.body = []
            }
            // An answer can only be given once the body is there, but nobody need be waited for without end.
            return state.received <= limit * 4 && .now < deadline
        }
    }

    /// Goes on with a request whose body is whole; returns whether the connection may.
    func proceed(_ connection: UnsafeMutableRawPointer) -> Bool {
        let limit = listener.options.maximumBodySize
        let (response, mustAsk) = state.withLock { state in
            if state.received > limit { return (HTTPExchange.tooLarge as HTTPResponse?, false) }
            defer { state.isSuspended = true }
            return (state.response, state.response == nil && !state.isSuspended)
        }
        if let response { return respond(connection, response) }
        if mustAsk {
            lazy_http_suspend(connection)
            listener.answer(self)
        }
        return true
    }

    /// Keeps the answer and has it sent.
    func finish(_ response: HTTPResponse) {
        state.withLock { $0.response = response }
        if let connection = UnsafeMutableRawPointer(bitPattern: connection) { lazy_http_resume(connection) }
    }

    /// Has the listener know that its answer, where it was asked for one, is no longer under way.
    ///
    /// Not sooner: a listener that stops when the answer is there, and not yet sent, would break the connection instead.
    func end() {
        if state.withLock({ $0.isSuspended }) { listener.noteEnd() }
    }

    static let tooLarge = HTTPResponse(status: 413, body: Array("The body is too large.\n".utf8))
}

private func respond(_ connection: UnsafeMutableRawPointer, _ response: HTTPResponse) -> Bool {
    let text = String(decoding: response.body, as: UTF8.self)
    return lazy_http_respond(connection, UInt32(response.status), text, response.header("Allow")) != 0
}

/// The library's call for a request, on its thread.
func handleRequest(
    server: UnsafeMutableRawPointer, connection: UnsafeMutableRawPointer, path: UnsafePointer<CChar>,
    method: UnsafePointer<CChar>, bytes: UnsafePointer<CChar>?, count: Int,
    request: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> Int32 {
    if let known = request.pointee {
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
        let goesOn =
            count > 0
            ? exchange.receive(UnsafeRawBufferPointer(start: bytes, count: count)) : exchange.proceed(connection)
        return goesOn ? 1 : 0
    }
    let listener = Unmanaged<HTTPListener>.fromOpaque(server).takeUnretainedValue()
    let headers = headers(of: connection)
    if let refusal = refusal(String(cString: path), String(cString: method), headers, listener.options) {
        return respond(connection, refusal) ? 1 : 0
    }
    request.pointee = Unmanaged.passRetained(HTTPExchange(listener, connection, headers)).toOpaque()
    return 1
}

/// The library's call once nothing more comes of a request.
func endRequest(request: UnsafeMutableRawPointer) {
    Unmanaged<HTTPExchange>.fromOpaque(request).takeRetainedValue().end()
}

/// The answer to a request that is not taken, before its body is read.
private func refusal(
    _ path: String, _ method: String, _ headers: [HTTPHeader], _ options: HTTPListener.Options
) -> HTTPResponse? {
    if path != options.path { return HTTPResponse(status: 404, body: Array("Nothing is here.\n".utf8)) }
    if method != "POST" {
        return HTTPResponse(
            status: 405, headers: [HTTPHeader("Allow", "POST")], body: Array("Only POST is taken here.\n".utf8))
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }.map { Int($0.value) ?? .max } ?? 0
    return length > options.maximumBodySize ? HTTPExchange.tooLarge : nil
}

private func headers(of connection: UnsafeMutableRawPointer) -> [HTTPHeader] {
    var headers: [HTTPHeader] = []
    withUnsafeMutablePointer(to: &headers) { list in
        lazy_http_each_header(
            connection,
            { context, name, value in
                context.assumingMemoryBound(to: [HTTPHeader].self).pointee
                    .append(HTTPHeader(String(cString: name), String(cString: value)))
            }, list)
    }
    return headers
}
