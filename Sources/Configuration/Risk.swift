/// What an effect risks, which decides whether a person must approve it.
package enum Risk: String, Sendable, CaseIterable {
    /// Changes the workspace in a way that is internal and easily put right.
    case write
    /// Reaches people and costs money.
    case send
    /// Overwrites or deletes.
    case destructive
    /// Points the workspace's data at another address.
    case exposing

    /// Whether a person must approve the effect before it is performed.
    package var needsApproval: Bool { self != .write }
}
