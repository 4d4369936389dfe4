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
    /// The choice among a gateway's accounts that led here; nil where there is nothing to choose.
    let choice: ConnectionChoice?
    /// What tells of the events of the simulated one; nil where it is not.
    fileprivate let courier: SandboxCourier?
    /// Whether it is the simulated one.
    var isSandbox: Bool { courier != nil }

    /// Connects the halves of the client.
    ///
    /// This is the only place where a writer is made.
    fileprivate init(
        _ connection: Connection, _ surroundings: Guard.Surroundings, _ choice: ConnectionChoice?,
        _ courier: SandboxCourier?
    ) {
        self.choice = choice
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

    /// Lets writes in flight finish and no new one start, because another account was chosen; what is kept of this one stays.
    fileprivate func leave(limit: Duration) async { await gatekeeper.drain(limit: limit, because: .accountChanged) }

    /// Lets writes in flight finish and no new one start; the people of a simulated one are gone with it.
    fileprivate func end(limit: Duration) async {
        await gatekeeper.drain(limit: limit)
        guard let courier else { return }
        await courier.stop()
        try? await directory.forget()
    }
}

/// Which of a gateway's accounts was chosen when the workspace was connected.
struct ConnectionChoice: Sendable {
    fileprivate let store: Store
    fileprivate let key: WorkspaceID
    /// The connection's id; nil where nobody chose yet.
    fileprivate let connection: String?

    fileprivate init(of key: WorkspaceID, in store: Store) async throws(StoreError) {
        self.store = store
        self.key = key
        connection = try await store.chosenConnection(of: key)
    }

    /// Whether another was chosen since, by this process or another.
    fileprivate var isOutdated: Bool {
        get async throws(StoreError) { try await store.chosenConnection(of: key) != connection }
    }

    /// Keeps another choice.
    fileprivate var keeps: @Sendable (String) async throws -> Void {
        { id in try await store.choose(connection: id, of: key, time: Timestamp.now) }
    }
}

/// Connects a workspace when it is first needed, so that starting costs nothing and works without a key.
package actor WorkspaceConnector {
    /// Where the workspace is.
    package enum Place: Sendable {
        /// The embedded, simulated workspace, at once or through a simulated gateway; nothing leaves the machine.
        case simulated(Gateway)
        /// The API, with the key and address that the environment names.
        case api(environment: [String: String])
        /// Any transport, for tests.
        case transport(any HTTPTransport, Credential, BaseURL)

        /// The embedded, simulated workspace without a gateway.
        package static let sandbox = Place.simulated(.none)

        /// Whether the API is reached through a gateway; settings that say neither yes nor no are refused later.
        fileprivate var hasGateway: Bool {
            switch self {
            case .simulated(let gateway): gateway != .none
            case .api(let environment): (try? Gateway.load(environment: environment)) ?? .none != .none
            case .transport: false
            }
        }
    }

    /// Finds the folder of the state, when it is needed.
    package typealias StateLocation = @Sendable () throws(StoreError) -> StateFolder

    /// Whether the workspace is the simulated one.
    package nonisolated let isSandbox: Bool
    /// The path of this program, for what a person is told to run.
    package nonisolated let program: String
    /// Where calls are best served: on the thread that carries their requests.
    package nonisolated let executor = TransferExecutor()
    /// Who changes which resource now.
    nonisolated let turns = ResourceTurns()
    /// Whether the API is reached through a gateway.
    nonisolated let hasGateway: Bool
    /// The tools that the owner chose.
    nonisolated let selection: ToolSelection
    /// What the owner lets agents do.
    nonisolated let policy: Policy
    private let place: Place
    private let state: StateLocation
    private let log: @Sendable (String) -> Void
    private var connecting: Task<Workspace, any Error>?
    /// Workspaces of accounts that are not used now, in which writes may still be in flight; they end with the program.
    private var left: [Workspace] = []
    private var simulatedAccounts: SimulatedAccounts?

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
        if case .simulated = place { isSandbox = true } else { isSandbox = false }
        self.policy = isSandbox ? policy.inSandbox() : policy
        hasGateway = place.hasGateway
        selection = ToolSelection(policy, hasGateway: place.hasGateway)
        self.program = program
    }

    /// The workspace, connected at the first call.
    ///
    /// A failure is not remembered, so that a key that was put right works at once. Where another of a gateway's accounts was
    /// chosen meanwhile it is that account's workspace, and nothing more is written to the one before.
    ///
    /// - Throws: `CredentialError`, `Gateway.Invalid` or `BaseURL.Invalid`, which say what to set.
    func workspace() async throws -> Workspace {
        while true {
            // All who ask meanwhile wait for the one connection, so that a password manager asks its owner once.
            let task = connecting ?? Task { try await connect() }
            connecting = task
            let workspace: Workspace
            do {
                workspace = try await task.value
            } catch {
                if connecting == task { connecting = nil }
                throw error
            }
            guard let choice = workspace.choice, try await choice.isOutdated else { return workspace }
            guard connecting == task else { continue }
            connecting = nil
            left.append(workspace)
            Task { await workspace.leave(limit: .seconds(60)) }
        }
    }

    private func connect() async throws -> Workspace {
        var options = ConnectionOptions(userAgent: "quo-mcp/\(PhoneServer.version)")
        options.versions = VersionPreference(policy.api)
        // Short, because one call looks into the state several times.
        let store = Store(folder: try state(), busyTimeout: 1500)
        let connection: Connection
        let workspace: WorkspaceID
        var choice: ConnectionChoice?
        var courier: SandboxCourier?
        switch place {
        case .simulated(.none):
            // Every sandbox is a new one, whose people know nothing of the one before.
            workspace = try .simulated()
            let sandbox = SandboxTransport()
            courier = SandboxCourier(sandbox, store: store, workspace: workspace)
            connection = Connection(
                transport: sandbox, credential: try Credential(key: "sandbox"), pacer: NoPacing(),
                options: options)
        case .simulated(.maton(let named)):
            var accounts = try simulatedAccounts ?? SimulatedAccounts()
            if named == nil { choice = try await ConnectionChoice(of: accounts.key, in: store) }
            options.gateway = .maton(connection: named ?? choice?.connection)
            options.keepsChoice = choice?.keeps
            let account = try accounts.account(of: named ?? choice?.connection)
            simulatedAccounts = accounts
            workspace = account.workspace
            courier = SandboxCourier(account.transport, store: store, workspace: workspace)
            connection = Connection(
                transport: accounts.gateway, baseURL: .maton, credential: try Credential(key: "sandbox"),
                pacer: NoPacing(), options: options)
        case .transport(let transport, let credential, let baseURL):
            workspace = try Self.name(credential, baseURL)
            connection = Connection(
                transport: transport, baseURL: baseURL, credential: credential, pacer: NoPacing(), options: options)
        case .api(let environment):
            let settings = try await access(environment)
            if let key = settings.choosing { choice = try await ConnectionChoice(of: key, in: store) }
            let access = try settings.through(choice?.connection)
            options.gateway = access.gateway
            options.keepsChoice = choice?.keeps
            if let warning = access.credential.warning { log(warning) }
            workspace = access.workspace
            CurlTransport.prepare()
            connection = Connection(
                transport: CurlTransport(on: executor), baseURL: access.baseURL, credential: access.credential,
                pacer: StorePacer(store: store, workspace: access.limited, log: log), options: options)
        }
        let surroundings = Guard.Surroundings(
            workspace: workspace, policy: policy, store: store, notice: isSandbox ? Answer.sandboxNotice : nil,
            record: log)
        let connected = Workspace(connection, surroundings, choice, courier)
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
        let current = try? await connecting?.value
        await withTaskGroup(of: Void.self) { group in
            for workspace in left + [current].compactMap({ $0 }) {
                group.addTask { await workspace.end(limit: limit) }
            }
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
