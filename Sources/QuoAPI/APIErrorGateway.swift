extension APIError {
    /// What to do about an error that the gateway itself answers with; nil for one that Quo answered or may have.
    ///
    /// The gateway passes on what Quo answers, so only what Quo's documented codes do not claim is taken for its own.
    func adviceOnGateway(status: Int) -> String? {
        guard case .maton(let connection) = gateway, code == nil else { return nil }
        switch status {
        case 400 where message.lowercased().contains("connection"):
            return noConnection(connection)
        case 401:
            return
                "Maton's gateway did not accept its key, or Quo no longer accepts Maton's sign-in. Trying again does not"
                + " help. The owner checks MATON_API_KEY, and in Maton's settings that the connection to Quo is active."
        case 429:
            let limit =
                "Maton's limit of 10 requests a second for an account is used up, probably by another program with the"
                + " same account, whichever service it calls."
            guard let retryAfter, retryAfter > .zero else {
                return limit + " Try again in a few seconds, with fewer requests."
            }
            return limit + " It asks to wait \(retryAfter.components.seconds) s."
        default: return nil
        }
    }

    private func noConnection(_ connection: String?) -> String {
        if connection == nil {
            return "Maton has no active connection to a Quo account for this key. Trying again does not help. The owner"
                + " connects Quo in Maton's settings."
        }
        return
            "Maton has no active connection to Quo by the id that the owner set (MATON_CONNECTION) or chose. Trying again does"
            + " not help. The owner connects Quo in Maton's settings, or names another connection: with choose_connection, or"
            + " in MATON_CONNECTION where that is set. None is taken in its place by itself, because texts would go out from"
            + " another account."
    }
}
