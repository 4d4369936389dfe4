package import JSON

/// A member of the workspace.
package struct Member: Sendable, Equatable {
    /// The API's id, `US...`.
    package let id: String
    /// First and last name, as far as there are any.
    package let name: String
    /// The first name, or nil where there is none.
    package let firstName: String?
    /// The email address.
    package let email: String
    /// Rights in the workspace: `owner`, `admin` or `member`.
    package let role: String

    /// Reads a member as the API describes it; nil where it has no id.
    package init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue else { return nil }
        self.id = id
        firstName = value["firstName"]?.stringValue
        name = joined(firstName, value["lastName"]?.stringValue)
        email = value["email"]?.stringValue ?? ""
        role = value["role"]?.stringValue ?? ""
    }

    /// The member for a person or an agent: name, address and id.
    package var summary: String {
        let details = [email, "id \(id)"].filter { !$0.isEmpty }.map(oneLine).joined(separator: ", ")
        return "\(oneLine(name.isEmpty ? "Unnamed member" : name)) (\(details))"
    }
}

/// Two parts of a name with a space between them, without the parts that are missing or blank.
func joined(_ first: String?, _ last: String?) -> String {
    [first, last].compactMap { $0.map(\.trimmed) }.filter { !$0.isEmpty }.joined(separator: " ")
}
