import Directory
import JSON
import PhoneNumbers

extension Desk {
    /// Arguments of a contact with its numbers in E.164, whatever their usual writing; what is no number stays for the checks.
    ///
    /// They are read as of the country of the workspace's first line.
    func withReadNumbers(_ arguments: JSONObject) async throws -> JSONObject {
        let names = ["phoneNumbers", "remove"].filter { arguments[$0] != nil }
        if names.isEmpty { return arguments }
        let region = try await directory.lines().first?.region ?? "US"
        var result = arguments
        for name in names {
            guard let items = arguments[name]?.arrayValue else { continue }
            result[name] = .array(items.map { Self.read($0, region) })
        }
        return result
    }

    private static func read(_ item: JSONValue, _ region: String) -> JSONValue {
        guard let text = item.stringValue else { return item }
        let colon = text.lastIndex(of: ":")
        let label = colon.map { text[...$0] + " " } ?? ""
        let value = (colon.map { String(text[text.index(after: $0)...]) } ?? text).trimmed
        // With a plus it says its country itself, and may name one of several spellings that are stored.
        guard !value.hasPrefix("+"), value.count(where: \.isNumber) >= 7,
            let number = try? PhoneNumber.parse(value, region: region)
        else {
            return item
        }
        return .string(label + number.e164)
    }
}
