/// Which version of the API the owner wants to be used where both could be.
package enum APIVersion: String, Sendable, CaseIterable {
    /// The first alone.
    case v1
    /// The dated one wherever it answers as the first does.
    case dated = "2026-03-30"
    /// The first for everything that it has, and the dated one for the rest.
    case automatic = "auto"
}
