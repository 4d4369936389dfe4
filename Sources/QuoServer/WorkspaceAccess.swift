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
        gateway = try Gateway.load(environment: environment)
        credential = try Credential.load(environment: environment, gateway: gateway)
        baseURL = try BaseURL.load(environment: environment, gateway: gateway)
        workspace = try WorkspaceID(key: credential.key, domain: gateway.workspaceDomain(at: baseURL))
        limited = try WorkspaceID(key: credential.key, domain: gateway.pacingDomain(at: baseURL))
    }
}
