import Configuration
import Store

extension Policy {
    /// The owner's budgets as the ledger counts them.
    var limits: [BudgetLimit] {
        let minute: Int64 = 60_000
        let hour = 60 * minute
        let day = 24 * hour
        return [
            BudgetLimit(name: "sendsPerMinute", measure: .messages, window: minute, maximum: budgets.sendsPerMinute),
            BudgetLimit(name: "sendsPerHour", measure: .messages, window: hour, maximum: budgets.sendsPerHour),
            BudgetLimit(name: "sendsPerDay", measure: .messages, window: day, maximum: budgets.sendsPerDay),
            BudgetLimit(
                name: "perRecipientPerHour", measure: .messagesToRecipient, window: hour,
                maximum: budgets.perRecipientPerHour),
            BudgetLimit(
                name: "perRecipientPerDay", measure: .messagesToRecipient, window: day,
                maximum: budgets.perRecipientPerDay),
            BudgetLimit(
                name: "newRecipientsPerDay", measure: .newRecipients, window: day, maximum: budgets.newRecipientsPerDay),
            BudgetLimit(name: "segmentsPerDay", measure: .segments, window: day, maximum: budgets.segmentsPerDay),
            BudgetLimit(name: "centsPerDay", measure: .cents, window: day, maximum: budgets.centsPerDay),
            BudgetLimit(
                name: "contactChangesPerHour", measure: .contactChanges, window: hour,
                maximum: budgets.contactChangesPerHour),
            BudgetLimit(
                name: "contactDeletesPerHour", measure: .deletions, window: hour, maximum: budgets.contactDeletesPerHour
            ),
        ]
    }
}

extension BudgetExcess {
    /// The refusal, with the window's figures and when it passes.
    var refusal: Refusal {
        let person = recipient.map { " for \($0)" } ?? ""
        let when = passesAt.map { " It passes at \(Timestamp.text($0))." } ?? " It is more than the budget ever allows."
        return Refusal(
            .budget,
            "Nothing was done: the budget \(limit.name)\(person) allows \(limit.maximum), \(used) are used, and this needs "
                + "\(requested) more.\(when) The owner can change it under budgets in the configuration.",
            passesAt: passesAt)
    }
}
