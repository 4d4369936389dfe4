package import Configuration
package import Cryptography
import Directory
import Dispatch
package import Guard
package import HTTP
import PhoneNumbers
package import QuoAPI
import Sandbox
package import Store

/// A connected workspace: reads for everyone, changes through the guard alone.
package struct Workspace: Sendable {
    /// The reading half of the client.
    package let reader: Reader
    /// The guard, which has the writing half.
    package let gatekeeper: Guard
    /// What resolves names.
    let directory: Directory
    /// The clock of the owner's zone, read once: a file of the system's is behind it.
    let clock: LocalClock
    /// What webhooks told.
    package let events: EventFeed
    /// What tells of the events of the simulated one; nil where it is not.
    fileprivate let courier: SandboxCourier?
    /// Whether it is the simulated one.
    var isSandbox: Bool { courier != nil }

    /// Connects the halves of the client.
    ///
    /// This is the only place where a writer is made.
    fileprivate init(_ connection: Connection, _ surroundings: Guard.Surroundings, _ courier: SandboxCourier?) {
        self.courier = courier
        let reader = Reader(connection)
        self.reader = reader
        directory = Directory(
            reader: reader, store: surroundings.store, workspace: surroundings.workspace, time: surroundings.time)
        let named = surroundings.policy.timeZone.flatMap { try? ZoneDatabase.system.rules(for: $0) }
        clock = LocalClock(named ?? ZoneDatabase.system.systemZone())
        gatekeeper = Guard(
            writer: Writer(connection), reader: reader, directory: directory, surroundings: surroundings)
        events = EventFeed(
            store: surroundings.store, workspace: surroundings.workspace, time: surroundings.time,
            isServedHere: courier != nil)
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

        /// Whether the API is reached through a gateway; settings that say neither yes nor no are refused later.
        fileprivate var hasGateway: Bool {
            guard case .api(let environment) = self else { return false }
            return (try? Gateway.load(environment: environment)) ?? .none != .none
        }
    }

    /// Finds the folder of the state, when it is needed.
    package typealias StateLocation = @Sendable () throws(StoreError) -> StateFolder

    /// Whether the workspace is the simulated one.
    package nonisolated let isSandbox: Bool
    /// The path of this program, for what a person is told to run.
    package nonisolated let program: String
    /// Who changes which resource now.
    nonisolated let turns = ResourceTurns()
    /// The tools that the owner chose.
    nonisolated let selection: ToolSelection
    /// What the owner lets agents do.
    nonisolated let policy: Policy
    private let place: Place
    private let state: StateLocation
    private let log: @Sendable (String) -> Void
    private var connecting: Task<Workspace, any Error>?

    /// Names the workspace; nothing is read or opened yet.
    ///
    /// - Parameters:
    ///   - place: Where it is.
    ///   - policy: What the owner lets agents do.
    ///   - state: Where the state is kept that all processes share.
    ///   - program: The path of this program, for commands that a person is told to run.
    ///   - log: Takes lines for the owner's log; they hold no key, text or number.
    package init(
        _ place: Place, policy: Policy, state: @escaping StateLocation, program: String = "quo-mcp",
        log: @escaping @Sendable (String) -> Void
    ) {
        self.place = place
        self.state = state
        self.log = log
        var policy = policy
        // The people of the sandbox are up at any hour, so that it can be tried at any; unless the owner says otherwise.
        if case .sandbox = place, policy.origin(of: "quietHours.enabled") == .standard {
            policy.quietHours.isEnabled = false
        }
        self.policy = policy
        selection = ToolSelection(policy, hasGateway: place.hasGateway)
        if case .sandbox = place { isSandbox = true } else { isSandbox = false }
        self.program = program
    }

    /// The workspace, connected at the first call.
    ///
    /// A failure is not remembered, so that a key that was put right works at once.
    ///
    /// - Throws: `CredentialError`, `Gateway.Invalid` or `BaseURL.Invalid`, which say what to set.
    func workspace() async throws -> Workspace {
        // All who ask meanwhile wait for the one connection, so that a password manager asks its owner once.
        let task = connecting ?? Task { try await connect() }
        connecting = task
        do {
            return try await task.value
        } catch {
            connecting = nil
            throw error
        }
    }

    private func connect() async throws -> Workspace {
        var options = ConnectionOptions(userAgent: "quo-mcp/\(PhoneServer.version)")
        options.versions = VersionPreference(policy.api)
        // Short, because one call looks into the state several times.
        let store = Store(folder: try state(), busyTimeout: 1500)
        let connection: Connection
        let workspace: WorkspaceID
        var courier: SandboxCourier?
        switch place {
        case .sandbox:
            // Every sandbox is a new one, whose people know nothing of the one before.
            workspace = try .simulated()
            let sandbox = SandboxTransport()
            courier = SandboxCourier(sandbox, store: store, workspace: workspace)
            connection = Connection(
                transport: sandbox, credential: try Credential(key: "sandbox"), pacer: NoPacing(),
                options: options)
        case .transport(let transport, let credential, let baseURL):
            workspace = try Self.name(credential, baseURL)
            connection = Connection(
                transport: transport, baseURL: baseURL, credential: credential, pacer: NoPacing(), options: options)
        case .api(let environment):
            let access = try await access(environment)
            options.gateway = access.gateway
            if let warning = access.credential.warning { log(warning) }
            workspace = access.workspace
            CurlTransport.prepare()
            connection = Connection(
                transport: CurlTransport(), baseURL: access.baseURL, credential: access.credential,
                pacer: StorePacer(store: store, workspace: access.limited), options: options)
        }
        let surroundings = Guard.Surroundings(
            workspace: workspace, policy: policy, store: store, notice: isSandbox ? Answer.sandboxNotice : nil,
            record: log)
        let connected = Workspace(connection, surroundings, courier)
        // The call that connects does not wait for what is too old to be removed.
        Task { await connected.gatekeeper.tidy() }
        return connected
    }

    /// The name under which all processes of one key at one address keep a workspace's state.
    package static func name(_ credential: Credential, _ baseURL: BaseURL) throws(CryptographyError) -> WorkspaceID {
        try WorkspaceID(key: credential.key, domain: "\(baseURL)")
    }

    /// Lets writes in flight finish and no new one start.
    ///
    /// - Parameter limit: The longest wait.
    package func drain(limit: Duration) async {
        // What is still being connected has nothing in flight.
        guard let connecting, let workspace = try? await connecting.value else { return }
        await workspace.gatekeeper.drain(limit: limit)
        // The people of this sandbox are gone with it; what is left behind is dropped in time.
        if let courier = workspace.courier {
            await courier.stop()
            try? await workspace.directory.forget()
        }
    }

    /// Finds the key on a thread of its own: a password manager may take its time, and may ask its owner first.
    private func access(_ environment: [String: String]) async throws -> WorkspaceAccess {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try WorkspaceAccess(environment: environment) })
            }
        }
        return try result.get()
    }
}

extension VersionPreference {
    fileprivate init(_ choice: APIVersion) {
        self =
            switch choice {
            case .v1: .v1
            case .dated: .dated
            case .automatic: .automatic
            }
    }
}
