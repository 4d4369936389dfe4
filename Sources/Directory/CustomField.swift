package import JSON

/// The definition of a field that the business added to its contacts.
package struct CustomField: Sendable, Equatable {
    /// What the app shows.
    package let name: String
    /// What changes name it by.
    package let key: String
    /// The kind of value: `address`, `boolean`, `date`, `multi-select`, `number`, `string`, `url`, or one made later.
    package let type: String

    /// Reads a definition as the API describes it; nil where it has no key.
    package init?(_ value: JSONValue) {
        guard let key = value["key"]?.stringValue else { return nil }
        self.key = key
        name = value["name"]?.stringValue ?? key
        type = value["type"]?.stringValue ?? ""
    }
}
