package import Cryptography
package import QuoAPI
package import Store

/// How the environment says that a workspace is reached, and the names that its state is kept under.
///
/// Every process of the same settings comes to the same names, whatever it does: a listener keeps events where the servers
/// read them.
package struct WorkspaceAccess: Sendable {
    /// The environment variables that say it.
    package static let variables =
        ["QUO_BASE_URL", Gateway.environmentName, Gateway.connectionName]
        + [Gateway.none, .maton(connection: nil)].flatMap { gateway in
            Credential.Source.allCases.map { $0.name(for: gateway) }
        }

    /// What stands between.
    package let gateway: Gateway
    /// The key, of the gateway or of Quo itself.
    package let credential: Credential
    /// Where the API is.
    package let baseURL: BaseURL
    /// The name under which the workspace's state is kept.
    package let workspace: WorkspaceID
    /// The name of what limits the requests of the key.
    let limited: WorkspaceID

    /// Reads the settings, and finds the key, which blocks while a file is read or a command runs.
    ///
    /// - Throws: `Gateway.Invalid`, `CredentialError` or `BaseURL.Invalid`, which say what to set.
    package init(environment: [String: String]) throws {
        let gateway = try Gateway.load(environment: environment)
        try self.init(
            gateway, try Credential.load(environment: environment, gateway: gateway),
            try BaseURL.load(environment: environment, gateway: gateway))
    }

    private init(_ gateway: Gateway, _ credential: Credential, _ baseURL: BaseURL) throws(CryptographyError) {
        self.gateway = gateway
        self.credential = credential
        self.baseURL = baseURL
        workspace = try WorkspaceID(key: credential.key, domain: gateway.workspaceDomain(at: baseURL))
        limited = try WorkspaceID(key: credential.key, domain: gateway.pacingDomain(at: baseURL))
    }

    /// The name under which a choice among Maton's connections is kept; nil where there is nothing to choose, because the
    /// owner's settings name one or nothing stands between.
    package var choosing: WorkspaceID? { gateway == .maton(connection: nil) ? limited : nil }

    /// The name under which the workspace's state is kept, through the connection that was chosen, if any.
    package func workspace(chosenIn store: isolated Store) throws(StoreError) -> WorkspaceID {
        guard let choosing, let choice = try store.chosenConnection(of: choosing) else { return workspace }
        do {
            return try through(choice).workspace
        } catch {
            throw .failed("the account that was chosen could not be named: \(error)")
        }
    }

    /// The same through the connection that a person chose, if any.
    package func through(_ choice: String?) throws(CryptographyError) -> WorkspaceAccess {
        guard let choice else { return self }
        return try WorkspaceAccess(.maton(connection: choice), credential, baseURL)
    }
}
