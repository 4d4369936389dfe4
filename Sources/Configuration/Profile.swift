/// A table that says what happens to a change of each risk.
package enum Profile: String, Sendable, CaseIterable {
    /// Nothing is sent or changed, whatever else is configured.
    case readOnly = "read-only"
    /// A person approves whatever reaches people, overwrites, deletes or exposes.
    case guarded
    /// As ``guarded``, and texts go only to people who wrote or called within ``Policy/Replies/windowHours``.
    ///
    /// A reply still needs approval; the owner may say `allow` for sends, and the window then bounds whom they reach.
    case replyOnly = "reply-only"
    /// Texts go without a person, within the recipients and the budgets that the owner set; nothing is overwritten, deleted
    /// or exposed.
    case unattended

    /// What happens to a change of that risk where nothing more specific is configured.
    package func decision(for risk: Risk) -> Decision {
        switch (self, risk) {
        case (.readOnly, _): .deny
        case (_, .write): .allow
        case (.guarded, _), (.replyOnly, _): .approve
        case (.unattended, .send): .allow
        case (.unattended, _): .deny
        }
    }
}
