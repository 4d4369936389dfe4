package import JSON
import PhoneNumbers
package import QuoAPI

/// One of the workspace's own numbers, in the app an inbox.
package struct Line: Sendable, Equatable {
    /// The API's id, `PN...`.
    package let id: String
    /// What the inbox is called.
    package let name: String
    /// The number in E.164.
    package let number: String
    /// The number as the API writes it for people, or in international form where it does not.
    package let formatted: String
    /// The ids of the members who use it.
    package let users: [String]
    /// The country of the number as two letters, or nil for numbers of no country.
    package let region: String?
    /// Which regions it may call and text, as the API says it.
    package let restrictions: JSONValue

    /// Reads a line as the API describes it; nil where it has no id or number.
    package init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let number = value["number"]?.stringValue else { return nil }
        let parsed = try? PhoneNumber(e164: number)
        self.id = id
        self.number = number
        name = value["name"]?.stringValue ?? ""
        formatted = value["formattedNumber"]?.stringValue ?? parsed?.formattedInternational ?? number
        users = value["users"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
        region = parsed?.region
        restrictions = value["restrictions"] ?? .null
    }

    /// Reads the lines of the workspace that a reader leads to.
    package static func all(through reader: Reader) async throws(APIError) -> [Line] {
        try elements(of: try await reader.read(.listPhoneNumbers, OperationArguments()), .listPhoneNumbers) { Line($0) }
    }

    /// The line for a person or an agent: name, number and id.
    package var summary: String { "\(oneLine(name.isEmpty ? "Unnamed line" : name)) (\(number), id \(id))" }
}
