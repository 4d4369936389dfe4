package import JSON

/// One thing that the owner can set: its name, its kind, where else it can be set, and what it means.
///
/// ``all`` is the only list of them. The reader, the JSON Schema and what `quo-mcp config` shows all come from it; the
/// defaults are those of ``Policy``.
package struct Setting: Sendable {
    /// Its place in the file, with dots: `quietHours.from`.
    package let path: String
    /// A few words that name it.
    package let title: String
    /// What it means, in sentences.
    package let summary: String
    /// What a right value is, as a noun phrase.
    package let expected: String
    /// A right value.
    package let example: JSONValue
    /// The environment variable that sets it too; nil where only the file does.
    package let variable: String?
    /// What the text of the variable must be, as a noun phrase.
    let expectedText: String
    /// The keywords of JSON Schema that a right value satisfies.
    let schema: JSONObject
    /// The value that no later source replaces.
    let latch: JSONValue?
    /// Reads a value into a policy.
    let read: @Sendable (JSONValue, inout Policy) -> Reading<Void>
    /// Makes of the variable's text what the file would say; nil where it says nothing about this setting.
    let parse: @Sendable (String) -> JSONValue?
    /// Writes a policy's value; `null` where there is none.
    let write: @Sendable (Policy) -> JSONValue

    /// Where in a policy the value is; made when it is needed, because making all of these takes a fifth of a start.
    typealias Property<Value> = @Sendable () -> any WritableKeyPath<Policy, Value> & Sendable

    init<Value>(
        _ path: String, _ property: @escaping @autoclosure Property<Value>, _ form: Form<Value>, title: String,
        _ summary: String, example: JSONValue, variable: String? = nil, latch: JSONValue? = nil
    ) {
        self.path = path
        self.title = title
        self.summary = summary
        self.example = example
        self.variable = variable
        self.latch = latch
        expected = form.expected
        expectedText = form.expectedText ?? form.expected
        schema = form.schema
        parse = form.parse
        read = { json, policy in
            switch form.read(json) {
            case .value(let value):
                policy[keyPath: property()] = value
                return .value(())
            case .unset: return .unset
            case .wrong(let mismatches): return .wrong(mismatches)
            }
        }
        write = { form.write($0[keyPath: property()]) }
    }

    /// Every setting, in the order in which they are shown.
    package static let all: [Setting] = permissions + people + limits + keeping

    /// The environment variables that set something.
    package static var variables: [String] {
        var names: [String] = []
        for name in all.compactMap(\.variable) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The names that lead to it.
    var components: [String] { path.split(separator: ".").map(String.init) }
}

/// An object of the file that holds settings.
struct SettingGroup: Sendable {
    let path: String
    let title: String
    let summary: String

    static let all = [
        SettingGroup(
            path: "overrides", title: "Overrides", summary: "What you decide otherwise than the profile."),
        SettingGroup(
            path: "overrides.risks", title: "Overrides by risk",
            summary: "Decisions for all tools of a risk. Tools' own overrides go before them."),
        SettingGroup(
            path: "recipients", title: "Recipients", summary: "Whom texts may reach, and from which of your lines."),
        SettingGroup(
            path: "replies", title: "Replies", summary: "Whom the profile reply-only counts as someone to reply to."),
        SettingGroup(
            path: "quietHours", title: "Quiet hours",
            summary: "The hours in which texts may go, by the clock of the person whom they reach."),
        SettingGroup(
            path: "optOut", title: "Opt-out", summary: "How people who asked for no more texts are recognised."),
        SettingGroup(
            path: "duplicates", title: "Duplicates", summary: "When a text counts as one that was sent before."),
        SettingGroup(
            path: "budgets", title: "Budgets",
            summary:
                "How much may happen in windows that slide. 0 means nothing, null the default; nothing is unlimited,"
                + " but the numbers may be large."),
        SettingGroup(path: "approvals", title: "Approvals", summary: "How your approval is asked for."),
        SettingGroup(path: "audit", title: "Audit", summary: "What the record of all changes keeps."),
    ]
}
