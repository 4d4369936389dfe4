extension APIError {
    /// What happened, why, and what to do next, for an agent.
    package var explanation: String { message }
}
