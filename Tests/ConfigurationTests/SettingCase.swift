import JSON
import Testing

/// One setting with its default, a value that is right, values that are wrong, and what its variable says.
struct SettingCase: Sendable, CustomTestStringConvertible {
    let path: String
    let standard: JSONValue
    let right: JSONValue
    let wrong: [JSONValue]
    var texts: [String: JSONValue] = [:]
    var wrongTexts: [String] = []

    var testDescription: String { path }

    static let all: [SettingCase] = access + people + limits

    private static let decisions: [JSONValue] = ["maybe", "Allow", true, 1, nil, []]
    private static let flags: [JSONValue] = ["true", 1, 0, nil, []]
    private static let names: [JSONValue] = ["core", ["Core"], [""], ["1a"], [1], nil, [:], ["a b"]]

    private static let access = [
        SettingCase(
            path: "profile", standard: "guarded", right: "reply-only",
            wrong: ["readonly", "Guarded", "", 1, nil, ["guarded"]], texts: ["read-only": "read-only"],
            wrongTexts: ["readonly", "GUARDED"]),
        SettingCase(
            path: "readOnly", standard: false, right: true, wrong: flags,
            texts: ["1": true, "true": true, "YES": true, "on": true, "0": false, "false": false, "no": false],
            wrongTexts: ["2", "maybe"]),
        SettingCase(path: "overrides.risks.write", standard: nil, right: "deny", wrong: decisions),
        SettingCase(path: "overrides.risks.send", standard: nil, right: "deny", wrong: decisions),
        SettingCase(path: "overrides.risks.destructive", standard: nil, right: "allow", wrong: decisions),
        SettingCase(path: "overrides.risks.exposing", standard: nil, right: "deny", wrong: decisions),
        SettingCase(
            path: "overrides.tools", standard: [:], right: ["delete_contact": "deny", "create_contact": "approve"],
            wrong: [
                ["delete_contact": "never"], ["Delete": "deny"], ["": "deny"], ["a b": "deny"], ["a": nil], "deny", [],
                nil,
            ]),
        SettingCase(
            path: "webhookHosts", standard: nil,
            right: [
                "hooks.example.com", "*.example.org", "xn--bcher-kva.example", "localhost", "10.0.0.5", "[fd00::5]",
            ],
            wrong: [
                ["*.localhost"], ["nas"], ["10.0.0"], ["10.0.0.256"], ["010.0.0.5"], ["[fd00::5"], ["[nas]"], ["*"],
                ["*."], ["*.com."], ["example.com."], ["a..b"], [".example.com"],
                ["*example.com"],
                ["hooks.*.com"], ["https://example.com"], ["example.com/x"], ["example.com:443"],
                ["2130706433"], ["bücher.example"], ["user@example.com"], [" example.com"], [""], [1], [nil],
                "example.com", [:],
            ]),
        SettingCase(
            path: "toolsets", standard: [], right: ["core", "messages"], wrong: names,
            texts: ["core, messages,": ["core", "messages"], ",": []], wrongTexts: ["Core", "core,a b"]),
        SettingCase(
            path: "tools", standard: [], right: ["list_contacts"], wrong: names,
            texts: ["list_contacts": ["list_contacts"]], wrongTexts: ["list contacts"]),
        SettingCase(
            path: "excludeTools", standard: [], right: ["delete_webhook"], wrong: names,
            texts: ["delete_webhook": ["delete_webhook"]], wrongTexts: ["*"]),
        SettingCase(
            path: "toolLimit", standard: nil, right: 40, wrong: [0, 1001, 1.5, "40", []], texts: ["12": 12],
            wrongTexts: ["0", "many"]),
        SettingCase(
            path: "api", standard: "auto", right: "v1", wrong: ["v2", "", 1, nil, ["v1"]],
            texts: ["2026-03-30": "2026-03-30"], wrongTexts: ["V1", "2026"]),
        SettingCase(
            path: "timeZone", standard: nil, right: "America/New_York",
            wrong: ["", "../etc/passwd", "/UTC", "Europe/", "a b", "1/2", "a/b/c/d/e", 1, []],
            texts: ["Etc/GMT+5": "Etc/GMT+5"], wrongTexts: ["../x"]),
    ]

    private static let numbers: [JSONValue] = [
        ["16145550123"], ["+0123"], ["+"], ["+1 614 555 0123"], ["*"], ["+1614**"], ["+12345678901234567"], ["+１６１４"],
        [""],
        [nil], [1], "+1614", nil,
    ]

    private static let people = [
        SettingCase(
            path: "recipients.allow", standard: [], right: ["+16145550123", "+1614", "+4930*", "+1"], wrong: numbers),
        SettingCase(path: "recipients.deny", standard: [], right: ["+1900"], wrong: numbers),
        SettingCase(
            path: "recipients.knownContactsOnly", standard: false, right: true, wrong: flags, texts: ["1": true],
            wrongTexts: ["all"]),
        SettingCase(
            path: "recipients.from", standard: [], right: ["PN123abc", "+16145550100"],
            wrong: [["PN"], ["US123"], ["+1614*"], ["+1"], ["16145550100"], ["PN-1"], "PN1", [1], nil],
            texts: ["PN1, +16145550100": ["PN1", "+16145550100"]], wrongTexts: ["main", "PN1,main"]),
        SettingCase(path: "recipients.groups", standard: "approve", right: "deny", wrong: decisions),
        SettingCase(
            path: "replies.windowHours", standard: 72, right: 24, wrong: [0, 8761, -1, 1.5, "24", nil, true]),
        SettingCase(
            path: "quietHours.enabled", standard: true, right: false, wrong: flags,
            texts: ["off": false, "OFF": false, "09:00-17:00": true]),
        SettingCase(
            path: "quietHours.from", standard: "08:00", right: "09:30",
            wrong: ["9:30", "09:60", "24:01", "25:00", "09:30 ", "09.30", "", 9, nil, "-1:00", "0９:30", "ab:cd"],
            texts: ["09:30-20:00": "09:30", "09:30 - 20:00": "09:30", "off": "08:00"],
            wrongTexts: ["09:30", "9-20", "09:30-20:00-22:00", "always", "-", "09:00-"]),
        SettingCase(
            path: "quietHours.to", standard: "21:00", right: "24:00", wrong: ["20", "24:30", 20, nil, "20:00Z"],
            texts: ["08:00-24:00": "24:00", "off": "21:00"]),
        SettingCase(path: "quietHours.unknownZone", standard: "approve", right: "allow", wrong: decisions),
        SettingCase(path: "optOut.check", standard: true, right: false, wrong: flags),
        SettingCase(path: "optOut.lookbackMessages", standard: 50, right: 100, wrong: [0, 101, "50", nil]),
        SettingCase(path: "optOut.cacheMinutes", standard: 0, right: 10, wrong: [-1, 1441, "10", nil]),
        SettingCase(path: "duplicates.windowHours", standard: 24, right: 0, wrong: [-1, 8761, nil, "24"]),
        SettingCase(path: "duplicates.nearMinutes", standard: 10, right: 1440, wrong: [-1, 1441, nil]),
    ]

    private static func budget(_ name: String, _ standard: Int64, texts: [String: JSONValue] = [:]) -> SettingCase {
        SettingCase(
            path: "budgets.\(name)", standard: .number(JSONNumber(standard)), right: 0,
            wrong: [-1, 1_000_001, 2.5, "10", true, [], .number(JSONNumber(1e30))], texts: texts,
            wrongTexts: texts.isEmpty ? [] : ["-1", "many", "1.5", "1000001"])
    }

    private static let limits = [
        budget("sendsPerMinute", 40), budget("sendsPerHour", 60), budget("sendsPerDay", 200, texts: ["50": 50]),
        budget("perRecipientPerHour", 5), budget("perRecipientPerDay", 20), budget("newRecipientsPerDay", 40),
        budget("segmentsPerDay", 500), budget("centsPerDay", 500, texts: ["0": 0]),
        budget("contactChangesPerHour", 60), budget("contactDeletesPerHour", 10),
        SettingCase(path: "approvals.pendingMinutes", standard: 15, right: 1440, wrong: [0, 1441, nil, "15"]),
        SettingCase(path: "approvals.grantedMinutes", standard: 5, right: 1, wrong: [0, 61, nil]),
        SettingCase(
            path: "approvals.fastDeclineMilliseconds", standard: 1000, right: 0, wrong: [-1, 60_001, nil, 0.5]),
        SettingCase(path: "approvals.typedConfirmation", standard: true, right: false, wrong: flags),
        SettingCase(path: "audit.clearText", standard: false, right: true, wrong: flags),
        SettingCase(path: "audit.keepDays", standard: 365, right: 36_500, wrong: [0, 36_501, nil, "365"]),
    ]
}
