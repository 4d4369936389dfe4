/// Whom a text is for.
package struct Recipient: Sendable, Equatable {
    /// The number in E.164.
    package let number: String
    /// The contact, where exactly one with the number is known.
    package let contact: Person?

    /// The recipient for a person, for example `Ana Lopez (+15555550123)`.
    package var summary: String { contact.map { "\(oneLine($0.name)) (\(number))" } ?? number }
}
