/// A contact as it was before it was changed or deleted.
package struct ContactSnapshot: Sendable, Equatable {
    /// Its number among all snapshots, ascending in time.
    package let id: Int64
    /// The contact's id.
    package let contactID: String
    /// The whole contact as the API gave it, JSON.
    package let content: String
    /// Why it was kept, for example `update` or `delete`.
    package let reason: String
    /// When, in milliseconds since 1970.
    package let time: Int64
}
