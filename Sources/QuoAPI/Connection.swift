package import HTTP
import JSON
import Synchronization

/// What requests to one workspace have in common: where they go, in whose name, how fast, and how they are repeated.
///
/// Requests go through a ``Reader`` or a ``Writer`` made from it.
package final class Connection: Sendable {
    let transport: any HTTPTransport
    let baseURL: BaseURL
    let credential: Credential
    let pacer: any Pacer
    let options: ConnectionOptions
    /// The list parameters whose names need brackets, by operation.
    let bracketed = Mutex<[String: Set<String>]>([:])
    /// Which operations of the dated version were refused lately.
    let memory: VersionMemory

    /// Makes a connection; nothing is sent.
    ///
    /// - Parameters:
    ///   - transport: Carries the requests.
    ///   - baseURL: Where the API is.
    ///   - credential: The owner's key.
    ///   - pacer: Says when each attempt may go out.
    ///   - options: How requests are made and repeated.
    package init(
        transport: any HTTPTransport, baseURL: BaseURL = .standard, credential: Credential, pacer: any Pacer,
        options: ConnectionOptions
    ) {
        self.transport = transport
        self.baseURL = baseURL
        self.credential = credential
        self.pacer = pacer
        self.options = options
        memory = VersionMemory(options.clock)
    }
}

/// How a connection makes and repeats requests.
package struct ConnectionOptions: Sendable {
    /// What the server is told about this program, for example `quo-mcp/1.0.0`.
    package var userAgent: String
    /// How long one attempt may take, connecting included.
    package var timeout: Duration
    /// What stands between this program and the API.
    package var gateway: Gateway
    /// How failed reads are repeated.
    package var retries: RetryPolicy
    /// Which version of the API is used.
    package var versions: VersionPreference
    /// Keeps the id of the connection of Maton that was chosen; nil where the owner's settings name it.
    package var keepsChoice: (@Sendable (String) async throws -> Void)?
    /// Waits between attempts.
    package var clock: any Clock<Duration>

    /// Makes options.
    package init(
        userAgent: String, timeout: Duration = .seconds(30), gateway: Gateway = .none,
        retries: RetryPolicy = RetryPolicy(), versions: VersionPreference = .automatic,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.userAgent = userAgent
        self.timeout = timeout
        self.gateway = gateway
        self.retries = retries
        self.versions = versions
        self.clock = clock
    }
}
