import Dispatch
package import Guard
package import HTTP
package import QuoAPI
import Sandbox

/// A connected workspace: reads for everyone, changes through the guard alone.
package struct Workspace: Sendable {
    /// The reading half of the client.
    package let reader: Reader
    /// The guard, which has the writing half.
    package let gatekeeper: Guard

    /// Connects the halves of the client.
    ///
    /// This is the only place where a writer is made.
    fileprivate init(_ connection: Connection, notice: String?, log: @escaping @Sendable (String) -> Void) {
        reader = Reader(connection)
        gatekeeper = Guard(writer: Writer(connection), notice: notice, record: log)
    }
}

/// Connects a workspace when it is first needed, so that starting costs nothing and works without a key.
package actor WorkspaceConnector {
    /// Where the workspace is.
    package enum Place: Sendable {
        /// The embedded, simulated workspace; nothing leaves the machine.
        case sandbox
        /// The API, with the key and address that the environment names.
        case api(environment: [String: String])
        /// Any transport, for tests.
        case transport(any HTTPTransport, Credential, BaseURL)
    }

    /// Whether the workspace is the simulated one.
    package nonisolated let isSandbox: Bool
    /// The words of a command line that opens the same workspace in a terminal.
    package nonisolated let command: [String]
    private let place: Place
    private let log: @Sendable (String) -> Void
    private var connected: Workspace?

    /// Names the workspace; nothing is read or opened yet.
    ///
    /// - Parameters:
    ///   - place: Where it is.
    ///   - program: The path of this program, for commands that a person is told to run.
    ///   - log: Takes lines for the owner's log; they hold no key, text or number.
    package init(_ place: Place, program: String = "quo-mcp", log: @escaping @Sendable (String) -> Void) {
        self.place = place
        self.log = log
        if case .sandbox = place { isSandbox = true } else { isSandbox = false }
        command = isSandbox ? [program, "--sandbox"] : [program]
    }

    /// The workspace, connected at the first call.
    ///
    /// A failure is not remembered, so that a key that was put right works at once.
    ///
    /// - Throws: `CredentialError` or `BaseURL.Invalid`, which say what to set.
    func workspace() async throws -> Workspace {
        if let connected { return connected }
        let connection = try await connection()
        // Somebody else may have connected while the key was being fetched; there must be one writer only.
        if let connected { return connected }
        let workspace = Workspace(connection, notice: isSandbox ? Answer.sandboxNotice : nil, log: log)
        connected = workspace
        return workspace
    }

    /// Lets writes in flight finish and no new one start.
    ///
    /// - Parameter limit: The longest wait.
    package func drain(limit: Duration) async {
        await connected?.gatekeeper.drain(limit: limit)
    }

    /// Finds the key on a thread of its own: a password manager may take its time, and may ask its owner first.
    private func load(_ environment: [String: String]) async throws -> Credential {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try Credential.load(environment: environment) })
            }
        }
        return try result.get()
    }

    private func connection() async throws -> Connection {
        let options = ConnectionOptions(userAgent: "quo-mcp/\(PhoneServer.version)")
        switch place {
        case .sandbox:
            return Connection(
                transport: SandboxTransport(), credential: try Credential(key: "sandbox"), pacer: NoPacing(),
                options: options)
        case .transport(let transport, let credential, let baseURL):
            return Connection(
                transport: transport, baseURL: baseURL, credential: credential, pacer: NoPacing(), options: options)
        case .api(let environment):
            let credential = try await load(environment)
            if let warning = credential.warning { log(warning) }
            return Connection(
                transport: CurlTransport(), baseURL: try BaseURL.load(environment: environment), credential: credential,
                pacer: SlidingWindowPacer(clock: ContinuousClock()), options: options)
        }
    }
}
