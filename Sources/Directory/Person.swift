package import JSON
import PhoneNumbers

/// A contact of the workspace's address book.
package struct Person: Sendable, Equatable {
    /// A value under a label, such as a phone number or an email address.
    package struct Item: Sendable, Equatable {
        /// What it is called, for example `mobile`; nil where it has no label.
        package let label: String?
        /// The number or address.
        package let value: String
    }

    /// A custom field with its value.
    package struct Field: Sendable, Equatable {
        /// What changes name the field by; its name where the API gives no key.
        package let key: String
        /// The value as text: options joined by commas, `yes` or `no` for Booleans.
        package let value: String
    }

    /// The API's id; opaque.
    package let id: String
    /// The first name; nil where it is blank, as are the other single values.
    package let firstName: String?
    /// The last name.
    package let lastName: String?
    /// The company.
    package let company: String?
    /// The position.
    package let role: String?
    /// Phone numbers: in E.164 where they can be read as numbers, else as they are stored.
    package let numbers: [Item]
    /// Email addresses as they are stored.
    package let emails: [Item]
    /// The custom fields that have a value.
    package let customFields: [Field]
    /// The system that the contact comes from.
    package let source: String?
    /// Where that system shows it.
    package let sourceURL: String?
    /// The contact's id in that system.
    package let externalID: String?
    /// When it was made, as the API writes times.
    package let createdAt: String?
    /// When it was last changed, as the API writes times.
    package let updatedAt: String?

    /// Reads a contact as the API describes it, with or without its envelope; nil where it has no id.
    ///
    /// - Parameter region: The country in which stored numbers without a country's code are read; nil leaves them as stored.
    package init?(_ answer: JSONValue, region: String?) {
        let value = answer["data"] ?? answer
        guard let id = value["id"]?.stringValue, !id.isEmpty else { return nil }
        let fields = value["defaultFields"]
        self.id = id
        firstName = Self.text(fields?["firstName"])
        lastName = Self.text(fields?["lastName"])
        company = Self.text(fields?["company"])
        role = Self.text(fields?["role"])
        numbers = Self.items(fields?["phoneNumbers"]).map { item in
            // Without a region, numbers with a country's code are still read.
            let number = try? PhoneNumber.parse(item.value, region: region ?? "")
            return Item(label: item.label, value: number?.e164 ?? item.value)
        }
        emails = Self.items(fields?["emails"])
        customFields = (value["customFields"]?.arrayValue ?? []).compactMap { field in
            guard let key = field["key"]?.stringValue ?? field["name"]?.stringValue else { return nil }
            return Self.plainText(field["value"]).map { Field(key: key, value: $0) }
        }
        source = Self.text(value["source"])
        sourceURL = Self.text(value["sourceUrl"])
        externalID = Self.text(value["externalId"])
        createdAt = Self.text(value["createdAt"])
        updatedAt = Self.text(value["updatedAt"])
    }

    /// First and last name, or the company, or the first number or address, or `unnamed`.
    package var name: String {
        let name = joined(firstName, lastName)
        return name.isEmpty ? company ?? numbers.first?.value ?? emails.first?.value ?? "unnamed" : name
    }

    /// The contact for a person or an agent: name, company, numbers and id.
    package var summary: String {
        var parts = numbers.map(\.value)
        if let company, company != name { parts.insert(company, at: 0) }
        return ([name] + parts + ["id \(id)"]).map(oneLine).joined(separator: ", ")
    }

    /// The distinct numbers that a text could go to, in their order.
    var textableNumbers: [PhoneNumber] {
        var seen: Set<String> = []
        return numbers.compactMap { try? PhoneNumber(e164: $0.value) }.filter { number in
            switch number.kind {
            case .premiumRate, .sharedCost, .pager, .voicemail: false
            default: number.isPossible && seen.insert(number.e164).inserted
            }
        }
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.stringValue.map(\.trimmed), !text.isEmpty else { return nil }
        return text
    }

    private static func items(_ value: JSONValue?) -> [Item] {
        (value?.arrayValue ?? []).compactMap { item in
            text(item["value"]).map { Item(label: text(item["name"]), value: $0) }
        }
    }

    private static func plainText(_ value: JSONValue?) -> String? {
        switch value {
        case .bool(let value): value ? "yes" : "no"
        case .number(let number): number.text
        case .array(let options):
            options.isEmpty ? nil : options.compactMap(\.stringValue).joined(separator: ", ")
        default: text(value)
        }
    }
}
