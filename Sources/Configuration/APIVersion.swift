/// Which version of the API the owner wants to be used where both could be.
package enum APIVersion: String, Sendable, CaseIterable {
    /// The first alone.
    case v1
    /// The dated one wherever it answers as the first does or better, and never the first instead.
    case dated = "2026-03-30"
    /// The dated one for what it serves better, the first for the rest; the first also where the dated one is not to be had.
    case automatic = "auto"
}
