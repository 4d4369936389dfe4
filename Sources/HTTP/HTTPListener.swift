import CLibraryLoader
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Takes POST requests at one path of one address, with libmicrohttpd.
///
/// The library is opened when a listener is made. One thread serves all connections; answers are computed elsewhere meanwhile,
/// so that one that takes long holds up no other.
public final class HTTPListener: Sendable {
    /// Where a listener listens, and its limits.
    public struct Options: Sendable {
        /// A numeric address or `localhost`.
        public var host: String
        /// The port, 0 for any that is free.
        public var port: UInt16
        /// The path whose requests are taken.
        public var path: String
        /// The most bytes of a body.
        public var maximumBodySize: Int
        /// The most connections at once; more wait.
        public var maximumConnections: UInt32
        /// How long a connection may be silent.
        public var idleTimeout: Duration
        /// How long a request may take to arrive.
        public var requestTimeout: Duration

        /// Makes options.
        public init(
            host: String = "127.0.0.1", port: UInt16, path: String, maximumBodySize: Int = 1 << 20,
            maximumConnections: UInt32 = 64, idleTimeout: Duration = .seconds(10),
            requestTimeout: Duration = .seconds(30)
        ) {
            self.host = host
            self.port = port
            self.path = path
            self.maximumBodySize = maximumBodySize
            self.maximumConnections = maximumConnections
            self.idleTimeout = idleTimeout
            self.requestTimeout = requestTimeout
        }
    }

    /// Answers a request, given its header lines and its body as it came; of the answer, status and body are sent.
    public typealias Handler = @Sendable ([HTTPHeader], [UInt8]) async -> HTTPResponse

    private struct State {
        var daemon: UInt?
        var unanswered = 0
        var whenAnswered: CheckedContinuation<Void, Never>?
    }

    /// The version of libmicrohttpd.
    ///
    /// - Throws: ``HTTPError`` of the code `unavailable` where it cannot be opened; the message says what to install.
    public static func libraryVersion() throws(HTTPError) -> String {
        if let reason = lazy_http_server_load() {
            throw HTTPError(.unavailable, String(cString: reason), mayHaveReachedServer: false)
        }
        return String(cString: lazy_http_server_version())
    }

    /// The port that is listened on.
    public let port: UInt16
    let options: Options
    private let handler: Handler
    private let state = Mutex(State())

    /// Begins to listen, until ``stop()``.
    ///
    /// - Throws: ``HTTPListenerError`` where the library is missing or the address cannot be had.
    public init(_ options: Options, handler: @escaping Handler) throws(HTTPListenerError) {
        if let reason = lazy_http_server_load() { throw HTTPListenerError(String(cString: reason)) }
        let socket = try ListeningSocket(host: options.host, port: options.port)
        self.options = options
        self.handler = handler
        port = socket.port
        // The library's thread uses it until `stop()` has ended that.
        let context = Unmanaged.passRetained(self).toOpaque()
        let daemon = lazy_http_server_start(
            socket.descriptor, options.maximumConnections, UInt32(clamping: options.idleTimeout.components.seconds),
            handleRequest, endRequest, context)
        guard let daemon else {
            Unmanaged<HTTPListener>.fromOpaque(context).release()
            _ = close(socket.descriptor)
            throw HTTPListenerError("libmicrohttpd could not start its thread")
        }
        state.withLock { $0.daemon = UInt(bitPattern: daemon) }
    }

    /// Takes no more requests, answers those that are there, and closes the address.
    public func stop() async {
        let taken = state.withLock { state in
            defer { state.daemon = nil }
            return state.daemon
        }
        guard let taken, let daemon = UnsafeMutableRawPointer(bitPattern: taken) else { return }
        lazy_http_server_quiesce(daemon)
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.unanswered > 0 { state.whenAnswered = continuation }
                return state.unanswered == 0
            }
            if isIdle { continuation.resume() }
        }
        lazy_http_server_stop(daemon)
        Unmanaged.passUnretained(self).release()
    }

    /// Has the handler answer a request that is suspended, then resumes it.
    func answer(_ exchange: HTTPExchange) {
        state.withLock { $0.unanswered += 1 }
        Task {
            let (headers, body) = exchange.request
            exchange.finish(await handler(headers, body))
        }
    }

    /// Notes that a request that was being answered is over: its answer is on the way, or nobody is there to get it.
    func noteEnd() {
        let waiting = state.withLock { state in
            state.unanswered -= 1
            guard state.unanswered == 0 else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.whenAnswered = nil }
            return state.whenAnswered
        }
        waiting?.resume()
    }
}

/// Why requests cannot be taken.
public struct HTTPListenerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String
    init(_ description: String) { self.description = description }
}

/// A socket that listens.
private struct ListeningSocket {
    let descriptor: Int32
    let port: UInt16

    init(host: String, port: UInt16) throws(HTTPListenerError) {
        var hints = addrinfo()
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (host == "localhost" ? 0 : AI_NUMERICHOST)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found?.pointee else {
            throw HTTPListenerError("\(host) is no address of this machine; name one by its number, such as 127.0.0.1")
        }
        defer { freeaddrinfo(found) }
        descriptor = socket(address.ai_family, address.ai_socktype, 0)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
            fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0,
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size) == 0,
            bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, 128) == 0
        else {
            let reason = String(cString: strerror(errno))
            _ = close(descriptor)
            throw HTTPListenerError("\(host):\(port) cannot be listened on: \(reason)")
        }
        self.port = Self.port(of: descriptor)
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            guard let start = bytes.baseAddress,
                getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &size) == 0
            else { return 0 }
            // Both families have the port at the same place.
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
