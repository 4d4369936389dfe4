import JSON

extension Setting {
    /// How much may happen.
    static let limits: [Setting] = [
        budget("sendsPerMinute", \.budgets.sendsPerMinute, title: "Texts a minute", "Texts a minute, to anybody."),
        budget("sendsPerHour", \.budgets.sendsPerHour, title: "Texts an hour", "Texts an hour, to anybody."),
        budget(
            "sendsPerDay", \.budgets.sendsPerDay, title: "Texts a day", "Texts in 24 hours, to anybody.",
            variable: "QUO_SENDS_PER_DAY"),
        budget(
            "perRecipientPerHour", \.budgets.perRecipientPerHour, title: "Texts to one person an hour",
            "Texts an hour to one person."),
        budget(
            "perRecipientPerDay", \.budgets.perRecipientPerDay, title: "Texts to one person a day",
            "Texts in 24 hours to one person."),
        budget(
            "newRecipientsPerDay", \.budgets.newRecipientsPerDay, title: "New recipients a day",
            "People in 24 hours who were never texted before."),
        budget(
            "segmentsPerDay", \.budgets.segmentsPerDay, title: "Segments a day",
            "Message segments, by which texts are billed, in 24 hours."),
        budget(
            "centsPerDay", \.budgets.centsPerDay, title: "Cents a day",
            "Estimated cost of texts in 24 hours, in US cents.", variable: "QUO_CENTS_PER_DAY"),
        budget(
            "contactChangesPerHour", \.budgets.contactChangesPerHour, title: "Contact changes an hour",
            "Contacts created or updated an hour."),
        budget(
            "contactDeletesPerHour", \.budgets.contactDeletesPerHour, title: "Contact deletions an hour",
            "Contacts deleted an hour."),
    ]

    /// How approval is asked for, and what is kept.
    static let keeping: [Setting] = [
        Setting(
            "approvals.pendingMinutes", \.approvals.pendingMinutes, .integer(1...1440), title: "Pending",
            "Minutes until a question that nobody answered lapses.", example: 60),
        Setting(
            "approvals.grantedMinutes", \.approvals.grantedMinutes, .integer(1...60), title: "Granted",
            "Minutes until an approval that was not used lapses.", example: 2),
        Setting(
            "approvals.fastDeclineMilliseconds", \.approvals.fastDeclineMilliseconds, .integer(0...60_000),
            title: "Fast decline", "A decline in fewer milliseconds counts as nobody having seen the question.",
            example: 500),
        Setting(
            "approvals.typedConfirmation", \.approvals.typedConfirmation, .flag, title: "Typed confirmation",
            "Whether the riskiest changes need something typed that only the form shows: webhooks, deletions, and texts to more"
                + " than 5 people.",
            example: true),
        Setting(
            "audit.clearText", \.audit.clearText, .flag, title: "Clear text",
            "Whether texts and numbers are kept as they are instead of masked.", example: false),
        Setting(
            "audit.keepDays", \.audit.keepDays, .integer(1...36_500), title: "Days kept",
            "Days until a line is removed from the audit, and a settled change from the ledger unless a longer window counts it.",
            example: 730),
    ]

    private static func budget(
        _ name: String, _ property: @escaping @autoclosure Property<Int>, title: String, _ summary: String,
        variable: String? = nil
    ) -> Setting {
        Setting(
            "budgets.\(name)", property(), .limit, title: title, summary, example: 20, variable: variable)
    }
}
