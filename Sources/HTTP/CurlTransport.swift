import CLibraryLoader

/// Carries requests with libcurl.
///
/// libcurl is opened and its thread started at the first request; from then on one thread carries all requests at
/// once and sleeps while there are none. Connections are HTTP/1.1, kept and reused for reads. Redirects are not
/// followed: a 3xx is the response, and no header goes to another server. Certificates and host names are verified.
/// Proxies are taken from the environment as curl does, except for this machine, which is always asked directly.
public final class CurlTransport: HTTPTransport {
    /// The limits and the trust of a transport.
    public struct Options: Sendable {
        /// A file of PEM certificates to trust in place of the system's, or nil for the system's.
        public var caBundlePath: String?
        /// The most bytes of a decompressed body, and of the header, that are accepted.
        public var maximumResponseSize: Int
        /// How long making a connection may take; the request's own time-out holds too.
        public var connectTimeout: Duration

        /// Makes options.
        public init(
            caBundlePath: String? = nil, maximumResponseSize: Int = 16 << 20, connectTimeout: Duration = .seconds(10)
        ) {
            self.caBundlePath = caBundlePath
            self.maximumResponseSize = maximumResponseSize
            self.connectTimeout = connectTimeout
        }
    }

    private let options: Options
    private let executor: TransferExecutor
    private var loop: TransferLoop { executor.loop }

    /// Makes a transport; nothing is opened yet.
    ///
    /// - Parameter executor: Whose thread carries the requests.
    public init(options: Options = Options(), on executor: TransferExecutor = TransferExecutor()) {
        self.options = options
        self.executor = executor
    }

    /// Opens libcurl ahead of the first request, so that a request leaves as soon as it may; a failure shows then.
    public static func prepare() { _ = lazy_curl_load() }

    /// The versions of libcurl and of the libraries that it uses, as it tells them.
    ///
    /// - Throws: ``HTTPError`` of the code `unavailable` where it cannot be opened; the message says what to install.
    public static func libraryVersion() throws(HTTPError) -> String {
        if let reason = lazy_curl_load() {
            throw HTTPError(.unavailable, String(cString: reason), mayHaveReachedServer: false)
        }
        return String(cString: lazy_curl_version())
    }

    /// Carries one request; cancelling the task aborts it.
    ///
    /// libcurl itself repeats a request whose reused connection broke before any answer, whether or not the server had
    /// read it. For a read that is welcome; every other request is therefore given a connection of its own.
    ///
    /// - Throws: ``HTTPError`` where no complete answer came.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try validate(request)
        if Task.isCancelled {
            throw HTTPError(.cancelled, "The request was cancelled before it was sent.", mayHaveReachedServer: false)
        }
        let id = loop.newID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(
                    TransferLoop.Submission(id: id, request: request, options: options) { result in
                        continuation.resume(returning: result)
                    })
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }

    /// Refuses what would change the shape of the request on the wire.
    private func validate(_ request: HTTPRequest) throws(HTTPError) {
        guard let authority = request.authority, !authority.contains("@"),
            request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw HTTPError(
                .unavailable, "The URL is no http or https URL that can be sent.", mayHaveReachedServer: false)
        }
        for header in request.headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
                throw HTTPError(.unavailable, "A header's name has a forbidden character.", mayHaveReachedServer: false)
            }
            guard header.value.utf8.allSatisfy({ $0 != 0x0D && $0 != 0x0A && $0 != 0 }) else {
                throw HTTPError(
                    .unavailable, "The value of the header \(header.name) has a line break or a null in it.",
                    mayHaveReachedServer: false)
            }
        }
    }

    /// Whether RFC 9110 allows the byte in a header's name.
    private func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPRequest {
    /// The host and port, or nil where the URL is neither http nor https.
    var authority: Substring? {
        for scheme in ["https://", "http://"] where url.hasPrefix(scheme) {
            // By bytes: a character may be one of these with a mark on it, at which no library would end the host.
            let authority = url.utf8.dropFirst(scheme.utf8.count).prefix { byte in
                byte != UInt8(ascii: "/") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
            }
            return authority.isEmpty ? nil : Substring(authority)
        }
        return nil
    }

    /// Whether the server is on this machine.
    var isToLoopback: Bool {
        guard let authority else { return false }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return host == "localhost" || host == "[::1" || host.hasPrefix("127.")
    }
}
