/// What stands between this program and the API.
package enum Gateway: Sendable, Hashable {
    /// Nothing: requests go to Quo, with a key of Quo.
    case none
    /// Maton, which signs in to Quo for whoever has a key of Maton.
    ///
    /// It knows each account of Quo as a connection. Which one is used is the owner's setting, or else what a person chose;
    /// where there is neither, Maton takes its oldest active connection.
    case maton(connection: String?)

    /// Why the environment names no gateway, for the person who configured it.
    package struct Invalid: Error, Sendable, Equatable, CustomStringConvertible {
        /// The cause and what to do.
        package let description: String
    }

    /// The environment variable that names the gateway.
    package static let environmentName = "QUO_GATEWAY"
    /// The environment variable that names the connection of Maton.
    package static let connectionName = "MATON_CONNECTION"

    /// The gateway that the environment names, or none.
    ///
    /// - Throws: ``Invalid`` where the name is unknown or the connection is none that a header can carry.
    package static func load(environment: [String: String]) throws(Invalid) -> Gateway {
        switch environmentValue(environmentName, in: environment)?.lowercased() {
        case nil, "none": return .none
        case "maton":
            let connection = environmentValue(connectionName, in: environment)
            guard connection.map(isConnectionID) ?? true else {
                throw Invalid(
                    description:
                        "\(connectionName) is no connection of Maton: it takes the id alone, as Maton shows it.")
            }
            return .maton(connection: connection)
        default: throw Invalid(description: "\(environmentName) must be maton, or left out for Quo itself.")
        }
    }

    /// Whether a text can be the id of a connection of Maton, which a header carries.
    package static func isConnectionID(_ text: String) -> Bool { text.wholeMatch(of: /[A-Za-z0-9._-]{1,128}/) != nil }

    /// Whether requests go through Maton.
    var isMaton: Bool { self != .none }

    /// What the names of the variables with a key begin with.
    var keyPrefix: String { isMaton ? "MATON_" : "QUO_" }

    /// What the `Authorization` header says for a key: Quo takes it as it is, Maton as a bearer token.
    func authorization(_ key: String) -> String { isMaton ? "Bearer \(key)" : key }

    /// Where the API is unless the owner names another address.
    var standardURL: BaseURL { isMaton ? .maton : .standard }

    /// Who limits the requests of a key.
    ///
    /// Maton limits an account, whichever connection its requests use, so its connections share one limit.
    package func pacingDomain(at address: BaseURL) -> String { isMaton ? "maton" : "\(address)" }

    /// What a workspace of a key is known by beside the key.
    ///
    /// Every connection is a workspace of its own; nothing that was kept for one counts for another, but that a text went keeps
    /// it from going again through any.
    package func workspaceDomain(at address: BaseURL) -> String {
        guard case .maton(let connection) = self else { return "\(address)" }
        // Maton moved once, and its connections moved with it.
        return connection.map { "maton connection \($0)" } ?? "maton oldest connection"
    }
}

extension Operation {
    /// Refuses an operation that a gateway does not carry.
    ///
    /// - Throws: ``APIError`` of the kind `invalidRequest`; nothing was sent.
    func check(isCarriedBy gateway: Gateway) throws(APIError) {
        if isOfMaton, !gateway.isMaton {
            throw APIError(
                kind: .invalidRequest, operationID: id,
                message: "Connections are Maton's, and \(Gateway.environmentName) is not maton.")
        }
        guard gateway.isMaton, !isOfMaton, !path.hasPrefix("/v1/") else { return }
        throw APIError(
            kind: .invalidRequest, operationID: id,
            message:
                "Maton's gateway carries the first version of Quo's API alone, and this is of a later one. The owner"
                + " uses a key of Quo itself for it, without \(Gateway.environmentName).")
    }
}
