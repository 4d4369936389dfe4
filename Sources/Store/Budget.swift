/// What a budget counts.
///
/// Effects in flight and those of unknown outcome count as performed.
package enum BudgetMeasure: String, Sendable, CaseIterable {
    /// Messages, each one once however many it reaches.
    case messages
    /// Messages that reach one person; each recipient has this budget for themselves.
    case messagesToRecipient
    /// People who were never reached before.
    case newRecipients
    /// Message segments.
    case segments
    /// Hundredths of a US dollar.
    case cents
    /// Contacts made or changed.
    case contactChanges
    /// Things deleted.
    case deletions
}

/// How much is allowed in any window of time.
package struct BudgetLimit: Sendable, Equatable {
    /// What the owner calls it, for example `sends_per_hour`.
    package let name: String
    /// What it counts.
    package let measure: BudgetMeasure
    /// The length of the sliding window in milliseconds.
    package let window: Int64
    /// The most in any window.
    package let maximum: Int

    package init(name: String, measure: BudgetMeasure, window: Int64, maximum: Int) {
        self.name = name
        self.measure = measure
        self.window = window
        self.maximum = maximum
    }
}

/// How much of a budget is used.
package struct BudgetUsage: Sendable, Equatable {
    /// The budget.
    package let limit: BudgetLimit
    /// The person whom it is for, where each has their own.
    package let recipient: String?
    /// How much the window that ends now has seen.
    package let used: Int
    /// When the oldest of that leaves the window, in milliseconds since 1970; nil where nothing is used.
    package let nextReleaseAt: Int64?
}

/// What effects would take from a budget.
package struct BudgetDemand: Sendable, Equatable {
    /// The budget.
    package let limit: BudgetLimit
    /// The person whom it is for, where each has their own.
    package let recipient: String?
    /// How much the window that ends now has seen.
    package let used: Int
    /// How much the effects would add.
    package let requested: Int
    /// When enough of what is used has left the window, in milliseconds since 1970; nil where that is never enough, or
    /// nothing is used.
    package let passesAt: Int64?

    /// Whether it would be more than the budget allows.
    package var exceeds: Bool { used + requested > limit.maximum }
}

/// A budget that effects would overdraw.
package struct BudgetExcess: Error, Sendable, Equatable {
    /// The budget.
    package let limit: BudgetLimit
    /// The person whom it is for, where each has their own.
    package let recipient: String?
    /// How much the window that ends now has seen.
    package let used: Int
    /// How much the effect would add.
    package let requested: Int
    /// When the effect would pass, in milliseconds since 1970; nil where it never can.
    package let passesAt: Int64?
}
