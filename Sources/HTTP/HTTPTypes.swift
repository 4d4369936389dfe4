/// The request methods that the API uses.
public enum HTTPMethod: String, Sendable, Hashable {
    /// Reads; safe to repeat.
    case get = "GET"
    /// Creates or sends.
    case post = "POST"
    /// Replaces a whole resource.
    case put = "PUT"
    /// Changes a resource.
    case patch = "PATCH"
    /// Deletes a resource.
    case delete = "DELETE"
}

/// One header line.
public struct HTTPHeader: Sendable, Hashable {
    /// The name as written; compared without regard to case.
    public let name: String
    /// The value.
    public let value: String

    /// Makes a header line.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What is asked of a server.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The whole URL, percent-encoded.
    public var url: String
    /// The header lines, in order.
    public var headers: [HTTPHeader]
    /// The body, or nil for none.
    public var body: [UInt8]?
    /// How long the whole exchange may take, connecting included.
    public var timeout: Duration

    /// Makes a request.
    public init(
        method: HTTPMethod, url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// What a server answered.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header lines of the final response.
    public var headers: [HTTPHeader]
    /// The body, decompressed.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why no complete answer came.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Equatable {
        /// The host's name has no address.
        case cannotResolve
        /// No connection could be made.
        case cannotConnect
        /// The server's certificate or the TLS handshake failed.
        case tls
        /// The time was up.
        case timedOut
        /// The connection broke, or the answer was cut short or malformed.
        case connectionLost
        /// The answer is larger than is accepted.
        case tooLarge
        /// The task was cancelled.
        case cancelled
        /// libcurl could not be loaded or set up, or the request cannot be expressed.
        case unavailable
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, for a person; never holds a header's value.
    public let message: String
    /// Whether any part of the request may have reached the server, so that a write may have happened.
    public let mayHaveReachedServer: Bool

    /// Makes an error.
    public init(_ code: Code, _ message: String, mayHaveReachedServer: Bool) {
        self.code = code
        self.message = message
        self.mayHaveReachedServer = mayHaveReachedServer
    }

    /// The message.
    public var description: String { message }
}

/// Something that carries requests to a server: libcurl, or the sandbox that stands in for the API.
public protocol HTTPTransport: Sendable {
    /// Carries one request; cancelling the task aborts it.
    ///
    /// Any status is a response.
    ///
    /// - Throws: ``HTTPError`` where no complete answer came.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
