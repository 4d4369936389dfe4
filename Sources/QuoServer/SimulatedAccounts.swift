import QuoAPI
import Sandbox
import Store

/// The accounts that the simulated gateway of one process leads to.
struct SimulatedAccounts {
    /// An account, and the name that its state is kept under.
    struct Account {
        let transport: SandboxTransport
        let workspace: WorkspaceID
    }

    let gateway = SandboxGateway()
    /// The name that the choice among them is kept under.
    let key: WorkspaceID
    private var names: [String: WorkspaceID] = [:]

    /// Makes a gateway whose accounts nobody knows yet.
    init() throws { key = try .simulated() }

    /// The account of a connection, or of the oldest where none is named.
    mutating func account(of connection: String?) throws -> Account {
        let id = connection ?? gateway.oldest
        let workspace = try names[id] ?? .simulated()
        names[id] = workspace
        // A connection that leads nowhere has an account in which nothing happens; requests through it are refused.
        return Account(transport: gateway.account(of: id) ?? SandboxTransport(), workspace: workspace)
    }
}
