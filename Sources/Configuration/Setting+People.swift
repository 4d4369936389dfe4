import JSON

extension Setting {
    /// Whom texts may reach, and when.
    static let people: [Setting] = [
        Setting(
            "recipients.allow", \.recipients.allow, .list("numbers and prefixes", of: .numberPattern), title: "Allowed",
            "Whom texts may reach. Up to 7 digits are a prefix, and so is what ends in a star; anything else is one number. Empty"
                + " means everybody, but then no text goes without a person.",
            example: ["+16145550123", "+1614", "+4930*"]),
        Setting(
            "recipients.deny", \.recipients.deny, .list("numbers and prefixes", of: .numberPattern), title: "Denied",
            "Whom no text may reach, even if recipients.allow names them.", example: ["+1900"]),
        Setting(
            "recipients.knownContactsOnly", \.recipients.knownContactsOnly, .flag, title: "Known contacts only",
            "Whether texts reach only people who are among your contacts.", example: true,
            variable: "QUO_KNOWN_CONTACTS_ONLY"),
        Setting(
            "recipients.from", \.recipients.from, .list("your lines, by id or number", of: .line), title: "Lines",
            "Your lines that may send. Empty means all.", example: ["PN123abc", "+16145550100"],
            variable: "QUO_FROM"),
        Setting(
            "recipients.groups", \.recipients.groups, .choice, title: "Groups",
            "What happens to a text to several people at once. The stricter of this and the decision for texts counts.",
            example: "deny"),
        Setting(
            "replies.windowHours", \.replies.windowHours, .integer(1...8760), title: "Reply window",
            "With the profile reply-only: the hours since the person wrote or called.", example: 24),
        Setting(
            "quietHours.enabled", \.quietHours.isEnabled, Form.flag.parsing(hours) { .bool($0.lowercased() != "off") },
            title: "Enabled", "Whether the hours are kept.", example: true, variable: "QUO_QUIET_HOURS"),
        Setting(
            "quietHours.from", \.quietHours.from, Form.time.parsing(hours) { bound(of: $0, \.first) }, title: "From",
            "When texts may first go, in the recipient's time zone.", example: "09:00", variable: "QUO_QUIET_HOURS"),
        Setting(
            "quietHours.to", \.quietHours.to, Form.time.parsing(hours) { bound(of: $0, \.last) }, title: "To",
            "From when on texts may no longer go, later than quietHours.from.", example: "20:00",
            variable: "QUO_QUIET_HOURS"),
        Setting(
            "quietHours.unknownZone", \.quietHours.unknownZone, .choice, title: "Unknown zone",
            "What happens where the number does not tell the time zone.", example: "deny"),
        Setting(
            "optOut.check", \.optOut.isChecked, .flag, title: "Check",
            "Whether the thread is searched for a request to stop before a text goes.", example: true),
        Setting(
            "optOut.lookbackMessages", \.optOut.lookbackMessages, .integer(1...100), title: "Messages searched",
            "How many of the thread's latest messages are searched.", example: 100),
        Setting(
            "optOut.cacheMinutes", \.optOut.cacheMinutes, .integer(0...1440), title: "Cache",
            "How many minutes a finding is good for. 0 searches before every text.", example: 0),
        Setting(
            "duplicates.windowHours", \.duplicates.windowHours, .integer(0...8760), title: "Same text",
            "The hours in which the same text to the same people does not go twice. 0 looks for none.", example: 48),
        Setting(
            "duplicates.nearMinutes", \.duplicates.nearMinutes, .integer(0...1440), title: "Nearly the same text",
            "The minutes in which a text that differs in spaces or case only is asked about. 0 looks for none.",
            example: 30),
    ]

    private static let hours = "\"off\" or hours like \"08:00-21:00\""

    /// One end of `08:00-21:00`; nil where the text is `off`, and `null`, which is no time, where it has not two ends.
    private static func bound(
        of text: String, _ end: @Sendable ([Substring]) -> Substring?
    ) -> JSONValue? {
        if text.lowercased() == "off" { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let bound = end(ends) else { return .null }
        return .string(bound.trimmed)
    }
}
